import Core
import Foundation
import HTTP

/// One place outside where people can prove who they are.
struct Provider: Sendable {
    /// How it is spoken to.
    enum Dialect: Sendable, Hashable {
        /// Everything is found through the issuer (OpenID Connect Discovery 1.0).
        case openID(issuer: String)
        /// OAuth 2 with a profile of its own.
        case gitHub(site: String, api: String)
        case spotify(accounts: String, api: String)
    }

    /// As clients ask for it: `google`, `spotify` …
    let name: String
    let dialect: Dialect
    /// The first asks; ID tokens may be made out to any.
    let clientIDs: [String]
    let secret: ClientSecret
    /// Asked for beside the standard ones.
    let scopes: [String]
    /// Whether people without an address may come in.
    let isAddressOptional: Bool

    var clientID: String { clientIDs.first ?? "" }

    var standardScopes: [String] {
        switch dialect {
        case .openID where name == "apple": ["openid", "email", "name"]
        case .openID: ["openid", "email", "profile"]
        case .gitHub: ["user:email"]
        case .spotify: ["user-read-email"]
        }
    }

    /// Answers that carry more than the code come as a form, not in the address: Apple's do once a name or an address is asked for.
    var answersWithForm: Bool { name == "apple" }
}

extension Provider {
    /// The providers of the setting `providers`: a JSON object, one member each. Throws `invalid_setting`.
    static func all(_ text: String?) throws -> [String: Provider] {
        guard let text, !text.isEmpty else { return [:] }
        guard let members = JSONValue(parsing: text.utf8)?.object else {
            throw wrong("must be a JSON object", "For example {\"google\":{\"client_id\":\"…\",\"secret\":\"…\"}}.")
        }
        var providers: [String: Provider] = [:]
        for (name, value) in members { providers[name] = try Provider(name: name, value) }
        return providers
    }

    private static let known: Set = [
        "client_id", "secret", "issuer", "url", "scopes", "email_optional", "team_id", "key_id", "private_key",
    ]

    private init(name: String, _ value: JSONValue) throws {
        guard let members = value.object else { throw Self.wrong("“\(name)” must be an object") }
        guard name.wholeMatch(of: /[a-z][a-z0-9_:-]{0,49}/) != nil, !["email", "phone", "anonymous"].contains(name) else {
            throw Self.wrong("“\(name.prefix(50))” is no name for a provider", "Use lower-case letters, digits, - and _.")
        }
        if let unknown = members.keys.sorted().first(where: { !Self.known.contains($0) }) {
            throw Self.wrong("“\(name)” sets “\(unknown.prefix(50))”, which does not exist")
        }
        self.name = name
        func text(_ key: String) -> String? { members[key]?.string.flatMap { $0.isEmpty ? nil : $0 } }
        clientIDs = (text("client_id") ?? "").split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        guard !clientIDs.isEmpty else { throw Self.wrong("“\(name)” needs a client_id") }
        scopes = (text("scopes") ?? "").split { $0 == " " || $0 == "," }.map(String.init)
        isAddressOptional = members["email_optional"] == .bool(true)
        if name == "apple", let key = text("private_key"), let team = text("team_id"), let id = text("key_id") {
            secret = try .apple(key: key, team: team, id: id)
        } else if let given = text("secret") {
            secret = .text(given)
        } else {
            throw Self.wrong("“\(name)” needs a secret", name == "apple" ? "Or private_key, team_id and key_id." : nil)
        }
        let base = try text("url").map { try Self.address($0, of: name) }
        switch name {
        case "github":
            dialect = .gitHub(site: base ?? "https://github.com", api: base.map { $0 + "/api/v3" } ?? "https://api.github.com")
        case "spotify":
            dialect = .spotify(accounts: base ?? "https://accounts.spotify.com", api: base ?? "https://api.spotify.com")
        case "google": dialect = .openID(issuer: base ?? "https://accounts.google.com")
        case "apple": dialect = .openID(issuer: base ?? "https://appleid.apple.com")
        default:
            guard let issuer = text("issuer") else { throw Self.wrong("“\(name)” needs an issuer") }
            dialect = .openID(issuer: try Self.address(issuer, of: name))
        }
    }

    /// Secrets go there: only over TLS, or to this machine itself.
    static func address(_ text: String, of name: String) throws -> String {
        guard let url = URLComponents(string: text), let host = url.host, !host.isEmpty, url.query == nil, url.fragment == nil,
            OutgoingClient.isPrivate(url.scheme, host)
        else { throw wrong("“\(name)” has an address that is not https") }
        return text.hasSuffix("/") ? String(text.dropLast()) : text
    }

    private static func wrong(_ what: String, _ hint: String? = nil) -> Failure {
        Failure(.invalid, "invalid_setting", "The setting providers: \(what).", hint: hint ?? "See docs/reference/accounts.md.")
    }
}
