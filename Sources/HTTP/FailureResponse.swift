import Core
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

extension Failure {
    /// The one place where kinds become statuses.
    public var status: HTTPResponse.Status {
        switch kind {
        case .invalid: .badRequest
        case .unauthenticated: .unauthorized
        case .forbidden: .forbidden
        case .notFound: .notFound
        case .methodNotAllowed: .methodNotAllowed
        case .conflict: .conflict
        case .tooLarge: .contentTooLarge
        case .unsupportedMedia: .unsupportedMediaType
        case .unprocessable: .unprocessableContent
        case .limited: .tooManyRequests
        case .unsupported: .notImplemented
        case .unavailable: .serviceUnavailable
        case .unexpected: .internalServerError
        }
    }

    /// Any error as a failure that is safe to show.
    public init(from error: any Error) {
        switch error {
        case let failure as Failure:
            self = failure
        case let error as HTTPError:
            self = Failure(status: error.status, message: error.body)
        case is NIOTooManyBytesError:
            self = Failure(.tooLarge, "body_too_large", "The request body is larger than this endpoint takes.")
        case is CancellationError:
            self = Failure(.unavailable, "cancelled", "The request was cancelled before it was answered.")
        case let error as any HTTPResponseError:
            self = Failure(status: error.status, message: nil)
        default:
            self = Failure(.unexpected, "internal_error", "Something went wrong on the server.", underlying: error)
        }
    }

    private init(status: HTTPResponse.Status, message: String?) {
        switch status {
        case .notFound:
            self.init(.notFound, "not_found", message ?? "There is nothing at this address.", hint: "GET /docs lists what there is.")
        case .methodNotAllowed: self.init(.methodNotAllowed, "method_not_allowed", "This address does not take that method.")
        case .contentTooLarge: self.init(.tooLarge, "body_too_large", "The request body is larger than this endpoint takes.")
        case .unsupportedMediaType: self.init(.unsupportedMedia, "unsupported_media_type", "Send the body as application/json.")
        case .unauthorized: self.init(.unauthenticated, "no_authorization", message ?? "This request needs a valid access token.")
        case let status where status.code < 500: self.init(.invalid, "bad_request", message ?? "The request is malformed.")
        default: self.init(.unexpected, "internal_error", "Something went wrong on the server.")
        }
    }
}

/// How a service words its errors: the product's own shape, or one of Supabase's three.
public struct ErrorDialect: Sendable {
    public var encode: @Sendable (Failure, Request) -> Response

    public init(encode: @escaping @Sendable (Failure, Request) -> Response) {
        self.encode = encode
    }

    /// `{"error":{"code","message","hint"}}`, with `fields` where inputs are wrong.
    public static let product = ErrorDialect { failure, _ in
        var error: [String: JSONValue] = [
            "code": .string(failure.code), "message": .string(failure.message), "hint": failure.hint.map(JSONValue.string) ?? .null,
        ]
        if !failure.fields.isEmpty {
            error["fields"] = .array(failure.fields.map { ["name": .string($0.name), "message": .string($0.message)] })
        }
        var response = Response.json(JSONValue.object(["error": .object(error)]).text, status: failure.status)
        if failure.kind == .unauthenticated { response.headers[.wwwAuthenticate] = "Bearer" }
        return response
    }
}

/// Turns whatever a route throws into an answer in one dialect, and logs what deserves a look.
public struct ErrorResponses: RouterMiddleware {
    public typealias Context = AppRequestContext

    private let dialect: ErrorDialect

    public init(_ dialect: ErrorDialect) {
        self.dialect = dialect
    }

    public func handle(
        _ request: Request, context: AppRequestContext, next: (Request, AppRequestContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            let failure = Failure(from: error)
            if failure.status.code >= 500 {
                context.logger.error("\(request.method) \(request.uri.path): \(String(reflecting: failure))")
            }
            let response = dialect.encode(failure, request)
            return request.method == .head ? response.createHeadResponse() : response
        }
    }
}
