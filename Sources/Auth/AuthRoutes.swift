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

    /// secret: the project's; keys of its own are derived from it. `mail`: how mails leave.
    public init(
        database: Database, signer: TokenSigner, address: PublicAddress, secret: String, configuration: AuthConfiguration,
        mail: any MailTransport
    ) {
        self.signer = signer
        core = AuthCore(
            database: database, signer: signer, address: address, secret: secret, configuration: configuration, mail: mail)
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
        AdminRoutes(core: core).addRoutes(to: group)
    }

    private var settings: Response {
        let settings: JSONValue = [
            "disable_signup": .bool(!core.configuration.allowsSignUp),
            "mailer_autoconfirm": .bool(core.configuration.confirmsAutomatically),
            "phone_autoconfirm": .bool(false), "saml_enabled": .bool(false), "sms_provider": "", "mfa_enabled": .bool(true),
            "external": [
                "anonymous_users": .bool(core.configuration.allowsAnonymous), "email": .bool(true), "phone": .bool(false),
            ],
        ]
        return Response.json(settings.text)
    }
}
