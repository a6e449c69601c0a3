import Core
import Foundation
import HTTP
import JWTKit

/// Tokens that stand for the right to one object: to read it, or to put it there.
///
/// They name a scope and carry no claim `role`, so that none passes for another, or for a person's access token.
struct SignedLinks: Sendable {
    enum Scope: String, Codable, Sendable {
        case download, upload
    }

    struct Link: JWTPayload {
        /// `bucket/name`.
        var url: String
        var scope: Scope
        /// In whose name an upload is done, and as which database role.
        var owner: String?
        var actingRole: String?
        var upsert: Bool?
        var iat: Int
        var exp: Int

        enum CodingKeys: String, CodingKey {
            case url, scope, owner, upsert, iat, exp
            case actingRole = "acting_role"
        }

        func verify(using algorithm: some JWTAlgorithm) throws {}

        var claims: Claims {
            if let owner = owner.flatMap(UUID.init(uuidString:)) { return Claims(userID: owner) }
            return actingRole == Claims.Role.service.rawValue ? .service : .anonymous
        }
    }

    /// Seconds that a link for a download may hold: ten years.
    static let longestLifetime = 315_360_000

    let signer: TokenSigner

    func download(_ path: ObjectPath, seconds: Int) async throws -> String {
        let now = Int(Date.now.timeIntervalSince1970)
        return try await signer.sign(Link(url: path.text, scope: .download, iat: now, exp: now + seconds))
    }

    func upload(_ path: ObjectPath, owner: UUID?, role: Claims.Role, upsert: Bool, seconds: Int) async throws -> String {
        let now = Int(Date.now.timeIntervalSince1970)
        return try await signer.sign(
            Link(
                url: path.text, scope: .upload, owner: owner?.text, actingRole: role.rawValue, upsert: upsert, iat: now,
                exp: now + seconds))
    }

    /// Throws `invalid_signed_url` for what is no link or too old, `invalid_signature` for one to something else.
    func check(_ token: String, for path: ObjectPath, _ scope: Scope) async throws -> Link {
        guard !token.isEmpty else { throw StorageFailures.invalid("querystring must have required property 'token'") }
        guard let link = try? await signer.verify(token, as: Link.self) else { throw StorageFailures.badToken("invalid signature") }
        guard link.exp > Int(Date.now.timeIntervalSince1970) else { throw StorageFailures.badToken("\"exp\" claim timestamp check failed") }
        guard link.scope == scope, link.url == path.text else { throw StorageFailures.badSignature }
        return link
    }
}
