import Core
import Crypto
import Foundation
import JWTKit
import Synchronization

/// Checks the tokens of requests: signature, times, audience; and reads the role out of them. Verified tokens are remembered.
/// Source: RFC 7519; PostgREST 14 documentation, "Authentication".
public final class TokenVerifier: Sendable {
    private enum VerificationKey: Sendable {
        /// HMAC (HS256, HS384, HS512) with a shared secret.
        case secret(SymmetricKey)
        /// A JSON Web Key; its identifier where it has one.
        case asymmetric(JWTKeyCollection, identifier: String?)
    }

    /// What a verified token says, as far as every request needs it.
    fileprivate struct Verified: Sendable {
        var claims: JSONValue
        var text: String
    }

    private let keys: [VerificationKey]
    private let audience: String?
    private let rolePath: ClaimPath
    private let anonymousRole: String?
    private let capacity: Int
    private let remembered = Mutex<[String: Verified]>([:])
    private let now: @Sendable () -> Date
    /// Clock differences between machines that are forgiven, in seconds.
    private static let leeway = 30.0

    /// Throws `invalid_setting` for a secret that is too short or a key that cannot be read.
    public init(_ configuration: RestConfiguration, now: @escaping @Sendable () -> Date = { Date.now }) async throws {
        keys = try await Self.keys(configuration)
        audience = configuration.jwtAudience
        rolePath = try ClaimPath(configuration.jwtRoleClaimKey)
        anonymousRole = configuration.anonymousRole
        capacity = configuration.jwtCacheMaxEntries
        self.now = now
    }

    /// Who asks. token: what stands behind `Bearer`; nil when there is no such header. Throws `PGRST3xx`.
    func identity(token: String?) async throws(RestError) -> Identity {
        guard let token else {
            guard let anonymousRole else { throw .tokenRequired }
            return Identity(role: anonymousRole, claims: "{\"role\":\(JSONText.string(anonymousRole))}", isAnonymous: true)
        }
        guard !keys.isEmpty else { throw .noSecret }
        let verified = try await verified(token)
        try check(verified.claims)
        guard let role = rolePath.value(in: verified.claims) ?? anonymousRole else { throw .tokenRequired }
        return Identity(role: role, claims: verified.text(naming: role), isAnonymous: role == anonymousRole)
    }

    // MARK: Signatures

    private func verified(_ token: String) async throws(RestError) -> Verified {
        if let known = remembered.withLock({ $0[token] }) { return known }
        guard !token.isEmpty else { throw .undecodableToken("Empty JWT is sent in Authorization header") }
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3 else { throw .undecodableToken("Expected 3 parts in JWT; got \(parts.count)") }
        guard token.utf8.count <= 65_536, let headerBytes = Base64URL.bytes(parts[0]), let header = JSONValue(parsing: headerBytes),
            let algorithm = header["alg"]?.string
        else { throw .undecodableToken("JWT cryptographic operation failed") }
        guard algorithm.lowercased() != "none" else {
            throw .undecodableToken(
                "Wrong or unsupported encoding algorithm", details: "JWT is unsecured but expected 'alg' was not 'none'")
        }
        guard Self.algorithms.contains(algorithm) else { throw .undecodableToken("JWT cryptographic operation failed") }
        try await verify(token, parts, algorithm: algorithm, identifier: header["kid"]?.string)
        guard let payload = Base64URL.bytes(parts[1]), let claims = JSONValue(parsing: payload), claims.object != nil else {
            throw .invalidClaims("Parsing claims failed")
        }
        let verified = Verified(claims: claims, text: String(decoding: payload, as: UTF8.self))
        remembered.withLock { remembered in
            guard capacity > 0 else { return }
            if remembered.count >= capacity { remembered.removeAll() }
            remembered[token] = verified
        }
        return verified
    }

    private static let algorithms: Set<String> = [
        "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "EdDSA", "PS256", "PS384", "PS512",
    ]

    private func verify(_ token: String, _ parts: [Substring], algorithm: String, identifier: String?) async throws(RestError) {
        let signed = Data(token.utf8.prefix(parts[0].utf8.count + 1 + parts[1].utf8.count))
        for key in keys {
            switch key {
            case .secret(let secret):
                guard let signature = Base64URL.bytes(parts[2]) else { continue }
                if Self.isValid(signature, of: signed, algorithm: algorithm, secret: secret) { return }
            case .asymmetric(let collection, let keyIdentifier):
                guard !algorithm.hasPrefix("HS"), identifier == nil || keyIdentifier == nil || identifier == keyIdentifier else { continue }
                if (try? await collection.verify(token, as: AnyClaims.self)) != nil { return }
            }
        }
        throw .undecodableToken("No suitable key or wrong key type", details: "None of the keys was able to decode the JWT")
    }

