import Core
import Database
import Foundation
import HTTP

/// Sign-up, sign-in and what a person may change about themselves.
public struct Accounts: Sendable {
    private let database: Database
    private let sessions: Sessions
    private let hasher: PasswordHasher
    /// Addresses count as confirmed at once: true while no mail server is configured.
    let confirmsAutomatically: Bool
    /// Bytes of JSON.
    static let maximumMetadataSize = 8192

    public init(database: Database, sessions: Sessions, hasher: PasswordHasher, confirmsAutomatically: Bool) {
        self.database = database
        self.sessions = sessions
        self.hasher = hasher
        self.confirmsAutomatically = confirmsAutomatically
    }

    /// A person without address or password, who can become permanent later.
    public func signUpAnonymously(metadata: JSONValue) async throws -> Session {
        try await saving {
            try await database.asService { transaction in
                let user = try await insertUser(email: nil, passwordHash: nil, metadata: metadata, in: transaction)
                return try await sessions.begin(for: user, method: "anonymous", in: transaction)
            }
        }
    }

    /// A person with e-mail and password. Returns a session, or the bare user where the address must be confirmed first.
    public func signUp(email: String, password: String, metadata: JSONValue) async throws -> (session: Session?, user: AuthUser) {
        let email = try Self.checked(email: email)
        try Self.check(password: password)
        let hash = try await hasher.hash(password)
        do {
            return try await saving {
                try await database.asService { transaction in
                    let user = try await insertUser(email: email, passwordHash: hash, metadata: metadata, in: transaction)
                    guard confirmsAutomatically else { return (nil, user) }
                    return (try await sessions.begin(for: user, method: "password", in: transaction), user)
                }
            }
        } catch let failure as Failure where failure.code == "database_conflict" {
            throw Failure(.unprocessable, "user_already_exists", "User already registered")
        }
    }

    public func signIn(email: String, password: String) async throws -> Session {
        let found = try await database.asService(
            "select \(sql: AuthUser.columns) from auth.users u where lower(u.email) = \(email.lowercased()) and u.deleted_at is null and not u.is_sso_user"
        ).first.map(AuthUser.init)
        guard password.utf8.count <= 72, try await hasher.verify(password, against: found?.passwordHash), let user = found else {
            throw Failure(.invalid, "invalid_credentials", "Invalid login credentials")
        }
        if let until = user.bannedUntil, until > .now { throw Failure(.invalid, "user_banned", "User is banned") }
        guard user.emailConfirmedAt != nil else { throw Failure(.invalid, "email_not_confirmed", "Email not confirmed") }
        return try await database.asService { transaction in
            try await sessions.begin(for: user, method: "password", in: transaction)
        }
    }

    /// The person of a session. Throws `session_not_found` when it was signed out, `user_not_found` when the person is gone.
    public func user(of token: AccessToken) async throws -> AuthUser {
        guard let id = token.sub.flatMap(UUID.init(uuidString:)) else {
            throw Failure(.forbidden, "bad_jwt", "invalid claim: missing sub claim")
        }
        if let session = token.sessionID {
            let rows = try await database.asService("select 1 as one from auth.sessions where id = \(session) and user_id = \(id)")
            if rows.isEmpty {
                throw Failure(.forbidden, "session_not_found", "Session from session_id claim in JWT does not exist")
            }
        }
        return try await find(id)
    }

    private func find(_ id: UUID) async throws -> AuthUser {
        let rows = try await database.asService(
            "select \(sql: AuthUser.columns) from auth.users u where u.id = \(id) and u.deleted_at is null")
        guard let row = rows.first else {
            throw Failure(.forbidden, "user_not_found", "User from sub claim in JWT does not exist")
        }
        return try AuthUser(row)
    }

