import Core
import Database
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// The Data API's way to and from HTTP: reads a request in full, answers it, and stops its query when the client goes away.
public struct RestResponder: Sendable {
    private let api: DataAPI
    /// What the paths of requests begin with: `/rest/v1`, or nothing.
    private let prefix: String
    /// A query parameter that is the gateway's, not the API's.
    private let gatewayParameter: String?
    /// Bytes; larger bodies are refused.
    private let bodyLimit: Int

    public init(_ api: DataAPI, prefix: String = "", gatewayParameter: String? = nil, bodyLimit: Int = 64 << 20) {
        self.api = api
        self.prefix = prefix
        self.gatewayParameter = gatewayParameter
        self.bodyLimit = bodyLimit
    }

    /// identity: who asks, where the gateway before this knows already; nil reads it from the request's token.
    public func respond(to request: Request, on channel: any Channel, identity: Identity? = nil) async -> Response {
        let raw = raw(request)
        let isHead = request.method == .head
        let cancellation = ExchangeCancellation()
        let connection = ConnectionWatch.of(channel)
        connection?.begin(cancellation)
        defer { connection?.end() }
        let answer = await api.answer(raw, identity: identity, cancellation: cancellation) { () async throws(RestError) in
            try await body(of: request)
        }
        return response(answer, isHead: isHead)
    }

    // MARK: In

    private func raw(_ request: Request) -> RawRequest {
        let target = request.head.path ?? "/"
        let mark = target.utf8.firstIndex(of: UInt8(ascii: "?"))
        let path = target[..<(mark ?? target.endIndex)]
        var raw = RawRequest(
            method: request.method.rawValue, path: path.dropFirst(prefix.count), query: "", headers: [])
        if raw.path.isEmpty { raw.path = "/" }
        if let mark { raw.query = withoutGatewayParameter(target[target.index(after: mark)...]) }
        raw.headers.reserveCapacity(request.headers.count + 1)
        if let host = request.head.authority { raw.headers.append(("host", host)) }
        for field in request.headers { raw.headers.append((field.name.canonicalName, field.value)) }
        return raw
    }

    private func body(of request: Request) async throws(RestError) -> [UInt8] {
        do {
            return Array(try await request.body.collect(upTo: bodyLimit).readableBytesView)
        } catch is NIOTooManyBytesError {
            throw .bodyTooLarge
        } catch {
            throw .unreadableBody
        }
    }

    private func withoutGatewayParameter(_ query: Substring) -> Substring {
        guard let gatewayParameter else { return query }
        let parts = query.utf8.split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: false)
        let others = parts.filter {
            !$0.starts(with: gatewayParameter.utf8) || $0.dropFirst(gatewayParameter.utf8.count).first != UInt8(ascii: "=")
        }
        if others.count == parts.count { return query }
        return others.map { String(Substring($0)) }.joined(separator: "&")[...]
    }

    // MARK: Out

    private func response(_ answer: RestResponse, isHead: Bool) -> Response {
        var fields = HTTPFields()
        for (name, value) in answer.headers {
            guard let name = HTTPField.Name(name), HTTPField.isValidValue(value) else { continue }
            fields.append(HTTPField(name: name, value: value))
        }
        let status = HTTPResponse.Status(code: answer.status, reasonPhrase: answer.reason.map(Self.reason) ?? "")
        let known = answer.reason == nil ? HTTPResponse.Status(code: answer.status) : status
        if isHead { return Response(status: known, headers: fields, body: ResponseBody { _ in }) }
        return Response(status: known, headers: fields, body: body(answer))
    }

    /// A reason phrase may hold no control characters (RFC 9112, section 4).
    private static func reason(_ text: String) -> String {
        String(text.unicodeScalars.filter { $0.value >= 32 && $0.value < 127 }.map(Character.init).prefix(200))
    }

    private static let bytea: UInt32 = 17

    /// The column `body`: as it is, or the bytes that a `bytea` writes out in hexadecimal.
    private static func buffer(_ rows: Rows) -> ByteBuffer {
        guard let column = rows.place(of: "body") else { return ByteBuffer() }
        return rows.withBytes(column: column.number) { bytes in
            guard let bytes else { return ByteBuffer() }
            if column.typeOID == bytea, bytes.starts(with: #"\x"#.utf8), let decoded = Hexadecimal.bytes(bytes.dropFirst(2)) {
                return ByteBuffer(bytes: decoded)
            }
            return ByteBuffer(bytes: bytes)
        }
    }

    private func body(_ answer: RestResponse) -> ResponseBody {
        switch answer.body {
        case .empty: return answer.status == 204 ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer())
        case .bytes(let bytes): return ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        case .text(let text): return ResponseBody(byteBuffer: ByteBuffer(string: text))
        case .rows(let rows): return ResponseBody(byteBuffer: Self.buffer(rows))
        case .stream(let rows, let before, let after):
            return ResponseBody { [api] writer in
                do {
                    try await writer.write(ByteBuffer(bytes: before))
                    while let bytes = try await rows.next() { try await writer.write(ByteBuffer(bytes: bytes)) }
                    try await writer.write(ByteBuffer(string: after))
                    try await writer.finish(nil)
                } catch {
                    // The status has been sent: what is left is to break off, so that nobody takes a part for the whole.
                    rows.cancel()
                    api.logger.debug("stream broken off", metadata: ["reason": "\(String(reflecting: error))"])
                    throw error
                }
            }
        }
    }
}