    private static func isValid(_ signature: some ContiguousBytes, of signed: Data, algorithm: String, secret: SymmetricKey) -> Bool {
        switch algorithm {
        case "HS256": HMAC<SHA256>.isValidAuthenticationCode(signature, authenticating: signed, using: secret)
        case "HS384": HMAC<SHA384>.isValidAuthenticationCode(signature, authenticating: signed, using: secret)
        case "HS512": HMAC<SHA512>.isValidAuthenticationCode(signature, authenticating: signed, using: secret)
        default: false
        }
    }

    private struct AnyClaims: JWTPayload {
        init(from decoder: any Decoder) throws {}
        func encode(to encoder: any Encoder) throws {}
        func verify(using algorithm: some JWTAlgorithm) throws {}
    }

    // MARK: Claims

    private func check(_ claims: JSONValue) throws(RestError) {
        let seconds = now().timeIntervalSince1970.rounded(.down)
        func number(_ name: String) throws(RestError) -> Double? {
            switch claims[name] {
            case nil, .null?: return nil
            case .number(let value)?: return value.rounded(.down)
            default: throw .invalidClaims("The JWT '\(name)' claim must be a number")
            }
        }
        if let expiry = try number("exp"), seconds - Self.leeway > expiry { throw .invalidClaims("JWT expired") }
        if let start = try number("nbf"), seconds + Self.leeway < start { throw .invalidClaims("JWT not yet valid") }
        if let issued = try number("iat"), seconds + Self.leeway < issued { throw .invalidClaims("JWT issued at future") }
        try checkAudience(claims["aud"])
    }

    private func checkAudience(_ claim: JSONValue?) throws(RestError) {
        let audiences: [String]
        switch claim {
        case nil, .null?: return
        case .string(let text)?: audiences = [text]
        case .array(let items)?:
            audiences = items.compactMap(\.string)
            guard audiences.count == items.count else { fallthrough }
            if audiences.isEmpty { return }
        default: throw .invalidClaims("The JWT 'aud' claim must be a string or an array of strings")
        }
        guard let audience else { return }
        if !audiences.contains(audience) { throw .invalidClaims("JWT not in audience") }
    }

    // MARK: Keys

    private static func keys(_ configuration: RestConfiguration) async throws -> [VerificationKey] {
        guard let text = configuration.jwtSecret, !text.isEmpty else { return [] }
        var bytes = Data(text.utf8)
        if configuration.jwtSecretIsBase64 {
            let standard = text.trimmingSpaces.replacing("_", with: "/").replacing("-", with: "+").replacing(".", with: "=")
            guard let decoded = Data(base64Encoded: standard) else {
                throw Failure(.invalid, "invalid_setting", "jwt-secret is not Base64, though jwt-secret-is-base64 says so.")
            }
            bytes = decoded
        }
        if let value = JSONValue(parsing: bytes), value.object != nil {
            var keys: [VerificationKey] = []
            let list: [JSONValue]
            if case .array(let members)? = value["keys"] { list = members } else { list = [value] }
            for key in list { keys.append(try await Self.key(key)) }
            return keys
        }
        guard bytes.count >= 32 else {
            throw Failure(.invalid, "invalid_setting", "The JWT secret must be at least 32 characters long.")
        }
        return [.secret(SymmetricKey(data: bytes))]
    }

    private static func key(_ value: JSONValue) async throws -> VerificationKey {
        if value["kty"]?.string == "oct", let text = value["k"]?.string, let bytes = Base64URL.bytes(text) {
            return .secret(SymmetricKey(data: bytes))
        }
        guard var members = value.object else { throw Failure(.invalid, "invalid_setting", "jwt-secret holds a key that is no object.") }
        let identifier = members["kid"]?.string
        members["kid"] = .string(identifier ?? "key")
        do {
            return .asymmetric(try await JWTKeyCollection().add(jwk: JWK(json: JSONValue.object(members).text)), identifier: identifier)
        } catch {
            throw Failure(
                .invalid, "invalid_setting", "jwt-secret holds a JSON Web Key that cannot be read.",
                hint: "RSA, EC (P-256, P-384, P-521), OKP (Ed25519) and oct keys are understood.", underlying: error)
        }
    }
}

extension TokenVerifier.Verified {
    /// The claims as they were signed, with the role put in where it stands elsewhere or nowhere. Of equal keys, SQL reads the last.
    fileprivate func text(naming role: String) -> String {
        if claims["role"]?.string == role { return text }
        guard let end = text.lastIndex(of: "}") else { return text }
        let isEmpty = claims.object?.isEmpty ?? true
        return text[..<end] + (isEmpty ? "" : ",") + "\"role\":" + JSONText.string(role) + "}"
    }
}
