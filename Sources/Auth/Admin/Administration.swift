import Core
import Database
import Foundation
import HTTP

/// What an administrator does with other people's accounts: by HTTP with the service key, or at the command line.
public struct Administration: Sendable {
    let core: AuthCore

    // MARK: Reading

    /// A page of people, the newest first. filter: part of an address or name, or an id.
    func list(_ page: Page, filter: String?) async throws -> (users: [AuthUser], total: Int) {
        let pattern = filter.map(SQLPattern.containing)
        let condition: SQL = """
            u.deleted_at is null and (\(pattern)::text is null or u.email ilike \(pattern) or u.phone ilike \(pattern)
                or u.raw_user_meta_data ->> 'full_name' ilike \(pattern) or u.id::text = \(filter))
            """
        let results = try await core.database.asService { transaction in
            try await transaction.pipeline([
                "select count(*) from auth.users u where \(sql: condition)",
                """
                select \(sql: AuthUser.columns) from auth.users u where \(sql: condition)
                order by u.created_at desc nulls last, u.id limit \(page.size) offset \(page.offset)
                """,
            ])
        }
        return (try results[1].map(AuthUser.init), try results[0].single().value(as: Int.self))
    }

    // MARK: Writing

    /// Throws `email_exists`, `weak_password`, `validation_failed`.
    func create(_ attributes: UserAttributes, from address: String? = nil) async throws -> AuthUser {
        guard attributes.email != nil || attributes.phone != nil else {
            throw Failure(.invalid, "validation_failed", "Cannot create a user without either an email or phone")
        }
        let hash = try await self.hash(attributes)
        return try await core.database.asService { transaction in
            if let email = attributes.email, try await core.users.find(email: email, in: transaction) != nil { throw Self.addressTaken }
            var draft = Users.Draft(email: attributes.email, phone: attributes.phone, passwordHash: hash)
            draft.id = attributes.id ?? draft.id
            draft.isConfirmed = attributes.confirmsEmail
            draft.isPhoneConfirmed = attributes.confirmsPhone
            draft.role = attributes.role ?? draft.role
            draft.userMetadata = attributes.userMetadata ?? draft.userMetadata
            draft.appMetadata = attributes.appMetadata?.object ?? [:]
            let user = try await core.users.insert(draft, in: transaction)
            try await set(attributes.ban, of: user.id, in: transaction)
            try await note(.userSignedUp, about: user.id, from: address, in: transaction)
            return try await core.users.require(user.id, in: transaction)
        }
    }

    /// What is nil stays as it is. Throws `user_not_found` and as `create`.
    func update(_ id: UUID, _ attributes: UserAttributes, from address: String? = nil) async throws -> AuthUser {
        let hash = try await self.hash(attributes)
        return try await core.database.asService { transaction in
            let user = try await core.users.require(id, in: transaction)
            if let email = attributes.email, email != user.email {
                if let other = try await core.users.find(email: email, in: transaction), other.id != id { throw Self.addressTaken }
                // An administrator's word is enough: the address holds at once.
                try await core.users.change(user, email: email, in: transaction)
            } else if attributes.confirmsEmail, user.emailConfirmedAt == nil, !user.email.isEmpty {
                try await core.users.confirm(user, in: transaction)
            }
            if let hash {
                try await core.users.set(passwordHash: hash, of: id, in: transaction)
                _ = try await transaction.query("delete from auth.sessions where user_id = \(id)")
            }
            if attributes.phone != nil || attributes.confirmsPhone || attributes.role != nil {
                _ = try await transaction.query(
                    """
                    update auth.users set phone = coalesce(\(attributes.phone), phone), role = coalesce(\(attributes.role), role),
                        phone_confirmed_at = case when \(attributes.confirmsPhone) then now() else phone_confirmed_at end, updated_at = now()
                    where id = \(id)
                    """)
            }
            try await core.users.merge(
                userMetadata: attributes.userMetadata, appMetadata: attributes.appMetadata, of: id, in: transaction)
            try await set(attributes.ban, of: id, in: transaction)
            try await note(.userModified, about: id, from: address, in: transaction)
            return try await core.users.require(id, in: transaction)
        }
    }

