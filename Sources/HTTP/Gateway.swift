import HTTPTypes
import Hummingbird
import Logging

/// What holds for every answer: security headers, cross-origin rules, and a line in the log.
public struct Gateway: RouterMiddleware {
    public typealias Context = AppRequestContext

    private let allowedOrigins: [String]
    private let proxies: TrustedProxies
    static let methods = "GET, POST, PATCH, PUT, DELETE, OPTIONS, HEAD"
    static let exposed =
        "Content-Encoding, Content-Location, Content-Range, Content-Type, Content-Disposition, Date, ETag, Location, Server, Transfer-Encoding, Range-Unit, Link, X-Total-Count, X-Supabase-Api-Version, X-Sb-Error-Code, Accept-Ranges, Last-Modified, Tus-Extension, Tus-Max-Size, Tus-Resumable, Tus-Version, Upload-Expires, Upload-Length, Upload-Metadata, Upload-Offset"

    /// allowedOrigins: exact origins; `*` allows all (the API authenticates by token, never by cookie).
    /// proxies: whose word on a client's address counts.
    public init(allowedOrigins: [String], proxies: TrustedProxies = .loopback) {
        self.allowedOrigins = allowedOrigins
        self.proxies = proxies
    }

    public func handle(
        _ request: Request, context: AppRequestContext, next: (Request, AppRequestContext) async throws -> Response
    ) async throws -> Response {
        let origin = request.headers[.origin]
        let allowed = origin.flatMap { allowedOrigins.contains("*") ? "*" : allowedOrigins.contains($0) ? $0 : nil }
        if request.method == .options, origin != nil, request.headers[.accessControlRequestMethod] != nil {
            var headers: HTTPFields = [.accessControlAllowMethods: Self.methods, .accessControlMaxAge: "86400", .vary: "Origin"]
            headers[.accessControlAllowOrigin] = allowed
            headers[.accessControlAllowHeaders] = request.headers[.accessControlRequestHeaders]
            return Response(status: .noContent, headers: headers)
        }
        let started = ContinuousClock.now
        var context = context
        context.clientAddress = proxies.client(peer: context.remoteAddress, forwarded: request.headers[.forwardedFor])
        var response = try await next(request, context)
        if let allowed {
            response.headers[.accessControlAllowOrigin] = allowed
            response.headers[.accessControlExposeHeaders] = Self.exposed
        }
        response.headers[.xContentTypeOptions] = "nosniff"
        response.headers[.referrerPolicy] = "no-referrer"
        response.headers[.vary] = response.headers[.vary] ?? "Origin"
        // The path alone: queries may carry the tokens of signed links.
        context.logger.debug(
            "\(request.method) \(request.uri.path)",
            metadata: ["status": "\(response.status.code)", "ms": "\((ContinuousClock.now - started) / .milliseconds(1))"])
        return response
    }
}

extension HTTPField.Name {
    static let referrerPolicy = HTTPField.Name(parsed: "referrer-policy") ?? .xContentTypeOptions
}
