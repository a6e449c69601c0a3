import Core
import Database
import Foundation
import HTTP

/// What a client keeps to stay signed in. Shape: Supabase Auth, "session".
public struct Session: Encodable, Sendable {
    public var accessToken: String
    public var tokenType = "bearer"
    /// Seconds the access token lives.
    public var expiresIn: Int
    /// Seconds since 1970.
    public var expiresAt: Int
    public var refreshToken: String
    public var user: AuthUser

    enum CodingKeys: String, CodingKey {
        case user
        case accessToken = "access_token"
        case tokenType = "token_type"
        case expiresIn = "expires_in"
        case expiresAt = "expires_at"
        case refreshToken = "refresh_token"
    }
}

/// Sessions and their refresh tokens: one active token per session, each the child of the one it replaced.
public struct Sessions: Sendable {
    private let database: Database
    private let signer: TokenSigner
    private let address: PublicAddress
    private let lifetime: Int
    /// A just-revoked token still works for this long: the client may have lost the answer.
    private let reuseInterval: Duration = .seconds(10)

    /// lifetime: seconds an access token is valid.
    public init(database: Database, signer: TokenSigner, address: PublicAddress, lifetime: Int = 3600) {
        self.database = database
        self.signer = signer
        self.address = address
        self.lifetime = lifetime
    }

    /// Starts a session for a person who just proved who they are.
    public func begin(for user: AuthUser, method: String, in transaction: Transaction) async throws -> Session {
        let id = UUID()
        let refreshToken = randomText(bytes: 16)
        _ = try await transaction.pipeline([
            "insert into auth.sessions (id, user_id, aal, created_at, updated_at) values (\(id), \(user.id), 'aal1', now(), now())",
            """
            insert into auth.mfa_amr_claims (id, session_id, authentication_method, created_at, updated_at)
            values (\(UUID()), \(id), \(method), now(), now())
            """,
            """
            insert into auth.refresh_tokens (token, user_id, session_id, revoked, created_at, updated_at)
            values (\(refreshToken), \(user.id), \(id), false, now(), now())
            """,
            "update auth.users set last_sign_in_at = now() where id = \(user.id)",
        ])
        return try await session(
            user, id: id, methods: [.init(method: method, timestamp: Int(Date.now.timeIntervalSince1970))], refreshToken: refreshToken)
    }

    /// A new access token for a refresh token. The session's row is locked, so that twenty clients refreshing at once all get
    /// the same active token. A token used again later than the interval revokes the whole session: it was stolen.
    public func refresh(_ token: String) async throws -> Session {
        enum Answer: Sendable {
            case session(UUID, UUID, String)
            case stolen
        }
        let answer = try await database.asService { transaction -> Answer in
            let known = try await transaction.query(
                """
                select s.id from auth.refresh_tokens t join auth.sessions s on s.id = t.session_id
                where t.token = \(token) for update of s
                """)
            guard let sessionID = try known.first?.decode("id", as: UUID.self) else {
                throw Failure(.invalid, "refresh_token_not_found", "Invalid Refresh Token: Refresh Token Not Found")
            }
            // Read again under the lock: another refresh may have been faster.
            let rows = try await transaction.query(
                """
                select t.user_id::uuid as user_id, t.revoked, s.not_after is not null and s.not_after < now() as expired,
                    (select a.token from auth.refresh_tokens a where a.session_id = t.session_id and not a.revoked order by a.id desc limit 1) as active,
                    (select a.parent from auth.refresh_tokens a where a.session_id = t.session_id and not a.revoked order by a.id desc limit 1) as parent,
                    t.updated_at > now() - \(reuseInterval / .seconds(1)) * interval '1 second' as recent
                from auth.refresh_tokens t join auth.sessions s on s.id = t.session_id where t.token = \(token)
                """)
            guard let row = rows.first else {
                throw Failure(.invalid, "refresh_token_not_found", "Invalid Refresh Token: Refresh Token Not Found")
            }
            if try row.decode("expired") { throw Failure(.invalid, "session_expired", "Invalid Refresh Token: Session Expired") }
            let userID: UUID = try row.decode("user_id")
            if try row.decode("revoked") {
                let active: String? = try row.decode("active")
                let parent: String? = try row.decode("parent")
                if let active, try parent == token || row.decode("recent") { return .session(sessionID, userID, active) }
                _ = try await transaction.query(
                    "update auth.refresh_tokens set revoked = true, updated_at = now() where session_id = \(sessionID)")
                return .stolen
            }
            let child = randomText(bytes: 16)
            _ = try await transaction.pipeline([
                "update auth.refresh_tokens set revoked = true, updated_at = now() where token = \(token)",
                """
                insert into auth.refresh_tokens (token, user_id, session_id, parent, revoked, created_at, updated_at)
                values (\(child), \(userID), \(sessionID), \(token), false, now(), now())
                """,
                "update auth.sessions set refreshed_at = now() at time zone 'UTC', updated_at = now() where id = \(sessionID)",
            ])
            return .session(sessionID, userID, child)
        }
        guard case .session(let sessionID, let userID, let active) = answer else {
            throw Failure(.invalid, "refresh_token_already_used", "Invalid Refresh Token: Already Used")
        }
        let rows = try await database.asService(
            "select \(sql: AuthUser.columns) from auth.users u where u.id = \(userID) and u.deleted_at is null")
        guard let user = try rows.first.map(AuthUser.init) else {
            throw Failure(.invalid, "refresh_token_not_found", "Invalid Refresh Token: Refresh Token Not Found")
        }
        if let until = user.bannedUntil, until > .now { throw Failure(.invalid, "user_banned", "User is banned") }
        let methods = try await database.asService(
            "select authentication_method, created_at from auth.mfa_amr_claims where session_id = \(sessionID) order by created_at"
        ).map { row in
            AccessToken.Method(
                method: try row.decode("authentication_method"),
                timestamp: Int(try row.decode("created_at", as: Date.self).timeIntervalSince1970))
        }
        return try await session(user, id: sessionID, methods: methods, refreshToken: active)
    }

    /// Ends sessions of the token's person: this one, the others, or all.
    public func end(_ token: AccessToken, scope: String) async throws {
        guard let userID = token.sub.flatMap(UUID.init(uuidString:)) else { return }
        let session = token.sessionID.flatMap(UUID.init(uuidString:))
        switch scope {
        case "local": _ = try await database.asService("delete from auth.sessions where user_id = \(userID) and id = \(session)")
        case "others":
            _ = try await database.asService("delete from auth.sessions where user_id = \(userID) and id is distinct from \(session)::uuid")
        default: _ = try await database.asService("delete from auth.sessions where user_id = \(userID)")
        }
    }

    private func session(_ user: AuthUser, id: UUID, methods: [AccessToken.Method], refreshToken: String) async throws -> Session {
        let now = Int(Date.now.timeIntervalSince1970)
        var token = AccessToken(sub: user.id.uuidString.lowercased(), role: user.role, exp: now + lifetime)
        token.iss = address.url + "/auth/v1"
        token.aud = user.aud
        token.iat = now
        token.email = user.email
        token.phone = user.phone
        token.appMetadata = user.appMetadata
        token.userMetadata = user.userMetadata
        token.aal = "aal1"
        token.amr = methods
        token.sessionID = id.uuidString.lowercased()
        token.isAnonymous = user.isAnonymous
        return Session(
            accessToken: try await signer.sign(token), expiresIn: lifetime, expiresAt: now + lifetime, refreshToken: refreshToken,
            user: user)
    }
}
