import Core
import Crypto
import Database
import Foundation
import HTTP

/// What the parts of Auth share.
struct AuthCore: Sendable {
    let database: Database
    let configuration: AuthConfiguration
    let hasher: PasswordHasher
    let postbox: Postbox
    let limits: RateLimits
    let users = Users()
    let sessions: Sessions
    let codes: Codes
    let flows = Flows()
    let audit = AuditLog()
    let sealer: Sealer
    let providers: [String: Provider]
    let issuers: Issuers

    init(
        database: Database, signer: TokenSigner, address: PublicAddress, keys: ProjectKeys, configuration: AuthConfiguration,
        mail: any MailTransport
    ) throws {
        self.database = database
        self.configuration = configuration
        hasher = PasswordHasher()
        postbox = Postbox(transport: mail, address: address, configuration: configuration)
        limits = RateLimits(database: database)
        sessions = Sessions(database: database, signer: signer, address: address, configuration: configuration)
        codes = Codes(secret: OneTimeCode.secret(from: keys.jwtSecret), lifetime: configuration.codeLifetime)
        sealer = try Sealer(key: keys.sealingKey)
        providers = try Provider.all(configuration.providers)
        issuers = Issuers(client: OutgoingClient())
    }

    // MARK: Who asks

    /// The person of a token, their session still standing. Throws `session_not_found`, `user_not_found`.
    func person(of token: AccessToken) async throws -> AuthUser {
        guard let id = token.sub.flatMap(UUID.init(uuidString:)) else {
            throw Failure(.forbidden, "bad_jwt", "invalid claim: missing sub claim")
        }
        let session = token.sessionID.flatMap(UUID.init(uuidString:))
        let rows = try await database.asService(
            """
            select \(sql: AuthUser.columns), s.id as session_id, s.aal::text as level from auth.users u
            left join auth.sessions s on s.id = \(session) and s.user_id = u.id
            where u.id = \(id) and u.deleted_at is null
            """)
        guard let row = rows.first else {
            throw Failure(.forbidden, "user_not_found", "User from sub claim in JWT does not exist")
        }
        if token.sessionID != nil, try row.decode("session_id", as: UUID?.self) == nil { throw Sessions.unknownSession }
        var user = try AuthUser(row)
        if user.isBanned { throw Failure(.forbidden, "user_banned", "User is banned") }
        user.sessionLevel = try row.decode("level")
        return user
    }

    // MARK: Tokens of providers

    func sealed(_ token: String?) throws -> String? { try token.map { try sealer.seal($0.utf8, for: "provider token") } }

    func unsealed(_ text: String?) -> String? {
        text.flatMap { sealer.open($0, for: "provider token") }.map { String(decoding: $0, as: UTF8.self) }
    }

    // MARK: Passwords and addresses

    /// Throws `weak_password`, `validation_failed`.
    func check(password: String) throws {
        guard password.count >= configuration.passwordLength else {
            throw Failure(
                .unprocessable, "weak_password", "Password should be at least \(configuration.passwordLength) characters.",
                fields: [.init("length", "at least \(configuration.passwordLength) characters")])
        }
        guard password.utf8.count <= 72, !password.unicodeScalars.contains("\0") else {
            throw Failure(.invalid, "validation_failed", "Password cannot be longer than 72 characters")
        }
    }
}
