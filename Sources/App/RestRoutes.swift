import Core
import Crypto
import DataAPI
import Foundation
import HTTP
import HTTPTypes
import Hummingbird
import ServiceLifecycle

/// `/rest/v1`: the Data API behind the project's keys, as Supabase's gateway has it.
///
/// Stands before the router: the paths below it are tables and functions, not routes.
struct RestRoutes: RouterMiddleware {
    typealias Context = AppRequestContext

    static let prefix = "/rest/v1"

    private let responder: RestResponder
    private let known: [String: Claims.Role]
    private let signer: TokenSigner

    init(responder: RestResponder, keys: ProjectKeys, signer: TokenSigner) {
        self.responder = responder
        known = [
            keys.publishableKey: .anonymous, keys.secretKey: .service, keys.anonKey: .anonymous, keys.serviceRoleKey: .service,
        ]
        self.signer = signer
    }

    func handle(_ request: Request, context: AppRequestContext, next: (Request, AppRequestContext) async throws -> Response) async throws
        -> Response
    {
        guard let target = request.head.path, target.hasPrefix(Self.prefix), Self.endsPrefix(target) else {
            return try await next(request, context)
        }
        guard let key = request.headers[.apiKey] ?? request.uri.queryParameters["apikey"].map(String.init) else {
            return Self.refusal(
                "No API key found in request", "No `apikey` request header or url param was found.")
        }
        guard let role = await role(of: key) else {
            return Self.refusal("Invalid API key", "Double check your Supabase `anon` or `service_role` API key.")
        }
        return await responder.respond(to: request, on: context.channel, identity: identity(request, key: key, role: role))
    }

    private static func endsPrefix(_ target: String) -> Bool {
        let rest = target.utf8.dropFirst(prefix.utf8.count)
        return rest.isEmpty || rest.first == UInt8(ascii: "/") || rest.first == UInt8(ascii: "?")
    }

    /// The project's keys stand for roles; so does any token that the project signed.
    private func role(of key: String) async -> Claims.Role? {
        if let role = known[key] { return role }
        return try? await signer.verify(key).claims.role
    }

    /// Nil leaves it to the token in `Authorization`; without one, or with the key itself there, the key's role asks.
    private func identity(_ request: Request, key: String, role: Claims.Role) -> Identity? {
        let token = bearerToken(request.headers[.authorization])
        let named = token.map { known[$0] } ?? role
        guard token == nil || token == key || named != nil, let named = token == key ? role : named else { return nil }
        return Identity(
            role: named.rawValue, claims: "{\"role\":\"\(named.rawValue)\"}", isAnonymous: named == .anonymous)
    }

    private static func refusal(_ message: String, _ hint: String) -> Response {
        let body: JSONValue = ["message": .string(message), "hint": .string(hint)]
        return Response.json(body.text, status: .unauthorized)
    }
}

extension Continuo {
    /// Keeps what the Data API knows of the database up to date.
    func makeCatalogLoader() -> ProductCatalogLoader {
        ProductCatalogLoader(api: api, settings: settings, jwtSecret: jwtSecret)
    }
}

/// Loads the Data API's catalogue before the first request, and again at each notification.
struct ProductCatalogLoader: Service {
    let api: DataAPI
    let settings: Settings
    let jwtSecret: String

    /// What holds in every transaction of the Data API. Intervals are written as PostgreSQL's own clients expect them.
    private static let always = [(name: "statement_timeout", value: "30s"), (name: "intervalstyle", value: "postgres")]

    func run() async throws {
        try await api.keepLoaded(source, readsRole: true, always: Self.always, channel: "pgrst")
        try? await gracefulShutdown()
    }

    /// So that nobody is told to wait. A database that cannot be reached yet is tried again while serving.
    func loadFirst() async {
        do {
            try await api.load(source, readsRole: true, always: Self.always)
        } catch {
            api.report(error)
        }
    }

    private var source: DataAPI.ConfigurationSource {
        { [settings, jwtSecret] in
            var configuration = RestConfiguration()
            var values: [String: String] = [:]
            for setting in Settings.all where RestConfiguration.names.contains(setting.name) {
                if let value = settings[setting.name] { values[setting.name] = value }
            }
            for (name, value) in settings.environment where name.hasPrefix("CONTINUO_APP_SETTINGS_") {
                values["app.settings." + name.dropFirst("CONTINUO_APP_SETTINGS_".count)] = value
            }
            try configuration.apply(values)
            configuration.jwtSecret = jwtSecret
            return configuration
        }
    }
}
