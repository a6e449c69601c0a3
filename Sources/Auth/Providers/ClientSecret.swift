import Core
import Foundation
import HTTP
import JWTKit

/// What proves to a provider that this installation asks.
enum ClientSecret: Sendable {
    case text(String)
    /// Apple's is a token that the installation signs afresh. Source: Apple, "Creating a client secret".
    case signed(ES256PrivateKey, team: String, id: String)

    /// key: PEM. Throws `invalid_setting`.
    static func apple(key: String, team: String, id: String) throws -> ClientSecret {
        do {
            return .signed(try ES256PrivateKey(pem: key), team: team, id: id)
        } catch {
            throw Failure(
                .invalid, "invalid_setting", "The setting providers: “apple” has a private_key that is no P-256 key in PEM.",
                hint: "It is the file AuthKey_….p8 that Apple gave you.", underlying: error)
        }
    }

    func value(for clientID: String, at audience: String) async throws -> String {
        switch self {
        case .text(let text): return text
        case .signed(let key, let team, let id):
            let now = Int(Date.now.timeIntervalSince1970)
            let identifier = JWKIdentifier(string: id)
            let keys = await JWTKeyCollection().add(ecdsa: key, kid: identifier)
            return try await keys.sign(Claim(iss: team, iat: now, exp: now + 300, aud: audience, sub: clientID), kid: identifier)
        }
    }

    private struct Claim: JWTPayload {
        var iss: String
        var iat: Int
        var exp: Int
        var aud: String
        var sub: String

        func verify(using algorithm: some JWTAlgorithm) throws {}
    }
}
