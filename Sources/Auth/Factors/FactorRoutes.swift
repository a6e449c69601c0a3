import Core
import Database
import Foundation
import HTTP
import HTTPTypes
import Hummingbird

/// `/factors`: a second proof beside the password, by an authenticator app.
struct FactorRoutes: Sendable {
    let core: AuthCore
    private var factors: Factors { Factors(core: core) }

    func addRoutes(to router: RouterGroup<AppRequestContext>) {
        router
            .post("factors") { request, context in try await enroll(request, context) }
            .post("factors/:id/challenge") { _, context in try await challenge(context) }
            .post("factors/:id/verify") { request, context in try await verify(request, context) }
            .delete("factors/:id") { _, context in try await remove(context) }
    }

    private func enroll(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        let user = try await core.person(of: try context.requirePerson())
        let body = try await AuthBody(request)
        switch try body.text("factor_type") {
        case "totp": break
        case "phone", "webauthn":
            throw Failure(.unprocessable, "mfa_phone_enroll_not_enabled", "MFA enroll is disabled for this kind of factor")
        default: throw Failure(.invalid, "validation_failed", "factor_type needs to be totp, phone, or webauthn")
        }
        // Whoever has a second proof must give it to add another.
        if user.hasVerifiedFactor, user.sessionLevel != "aal2" {
            throw Failure(.forbidden, "insufficient_aal", "AAL2 required to enroll a new factor")
        }
        let name = try body.text("friendly_name") ?? ""
        let issuer = try body.filledText("issuer") ?? "Continuo"
        guard name.count <= 100, issuer.count <= 100 else {
            throw Failure(.invalid, "validation_failed", "friendly_name and issuer may have 100 characters")
        }
        let made = try await core.database.asService { transaction in
            try await factors.enroll(user, friendlyName: name, in: transaction)
        }
        let uri = made.code.uri(issuer: issuer, account: user.email.isEmpty ? user.id.text : user.email)
        let answer: JSONValue = [
            "id": .string(made.id.text), "type": "totp", "friendly_name": .string(name),
            "totp": [
                "qr_code": .string(try QRCode.svg(uri)), "secret": .string(made.code.base32), "uri": .string(uri),
            ],
        ]
        return Response.json(answer.text)
    }

    private func challenge(_ context: AppRequestContext) async throws -> Response {
        let user = try await core.person(of: try context.requirePerson())
        let id = try Self.id(context)
        try await core.limits.take(.factors, user.id.text)
        let made = try await core.database.asService { transaction in
            try await factors.challenge(id, of: user, from: context.remoteAddress, in: transaction)
        }
        let answer: JSONValue = ["id": .string(made.id.text), "type": "totp", "expires_at": .number(Double(made.expiresAt))]
        return Response.json(answer.text)
    }

    private func verify(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        let token = try context.requirePerson()
        let user = try await core.person(of: token)
        let id = try Self.id(context)
        let body = try await AuthBody(request)
        guard let challenge = try body.text("challenge_id").flatMap(UUID.init(uuidString:)) else {
            throw Failure(.notFound, "mfa_challenge_not_found", "MFA factor with the provided challenge ID not found")
        }
        guard let session = token.sessionID.flatMap(UUID.init(uuidString:)) else { throw Sessions.unknownSession }
        let code = try body.text("code") ?? ""
        try await core.limits.take(.factors, user.id.text)
        return try Response.json(
            await core.database.asService { transaction in
                try await factors.verify(code, challenge: challenge, factor: id, of: user, session: session, in: transaction)
            })
    }

    private func remove(_ context: AppRequestContext) async throws -> Response {
        let user = try await core.person(of: try context.requirePerson())
        let id = try Self.id(context)
        guard let factor = user.factors?.first(where: { $0.id == id.text }) else { throw Factors.notFound }
        if factor.status == "verified", user.sessionLevel != "aal2" {
            throw Failure(.unprocessable, "insufficient_aal", "AAL2 required to unenroll verified factor")
        }
        try await core.database.asService { transaction in
            try await factors.remove(id, of: user.id, actor: user, in: transaction)
        }
        return Response.json(JSONValue.object(["id": .string(id.text)]).text)
    }

    static func id(_ context: AppRequestContext) throws -> UUID {
        guard let id = context.parameters.get("id").flatMap(UUID.init(uuidString:)) else { throw Factors.notFound }
        return id
    }
}