    /// Changes password, metadata or address. An anonymous person with an address becomes permanent.
    public func update(_ user: AuthUser, email: String?, password: String?, metadata: [String: JSONValue]?) async throws -> AuthUser {
        let newEmail = try email.map(Self.checked(email:)).flatMap { $0 == user.email ? nil : $0 }
        let hash: String?
        if let password {
            try Self.check(password: password)
            if let old = user.passwordHash, try await hasher.verify(password, against: old) {
                throw Failure(.unprocessable, "same_password", "New password should be different from the old password.")
            }
            hash = try await hasher.hash(password)
        } else {
            hash = nil
        }
        let change = metadata.map { JSONValue.object($0).text }
        if let metadata, let known = user.userMetadata.object {
            guard JSONValue.object(known.merging(metadata) { $1 }).text.utf8.count <= Self.maximumMetadataSize else {
                throw Failure(
                    .invalid, "validation_failed",
                    "data must be at most \(Self.maximumMetadataSize) bytes of JSON with what is kept already")
            }
        }
        do {
            try await database.asService { transaction in
                _ = try await transaction.query(
                    """
                    update auth.users set
                        encrypted_password = coalesce(\(hash), encrypted_password),
                        raw_user_meta_data = jsonb_strip_nulls(coalesce(raw_user_meta_data, '{}') || coalesce(\(change)::jsonb, '{}')),
                        updated_at = now()
                    where id = \(user.id)
                    """)
                guard let newEmail else { return }
                guard confirmsAutomatically else {
                    throw Failure(
                        .unsupported, "email_change_disabled", "Changing the address needs a mail server, which is not configured.")
                }
                _ = try await transaction.query(
                    """
                    update auth.users set email = \(newEmail), email_confirmed_at = now(), is_anonymous = false,
                        raw_app_meta_data = coalesce(raw_app_meta_data, '{}') || '{"provider": "email", "providers": ["email"]}'
                    where id = \(user.id)
                    """)
                _ = try await transaction.query("delete from auth.identities where user_id = \(user.id) and provider = 'email'")
                try await insertIdentity(user.id, email: newEmail, in: transaction)
            }
        } catch let failure as Failure where failure.code == "database_conflict" {
            throw Failure(.unprocessable, "email_exists", "A user with this email address has already been registered")
        }
        return try await find(user.id)
    }

    // MARK: Rows

    private func insertUser(email: String?, passwordHash: String?, metadata: JSONValue, in transaction: Transaction) async throws
        -> AuthUser
    {
        let id = UUID()
        let provider = email == nil ? "{}" : #"{"provider":"email","providers":["email"]}"#
        let isConfirmed = email != nil && confirmsAutomatically
        _ = try await transaction.query(
            """
            insert into auth.users (id, instance_id, aud, role, email, encrypted_password, email_confirmed_at, confirmation_sent_at,
                raw_app_meta_data, raw_user_meta_data, is_anonymous, created_at, updated_at, last_sign_in_at)
            values (\(id), '00000000-0000-0000-0000-000000000000', 'authenticated', 'authenticated', \(email), \(passwordHash),
                case when \(isConfirmed) then now() end, case when \(email != nil && !isConfirmed) then now() end,
                \(RawJSON(provider)), \(RawJSON(metadata.text)), \(email == nil), now(), now(), now())
            """)
        if let email { try await insertIdentity(id, email: email, in: transaction) }
        let rows = try await transaction.query("select \(sql: AuthUser.columns) from auth.users u where u.id = \(id)")
        guard let row = rows.first else { throw Failure(.unexpected, "unexpected_failure", "Database error saving new user") }
        return try AuthUser(row)
    }

    private func insertIdentity(_ id: UUID, email: String, in transaction: Transaction) async throws {
        let data: JSONValue = [
            "sub": .string(id.uuidString.lowercased()), "email": .string(email), "email_verified": .bool(false),
            "phone_verified": .bool(false),
        ]
        _ = try await transaction.query(
            """
            insert into auth.identities (provider_id, user_id, identity_data, provider, last_sign_in_at, created_at, updated_at)
            values (\(id.uuidString.lowercased()), \(id), \(RawJSON(data.text)), 'email', now(), now(), now())
            """)
    }

    /// A trigger of the product that fails must not leak its reason into a sign-up.
    private func saving<Result: Sendable>(_ body: () async throws -> Result) async throws -> Result {
        do {
            return try await body()
        } catch let failure as Failure where ["database_error", "database_refused"].contains(failure.code) {
            throw Failure(.unexpected, "unexpected_failure", "Database error saving new user", underlying: failure)
        }
    }

    // MARK: Checks

    static func checked(email: String) throws -> String {
        let email = email.trimmingCharacters(in: .whitespaces).lowercased()
        let halves = email.split(separator: "@", omittingEmptySubsequences: false)
        let isValid =
            halves.count == 2 && !halves[0].isEmpty && halves[1].contains(".") && !halves[1].hasPrefix(".") && !halves[1].hasSuffix(".")
            && email.utf8.count <= 255 && !email.contains { $0.isWhitespace || $0.isNewline || "<>\"'\\,;".contains($0) }
        guard isValid else {
            throw Failure(.invalid, "validation_failed", "Unable to validate email address: invalid format")
        }
        return email
    }

    static func check(password: String) throws {
        guard password.count >= 6 else {
            throw Failure(
                .unprocessable, "weak_password", "Password should be at least 6 characters.",
                fields: [.init("length", "at least 6 characters")])
        }
        guard password.utf8.count <= 72, !password.unicodeScalars.contains("\0") else {
            throw Failure(.invalid, "validation_failed", "Password cannot be longer than 72 characters")
        }
    }
}
