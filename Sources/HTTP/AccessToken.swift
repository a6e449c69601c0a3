import Core
import Foundation
import JWTKit

/// The claims of an access token, as Supabase Auth signs them. Source: Supabase Auth, "JWT fields".
public struct AccessToken: JWTPayload, Hashable {
    /// How a person proved who they are.
    public struct Method: Codable, Sendable, Hashable {
        public var method: String
        public var timestamp: Int

        public init(method: String, timestamp: Int) {
            self.method = method
            self.timestamp = timestamp
        }
    }

    public var iss: String?
    public var sub: String?
    public var aud: String?
    public var exp: Int
    public var iat: Int?
    public var email: String?
    public var phone: String?
    public var role: String
    public var appMetadata: JSONValue?
    public var userMetadata: JSONValue?
    public var aal: String?
    public var amr: [Method]?
    public var sessionID: String?
    public var isAnonymous: Bool?

    enum CodingKeys: String, CodingKey {
        case iss, sub, aud, exp, iat, email, phone, role, aal, amr
        case appMetadata = "app_metadata"
        case userMetadata = "user_metadata"
        case sessionID = "session_id"
        case isAnonymous = "is_anonymous"
    }

    public init(sub: String?, role: String, exp: Int) {
        self.sub = sub
        self.role = role
        self.exp = exp
    }

    public func verify(using algorithm: some JWTAlgorithm) throws {}
}

/// Signs and verifies the project's tokens (HS256, and ES256 or EdDSA where there are keys for it), and remembers verified ones until they
/// expire.
public actor TokenSigner {
    private let keys = JWTKeyCollection()
    private let secret: HMACKey
    private let signingKeys: [SigningKey]
    private var isReady = false
    private var verified: [String: (token: AccessToken, claims: Claims)] = [:]
    private let capacity = 4096
    private let now: @Sendable () -> Date
    private let opaqueKeys: [String: Claims.Role]

    /// Clock differences between machines that are forgiven, in seconds.
    private let leeway = 30

    /// signingKeys: the first signs access tokens. `opaqueKeys`: texts that are no tokens and stand for roles.
    public init(
        secret: String, signingKeys: [SigningKey] = [], opaqueKeys: [String: Claims.Role] = [:],
        now: @escaping @Sendable () -> Date = { Date.now }
    ) {
        self.secret = HMACKey(from: secret)
        self.signingKeys = signingKeys
        self.opaqueKeys = opaqueKeys
        self.now = now
    }

    private func ready() async throws -> JWTKeyCollection {
        if !isReady {
            // Tokens that name no key are the secret's.
            await keys.add(hmac: secret, digestAlgorithm: .sha256)
            for key in signingKeys { try await keys.add(jwk: JWK(json: key.value.text), isDefault: false) }
            isReady = true
        }
        return keys
    }

    /// The keys that anybody may check access tokens with. Source: RFC 7517, section 5.
    public nonisolated var publicKeys: JSONValue { ["keys": .array(signingKeys.map(\.publicPart))] }

    /// An access token: with a key of its own where there is one, so that others can check it too.
    public func sign(accessToken: AccessToken) async throws -> String {
        guard let key = signingKeys.first else { return try await sign(accessToken) }
        return try await ready().sign(accessToken, kid: JWKIdentifier(string: key.identifier))
    }

    public func sign(_ payload: some JWTPayload) async throws -> String {
        try await ready().sign(payload)
    }

    /// The claims of a valid token. Throws `bad_jwt` for anything else, without saying which check failed beyond expiry.
    public func verify(_ text: String) async throws -> (token: AccessToken, claims: Claims) {
        let seconds = Int(now().timeIntervalSince1970)
        if let role = opaqueKeys[text] {
            return (AccessToken(sub: nil, role: role.rawValue, exp: .max), role == .service ? .service : .anonymous)
        }
        if let known = verified[text] {
            guard known.token.exp + leeway > seconds else { throw expired() }
            return known
        }
        guard text.utf8.count <= 16_384 else { throw malformed() }
        let token: AccessToken
        do {
            token = try await ready().verify(text, as: AccessToken.self)
        } catch {
            throw malformed(error)
        }
        guard token.exp + leeway > seconds else { throw expired() }
        guard let role = Claims.Role(rawValue: token.role), token.aud == nil || token.aud == "authenticated" else { throw malformed() }
        let userID = token.sub.flatMap(UUID.init(uuidString:))
        guard role != .authenticated || userID != nil else { throw malformed() }
        let result = (token, Claims(role: role, userID: role == .authenticated ? userID : nil, json: payload(of: text)))
        if verified.count >= capacity {
            verified = verified.filter { $0.value.token.exp > seconds }
            if verified.count >= capacity { verified.removeAll() }
        }
        verified[text] = result
        return result
    }

    /// The claims of a token of another shape (signed links), verified in the same way.
    public func verify<Payload: JWTPayload>(_ text: String, as type: Payload.Type) async throws -> Payload {
        do {
            return try await ready().verify(text, as: type)
        } catch {
            throw malformed(error)
        }
    }

    private func payload(of text: String) -> String {
        let segments = text.split(separator: ".", omittingEmptySubsequences: false)
        guard segments.count == 3 else { return "{}" }
        return Base64URL.bytes(segments[1]).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }

    private func malformed(_ cause: (any Error)? = nil) -> Failure {
        Failure(.unauthenticated, "bad_jwt", "The access token is not valid.", hint: "Sign in again.", underlying: cause)
    }

    private func expired() -> Failure {
        Failure(
            .unauthenticated, "jwt_expired", "The access token has expired.",
            hint: "Get a new one with POST /auth/v1/token?grant_type=refresh_token.")
    }
}
