import Core
import Foundation
import HTTP

/// Speaks with providers: where to send people, and what their code is worth.
///
/// Source: RFC 6749, section 4.1 (authorization code), with RFC 7636 (proof key) and RFC 9700, section 2.1.1 (proof keys for all).
struct ProviderClient: Sendable {
    let issuers: Issuers
    let client = OutgoingClient()
    /// Where providers send people back to.
    let callback: String

    /// What a provider answers for a code.
    struct Tokens: Sendable {
        var access: String
        var refresh: String?
        var identity: String?
    }

    private enum Proof { case body, header }

    // MARK: Sending people there

    /// Parameters that are the server's own to set.
    private static let reserved: Set = [
        "apikey", "client_id", "code_challenge", "code_challenge_method", "invite_token", "nonce", "provider", "redirect_to",
        "redirect_uri", "response_mode", "response_type", "scope", "scopes", "skip_http_redirect", "state",
    ]

    /// wishes: what the client wants said to the provider, such as `prompt` or `access_type`.
    func address(
        of provider: Provider, state: String, nonce: String, key: ProofKey, scopes: [String], wishes: [(String, String)]
    ) async throws -> String {
        let endpoint: String
        switch provider.dialect {
        case .openID(let issuer): endpoint = try await issuers.endpoints(of: issuer).authorization
        case .gitHub(let site, _): endpoint = site + "/login/oauth/authorize"
        case .spotify(let accounts, _): endpoint = accounts + "/authorize"
        }
        var all: [String] = []
        for scope in provider.standardScopes + provider.scopes + scopes where !all.contains(scope) { all.append(scope) }
        var members = wishes.filter { !Self.reserved.contains($0.0) }
        members += [
            ("client_id", provider.clientID), ("redirect_uri", callback), ("response_type", "code"),
            ("scope", all.joined(separator: " ")), ("state", state), ("code_challenge", key.challenge), ("code_challenge_method", "S256"),
        ]
        if case .openID = provider.dialect { members.append(("nonce", nonce)) }
        if provider.answersWithForm { members.append(("response_mode", "form_post")) }
        let text = members.map { URLEncodedForm.encoded($0) + "=" + URLEncodedForm.encoded($1) }.joined(separator: "&")
        return endpoint + (endpoint.contains("?") ? "&" : "?") + text
    }

    // MARK: Taking their word

    func exchange(_ code: String, verifier: String, at provider: Provider) async throws -> Tokens {
        let endpoint: String
        var proof = Proof.header
        var audience = ""
        switch provider.dialect {
        case .openID(let issuer):
            let endpoints = try await issuers.endpoints(of: issuer)
            endpoint = endpoints.token
            if endpoints.takesSecretInBody { proof = .body }
            audience = issuer
        case .gitHub(let site, _):
            endpoint = site + "/login/oauth/access_token"
            proof = .body
        case .spotify(let accounts, _): endpoint = accounts + "/api/token"
        }
        let secret = try await provider.secret.value(for: provider.clientID, at: audience)
        var form = [
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", callback), ("code_verifier", verifier),
        ]
        var headers: [String: String] = [:]
        switch proof {
        case .body: form += [("client_id", provider.clientID), ("client_secret", secret)]
        case .header:
            let pair = URLEncodedForm.encoded(provider.clientID) + ":" + URLEncodedForm.encoded(secret)
            headers["Authorization"] = "Basic " + Data(pair.utf8).base64EncodedString()
        }
        let answer = try await client.post(endpoint, form: form, headers: headers)
        // Some say 200 to errors.
        guard answer.isSuccess, let json = answer.json, let access = json["access_token"]?.string, !access.isEmpty else {
            throw Failure(.unexpected, "unexpected_failure", "Unable to exchange external code")
        }
        return Tokens(access: access, refresh: json["refresh_token"]?.string, identity: json["id_token"]?.string)
    }

    /// Who the tokens speak of. nonce: what the ID token must carry.
    func profile(_ tokens: Tokens, nonce: String, at provider: Provider, formName: String?) async throws -> ProviderProfile {
        switch provider.dialect {
        case .openID(let issuer):
            guard let token = tokens.identity else { throw ProviderTrouble.misbehaved("it sent no ID token") }
            var claims = try await issuers.claims(of: token, issuer: issuer, clientIDs: provider.clientIDs)
            guard let carried = claims["nonce"]?.string, carried.utf8.isEqualInConstantTime(to: nonce.utf8) else {
                throw ProviderTrouble.badToken("it answers another sign-in")
            }
            if claims["email"] == nil, let address = try await issuers.endpoints(of: issuer).profile {
                claims = try await completed(claims, from: address, tokens.access)
            }
            if claims["name"] == nil, let formName, var members = claims.object {
                members["name"] = .string(formName)
                claims = .object(members)
            }
            return try ProviderProfile(claims, of: provider, issuer: issuer)
        case .gitHub(let site, let api):
            let user = try await read(api + "/user", tokens.access)
            return try ProviderProfile(
                gitHub: user, emails: try await read(api + "/user/emails", tokens.access), of: provider, site: site)
        case .spotify(let accounts, let api):
            return try ProviderProfile(spotify: try await read(api + "/v1/me", tokens.access), of: provider, site: accounts)
        }
    }

    /// With what the profile endpoint adds, if it speaks of the same person (OpenID Connect Core 1.0, section 5.3.2).
    private func completed(_ claims: JSONValue, from address: String, _ token: String) async throws -> JSONValue {
        let more = try await read(address, token)
        guard let known = claims.object, let added = more.object, more["sub"] == claims["sub"] else {
            throw ProviderTrouble.misbehaved("its profile is of somebody else")
        }
        return .object(added.merging(known) { $1 })
    }

    private func read(_ address: String, _ token: String) async throws -> JSONValue {
        let answer = try await client.send(address, headers: ["Authorization": "Bearer " + token, "Accept": "application/json"])
        guard answer.isSuccess, let json = answer.json else {
            throw Failure(.unexpected, "unexpected_failure", "Error getting user profile from external provider")
        }
        return json
    }
}
