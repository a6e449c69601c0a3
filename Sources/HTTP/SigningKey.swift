import Core
import Crypto
import Foundation

/// A pair of keys that signs access tokens, so that others can check them without the project's secret: a JSON Web Key (RFC 7517) with its
/// private part.
public struct SigningKey: Sendable, Hashable {
    public enum Algorithm: String, Sendable, CaseIterable {
        case es256 = "ES256"
        case edDSA = "EdDSA"
    }

    /// Names the key in the header of each token that it signed.
    public let identifier: String
    let members: [String: JSONValue]

    /// Nil for what is no private key of one of these kinds.
    public init?(_ value: JSONValue) {
        guard let members = value.object, let identifier = members["kid"]?.string, !identifier.isEmpty, members["d"]?.string != nil,
            let algorithm = members["alg"]?.string, Algorithm(rawValue: algorithm) != nil
        else { return nil }
        self.identifier = identifier
        self.members = members
    }

    /// A fresh one.
    public init(_ algorithm: Algorithm) {
        identifier = UUID().uuidString.lowercased()
        var members: [String: JSONValue] = [
            "kid": .string(identifier), "alg": .string(algorithm.rawValue), "use": "sig", "key_ops": ["sign", "verify"],
        ]
        switch algorithm {
        case .es256:
            let key = P256.Signing.PrivateKey()
            let point = key.publicKey.rawRepresentation
            members["kty"] = "EC"
            members["crv"] = "P-256"
            members["x"] = .string(Base64URL.text(point.prefix(32)))
            members["y"] = .string(Base64URL.text(point.suffix(32)))
            members["d"] = .string(Base64URL.text(key.rawRepresentation))
        case .edDSA:
            let key = Curve25519.Signing.PrivateKey()
            members["kty"] = "OKP"
            members["crv"] = "Ed25519"
            members["x"] = .string(Base64URL.text(key.publicKey.rawRepresentation))
            members["d"] = .string(Base64URL.text(key.rawRepresentation))
        }
        self.members = members
    }

    public var value: JSONValue { .object(members) }

    /// What anybody may know.
    public var publicPart: JSONValue {
        var members = members
        members["d"] = nil
        members["key_ops"] = ["verify"]
        return .object(members)
    }
}
