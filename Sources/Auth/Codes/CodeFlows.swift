import Core
import Database
import Foundation

/// What a request for a mail says beside the address.
struct CodeRequest: Sendable {
    /// Where the link shall lead.
    var redirect: String?
    var proofKey: ProofKey?
    var clientAddress: String?
}

/// Everything that is proved by a code from a mail.
struct CodeFlows: Sendable {
    let core: AuthCore

    // MARK: Sending

    /// Stores a code of a kind for a person, in the transaction; the mail goes out when that is done.
    func draft(
        _ kind: MailKind, for user: AuthUser, to address: String, purpose: OneTimeCode.Purpose, _ request: CodeRequest,
        detail: String? = nil, provider: String = "email", in transaction: Transaction
    ) async throws -> Postbox.Draft {
        let (code, hash) = try await core.codes.issue(
            purpose, for: user, address: address, hasProofKey: request.proofKey != nil, provider: provider, in: transaction)
        if let key = request.proofKey, let type = kind.type {
            _ = try await core.flows.begin(key, for: user.id, method: type.flowMethod, in: transaction)
        }
        return Postbox.Draft(
            kind: kind, to: address, digits: code.digits, hash: hash, redirect: core.postbox.redirects.destination(request.redirect),
            detail: detail)
    }

    /// A sign-in link. Unknown people are made where `createsUser`; they, and those who never confirmed, confirm with it.
    func sendMagicLink(to email: String, createsUser: Bool, metadata: JSONValue, _ request: CodeRequest) async throws {
        let email = try EmailAddress.checked(email)
        try await core.limits.takeMail(.magicLink, to: email, interval: core.configuration.mailInterval)
        do {
            try await draftMagicLink(to: email, createsUser: createsUser, metadata: metadata, request)
        } catch let failure as Failure where failure.code == "email_exists" {
            // Somebody asked for the same address at the same time, and was quicker.
            try await draftMagicLink(to: email, createsUser: false, metadata: metadata, request)
        }
    }

    private func draftMagicLink(to email: String, createsUser: Bool, metadata: JSONValue, _ request: CodeRequest) async throws {
        let mail = try await core.database.asService { transaction -> Postbox.Draft in
            let user: AuthUser
            if let known = try await core.users.find(email: email, in: transaction) {
                user = known
                // Whoever chose a password for an address that was never confirmed has not shown that it is theirs.
                if !user.isConfirmed { try await core.users.set(passwordHash: nil, of: user.id, in: transaction) }
            } else {
                user = try await self.user(for: email, mayBeMade: createsUser, metadata: metadata, request, in: transaction)
            }
            return try await draft(
                user.isConfirmed ? .magicLink : .confirmation, for: user, to: email, purpose: user.isConfirmed ? .recovery : .confirmation,
                request, in: transaction)
        }
        try await core.postbox.send([mail])
    }

    private func user(
        for email: String, mayBeMade: Bool, metadata: JSONValue, _ request: CodeRequest, in transaction: Transaction
    ) async throws -> AuthUser {
        guard mayBeMade else { throw Failure(.unprocessable, "otp_disabled", "Signups not allowed for otp") }
        guard core.configuration.allowsSignUp else {
            throw Failure(.unprocessable, "signup_disabled", "Signups not allowed for this instance")
        }
        // Nobody who does not read the mail gets in, so the address may count as confirmed where that is the rule.
        let user = try await core.users.insert(
            .init(email: email, isConfirmed: core.configuration.confirmsAutomatically, userMetadata: metadata), in: transaction)
        try await core.audit.note(.userSignedUp, actor: user, traits: ["provider": "email"], from: request.clientAddress, in: transaction)
        return user
    }

    /// A link to choose a new password. Who is unknown gets none, and nobody is told.
    func sendRecovery(to email: String, _ request: CodeRequest) async throws {
        let email = try EmailAddress.checked(email)
        try await core.limits.takeMail(.recovery, to: email, interval: core.configuration.mailInterval)
        let drafts = try await core.database.asService { transaction -> [Postbox.Draft] in
            guard let user = try await core.users.find(email: email, in: transaction) else { return [] }
            try await core.audit.note(.recoveryRequested, actor: user, from: request.clientAddress, in: transaction)
            return [try await draft(.recovery, for: user, to: email, purpose: .recovery, request, in: transaction)]
        }
        try await core.postbox.send(drafts)
    }

