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
    /// For use with the provider itself, given once; nil for other ways to sign in.
    public var providerToken: String?
    public var providerRefreshToken: String?

    enum CodingKeys: String, CodingKey {
        case user
        case accessToken = "access_token"
        case tokenType = "token_type"
        case expiresIn = "expires_in"
        case expiresAt = "expires_at"
        case refreshToken = "refresh_token"
        case providerToken = "provider_token"
        case providerRefreshToken = "provider_refresh_token"
    }
}

/// Where somebody signs in from, as they say it.
struct Device: Sendable {
    var address: String?
    var userAgent: String?
}

/// Sessions and their refresh tokens: one active token per session, each the child of the one it replaced.
public struct Sessions: Sendable {
    let database: Database
    let signer: TokenSigner
    let address: PublicAddress
    let configuration: AuthConfiguration

    // MARK: Beginning

    /// Starts a session for a person who just proved who they are. Throws `user_banned`.
    ///
    /// method: how they did: `password`, `otp`, `magiclink`, `oauth`, `anonymous` …
    func begin(for user: AuthUser, method: String, on device: Device = Device(), in transaction: Transaction) async throws -> Session {
        if user.isBanned { throw Failure(.invalid, "user_banned", "User is banned") }
        let id = UUID()
        let refreshToken = randomText(bytes: 16)
        let rows = try await transaction.pipeline([
            """
            insert into auth.sessions (id, user_id, aal, created_at, updated_at, user_agent, ip)
            values (\(id), \(user.id), 'aal1', now(), now(), \(device.userAgent.map { String($0.prefix(500)) }), \(device.address)::inet)
            """,
            """
            insert into auth.mfa_amr_claims (id, session_id, authentication_method, created_at, updated_at)
            values (\(UUID()), \(id), \(method), now(), now())
            """,
            """
            insert into auth.refresh_tokens (token, user_id, session_id, revoked, created_at, updated_at)
            values (\(refreshToken), \(user.id), \(id), false, now(), now())
            """,
            "update auth.users set last_sign_in_at = now() where id = \(user.id)",
            "select \(sql: AuthUser.columns) from auth.users u where u.id = \(user.id)",
            Self.proofs(of: id),
        ])
        guard let row = rows[4].first else { throw Users.notFound }
        return try await session(try AuthUser(row), id: id, refreshToken: refreshToken, proofs: rows[5])
    }

    // MARK: Going on

    /// A new access token for a refresh token. The session's row is locked, so that twenty clients refreshing at once all get
    /// the same active token. A token used again later than the interval revokes the whole session: it was stolen.
    func refresh(_ token: String) async throws -> Session {
        let answer = try await database.asService { transaction -> Session? in
            let known = try await transaction.query(
                """
                select s.id from auth.refresh_tokens t join auth.sessions s on s.id = t.session_id
                where t.token = \(token) for update of s
                """)
            guard let sessionID = try known.first?.decode("id", as: UUID.self) else { throw Self.unknownToken }
            // Read again under the lock: another refresh may have been faster.
            let read = try await transaction.pipeline([
                """
                select t.revoked, \(sql: hasEnded) as ended,
                    (select a.token from auth.refresh_tokens a where a.session_id = t.session_id and not a.revoked order by a.id desc limit 1) as active,
                    (select a.parent from auth.refresh_tokens a where a.session_id = t.session_id and not a.revoked order by a.id desc limit 1) as parent,
                    t.updated_at > now() - \(configuration.reuseInterval) * interval '1 second' as recent
                from auth.refresh_tokens t join auth.sessions s on s.id = t.session_id where t.token = \(token)
                """,
                """
                select \(sql: AuthUser.columns) from auth.users u join auth.sessions s on s.user_id = u.id
                where s.id = \(sessionID) and u.deleted_at is null
                """,
                Self.proofs(of: sessionID),
            ])
            guard let row = read[0].first else { throw Self.unknownToken }
            if try row.decode("ended") { throw Failure(.invalid, "session_expired", "Invalid Refresh Token: Session Expired") }
            guard let user = try read[1].first.map(AuthUser.init) else { throw Self.unknownToken }
            let proofs = read[2]
            if user.isBanned { throw Failure(.invalid, "user_banned", "User is banned") }
            guard try row.decode("revoked") else {
                let child = try await replace(token, of: sessionID, user: user, in: transaction)
                return try await session(user, id: sessionID, refreshToken: child, proofs: proofs)
            }
            let (active, parent): (String?, String?) = (try row.decode("active"), try row.decode("parent"))
            if let active, try parent == token || row.decode("recent") {
                return try await session(user, id: sessionID, refreshToken: active, proofs: proofs)
            }
            // Committed, and reported as an error only then.
            _ = try await transaction.query(
                "update auth.refresh_tokens set revoked = true, updated_at = now() where session_id = \(sessionID)")
            return nil
        }
        guard let answer else {
            throw Failure(.invalid, "refresh_token_already_used", "Invalid Refresh Token: Already Used")
        }
        return answer
    }

