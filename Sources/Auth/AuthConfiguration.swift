import Core
import Foundation

/// What an installation lets people do with their accounts. Names and meanings follow Supabase Auth's own settings.
public struct AuthConfiguration: Sendable {
    public var allowsSignUp = true
    public var allowsAnonymous = true
    /// Addresses count as confirmed at once.
    public var confirmsAutomatically = true
    /// A change of address must be confirmed at the old one too.
    public var confirmsChangesTwice = true
    /// Where people end up after a link in a mail; nil: where the server is reached.
    public var siteURL: String?
    /// Other places that links may lead to, with `*` and `**` as wildcards.
    public var redirectURLs: [String] = []
    /// Seconds a code or link from a mail holds.
    public var codeLifetime = 3600
    /// Seconds between two mails of one kind to one person.
    public var mailInterval = 60
    /// Characters of a password, at least.
    public var passwordLength = 6
    /// Seconds an access token holds.
    public var tokenLifetime = 3600
    /// Seconds for which a refresh token that was used already still gives the one that took its place.
    public var reuseInterval = 10
    /// Seconds after which a session ends whatever happens; nil: never.
    public var sessionTimeBox: Int?
    /// Seconds without a refresh after which a session ends; nil: never.
    public var sessionInactivity: Int?
    /// Only the newest session of a person goes on.
    public var hasSingleSession = false

    /// Whether people may add other ways to sign in themselves.
    public var allowsLinking = false
    /// Outside providers, as the setting `providers` has them: JSON.
    public var providers: String?

    public init() {}

    public init(_ settings: Settings) {
        allowsSignUp = settings.flag("signups")
        allowsAnonymous = settings.flag("anonymous-signups")
        confirmsAutomatically = settings["autoconfirm"] == nil ? settings["smtp-url"] == nil : settings.flag("autoconfirm")
        confirmsChangesTwice = settings.flag("secure-email-change")
        siteURL = settings["site-url"]
        redirectURLs = (settings["redirect-urls"] ?? "").split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        allowsLinking = settings.flag("manual-linking")
        providers = settings["providers"]
        codeLifetime = settings.integer("code-lifetime")
        mailInterval = settings.integer("mail-interval")
        passwordLength = settings.integer("password-length")
        tokenLifetime = settings.integer("token-lifetime")
        reuseInterval = settings.integer("refresh-reuse-interval")
        sessionTimeBox = Self.limit(settings.integer("session-time-box"))
        sessionInactivity = Self.limit(settings.integer("session-inactivity"))
        hasSingleSession = settings.flag("single-session")
    }

    private static func limit(_ seconds: Int) -> Int? { seconds == 0 ? nil : seconds }
}
