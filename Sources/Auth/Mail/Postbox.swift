import Core
import Foundation
import HTTP

/// Writes to people: the words of each kind of mail, the link back to this server, and the way out.
struct Postbox: Sendable {
    let transport: any MailTransport
    let address: PublicAddress
    let configuration: AuthConfiguration

    /// A mail that is to go out once its code is stored.
    struct Draft: Sendable {
        var kind: MailKind
        var to: String
        var digits: String
        var hash: String
        var redirect: String
        var detail: String?
    }

    var redirects: RedirectRules {
        RedirectRules(siteURL: configuration.siteURL ?? address.url, patterns: configuration.redirectURLs)
    }

    func link(_ hash: String, _ type: VerificationType, redirect: String) -> String {
        var link = URLComponents()
        link.queryItems = [
            URLQueryItem(name: "token", value: hash), URLQueryItem(name: "type", value: type.rawValue),
            URLQueryItem(name: "redirect_to", value: redirect),
        ]
        // URLComponents leaves `+` alone, which forms read as a space.
        return address.url + "/auth/v1/verify?" + (link.percentEncodedQuery ?? "").replacing("+", with: "%2B")
    }

    /// Throws `unexpected_failure` when the mail does not go out.
    func send(_ drafts: [Draft]) async throws {
        for draft in drafts {
            let link = draft.kind.type.map { self.link(draft.hash, $0, redirect: draft.redirect) }
            do {
                try await transport.send(draft.kind.message(to: draft.to, link: link, digits: draft.digits, detail: draft.detail))
            } catch {
                throw Failure(
                    .unexpected, "unexpected_failure", "Error sending \(draft.kind.rawValue) email", hint: "Try again in a minute.",
                    underlying: error)
            }
        }
    }
}
