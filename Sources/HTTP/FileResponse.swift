import Core
import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// Sends a file from disk: ranges, entity tags, conditional requests and a download name. Never in memory whole.
public struct FileResponse: Sendable {
    public var file: URL
    public var contentType: String
    /// Quoted entity tag; by default made of size and modification time.
    public var entityTag: String?
    public var cacheControl: String
    /// When given, the browser saves the file under this name.
    public var downloadName: String?

    public init(
        file: URL, contentType: String, entityTag: String? = nil, cacheControl: String = "private, max-age=0, must-revalidate",
        downloadName: String? = nil
    ) {
        self.file = file
        self.contentType = contentType
        self.entityTag = entityTag
        self.cacheControl = cacheControl
        self.downloadName = downloadName
    }

    public func response(to request: Request, context: some RequestContext) async throws -> Response {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: file.path),
            attributes[.type] as? FileAttributeType == .typeRegular, let size = attributes[.size] as? Int
        else {
            throw Failure(.notFound, "not_found", "The file is not there.")
        }
        let modified = (attributes[.modificationDate] as? Date) ?? Date(timeIntervalSince1970: 0)
        let tag = entityTag ?? "\"\(String(size, radix: 36))-\(String(Int(modified.timeIntervalSince1970 * 1000), radix: 36))\""
        var headers: HTTPFields = [
            .contentType: contentType, .acceptRanges: "bytes", .eTag: tag, .cacheControl: cacheControl,
            .lastModified: modified.httpDate,
        ]
        if let downloadName { headers[.contentDisposition] = Self.disposition(downloadName) }
        if matches(request, tag: tag, modified: modified) { return Response(status: .notModified, headers: headers) }

        let stillTheSame = request.headers[.ifRange].map { $0 == tag || $0 == modified.httpDate } ?? true
        switch ByteRange(header: stillTheSame && request.method == .get ? request.headers[.range] : nil, length: size) {
        case .unsatisfiable:
            headers[.contentRange] = "bytes */\(size)"
            return Response(status: .rangeNotSatisfiable, headers: headers)
        case .part(let range):
            headers[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound)/\(size)"
            let body = try await FileIO().loadFile(path: file.path, range: range, context: context)
            return Response(status: .partialContent, headers: headers, body: body)
        case .whole:
            let body = try await FileIO().loadFile(path: file.path, context: context)
            return Response(status: .ok, headers: headers, body: body)
        }
    }

    private func matches(_ request: Request, tag: String, modified: Date) -> Bool {
        if let header = request.headers[.ifNoneMatch] {
            return header == "*"
                || header.split(separator: ",").contains { $0.trimmingCharacters(in: .whitespaces).trimmingPrefix("W/") == tag }
        }
        if let header = request.headers[.ifModifiedSince] { return header == modified.httpDate }
        return false
    }

    /// `attachment` with an ASCII name and, for the others, its UTF-8 form (RFC 6266).
    public static func disposition(_ name: String) -> String {
        let safe = String(
            name.unicodeScalars.map { $0.isASCII && $0.value >= 32 && !"\"\\/".unicodeScalars.contains($0) ? Character($0) : "_" })
        let encoded = name.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? safe
        return "attachment; filename=\"\(safe)\"; filename*=UTF-8''\(encoded)"
    }
}

extension Date {
    /// IMF-fixdate (RFC 9110, section 5.6.7).
    public var httpDate: String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        return formatter.string(from: self)
    }
}
