import Core
import Foundation
import HTTPTypes
import Hummingbird

/// Content of a known length and age: answers ranges and conditions, and asks for the bytes only where they are wanted.
///
/// Source: RFC 9110, sections 13 (conditions) and 14 (ranges).
public struct ContentResponse: Sendable {
    /// Bytes.
    public var size: Int
    public var contentType: String
    /// Quoted.
    public var entityTag: String
    public var modified: Date
    public var cacheControl: String
    /// `Content-Disposition`, where there is one.
    public var disposition: String?

    public init(
        size: Int, contentType: String, entityTag: String, modified: Date, cacheControl: String, disposition: String? = nil
    ) {
        self.size = size
        self.contentType = contentType
        self.entityTag = entityTag
        self.modified = modified
        self.cacheControl = cacheControl
        self.disposition = disposition
    }

    /// body: the bytes, or those in the range.
    public func response(
        to request: Request, body: (ClosedRange<Int>?) async throws -> ResponseBody
    ) async throws -> Response {
        var headers: HTTPFields = [
            .contentType: contentType, .acceptRanges: "bytes", .eTag: entityTag, .cacheControl: cacheControl,
            .lastModified: modified.httpDate,
        ]
        headers[.contentDisposition] = disposition
        if isOutdated(request) { return Response(status: .preconditionFailed, headers: headers) }
        if isKnown(request) { return Response(status: .notModified, headers: headers) }

        let stillTheSame = request.headers[.ifRange].map { $0 == entityTag || $0 == modified.httpDate } ?? true
        switch ByteRange(header: stillTheSame && request.method == .get ? request.headers[.range] : nil, length: size) {
        case .unsatisfiable:
            headers[.contentRange] = "bytes */\(size)"
            return Response(status: .rangeNotSatisfiable, headers: headers)
        case .part(let range):
            headers[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound)/\(size)"
            return Response(status: .partialContent, headers: headers, body: try await body(range))
        case .whole:
            return Response(status: .ok, headers: headers, body: try await body(nil))
        }
    }

    /// The client wants a state that is gone.
    private func isOutdated(_ request: Request) -> Bool {
        if let header = request.headers[.ifMatch] { return !Self.names(header, entityTag) }
        if let date = request.headers[.ifUnmodifiedSince].flatMap(Date.init(httpDate:)) { return modified.wholeSeconds > date }
        return false
    }

    /// The client has it already.
    private func isKnown(_ request: Request) -> Bool {
        if let header = request.headers[.ifNoneMatch] { return Self.names(header, entityTag) }
        if let date = request.headers[.ifModifiedSince].flatMap(Date.init(httpDate:)) { return modified.wholeSeconds <= date }
        return false
    }

    private static func names(_ header: String, _ tag: String) -> Bool {
        header == "*" || header.split(separator: ",").contains { $0.trimmingCharacters(in: .whitespaces).trimmingPrefix("W/") == tag }
    }
}

extension Date {
    fileprivate var wholeSeconds: Date { Date(timeIntervalSince1970: timeIntervalSince1970.rounded(.down)) }

    /// IMF-fixdate (RFC 9110, section 5.6.7).
    public var httpDate: String {
        var seconds = time_t(timeIntervalSince1970.rounded(.down))
        var parts = tm()
        gmtime_r(&seconds, &parts)
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let day = Self.days[Int(parts.tm_wday)]
        let month = Self.months[Int(parts.tm_mon)]
        return
            "\(day), \(two(parts.tm_mday)) \(month) \(parts.tm_year + 1900) \(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)) GMT"
    }

    /// Nil for what is no IMF-fixdate.
    public init?(httpDate text: String) {
        let words = text.split(separator: " ")
        guard words.count == 6, words[5] == "GMT", let day = Int32(words[1]), let month = Self.months.firstIndex(of: String(words[2])),
            let year = Int32(words[3]), (1900...9999).contains(year), (1...31).contains(day)
        else { return nil }
        let clock = words[4].split(separator: ":").compactMap { Int32($0) }
        guard clock.count == 3 else { return nil }
        var parts = tm()
        (parts.tm_mday, parts.tm_mon, parts.tm_year) = (day, Int32(month), year - 1900)
        (parts.tm_hour, parts.tm_min, parts.tm_sec) = (clock[0], clock[1], clock[2])
        self.init(timeIntervalSince1970: Double(timegm(&parts)))
    }

    private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
}