    /// isSoft: the row and its id stay, and nothing that says who it was.
    func remove(_ id: UUID, isSoft: Bool = false, from address: String? = nil) async throws {
        try await core.database.asService { transaction in
            let user = try await core.users.require(id, in: transaction)
            if isSoft {
                try await core.users.forget(user, in: transaction)
            } else {
                _ = try await transaction.query("select continuo.delete_person(\(id))")
            }
            try await note(.userDeleted, about: id, from: address, in: transaction)
        }
    }

    private func hash(_ attributes: UserAttributes) async throws -> String? {
        if let hash = attributes.passwordHash { return hash }
        guard let password = attributes.password else { return nil }
        try core.check(password: password)
        return try await core.hasher.hash(password)
    }

    private func set(_ ban: UserAttributes.Ban?, of id: UUID, in transaction: Transaction) async throws {
        switch ban {
        case nil: return
        case .some(.none): _ = try await transaction.query("update auth.users set banned_until = null where id = \(id)")
        case .seconds(let seconds):
            _ = try await transaction.query(
                "update auth.users set banned_until = now() + \(seconds) * interval '1 second' where id = \(id)")
        }
    }

    private func note(_ action: AuditLog.Action, about id: UUID, from address: String?, in transaction: Transaction) async throws {
        try await core.audit.note(action, actor: nil, traits: ["user_id": .string(id.text)], from: address, in: transaction)
    }

    private static var addressTaken: Failure {
        Failure(.unprocessable, "email_exists", "A user with this email address has already been registered")
    }
}

// MARK: At the command line

extension Administration {
    /// database: as the service, running. `configuration`: for the rules of passwords.
    public init(
        database: Database, signer: TokenSigner, address: PublicAddress, keys: ProjectKeys, configuration: AuthConfiguration,
        mail: any MailTransport
    ) throws {
        core = try AuthCore(
            database: database, signer: signer, address: address, keys: keys, configuration: configuration, mail: mail)
    }

    /// All people, the newest first, a page at a time.
    public func people(page: Int, size: Int, filter: String?) async throws -> (users: [AuthUser], total: Int) {
        try await list(Page(number: page, size: size), filter: filter)
    }

    /// The person whose address or id this is. Throws `user_not_found`.
    public func person(_ name: String) async throws -> AuthUser {
        try await core.database.asService { transaction in
            if let id = UUID(uuidString: name) { return try await core.users.require(id, in: transaction) }
            guard let user = try await core.users.find(email: name, in: transaction) else {
                throw Failure(
                    .notFound, "user_not_found", "Nobody has this address or id.", hint: "`continuo users list` shows who there is.")
            }
            return user
        }
    }

    /// A person whose address counts as confirmed.
    public func create(email: String, password: String?) async throws -> AuthUser {
        var attributes = UserAttributes()
        (attributes.email, attributes.password, attributes.confirmsEmail) = (try EmailAddress.checked(email), password, true)
        return try await create(attributes)
    }

    /// A new password; all sessions end.
    public func set(password: String, of user: AuthUser) async throws {
        var attributes = UserAttributes()
        attributes.password = password
        _ = try await update(user.id, attributes)
    }

    /// Whether the person may do what is for administrators (claim `app_metadata.role`), from their next access token on.
    public func set(isAdmin: Bool, of user: AuthUser) async throws {
        var attributes = UserAttributes()
        attributes.appMetadata = ["role": isAdmin ? "admin" : .null]
        _ = try await update(user.id, attributes)
    }

    public func remove(_ user: AuthUser) async throws {
        try await remove(user.id)
    }
}
