import Core
import Foundation
import HTTP
import HTTPTypes
import Hummingbird

/// `/auth/v1`: accounts and sessions in GoTrue's shapes.
public struct AuthRoutes: Sendable {
    private let accounts: Accounts
    private let sessions: Sessions
    private let signer: TokenSigner

    public init(accounts: Accounts, sessions: Sessions, signer: TokenSigner) {
        self.accounts = accounts
        self.sessions = sessions
        self.signer = signer
    }

    public func addRoutes(to router: some RouterMethods<AppRequestContext>) {
        router.group("auth/v1")
            .add(middleware: ErrorResponses(.auth))
            .add(middleware: Authentication(signer: signer))
            .get("health") { _, _ in Response.json(#"{"name":"GoTrue","description":"Continuo's accounts, as Supabase Auth speaks"}"#) }
            .get("settings") { _, _ in try settings() }
            .get(".well-known/jwks.json") { _, _ in
                Response.json(#"{"keys":[]}"#, headers: [.cacheControl: "public, max-age=600"])
            }
            .post("signup") { request, context in try await signUp(request, context) }
            .post("token") { request, context in try await token(request, context) }
            .get("user") { _, context in try Response.json(await accounts.user(of: try Self.token(context))) }
            .put("user") { request, context in try await update(request, context) }
            .post("logout") { request, context in
                let scope = request.uri.queryParameters["scope"].map(String.init) ?? "global"
                guard ["global", "local", "others"].contains(scope) else {
                    throw Failure(.invalid, "validation_failed", "Unsupported logout scope")
                }
                try await sessions.end(try Self.token(context), scope: scope)
                return Response.noContent
            }
    }

    private func settings() throws -> Response {
        .json(
            #"{"disable_signup":false,"external":{"anonymous_users":true,"email":true,"phone":false},"mailer_autoconfirm":\#(accounts.confirmsAutomatically),"phone_autoconfirm":false,"saml_enabled":false,"sms_provider":""}"#
        )
    }

    private func signUp(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        try Self.requireKey(context)
        let body = try await request.jsonObject(limit: 64_000, allowEmpty: true)
        let metadata = try Self.metadata(body["data"])
        let password = try Self.text(body["password"], "password")
        guard let email = try Self.text(body["email"], "email"), !email.isEmpty else {
            guard password == nil else { throw Failure(.invalid, "validation_failed", "Signup with a password requires an email address") }
            if let phone = body["phone"]?.string, !phone.isEmpty {
                throw Failure(.invalid, "phone_provider_disabled", "Phone signups are disabled")
            }
            return try Response.json(try await accounts.signUpAnonymously(metadata: metadata))
        }
        guard let password, !password.isEmpty else {
            throw Failure(.invalid, "validation_failed", "Signup requires a valid password")
        }
        let result = try await accounts.signUp(email: email, password: password, metadata: metadata)
        if let session = result.session { return try Response.json(session) }
        return try Response.json(result.user)
    }

    private func token(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        try Self.requireKey(context)
        let body = try await request.jsonObject(limit: 64_000)
        switch request.uri.queryParameters["grant_type"] {
        case "password":
            guard let email = body["email"]?.string, let password = body["password"]?.string else {
                throw Failure(.invalid, "validation_failed", "missing email or password")
            }
            return try Response.json(try await accounts.signIn(email: email, password: password))
        case "refresh_token":
            guard let token = body["refresh_token"]?.string, !token.isEmpty else {
                throw Failure(.invalid, "validation_failed", "refresh_token required")
            }
            return try Response.json(try await sessions.refresh(token))
        default:
            throw Failure(.invalid, "validation_failed", "unsupported_grant_type")
        }
    }

    private func update(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        let user = try await accounts.user(of: try Self.token(context))
        let body = try await request.jsonObject(limit: 64_000)
        var change: [String: JSONValue]?
        if let data = body["data"] { change = try Self.metadata(data).object }
        let (email, password) = (try Self.text(body["email"], "email"), try Self.text(body["password"], "password"))
        let changed = try await accounts.update(user, email: email, password: password, metadata: change)
        return try Response.json(changed)
    }

    /// A member that is text or absent; anything else is somebody's mistake, not "absent".
    private static func text(_ value: JSONValue?, _ name: String) throws -> String? {
        switch value {
        case nil, .null?: return nil
        case .string(let text)? where !text.unicodeScalars.contains("\0"): return text
        default: throw Failure(.invalid, "validation_failed", "\(name) must be text")
        }
    }

    private static func metadata(_ value: JSONValue?) throws -> JSONValue {
        // It travels in every access token: past this size no proxy and no server would take the token any more.
        guard (value?.text.utf8.count ?? 0) <= Accounts.maximumMetadataSize, value?.text.contains("\\u0000") != true else {
            throw Failure(
                .invalid, "validation_failed", "data must be at most \(Accounts.maximumMetadataSize) bytes of JSON without null characters")
        }
        switch value {
        case nil, .null?: return .object([:])
        case .object(let members)?: return .object(members)
        default: throw Failure(.invalid, "validation_failed", "data must be an object")
        }
    }

    /// The token of a person; the bare keys are not enough here.
    private static func token(_ context: AppRequestContext) throws -> AccessToken {
        guard let token = context.token, token.role == Claims.Role.authenticated.rawValue else {
            throw Failure(.unauthenticated, "no_authorization", "This endpoint requires a valid Bearer token")
        }
        return token
    }

    private static func requireKey(_ context: AppRequestContext) throws {
        guard context.claims != nil else {
            throw Failure(.unauthenticated, "no_authorization", "No API key found in request. Send it as the header apikey.")
        }
    }
}
