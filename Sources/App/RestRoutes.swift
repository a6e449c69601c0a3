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
    private let known: [String: Identity]
    private let signer: TokenSigner

    init(responder: RestResponder, keys: ProjectKeys, signer: TokenSigner) {
        self.responder = responder
        let (anonymous, service) = (Identity(.anonymous), Identity(.service))
        known = [keys.publishableKey: anonymous, keys.secretKey: service, keys.anonKey: anonymous, keys.serviceRoleKey: service]
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
        guard let own = await identity(of: key) else {
            return Self.refusal("Invalid API key", "Double check your Supabase `anon` or `service_role` API key.")
        }
        // Nil leaves it to the token in `Authorization`.
        let token = bearerToken(request.headers[.authorization])
        let identity = token == nil || token == key ? own : token.flatMap { known[$0] }
        return await responder.respond(to: request, on: context.channel, identity: identity)
    }

    private static func endsPrefix(_ target: String) -> Bool {
        let rest = target.utf8.dropFirst(prefix.utf8.count)
        return rest.isEmpty || rest.first == UInt8(ascii: "/") || rest.first == UInt8(ascii: "?")
    }

    /// Who asks with a key alone: the role of one of the project's keys, or whoever a token names that the project signed.
    private func identity(of key: String) async -> Identity? {
        if let known = known[key] { return known }
        return (try? await signer.verify(key).claims).map(Identity.init)
    }

    private static func refusal(_ message: String, _ hint: String) -> Response {
        let body: JSONValue = ["message": .string(message), "hint": .string(hint)]
        return Response.json(body.text, status: .unauthorized)
    }
}

extension Identity {
    fileprivate init(_ claims: Claims) {
        self.init(role: claims.role.rawValue, claims: claims.json, isAnonymous: claims.role == .anonymous)
    }
}