    /// The mail of a sign-up, or of a change of address, once more. Where there is none to repeat, nobody is told.
    func resend(_ type: VerificationType, to email: String, _ request: CodeRequest) async throws {
        let email = try EmailAddress.checked(email)
        try await core.limits.takeMail(
            type == .signup ? .confirmation : .emailChange, to: email, interval: core.configuration.mailInterval)
        let drafts = try await core.database.asService { transaction -> [Postbox.Draft] in
            guard let user = try await core.users.find(email: email, in: transaction) else { return [] }
            switch type {
            case .signup where !user.isConfirmed:
                return [try await draft(.confirmation, for: user, to: email, purpose: .confirmation, request, in: transaction)]
            case .emailChange:
                guard let newEmail = user.newEmail, !newEmail.isEmpty else { return [] }
                return try await emailChange(of: user, to: newEmail, request, in: transaction)
            default: return []
            }
        }
        try await core.postbox.send(drafts)
    }

    /// The mails that a change of address needs answered: at the new address, and at the old one where the installation wants both.
    func emailChange(of user: AuthUser, to newEmail: String, _ request: CodeRequest, in transaction: Transaction) async throws
        -> [Postbox.Draft]
    {
        try await core.users.expect(newEmail, for: user, in: transaction)
        let detail = user.email.isEmpty ? "New address: \(newEmail)" : "From \(user.email) to \(newEmail)"
        var drafts = [
            try await draft(.emailChange, for: user, to: newEmail, purpose: .newAddress, request, detail: detail, in: transaction)
        ]
        if core.configuration.confirmsChangesTwice, !user.email.isEmpty {
            drafts.append(
                try await draft(
                    .emailChange, for: user, to: user.email, purpose: .currentAddress, request, detail: detail, in: transaction))
        }
        return drafts
    }

    /// A code for what needs a fresh proof.
    func sendReauthentication(to user: AuthUser, clientAddress: String?) async throws {
        guard !user.email.isEmpty, user.emailConfirmedAt != nil else {
            throw Failure(.unprocessable, "email_not_confirmed", "Please verify your email first.")
        }
        try await core.limits.takeMail(.reauthentication, to: user.email, interval: core.configuration.mailInterval)
        let request = CodeRequest(clientAddress: clientAddress)
        let mail = try await core.database.asService { transaction -> Postbox.Draft in
            try await core.audit.note(.reauthenticationRequested, actor: user, from: clientAddress, in: transaction)
            return try await draft(.reauthentication, for: user, to: user.email, purpose: .reauthentication, request, in: transaction)
        }
        try await core.postbox.send([mail])
    }

    // MARK: Redeeming

    /// What a code led to.
    enum Outcome: Sendable {
        /// Who it is, and what the code was for, which names the flow that a link belongs to.
        case proved(AuthUser, type: VerificationType)
        /// One of two addresses is confirmed; the other one's mail is still to be answered.
        case halfConfirmed
    }

    /// Uses up a code and does what it stands for. Nil for wrong and old ones.
    func redeem(hashes: [String], type: VerificationType, from clientAddress: String?, in transaction: Transaction) async throws -> Outcome?
    {
        guard let found = try await core.codes.redeem(hashes, for: type.purposes, in: transaction) else { return nil }
        let user = found.user
        if user.isBanned { throw Failure(.invalid, "user_banned", "User is banned") }
        switch found.purpose {
        case .confirmation:
            try await core.users.confirm(user, in: transaction)
        case .recovery:
            if !user.isConfirmed {
                // Whoever chose that password has not shown that the address is theirs; whoever reads its mail has.
                _ = try await transaction.query("update auth.users set encrypted_password = null where id = \(user.id)")
                try await core.users.confirm(user, in: transaction)
            }
        case .newAddress, .currentAddress:
            guard let newEmail = user.newEmail, found.purpose == .currentAddress || found.address == newEmail else { return nil }
            if core.configuration.confirmsChangesTwice, !user.email.isEmpty,
                try await core.users.noteConfirmation(of: user, byNewAddress: found.purpose == .newAddress, in: transaction) == false
            {
                return .halfConfirmed
            }
            try await core.users.change(user, email: newEmail, in: transaction)
        case .reauthentication: return nil
        }
        let proved = try await core.users.require(user.id, in: transaction)
        try await core.audit.note(.login, actor: proved, traits: ["provider": "email"], from: clientAddress, in: transaction)
        return .proved(proved, type: Self.type(of: found.purpose, asked: type))
    }

    private static func type(of purpose: OneTimeCode.Purpose, asked: VerificationType) -> VerificationType {
        guard asked == .email else { return asked }
        return purpose == .confirmation ? .signup : .magiclink
    }

    /// The hash that a typed code has, with and without the mark of a flow.
    func hashes(digits: String, address: String) -> [String] {
        let hash = OneTimeCode(digits: digits, address: address, secret: core.codes.secret).hash
        return [hash, Codes.proofKeyPrefix + hash]
    }
}

extension VerificationType {
    /// As `auth.flow_state` names how somebody proves themselves.
    var flowMethod: String {
        switch self {
        case .signup: "email/signup"
        case .invite: "invite"
        case .recovery: "recovery"
        case .magiclink, .email: "magiclink"
        case .emailChange: "email_change"
        }
    }
}