    /// The second proof was given: the session counts for more from now on. Other sessions without it end.
    func raise(_ id: UUID, of user: AuthUser, by factor: UUID, in transaction: Transaction) async throws -> Session {
        let locked = try await transaction.query(
            "select \(sql: hasEnded) as ended from auth.sessions s where s.id = \(id) and s.user_id = \(user.id) for update of s")
        guard let row = locked.first, try !row.decode("ended", as: Bool.self) else { throw Self.unknownSession }
        if user.isBanned { throw Failure(.forbidden, "user_banned", "User is banned") }
        let active: String? = try await transaction.query(
            "select token from auth.refresh_tokens where session_id = \(id) and not revoked order by id desc limit 1"
        ).first?.decode("token")
        _ = try await transaction.pipeline([
            "update auth.sessions set aal = 'aal2', factor_id = \(factor), updated_at = now() where id = \(id)",
            """
            insert into auth.mfa_amr_claims (id, session_id, authentication_method, created_at, updated_at)
            values (\(UUID()), \(id), 'totp', now(), now())
            on conflict (session_id, authentication_method) do update set updated_at = now()
            """,
            "delete from auth.sessions where user_id = \(user.id) and id <> \(id) and aal = 'aal1'",
        ])
        guard let active else { throw Self.unknownSession }
        let child = try await replace(active, of: id, user: user, in: transaction)
        return try await session(
            try await Users().require(user.id, in: transaction), id: id, refreshToken: child,
            proofs: try await transaction.query(Self.proofs(of: id)))
    }

    private func replace(_ token: String, of session: UUID, user: AuthUser, in transaction: Transaction) async throws -> String {
        let child = randomText(bytes: 16)
        _ = try await transaction.pipeline([
            "update auth.refresh_tokens set revoked = true, updated_at = now() where token = \(token)",
            """
            insert into auth.refresh_tokens (token, user_id, session_id, parent, revoked, created_at, updated_at)
            values (\(child), \(user.id), \(session), \(token), false, now(), now())
            """,
            "update auth.sessions set refreshed_at = now() at time zone 'UTC', updated_at = now() where id = \(session)",
        ])
        return child
    }

    /// Whether session `s` has come to one of its limits.
    private var hasEnded: SQL {
        var limits: [SQL] = ["(s.not_after is not null and s.not_after < now())"]
        if let seconds = configuration.sessionTimeBox { limits.append("s.created_at < now() - \(seconds) * interval '1 second'") }
        if let seconds = configuration.sessionInactivity {
            limits.append(
                "coalesce(s.refreshed_at at time zone 'UTC', s.created_at) < now() - \(seconds) * interval '1 second'")
        }
        if configuration.hasSingleSession {
            limits.append(
                "exists (select from auth.sessions n where n.user_id = s.user_id and n.created_at > s.created_at and n.tag is not distinct from s.tag)"
            )
        }
        return "(" + limits.joined(" or ") + ")"
    }

    private static var unknownToken: Failure {
        Failure(.invalid, "refresh_token_not_found", "Invalid Refresh Token: Refresh Token Not Found")
    }

    static var unknownSession: Failure {
        Failure(.forbidden, "session_not_found", "Session from session_id claim in JWT does not exist")
    }

    // MARK: Ending

    /// Ends sessions of the token's person: this one, the others, or all. The person, where there is one.
    func end(_ token: AccessToken, scope: String, in transaction: Transaction) async throws -> AuthUser? {
        guard let id = token.sub.flatMap(UUID.init(uuidString:)) else { return nil }
        let session = token.sessionID.flatMap(UUID.init(uuidString:))
        let ended: SQL =
            switch scope {
            case "local": "delete from auth.sessions where user_id = \(id) and id = \(session)"
            case "others": "delete from auth.sessions where user_id = \(id) and id is distinct from \(session)::uuid"
            default: "delete from auth.sessions where user_id = \(id)"
            }
        _ = try await transaction.query(ended)
        return try await Users().find(id, in: transaction)
    }

    // MARK: Tokens

    /// How a session is proved, the last proof first.
    private static func proofs(of session: UUID) -> SQL {
        """
        select s.aal::text as aal, a.authentication_method as method, a.updated_at from auth.sessions s
        join auth.mfa_amr_claims a on a.session_id = s.id where s.id = \(session) order by a.updated_at desc
        """
    }

    private func session(_ user: AuthUser, id: UUID, refreshToken: String, proofs rows: Rows) async throws -> Session {
        let now = Int(Date.now.timeIntervalSince1970)
        var token = AccessToken(sub: user.id.uuidString.lowercased(), role: user.role, exp: now + configuration.tokenLifetime)
        token.iss = address.url + "/auth/v1"
        token.aud = user.aud
        token.iat = now
        token.email = user.email
        token.phone = user.phone
        token.appMetadata = user.appMetadata
        token.userMetadata = user.userMetadata
        token.aal = try rows.first?.decode("aal", as: String.self) ?? "aal1"
        token.amr = try rows.map {
            AccessToken.Method(
                method: try $0.decode("method"), timestamp: Int(try $0.decode("updated_at", as: Date.self).timeIntervalSince1970))
        }
        token.sessionID = id.uuidString.lowercased()
        token.isAnonymous = user.isAnonymous
        return Session(
            accessToken: try await signer.sign(accessToken: token), expiresIn: configuration.tokenLifetime,
            expiresAt: now + configuration.tokenLifetime, refreshToken: refreshToken, user: user)
    }
}
