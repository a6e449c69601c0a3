import Core
import Database
import Foundation
import HTTP
import HTTPTypes
import Hummingbird

/// `/token` and `/logout`: sessions begin, go on and end.
struct TokenRoutes: Sendable {
    let core: AuthCore

    func addRoutes(to router: RouterGroup<AppRequestContext>) {
        router
            .post("token") { request, context in try await token(request, context) }
            .post("logout") { request, context in try await logOut(request, context) }
    }

    private func token(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        try context.requireKey()
        let body = try await AuthBody(request)
        switch request.uri.queryParameters["grant_type"] {
        case "password": return try Response.json(try await signIn(body, request, context))
        case "refresh_token":
            guard let token = try body.filledText("refresh_token") else {
                throw Failure(.invalid, "validation_failed", "refresh_token required")
            }
            return try Response.json(try await core.sessions.refresh(token))
        case "pkce": return try Response.json(try await exchange(body, request, context))
        case "id_token": return try Response.json(try await SocialSignIn(core: core).signIn(body, request, context))
        default: throw Failure(.invalid, "validation_failed", "unsupported_grant_type")
        }
    }

    private func signIn(_ body: AuthBody, _ request: Request, _ context: AppRequestContext) async throws -> Session {
        if try body.filledText("phone") != nil { throw Failure(.invalid, "phone_provider_disabled", "Phone logins are disabled") }
        guard let email = try body.filledText("email"), let password = try body.text("password") else {
            throw Failure(.invalid, "validation_failed", "missing email or phone")
        }
        try await core.limits.take(.passwords, context.clientNetwork)
        let found = try await core.database.asService(
            """
            select \(sql: AuthUser.columns) from auth.users u
            where u.instance_id = '00000000-0000-0000-0000-000000000000' and lower(u.email) = \(email.trimmingCharacters(in: .whitespaces).lowercased()) and u.deleted_at is null and not u.is_sso_user
            """
        ).first.map(AuthUser.init)
        guard password.utf8.count <= 72, try await core.hasher.verify(password, against: found?.passwordHash), let user = found else {
            throw Failure(.invalid, "invalid_credentials", "Invalid login credentials")
        }
        if user.isBanned { throw Failure(.invalid, "user_banned", "User is banned") }
        guard user.isConfirmed else { throw Failure(.invalid, "email_not_confirmed", "Email not confirmed") }
        let device = request.device(context)
        return try await core.database.asService { transaction in
            try await core.audit.note(.login, actor: user, traits: ["provider": "email"], from: context.clientAddress, in: transaction)
            return try await core.sessions.begin(for: user, method: "password", on: device, in: transaction)
        }
    }

    private func exchange(_ body: AuthBody, _ request: Request, _ context: AppRequestContext) async throws -> Session {
        guard let code = try body.filledText("auth_code"), let verifier = try body.filledText("code_verifier") else {
            throw Failure(.invalid, "validation_failed", "invalid request: both auth code and code verifier should be non-empty")
        }
        let device = request.device(context)
        let answer = try await core.database.asService { transaction -> (Flows.Exchange, Session?) in
            let exchange = try await core.flows.exchange(code, verifier: verifier, in: transaction)
            guard case .person(let id, let method, let tokens) = exchange else { return (exchange, nil) }
            let user = try await core.users.require(id, in: transaction)
            var session = try await core.sessions.begin(for: user, method: method, on: device, in: transaction)
            session.providerToken = core.unsealed(tokens.access)
            session.providerRefreshToken = core.unsealed(tokens.refresh)
            return (exchange, session)
        }
        if let session = answer.1 { return session }
        throw switch answer.0 {
        case .expired: Failure(.unprocessable, "flow_state_expired", "invalid flow state, flow state has expired")
        case .wrongVerifier:
            Failure(.invalid, "bad_code_verifier", "code challenge does not match previously saved code verifier")
        default: Failure(.notFound, "flow_state_not_found", "invalid flow state, no valid flow state found")
        }
    }

    private func logOut(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        let scope = request.uri.queryParameters["scope"].map(String.init) ?? "global"
        guard ["global", "local", "others"].contains(scope) else {
            throw Failure(.invalid, "validation_failed", "Unsupported logout scope")
        }
        let token = try context.requirePerson()
        try await core.database.asService { transaction in
            guard let user = try await core.sessions.end(token, scope: scope, in: transaction) else { return }
            try await core.audit.note(.logout, actor: user, from: context.clientAddress, in: transaction)
        }
        return Response.noContent
    }
}
