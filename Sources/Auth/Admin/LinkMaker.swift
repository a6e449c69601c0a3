import Core
import Database
import Foundation

/// Makes the code of a link without sending it. Source: Supabase Auth, "Generate an email link".
struct LinkMaker: Sendable {
    let core: AuthCore
    let asked: CodeRequest
    let email: String

    func make(
        _ type: String, newEmail: String?, passwordHash: String?, metadata: JSONValue, in transaction: Transaction
    ) async throws -> (AuthUser, Postbox.Draft) {
        let known = try await core.users.find(email: email, in: transaction)
        switch type {
        case "signup": return try await signUp(known, passwordHash: passwordHash, metadata: metadata, in: transaction)
        case "magiclink":
            var user = known
            if user == nil { user = try await core.users.insert(.init(email: email, userMetadata: metadata), in: transaction) }
            return try await draft(.magicLink, for: user, purpose: .recovery, in: transaction)
        case "recovery": return try await draft(.recovery, for: known, purpose: .recovery, in: transaction)
        case "email_change_current", "email_change_new":
            guard let user = known else { throw Users.notFound }
            guard let newEmail, newEmail != email else {
                throw Failure(.invalid, "validation_failed", "Changing the address needs another address as new_email")
            }
            if try await core.users.find(email: newEmail, in: transaction) != nil {
                throw Failure(.unprocessable, "email_exists", "A user with this email address has already been registered")
            }
            try await core.users.expect(newEmail, for: user, in: transaction)
            let isCurrent = type == "email_change_current"
            let draft = try await CodeFlows(core: core).draft(
                .emailChange, for: user, to: isCurrent ? email : newEmail, purpose: isCurrent ? .currentAddress : .newAddress, asked,
                in: transaction)
            return (try await core.users.require(user.id, in: transaction), draft)
        default:
            throw Failure(.invalid, "validation_failed", "Invalid email action link type requested: \(type.prefix(40))")
        }
    }

    private func signUp(
        _ known: AuthUser?, passwordHash: String?, metadata: JSONValue, in transaction: Transaction
    ) async throws -> (AuthUser, Postbox.Draft) {
        if let known {
            guard !known.isConfirmed else {
                throw Failure(.unprocessable, "email_exists", "A user with this email address has already been registered")
            }
            try await core.users.set(passwordHash: passwordHash, of: known.id, in: transaction)
            try await core.users.merge(userMetadata: metadata, of: known.id, in: transaction)
            return try await draft(.confirmation, for: known, purpose: .confirmation, in: transaction)
        }
        let user = try await core.users.insert(
            .init(email: email, passwordHash: passwordHash, userMetadata: metadata), in: transaction)
        return try await draft(.confirmation, for: user, purpose: .confirmation, in: transaction)
    }

    private func draft(
        _ kind: MailKind, for user: AuthUser?, purpose: OneTimeCode.Purpose, in transaction: Transaction
    ) async throws -> (AuthUser, Postbox.Draft) {
        guard let user else { throw Users.notFound }
        let draft = try await CodeFlows(core: core).draft(
            kind, for: user, to: email, purpose: purpose, asked, in: transaction)
        return (try await core.users.require(user.id, in: transaction), draft)
    }
}

/// A person, and the link beside.
struct GeneratedLink: Encodable {
    let user: AuthUser
    /// As it was asked for.
    let type: String
    let draft: Postbox.Draft
    let postbox: Postbox

    private enum CodingKeys: String, CodingKey {
        case actionLink = "action_link"
        case emailOTP = "email_otp"
        case hashedToken = "hashed_token"
        case verificationType = "verification_type"
        case redirectTo = "redirect_to"
    }

    func encode(to encoder: any Encoder) throws {
        try user.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        let linkType = draft.kind.type ?? .magiclink
        try container.encode(postbox.link(draft.hash, linkType, redirect: draft.redirect), forKey: .actionLink)
        try container.encode(draft.digits, forKey: .emailOTP)
        try container.encode(draft.hash, forKey: .hashedToken)
        try container.encode(type, forKey: .verificationType)
        try container.encode(draft.redirect, forKey: .redirectTo)
    }
}
