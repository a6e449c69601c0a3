import Core
import HTTP
import HTTPTypes
import Hummingbird

/// An address that exists, asked with a method it does not take, is a 405 with what it does take (RFC 9110, section 15.5.6).
struct MethodNotAllowed: RouterMiddleware {
    typealias Context = AppRequestContext

    func handle(_ request: Request, context: AppRequestContext, next: (Request, AppRequestContext) async throws -> Response) async throws
        -> Response
    {
        do {
            return try await next(request, context)
        } catch {
            guard Failure(from: error).kind == .notFound else { throw error }
            let allowed = Self.methods(of: request.uri.path)
            guard !allowed.isEmpty, !allowed.contains(request.method.rawValue) else { throw error }
            let list = allowed.joined(separator: ", ")
            var response = ErrorDialect.product.encode(
                Failure(
                    .methodNotAllowed, "method_not_allowed", "\(request.uri.path) does not take \(request.method.rawValue).",
                    hint: "It takes \(list)."), request)
            response.headers[.allow] = list
            return response
        }
    }

    static func methods(of path: String) -> [String] {
        let segments = path.split(separator: "/", omittingEmptySubsequences: true)
        var methods: Set<String> = []
        for operation in OpenAPI.operations {
            let pattern = operation.path.split(separator: "/")
            if pattern.count == segments.count, zip(pattern, segments).allSatisfy({ $0 == "{id}" || $0 == $1 }) {
                methods.insert(operation.method.uppercased())
            }
        }
        if methods.contains("GET") { methods.insert("HEAD") }
        return methods.sorted()
    }
}
