import Core
import Database
import Foundation

/// The rows of people: `auth.users` and `auth.identities`.
struct Users: Sendable {
    // MARK: Finding

    func find(_ id: UUID, in transaction: Transaction) async throws -> AuthUser? {
        try await transaction.query(
            "select \(sql: AuthUser.columns) from auth.users u where u.id = \(id) and u.deleted_at is null"
        ).first.map(AuthUser.init)
    }

    /// Throws `user_not_found`.
    func require(_ id: UUID, in transaction: Transaction) async throws -> AuthUser {
        guard let user = try await find(id, in: transaction) else { throw Self.notFound }
        return user
    }

    /// Locks the row: what is decided about a person is decided once at a time.
    func find(email: String, in transaction: Transaction) async throws -> AuthUser? {
        try await transaction.query(
            """
            select \(sql: AuthUser.columns) from auth.users u
            where u.instance_id = '00000000-0000-0000-0000-000000000000' and lower(u.email) = \(email.lowercased())
                and u.deleted_at is null and not u.is_sso_user
            for update of u
            """
        ).first.map(AuthUser.init)
    }

    static var notFound: Failure { Failure(.notFound, "user_not_found", "User not found") }

    // MARK: Making

    /// What a new person begins with.
    struct Draft: Sendable {
        var id = UUID()
        var email: String?
        var phone: String?
        var passwordHash: String?
        var isConfirmed = false
        var isPhoneConfirmed = false
        var role = "authenticated"
        var userMetadata: JSONValue = .object([:])
        var appMetadata: [String: JSONValue] = [:]
        var isInvited = false
        /// Whose word it rests on; the identity of another than `email` is the caller's to add.
        var provider = "email"
    }

    /// Throws `email_exists`; what a trigger of the product refuses shows nothing of its reason.
    func insert(_ draft: Draft, in transaction: Transaction) async throws -> AuthUser {
        var appMetadata = draft.appMetadata
        let comesFromOutside = draft.provider != "email"
        if draft.email != nil || comesFromOutside {
            appMetadata["provider"] = .string(draft.provider)
            appMetadata["providers"] = [.string(draft.provider)]
        }
        do {
            _ = try await transaction.query(
                """
                insert into auth.users (id, instance_id, aud, role, email, phone, encrypted_password, email_confirmed_at, phone_confirmed_at,
                    invited_at, raw_app_meta_data, raw_user_meta_data, is_anonymous, created_at, updated_at)
                values (\(draft.id), '00000000-0000-0000-0000-000000000000', 'authenticated', \(draft.role), \(draft.email),
                    \(draft.phone), \(draft.passwordHash), case when \(draft.isConfirmed && draft.email != nil) then now() end,
                    case when \(draft.isPhoneConfirmed && draft.phone != nil) then now() end, case when \(draft.isInvited) then now() end,
                    \(RawJSON(JSONValue.object(appMetadata).text)), \(RawJSON(draft.userMetadata.text)),
                    \(draft.email == nil && draft.phone == nil && !comesFromOutside), now(), now())
                """)
        } catch let failure as Failure where failure.code == "database_conflict" {
            throw Failure(.unprocessable, "email_exists", "A user with this email address has already been registered", underlying: failure)
        } catch let failure as Failure where ["database_error", "database_refused", "database_invalid"].contains(failure.code) {
            throw Failure(.unexpected, "unexpected_failure", "Database error saving new user", underlying: failure)
        }
        if let email = draft.email, !comesFromOutside {
            try await setEmailIdentity(draft.id, email: email, isVerified: draft.isConfirmed, in: transaction)
        }
        return try await require(draft.id, in: transaction)
    }

    /// The identity of an address, made or brought up to date.
    func setEmailIdentity(_ id: UUID, email: String, isVerified: Bool, in transaction: Transaction) async throws {
        let data: JSONValue = [
            "sub": .string(id.uuidString.lowercased()), "email": .string(email), "email_verified": .bool(isVerified),
            "phone_verified": .bool(false),
        ]
        _ = try await transaction.query(
            """
            insert into auth.identities (provider_id, user_id, identity_data, provider, last_sign_in_at, created_at, updated_at)
            values (\(id.uuidString.lowercased()), \(id), \(RawJSON(data.text)), 'email', now(), now(), now())
            on conflict (provider_id, provider) do update
                set identity_data = auth.identities.identity_data || excluded.identity_data, updated_at = now()
            """)
    }

    // MARK: Changing

    /// The address is theirs.
    func confirm(_ user: AuthUser, in transaction: Transaction) async throws {
        _ = try await transaction.query(
            """
            update auth.users set email_confirmed_at = coalesce(email_confirmed_at, now()), is_anonymous = false,
                raw_user_meta_data = coalesce(raw_user_meta_data, '{}') || '{"email_verified": true}', updated_at = now()
            where id = \(user.id)
            """)
        try await setEmailIdentity(user.id, email: user.email, isVerified: true, in: transaction)
    }

