import Core
import Foundation

/// Who somebody is at a provider, in GoTrue's words whatever the provider calls them.
struct ProviderProfile: Sendable {
    let provider: String
    /// The provider's id for the person, never used again for another.
    let subject: String
    let email: String?
    /// Whether the provider knows that the address is theirs.
    let isVerified: Bool
    /// `identity_data` of the identity, and merged into the person's metadata.
    let data: JSONValue

    private init(
        provider: String, subject: String, issuer: String, email: String?, isVerified: Bool, members: [String: String?]
    ) {
        self.provider = provider
        self.subject = subject
        self.email = email.flatMap { try? EmailAddress.checked($0) }
        self.isVerified = isVerified && self.email != nil
        // What a provider sends travels in every token: short texts, and only what is known by name.
        var data = members.compactMapValues { $0 }.filter { !$0.value.isEmpty && $0.value.utf8.count <= 1000 && !$0.value.contains("\0") }
            .mapValues(JSONValue.string)
        data["iss"] = .string(issuer)
        data["sub"] = .string(subject)
        data["provider_id"] = .string(subject)
        data["email"] = self.email.map(JSONValue.string)
        data["email_verified"] = .bool(self.isVerified)
        data["phone_verified"] = .bool(false)
        self.data = .object(data)
    }

    /// Claims of an ID token, or of the profile endpoint (OpenID Connect Core 1.0, section 5.1).
    init(_ claims: JSONValue, of provider: Provider, issuer: String) throws {
        guard let subject = claims["sub"]?.string else { throw ProviderTrouble.misbehaved("it names nobody") }
        let name = claims["name"]?.string
        self.init(
            provider: provider.name, subject: subject, issuer: issuer, email: claims["email"]?.string,
            // Apple sends texts.
            isVerified: claims["email_verified"] == .bool(true) || claims["email_verified"] == "true",
            members: [
                "name": name, "full_name": name, "preferred_username": claims["preferred_username"]?.string,
                "user_name": claims["preferred_username"]?.string, "avatar_url": claims["picture"]?.string,
                "picture": claims["picture"]?.string,
            ])
    }

    /// GitHub's user, and their addresses. Source: GitHub REST API, "Users" and "Emails".
    init(gitHub user: JSONValue, emails: JSONValue, of provider: Provider, site: String) throws {
        guard let id = user["id"]?.number.flatMap({ Int64(exactly: $0) }) else { throw ProviderTrouble.misbehaved("it names nobody") }
        var addresses: [JSONValue] = []
        if case .array(let several) = emails { addresses = several }
        let best = addresses.first { $0["primary"] == .bool(true) } ?? addresses.first { $0["verified"] == .bool(true) }
        let (login, name) = (user["login"]?.string, user["name"]?.string)
        self.init(
            provider: provider.name, subject: String(id), issuer: site, email: best?["email"]?.string,
            isVerified: best?["verified"] == .bool(true),
            members: [
                "name": name ?? login, "full_name": name ?? login, "preferred_username": login, "user_name": login,
                "avatar_url": user["avatar_url"]?.string,
            ])
    }

    /// Spotify's user. It says nothing about whether the address is theirs. Source: Spotify Web API, "Get Current User's Profile".
    init(spotify user: JSONValue, of provider: Provider, site: String) throws {
        guard let id = user["id"]?.string, !id.isEmpty else { throw ProviderTrouble.misbehaved("it names nobody") }
        var picture: String?
        if case .array(let images)? = user["images"] { picture = images.first?["url"]?.string }
        let name = user["display_name"]?.string
        self.init(
            provider: provider.name, subject: id, issuer: site, email: user["email"]?.string, isVerified: false,
            members: ["name": name, "full_name": name, "avatar_url": picture, "picture": picture])
    }
}
