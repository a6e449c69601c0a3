import Core
import Database
import Foundation
import HTTP
import HTTPTypes
import Hummingbird

/// `/auth/v1`: accounts and sessions in GoTrue's shapes.
public struct AuthRoutes: Sendable {
    private let core: AuthCore
    private let signer: TokenSigner

    /// keys: the project's. `mail`: how mails leave. Throws `invalid_setting`, `keys_weak`.
    public init(
        database: Database, signer: TokenSigner, address: PublicAddress, keys: ProjectKeys, configuration: AuthConfiguration,
        mail: any MailTransport
    ) throws {
        self.signer = signer
        core = try AuthCore(
            database: database, signer: signer, address: address, keys: keys, configuration: configuration, mail: mail)
    }

    public func addRoutes(to router: some RouterMethods<AppRequestContext>) {
        let group = router.group("auth/v1")
            .add(middleware: ErrorResponses(.auth))
            .add(middleware: Authentication(signer: signer))
        group
            .get("health") { _, _ in Response.json(#"{"name":"GoTrue","description":"Continuo's accounts, as Supabase Auth speaks"}"#) }
            .get("settings") { _, _ in settings }
            .get(".well-known/jwks.json") { _, _ in
                Response.json(signer.publicKeys.text, headers: [.cacheControl: "public, max-age=600"])
            }
            .post("sso") { _, _ -> Response in throw Failure(.notFound, "saml_provider_disabled", "SAML 2.0 is disabled") }
        AccountRoutes(core: core).addRoutes(to: group)
        TokenRoutes(core: core).addRoutes(to: group)
        CodeRoutes(core: core).addRoutes(to: group)
        FactorRoutes(core: core).addRoutes(to: group)
        ProviderRoutes(core: core).addRoutes(to: group)
        AdminRoutes(core: core).addRoutes(to: group)
        OAuthClientRoutes(core: core).addRoutes(to: group)
    }

    /// The product's own route about accounts, in its own shapes.
    public func addAccountRoutes(to router: some RouterMethods<AppRequestContext>) {
        OwnAccountRoutes(core: core).addRoutes(to: router)
    }

    private var settings: Response {
        var external: [String: JSONValue] = [
            "anonymous_users": .bool(core.configuration.allowsAnonymous), "email": .bool(true), "phone": .bool(false),
        ]
        for name in ["apple", "github", "google", "spotify"] + core.providers.keys { external[name] = .bool(core.providers[name] != nil) }
        let settings: JSONValue = [
            "disable_signup": .bool(!core.configuration.allowsSignUp),
            "mailer_autoconfirm": .bool(core.configuration.confirmsAutomatically),
            "phone_autoconfirm": .bool(false), "saml_enabled": .bool(false), "sms_provider": "", "mfa_enabled": .bool(true),
            "external": .object(external),
        ]
        return Response.json(settings.text)
    }
}
