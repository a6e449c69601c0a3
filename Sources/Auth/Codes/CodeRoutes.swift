import Core
import Database
import Foundation
import HTTP
import HTTPTypes
import Hummingbird

/// `/otp`, `/magiclink`, `/recover`, `/resend`, `/reauthenticate` and `/verify`.
struct CodeRoutes: Sendable {
    let core: AuthCore
    private var flows: CodeFlows { CodeFlows(core: core) }

    func addRoutes(to router: RouterGroup<AppRequestContext>) {
        router
            .post("otp") { request, context in try await oneTimePassword(request, context) }
            .post("magiclink") { request, context in try await magicLink(request, context) }
            .post("recover") { request, context in try await recover(request, context) }
            .post("resend") { request, context in try await resend(request, context) }
            .get("reauthenticate") { _, context in try await reauthenticate(context) }
            .get("verify") { request, context in try await followLink(request, context) }
            .post("verify") { request, context in try await verify(request, context) }
    }

    // MARK: Asking for a mail

    private func oneTimePassword(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        try context.requireKey()
        let body = try await AuthBody(request)
        try Self.refusePhone(body)
        guard let email = try body.filledText("email") else {
            throw Failure(.invalid, "validation_failed", "One of email or phone must be set")
        }
        try await core.limits.take(.codeRequests, context.clientNetwork)
        try await flows.sendMagicLink(
            to: email, createsUser: body.flag("create_user") ?? true, metadata: body.metadata() ?? .object([:]),
            request.codeRequest(body, context))
        return Response.json("{}")
    }

    private func magicLink(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        try context.requireKey()
        let body = try await AuthBody(request)
        try await core.limits.take(.codeRequests, context.clientNetwork)
        try await flows.sendMagicLink(
            to: body.text("email") ?? "", createsUser: true, metadata: body.metadata() ?? .object([:]), request.codeRequest(body, context))
        return Response.json("{}")
    }

    private func recover(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        try context.requireKey()
        let body = try await AuthBody(request)
        try await core.limits.take(.codeRequests, context.clientNetwork)
        guard let email = try body.filledText("email") else {
            throw Failure(.invalid, "validation_failed", "Password recovery requires an email")
        }
        try await flows.sendRecovery(to: email, request.codeRequest(body, context))
        return Response.json("{}")
    }

    private func resend(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        try context.requireKey()
        let body = try await AuthBody(request)
        let type = try body.text("type") ?? ""
        if type == "sms" || type == "phone_change" { throw Self.phoneDisabled }
        guard let type = VerificationType(rawValue: type), type == .signup || type == .emailChange else {
            throw Failure(.invalid, "validation_failed", "Missing one of these types: signup, email_change, sms, phone_change")
        }
        guard let email = try body.filledText("email") else {
            throw Failure(.invalid, "validation_failed", "Type provided requires an email address")
        }
        try await core.limits.take(.codeRequests, context.clientNetwork)
        try await flows.resend(type, to: email, request.codeRequest(body, context))
        return Response.json("{}")
    }

    private func reauthenticate(_ context: AppRequestContext) async throws -> Response {
        let user = try await core.person(of: try context.requirePerson())
        try await core.limits.take(.codeRequests, context.clientNetwork)
        try await flows.sendReauthentication(to: user, clientAddress: context.clientAddress)
        return Response.json("{}")
    }

    // MARK: Proving

    /// What stands behind a link in a mail: the browser goes on to the site, with a session, a code or an error.
    private func followLink(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        let parameters = request.uri.queryParameters
        let destination = core.postbox.redirects.destination(request.wantedRedirect)
        do {
            guard let token = parameters["token"].map(String.init) ?? parameters["token_hash"].map(String.init), !token.isEmpty else {
                throw Failure(.invalid, "validation_failed", "Verify requires a token or a token hash")
            }
            let type = try Self.type(parameters["type"].map(String.init))
            try await core.limits.take(.codes, context.clientNetwork)
            let device = request.device(context)
            let answer = try await core.database.asService { transaction -> [(String, String)]? in
                switch try await flows.redeem(hashes: [token], type: type, from: context.clientAddress, in: transaction) {
                case nil: return nil
                case .halfConfirmed:
                    return [("message", "Confirmation link accepted. Please proceed to confirm link sent to the other email")]
                case .proved(let user, let type):
                    if token.hasPrefix(Codes.proofKeyPrefix) {
                        guard let code = try await core.flows.code(for: user.id, method: type.flowMethod, in: transaction) else {
                            return nil
                        }
                        return [("code", code)]
                    }
                    let session = try await core.sessions.begin(for: user, method: "otp", on: device, in: transaction)
                    return session.fragment + [("type", type.rawValue)]
                }
            }
            guard let answer else { throw Failure(.forbidden, "otp_expired", "Email link is invalid or has expired") }
            return Self.redirect(to: destination, answer, inQuery: answer.first?.0 == "code")
        } catch let failure as Failure {
            let error = [
                ("error", failure.status.code >= 500 ? "server_error" : "access_denied"), ("error_code", failure.code),
                ("error_description", failure.message),
            ]
            return Self.redirect(to: destination, error, inQuery: false)
        }
    }

