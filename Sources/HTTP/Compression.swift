import HTTPTypes
import Hummingbird
import NIOCore

/// Sends text as gzip to clients that ask for it, piece by piece as it is made.
public struct Compression: RouterMiddleware {
    public typealias Context = AppRequestContext

    /// Bytes; shorter answers fit one packet as they are.
    static let shortest = 1024

    public init() {}

    public func handle(
        _ request: Request, context: AppRequestContext, next: (Request, AppRequestContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        guard Self.isCompressible(response) else { return response }
        response.headers[.vary] = [response.headers[.vary], "Accept-Encoding"].compactMap(\.self).joined(separator: ", ")
        guard request.method != .head, Self.isAccepted(request.headers[values: .acceptEncoding]) else { return response }
        response.headers[.contentEncoding] = "gzip"
        response.headers[.contentLength] = nil
        let body = response.body
        response.body = ResponseBody { writer in
            guard let encoder = GzipEncoder() else { throw GzipUnavailable() }
            try await body.write(GzipWriter(parent: writer, encoder: encoder))
        }
        return response
    }

    private struct GzipUnavailable: Error {}

    /// Whole texts only: a part has offsets of the plain text, an entity tag names the plain bytes, and events must not wait.
    private static func isCompressible(_ response: Response) -> Bool {
        guard response.status != .partialContent, response.headers[.eTag] == nil, response.headers[.contentEncoding] == nil,
            response.body.contentLength ?? .max >= shortest, let type = response.headers[.contentType]
        else { return false }
        if type.utf8.starts(with: "application/json".utf8) { return true }
        let media = type.prefix { $0 != ";" }.lowercased()
        if media == "text/event-stream" { return false }
        return media.hasPrefix("text/") || media.hasSuffix("json") || media.hasSuffix("xml")
    }

    /// Whether `gzip` or `*` is among the codings, and not with weight 0 (RFC 9110, section 12.5.3).
    package static func isAccepted(_ headers: [String]) -> Bool {
        var isAccepted: Bool?
        for coding in headers.joined(separator: ",").split(separator: ",") {
            let parts = coding.lowercased().split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" } }
            guard let name = parts.first else { continue }
            let weight = parts.dropFirst().first { $0.hasPrefix("q=") }.map { Double($0.dropFirst(2)) ?? 0 } ?? 1
            if name == "gzip" || name == "x-gzip" { return weight > 0 }
            if name == "*" { isAccepted = weight > 0 }
        }
        return isAccepted ?? false
    }
}

/// Compresses what is written, and hands it on.
private struct GzipWriter: ResponseBodyWriter {
    var parent: any ResponseBodyWriter
    let encoder: GzipEncoder

    /// Bytes compressed at a time, so that a long answer leaves the event loop to others in between.
    private static let slice = 64 << 10

    mutating func write(_ buffer: ByteBuffer) async throws {
        var rest = buffer
        while let piece = rest.readSlice(length: min(rest.readableBytes, Self.slice)), piece.readableBytes > 0 {
            let compressed = encoder.encode(piece)
            if compressed.readableBytes > 0 { try await parent.write(compressed) } else { await Task.yield() }
        }
    }

    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {
        try await parent.write(encoder.finish())
        try await parent.finish(trailingHeaders)
    }
}
