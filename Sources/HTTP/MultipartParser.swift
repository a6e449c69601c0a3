import Foundation
import NIOCore

/// Reads `multipart/form-data` piece by piece: parts of any length pass through without being gathered.
///
/// Source: RFC 7578; RFC 2046, section 5.1 (boundaries).
public struct MultipartParser: Sendable {
    public enum Event: Sendable, Equatable {
        /// A part begins. name: of the field; filename: where it is a file; contentType: where it is given.
        case begin(name: String, filename: String?, contentType: String?)
        /// Bytes of the part.
        case bytes(ByteBuffer)
        case end
    }

    public enum Malformed: Error, Sendable, Equatable {
        case noBoundary, badHeaders, headersTooLong, incomplete
    }

    private enum Phase {
        case preamble, headers, bodyStart, body, afterBoundary, epilogue
    }

    private static let longestHeaders = 16_384

    private let delimiter: [UInt8]
    private var phase = Phase.preamble
    private var buffer = ByteBuffer()

    /// contentType: the request's. Throws `noBoundary` for other kinds of bodies.
    public init(contentType: String) throws(Malformed) {
        guard let boundary = Self.parameter("boundary", of: contentType), (1...70).contains(boundary.utf8.count) else {
            throw .noBoundary
        }
        delimiter = Array(("\r\n--" + boundary).utf8)
        // The first boundary stands at the very beginning, or behind a preamble that nobody reads.
        buffer.writeString("\r\n")
    }

    /// Takes what has come, and gives what that completes.
    public mutating func read(_ input: ByteBuffer) throws(Malformed) -> [Event] {
        buffer.discardReadBytes()
        buffer.writeImmutableBuffer(input)
        var events: [Event] = []
        while try advance(&events) {}
        return events
    }

    /// The input has ended. Throws `incomplete` unless the last boundary has come.
    public func finish() throws(Malformed) {
        guard case .epilogue = phase else { throw .incomplete }
    }

    /// Whether there may be more to do with what is here.
    private mutating func advance(_ events: inout [Event]) throws(Malformed) -> Bool {
        switch phase {
        case .preamble:
            guard let place = find(delimiter) else {
                buffer.moveReaderIndex(forwardBy: max(0, buffer.readableBytes - delimiter.count + 1))
                return false
            }
            buffer.moveReaderIndex(forwardBy: place + delimiter.count)
            phase = .afterBoundary
        case .body:
            guard let place = find(delimiter) else {
                // The last bytes may be the beginning of a boundary.
                let sure = buffer.readableBytes - delimiter.count + 1
                if sure > 0, let bytes = buffer.readSlice(length: sure) { events.append(.bytes(bytes)) }
                return false
            }
            if place > 0, let bytes = buffer.readSlice(length: place) { events.append(.bytes(bytes)) }
            buffer.moveReaderIndex(forwardBy: delimiter.count)
            events.append(.end)
            phase = .afterBoundary
        case .afterBoundary:
            guard let next = buffer.getBytes(at: buffer.readerIndex, length: 2) else { return false }
            if next == Array("--".utf8) {
                phase = .epilogue
                return true
            }
            // Space may stand behind a boundary.
            guard let line = find(Array("\r\n".utf8)) else {
                if buffer.readableBytes > Self.longestHeaders { throw .headersTooLong }
                return false
            }
            buffer.moveReaderIndex(forwardBy: line)
            phase = .headers
        case .headers:
            guard let place = find(Array("\r\n\r\n".utf8)) else {
                if buffer.readableBytes > Self.longestHeaders { throw .headersTooLong }
                return false
            }
            guard place <= Self.longestHeaders, let text = buffer.readString(length: place) else { throw .headersTooLong }
            buffer.moveReaderIndex(forwardBy: 2)
            events.append(try Self.beginning(text))
            phase = .bodyStart
        case .bodyStart:
            // The line break that ended the headers is also the one before the boundary of an empty part.
            guard buffer.readableBytes >= delimiter.count else { return false }
            if !buffer.readableBytesView.prefix(delimiter.count).elementsEqual(delimiter) { buffer.moveReaderIndex(forwardBy: 2) }
            phase = .body
        case .epilogue:
            buffer.clear()
            return false
        }
        return true
    }

    /// How many bytes stand before the first occurrence.
    private func find(_ pattern: [UInt8]) -> Int? {
        buffer.withUnsafeReadableBytes { bytes -> Int? in
            guard let base = bytes.baseAddress, let first = pattern.first else { return nil }
            return pattern.withUnsafeBytes { pattern -> Int? in
                guard let wanted = pattern.baseAddress else { return nil }
                var start = 0
                while start + pattern.count <= bytes.count {
                    // C's library looks at many bytes at once.
                    guard let found = memchr(base + start, Int32(first), bytes.count - pattern.count + 1 - start) else { return nil }
                    let place = UnsafeRawPointer(found) - base
                    if memcmp(found, wanted, pattern.count) == 0 { return place }
                    start = place + 1
                }
                return nil
            }
        }
    }

    private static func beginning(_ text: String) throws(Malformed) -> Event {
        var disposition: String?
        var contentType: String?
        for line in text.split(separator: "\r\n") {
            guard let colon = line.firstIndex(of: ":") else { throw .badHeaders }
            let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
            switch line[..<colon].lowercased() {
            case "content-disposition": disposition = String(value)
            case "content-type": contentType = String(value)
            default: break
            }
        }
        guard let disposition, disposition.lowercased().hasPrefix("form-data") else { throw .badHeaders }
        return .begin(
            name: parameter("name", of: disposition) ?? "", filename: parameter("filename", of: disposition), contentType: contentType)
    }

    /// A parameter of a header, quoted or not (RFC 9110, section 5.6.6).
    static func parameter(_ name: String, of header: String) -> String? {
        var rest = Substring(header)
        while let semicolon = rest.firstIndex(of: ";") {
            rest = rest[rest.index(after: semicolon)...].drop { $0 == " " || $0 == "\t" }
            guard let equals = rest.firstIndex(where: { $0 == "=" || $0 == ";" }), rest[equals] == "=" else { continue }
            let key = rest[..<equals].lowercased()
            rest = rest[rest.index(after: equals)...]
            var value = ""
            if rest.first == "\"" {
                rest.removeFirst()
                while let character = rest.first, character != "\"" {
                    rest.removeFirst()
                    value.append(character == "\\" ? rest.popFirst() ?? "\\" : character)
                }
            } else {
                value = String(rest.prefix { $0 != ";" && $0 != " " })
            }
            if key == name { return value }
        }
        return nil
    }
}
