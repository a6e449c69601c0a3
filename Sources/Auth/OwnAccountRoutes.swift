import Core
import Database
import Foundation
import HTTP
import Hummingbird

/// `DELETE /account`: leaving for good, with a fresh proof that it is the person themselves who leaves.
struct OwnAccountRoutes: Sendable {
    let core: AuthCore

    func addRoutes(to router: some RouterMethods<AppRequestContext>) {
        router.delete("account") { request, context in try await leave(request, context) }
    }

    private func leave(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        _ = try context.requireUser()
        let user = try await core.person(of: try context.requirePerson())
        var reader = FieldReader(try await request.jsonObject(limit: 64_000, allowEmpty: true), known: ["password", "nonce"])
        let (password, nonce) = (reader.text("password", 1...72), reader.text("nonce", 1...64))
        try reader.finish()
        try await core.limits.take(.changes, user.id.text)
        if user.hasVerifiedFactor, user.sessionLevel != "aal2" {
            throw Failure(
                .forbidden, "insufficient_aal", "Your account has a second factor: confirm this session with it first.",
                hint: "POST /auth/v1/factors/{id}/challenge, then /verify.")
        }
        if let password {
            guard try await core.hasher.verify(password, against: user.passwordHash) else { throw Self.wrongProof }
        } else if nonce == nil, user.passwordHash != nil || !user.email.isEmpty {
            throw Self.noProof
        }
        try await core.database.asService { transaction in
            if password == nil, let nonce {
                let hashes = CodeFlows(core: core).hashes(digits: nonce, address: user.email)
                guard let found = try await core.codes.redeem(hashes, for: [.reauthentication], in: transaction), found.user.id == user.id
                else { throw Self.wrongProof }
            }
            try await core.audit.note(.userDeleted, actor: user, from: context.clientAddress, in: transaction)
            _ = try await transaction.query("select continuo.delete_person(\(user.id))")
        }
        return Response.noContent
    }

    private static var noProof: Failure {
        Failure(
            .forbidden, "reauthentication_needed", "Deleting an account needs a fresh proof that it is yours.",
            hint: "Send {\"password\": …}, or {\"nonce\": …} with the code that GET /auth/v1/reauthenticate mails.")
    }

    private static var wrongProof: Failure {
        Failure(.forbidden, "reauthentication_not_valid", "The password or code is not right.", hint: "Codes hold once, and for an hour.")
    }
}
