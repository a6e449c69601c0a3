import Core
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

extension Response {
    /// A JSON answer out of ready text.
    public static func json(_ text: String, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]) -> Response {
        var headers = headers
        headers[.contentType] = "application/json; charset=utf-8"
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    /// A JSON answer out of a value; keys are sorted, times are RFC 3339.
    public static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]) throws -> Response {
        json(String(decoding: try JSONEncoder.api.encode(value), as: UTF8.self), status: status, headers: headers)
    }

    public static var noContent: Response { Response(status: .noContent) }
}

extension JSONEncoder {
    /// The API's encoder: sorted keys, snake_case by each type's own coding keys, RFC 3339 times with milliseconds.
    public static var api: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            try container.encode(date.rfc3339)
        }
        return encoder
    }
}

extension Date {
    /// "2026-01-31T12:00:00.123456Z": PostgreSQL's own precision, so that a time read from the API finds its row again.
    public var rfc3339: String {
        let microseconds = (timeIntervalSince1970 * 1_000_000).rounded()
        let seconds = (microseconds / 1_000_000).rounded(.down)
        let digits = String(Int(microseconds - seconds * 1_000_000))
        let whole = Date(timeIntervalSince1970: seconds).formatted(.iso8601).dropLast()
        return "\(whole).\(String(repeating: "0", count: 6 - digits.count))\(digits)Z"
    }
}

extension Request {
    /// The whole body as JSON. Throws `unsupported_media_type` (415), `body_too_large` (413) or `invalid_json` (400).
    ///
    /// limit: bytes, 1 MB unless told. An absent body reads as `{}` when `allowEmpty`.
    public func jsonBody(limit: Int = 1_000_000, allowEmpty: Bool = false) async throws -> JSONValue {
        if let length = headers[.contentLength].flatMap({ Int($0) }), length > limit {
            throw Failure(.tooLarge, "body_too_large", "The request body is larger than \(limit) bytes.")
        }
        let type = headers[.contentType]?.split(separator: ";").first.map { $0.trimmingPrefix { $0 == " " }.lowercased() }
        let buffer: ByteBuffer
        do {
            buffer = try await body.collect(upTo: limit)
        } catch is NIOTooManyBytesError {
            throw Failure(.tooLarge, "body_too_large", "The request body is larger than \(limit) bytes.")
        }
        if buffer.readableBytes == 0, allowEmpty { return .object([:]) }
        guard let type, type == "application/json" || type.hasSuffix("+json") else {
            throw Failure(
                .unsupportedMedia, "unsupported_media_type", "The body must be JSON.", hint: "Send `Content-Type: application/json`.")
        }
        guard let value = JSONValue(parsing: buffer.readableBytesView) else {
            throw Failure(.invalid, "invalid_json", "The body is not valid JSON, or nested more than 64 levels deep.")
        }
        return value
    }

    /// The body as an object. Throws as `jsonBody`, and `invalid_json` for other JSON values.
    public func jsonObject(limit: Int = 1_000_000, allowEmpty: Bool = false) async throws -> [String: JSONValue] {
        guard case .object(let members) = try await jsonBody(limit: limit, allowEmpty: allowEmpty) else {
            throw Failure(.invalid, "invalid_json", "The body must be a JSON object.")
        }
        return members
    }
}

extension Hummingbird.Parameters {
    /// A path parameter that is a UUID. Throws `not_found`: a malformed id names nothing.
    public func requireID(_ name: String = "id") throws -> UUID {
        guard let text = get(name), let id = UUID(uuidString: text) else {
            throw Failure(.notFound, "not_found", "There is nothing with this id.")
        }
        return id
    }
}
