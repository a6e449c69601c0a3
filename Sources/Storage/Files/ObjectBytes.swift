import AsyncHTTPClient
import Hummingbird
import NIOCore

/// The bytes of an object on their way out, to be read once.
public enum ObjectBytes: Sendable {
    /// Few: here already.
    case whole(ByteBuffer)
    /// Out of a file of this machine.
    case file(OpenFile, length: Int)
    /// Out of another storage.
    case remote(HTTPClientResponse.Body, length: Int)

    public var length: Int {
        switch self {
        case .whole(let buffer): buffer.readableBytes
        case .file(_, let length), .remote(_, let length): length
        }
    }

    /// As fast as `take` takes them.
    public func forEach(_ take: (ByteBuffer) async throws -> Void) async throws {
        switch self {
        case .whole(let buffer): try await take(buffer)
        case .file(let file, _): while let buffer = try await file.next() { try await take(buffer) }
        case .remote(let body, _): for try await buffer in body { try await take(buffer) }
        }
    }

    var responseBody: ResponseBody {
        if case .whole(let buffer) = self { return ResponseBody(byteBuffer: buffer) }
        return ResponseBody(contentLength: length) { writer in
            try await forEach { try await writer.write($0) }
            try await writer.finish(nil)
        }
    }
}