    /// A code that was typed, or a hash out of a link that the site itself answers.
    private func verify(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        try context.requireKey()
        let body = try await AuthBody(request)
        if let type = try body.text("type"), type == "sms" || type == "phone_change" { throw Self.phoneDisabled }
        if let phone = try body.filledText("phone") {
            guard phone.wholeMatch(of: /\+?[1-9][0-9]{1,14}/) != nil else {
                throw Failure(.invalid, "validation_failed", "Invalid phone number format (E.164 required)")
            }
            throw Self.phoneDisabled
        }
        let type = try Self.type(try body.text("type"))
        let hashes: [String]
        if let hash = try body.filledText("token_hash") {
            if body.has("email") { throw Failure(.invalid, "validation_failed", "Only the token_hash and type should be provided") }
            try await core.limits.take(.codes, context.clientNetwork)
            hashes = [hash]
        } else {
            guard let digits = try body.filledText("token") else {
                throw Failure(.invalid, "validation_failed", "Verify requires a token or a token hash")
            }
            guard let email = try body.filledText("email") else {
                throw Failure(.invalid, "validation_failed", "Only an email address or phone number should be provided on verify")
            }
            let address = try EmailAddress.checked(email)
            try await core.limits.take(.codes, context.clientNetwork)
            try await core.limits.take(.codesOfOne, address)
            hashes = flows.hashes(digits: digits, address: address)
        }
        let device = request.device(context)
        let answer = try await core.database.asService { transaction -> Response? in
            switch try await flows.redeem(hashes: hashes, type: type, from: context.clientAddress, in: transaction) {
            case nil: return nil
            case .halfConfirmed:
                return Response.json(
                    #"{"code":"200","msg":"Confirmation link accepted. Please proceed to confirm link sent to the other email"}"#)
            case .proved(let user, _):
                return try Response.json(await core.sessions.begin(for: user, method: "otp", on: device, in: transaction))
            }
        }
        guard let answer else { throw Failure(.forbidden, "otp_expired", "Token has expired or is invalid") }
        return answer
    }

    private static func type(_ text: String?) throws -> VerificationType {
        guard let type = text.flatMap(VerificationType.init(rawValue:)) else {
            throw Failure(.invalid, "validation_failed", "Verify requires a verification type")
        }
        return type
    }

    // MARK: Phones

    static var phoneDisabled: Failure { Failure(.invalid, "phone_provider_disabled", "Unsupported phone provider") }

    static func refusePhone(_ body: AuthBody) throws {
        if try body.filledText("phone") != nil { throw phoneDisabled }
    }

    // MARK: Redirects

    /// See Other, so that the browser goes on with GET. Secrets stand in the fragment, which is not sent to servers.
    static func redirect(to destination: String, _ members: [(String, String)], inQuery: Bool) -> Response {
        let text = members.map { URLEncodedForm.encoded($0) + "=" + URLEncodedForm.encoded($1) }.joined(separator: "&")
        // Headers are ASCII; what a browser would write in an address is written so (RFC 3987, section 3.1).
        let ascii = CharacterSet(charactersIn: Unicode.Scalar(33)...Unicode.Scalar(126))
        let destination = destination.addingPercentEncoding(withAllowedCharacters: ascii) ?? destination
        let parts = destination.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let (base, fragment) = (parts[0], parts.count > 1 ? "#" + parts[1] : "")
        let location = inQuery ? base + (base.contains("?") ? "&" : "?") + text + fragment : base + "#" + text
        return Response(status: .seeOther, headers: [.location: location, .cacheControl: "no-store"])
    }
}

extension Session {
    /// As a browser gets it.
    var fragment: [(String, String)] {
        [
            ("access_token", accessToken), ("expires_at", String(expiresAt)), ("expires_in", String(expiresIn)),
            ("refresh_token", refreshToken), ("token_type", tokenType),
        ]
    }
}
