import Core
import Foundation
import HTTP
import JWTKit

/// What OpenID issuers say about themselves, and the keys they sign with: read when needed, kept for an hour.
///
/// Source: OpenID Connect Discovery 1.0, section 4; OpenID Connect Core 1.0, section 3.1.3.7 (checking an ID token).
actor Issuers {
    struct Endpoints: Sendable {
        var authorization: String
        var token: String
        var profile: String?
        var keys: String
        /// Whether secrets may go in the body; the standard is HTTP's basic scheme.
        var takesSecretInBody: Bool
    }

    private let client: OutgoingClient
    private let now: @Sendable () -> Date
    private var known: [String: (endpoints: Endpoints, at: Date)] = [:]
    private var keys: [String: (keys: JWTKeyCollection, identifiers: Set<String>, at: Date)] = [:]
    private static let freshness: TimeInterval = 3600
    /// Seconds between two readings because of a key that is not known: strangers choose what their tokens name.
    private static let patience: TimeInterval = 5
    private static let leeway: TimeInterval = 30

    init(client: OutgoingClient, now: @escaping @Sendable () -> Date = { .now }) {
        self.client = client
        self.now = now
    }

    /// Throws `remote_unreachable`, `provider_misbehaved`.
    func endpoints(of issuer: String) async throws -> Endpoints {
        if let entry = known[issuer], now().timeIntervalSince(entry.at) < Self.freshness { return entry.endpoints }
        let answer = try await client.send(issuer + "/.well-known/openid-configuration", headers: ["Accept": "application/json"])
        guard answer.isSuccess, let document = answer.json,
            document["issuer"]?.string.map({ $0 == issuer || $0 == issuer + "/" }) ?? false,
            let authorization = Self.secure(document["authorization_endpoint"]), let token = Self.secure(document["token_endpoint"]),
            let keys = Self.secure(document["jwks_uri"])
        else { throw ProviderTrouble.misbehaved("its description is missing or not its own") }
        var takesSecretInBody = false
        if case .array(let methods)? = document["token_endpoint_auth_methods_supported"] {
            takesSecretInBody = methods.contains("client_secret_post")
        }
        let endpoints = Endpoints(
            authorization: authorization, token: token, profile: Self.secure(document["userinfo_endpoint"]), keys: keys,
            takesSecretInBody: takesSecretInBody)
        known[issuer] = (endpoints, now())
        return endpoints
    }

    private static func secure(_ value: JSONValue?) -> String? {
        guard let text = value?.string, let url = URLComponents(string: text), let host = url.host else { return nil }
        return OutgoingClient.isPrivate(url.scheme, host) ? text : nil
    }

    /// The claims of a token that the issuer signed, that is made out to one of the clients and holds now. Nonces are the caller's to compare.
    /// Throws `bad_id_token`.
    func claims(of token: String, issuer: String, clientIDs: [String]) async throws -> JSONValue {
        guard token.utf8.count <= 32_768, let header = Self.part(0, of: token), let algorithm = header["alg"]?.string,
            ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"].contains(algorithm)
        else { throw ProviderTrouble.badToken("it is not signed with a public key") }
        let keys = try await signingKeys(of: issuer, naming: header["kid"]?.string)
        let payload: JSONValue
        do {
            _ = try await keys.verify(token, as: Signed.self)
            guard let read = Self.part(1, of: token) else { throw ProviderTrouble.badToken("it has no claims") }
            payload = read
        } catch let failure as Failure {
            throw failure
        } catch {
            throw ProviderTrouble.badToken("its signature does not hold", error)
        }
        guard let issued = payload["iss"]?.string, issued == issuer || issued == issuer + "/" else {
            throw ProviderTrouble.badToken("somebody else issued it")
        }
        let audience: [String] =
            switch payload["aud"] {
            case .string(let one)?: [one]
            case .array(let several)?: several.compactMap(\.string)
            default: []
            }
        let isOurs =
            audience.contains(where: clientIDs.contains) && (audience.count < 2 || clientIDs.contains(payload["azp"]?.string ?? ""))
        guard isOurs else { throw ProviderTrouble.badToken("it is made out to somebody else") }
        let seconds = now().timeIntervalSince1970
        guard let expiry = payload["exp"]?.number, expiry + Self.leeway > seconds, (payload["iat"]?.number ?? 0) < seconds + 300 else {
            throw ProviderTrouble.badToken("it has expired, or is not valid yet")
        }
        guard payload["sub"]?.string?.isEmpty == false else { throw ProviderTrouble.badToken("it names nobody") }
        return payload
    }

    private func signingKeys(of issuer: String, naming identifier: String?) async throws -> JWTKeyCollection {
        if let entry = keys[issuer] {
            let age = now().timeIntervalSince(entry.at)
            let isKnown = identifier.map(entry.identifiers.contains) ?? true
            if isKnown ? age < Self.freshness : age < Self.patience { return entry.keys }
        }
        let address = try await endpoints(of: issuer).keys
        let answer = try await client.send(address, headers: ["Accept": "application/json"])
        guard answer.isSuccess, case .array(let members)? = answer.json?["keys"] else {
            throw ProviderTrouble.misbehaved("it shows no keys")
        }
        let collection = JWTKeyCollection()
        var identifiers: Set<String> = []
        for member in members.prefix(100) where member["use"]?.string ?? "sig" == "sig" && member["kty"] != "oct" {
            // Kinds of keys that are not known sign tokens that are not known either.
            guard let key = try? JWK(json: member.text), (try? await collection.add(jwk: key)) != nil else { continue }
            if let identifier = member["kid"]?.string { identifiers.insert(identifier) }
        }
        keys[issuer] = (collection, identifiers, now())
        return collection
    }

    private static func part(_ index: Int, of token: String) -> JSONValue? {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        return Base64URL.bytes(parts[index]).flatMap { JSONValue(parsing: $0) }
    }

    /// Only the signature is checked here: the claims are read as they are.
    private struct Signed: JWTPayload {
        func verify(using algorithm: some JWTAlgorithm) throws {}
    }
}

/// What goes wrong with providers.
enum ProviderTrouble {
    static func misbehaved(_ how: String) -> Failure {
        Failure(.unexpected, "provider_misbehaved", "The provider answered in a way that cannot be used: \(how).")
    }

    static func badToken(_ why: String, _ cause: (any Error)? = nil) -> Failure {
        Failure(.invalid, "bad_id_token", "Bad ID token: \(why)", underlying: cause)
    }
}
