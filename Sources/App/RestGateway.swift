import Core
import DataAPI
import HTTP
import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

/// What stands before the Data API when it is served alone: cross-origin rules and the trace header, as PostgREST has them.
struct RestGateway: HTTPResponder {
    typealias Context = AppRequestContext

    let api: DataAPI
    let responder: RestResponder
    /// Until the configuration is read in full.
    let fallback: RestConfiguration

    func respond(to request: Request, context: AppRequestContext) async throws -> Response {
        let configuration = api.configuration ?? fallback
        let origin = request.headers[.origin]
        if request.method == .options, origin != nil, request.headers[.accessControlRequestMethod] != nil {
            return preflight(request, configuration)
        }
        var response = await responder.respond(to: request, on: context.channel)
        if let origin, let allowed = Self.allowed(origin, configuration) {
            response.headers[.accessControlAllowOrigin] = allowed.origin
            if allowed.isNamed { response.headers[.accessControlAllowCredentials] = "true" }
            response.headers[.accessControlExposeHeaders] = Self.exposed
        }
        if let name = configuration.traceHeader.flatMap({ HTTPField.Name($0) }) {
            response.headers[name] = request.headers[name] ?? ""
        }
        return response
    }

    private static let exposed =
        "Content-Encoding, Content-Location, Content-Range, Content-Type, Date, Location, Server, Transfer-Encoding, Range-Unit"

    private static func allowed(_ origin: String, _ configuration: RestConfiguration) -> (origin: String, isNamed: Bool)? {
        if configuration.corsAllowedOrigins.isEmpty { return ("*", false) }
        return configuration.corsAllowedOrigins.contains(origin) ? (origin, true) : nil
    }

    private func preflight(_ request: Request, _ configuration: RestConfiguration) -> Response {
        guard let origin = request.headers[.origin], let allowed = Self.allowed(origin, configuration) else {
            return Response(status: .ok)
        }
        let asked = (request.headers[.accessControlRequestHeaders] ?? "").split(separator: ",").map { $0.trimmingPrefix { $0 == " " } }
        var headers: HTTPFields = [
            .accessControlAllowOrigin: allowed.origin,
            .accessControlAllowMethods: "GET, POST, PATCH, PUT, DELETE, OPTIONS, HEAD",
            .accessControlMaxAge: "86400",
        ]
        headers[.accessControlAllowHeaders] =
            (["Authorization"] + asked.map(String.init) + ["Accept", "Accept-Language", "Content-Language"])
            .joined(separator: ", ")
        if allowed.isNamed { headers[.accessControlAllowCredentials] = "true" }
        return Response(status: .ok, headers: headers)
    }
}