    /// Another address, known to be theirs. Throws `email_exists`.
    func change(_ user: AuthUser, email: String, in transaction: Transaction) async throws {
        try await withdrawCodes(of: user.id, in: transaction)
        do {
            _ = try await transaction.query(
                """
                update auth.users set email = \(email), email_confirmed_at = now(), email_change = '', email_change_token_new = '',
                    email_change_token_current = '', email_change_confirm_status = 0, is_anonymous = false, updated_at = now(),
                    raw_app_meta_data = coalesce(raw_app_meta_data, '{}') || jsonb_build_object(
                        'provider', coalesce(raw_app_meta_data ->> 'provider', 'email'),
                        'providers', case when coalesce(raw_app_meta_data -> 'providers', '[]') ? 'email' then raw_app_meta_data -> 'providers'
                            else coalesce(raw_app_meta_data -> 'providers', '[]') || '["email"]' end)
                where id = \(user.id)
                """)
        } catch let failure as Failure where failure.code == "database_conflict" {
            throw Failure(.unprocessable, "email_exists", "A user with this email address has already been registered", underlying: failure)
        }
        try await setEmailIdentity(user.id, email: email, isVerified: true, in: transaction)
    }

    /// Codes and links from before hold no longer: somebody else may have them.
    func set(passwordHash: String?, of id: UUID, in transaction: Transaction) async throws {
        try await withdrawCodes(of: id, in: transaction)
        _ = try await transaction.pipeline([
            "delete from auth.flow_state where user_id = \(id)",
            "update auth.users set encrypted_password = \(passwordHash), updated_at = now() where id = \(id)",
        ])
    }

    private func withdrawCodes(of id: UUID, in transaction: Transaction) async throws {
        _ = try await transaction.pipeline([
            "delete from auth.one_time_tokens where user_id = \(id)",
            """
            update auth.users set confirmation_token = '', recovery_token = '', email_change_token_new = '',
                email_change_token_current = '', reauthentication_token = '' where id = \(id)
            """,
        ])
    }

    /// An address that is to be confirmed. Codes for another one hold no longer.
    func expect(_ email: String, for user: AuthUser, in transaction: Transaction) async throws {
        if user.newEmail == email { return }
        _ = try await transaction.pipeline([
            """
            delete from auth.one_time_tokens
            where user_id = \(user.id) and token_type in ('email_change_token_new', 'email_change_token_current')
            """,
            """
            update auth.users set email_change = \(email), email_change_confirm_status = 0, email_change_token_new = '',
                email_change_token_current = '', updated_at = now() where id = \(user.id)
            """,
        ])
    }

    /// One of the two addresses agrees with the change. Whether both have now: the column says which one did, 1 for the new, 2 for the old, so
    /// that the same one twice is not enough.
    func noteConfirmation(of user: AuthUser, byNewAddress isNew: Bool, in transaction: Transaction) async throws -> Bool {
        let (own, other) = isNew ? (1, 2) : (2, 1)
        return try await transaction.query(
            """
            update auth.users set email_change_confirm_status = \(own)
            where id = \(user.id) and coalesce(email_change_confirm_status, 0) <> \(other) returning id
            """
        ).isEmpty
    }

    /// Merged at the top level; null takes a key away.
    func merge(userMetadata: JSONValue?, appMetadata: JSONValue? = nil, of id: UUID, in transaction: Transaction) async throws {
        guard userMetadata != nil || appMetadata != nil else { return }
        func merged(_ column: SQL, _ change: JSONValue?) -> SQL {
            guard let change else { return column }
            return """
                (select coalesce(jsonb_object_agg(m.key, m.value) filter (where m.value <> 'null'), '{}')
                from jsonb_each(coalesce(\(sql: column), '{}') || \(change.text)::jsonb) m)
                """
        }
        _ = try await transaction.query(
            """
            update auth.users set raw_user_meta_data = \(sql: merged("raw_user_meta_data", userMetadata)),
                raw_app_meta_data = \(sql: merged("raw_app_meta_data", appMetadata)), updated_at = now()
            where id = \(id)
            """)
    }

    /// Keeps the row and its id, and nothing that says who it was.
    func forget(_ user: AuthUser, in transaction: Transaction) async throws {
        let mark = "deleted-" + user.id.text
        _ = try await transaction.pipeline([
            "delete from auth.sessions where user_id = \(user.id)",
            "delete from auth.one_time_tokens where user_id = \(user.id)",
            "delete from auth.mfa_factors where user_id = \(user.id)",
            "delete from auth.identities where user_id = \(user.id)",
            """
            update auth.users set deleted_at = now(), email = case when email is not null then \(mark) end,
                phone = case when phone is not null then \(String(mark.suffix(15))) end, encrypted_password = null, raw_user_meta_data = '{}',
                raw_app_meta_data = '{}', email_change = '', confirmation_token = '', recovery_token = '', email_change_token_new = '',
                email_change_token_current = '', reauthentication_token = '', updated_at = now()
            where id = \(user.id)
            """,
        ])
    }
}
