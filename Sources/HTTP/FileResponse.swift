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
        let content = ContentResponse(
            size: size, contentType: contentType, entityTag: tag, modified: modified, cacheControl: cacheControl,
            disposition: downloadName.map(Self.disposition))
        return try await content.response(to: request) { range in
            guard let range else { return try await FileIO().loadFile(path: file.path, context: context) }
            return try await FileIO().loadFile(path: file.path, range: range, context: context)
        }
    }

    /// `attachment` with an ASCII name and, for the others, its UTF-8 form (RFC 6266).
    public static func disposition(_ name: String) -> String {
        let safe = String(
            name.unicodeScalars.map { $0.isASCII && $0.value >= 32 && !"\"\\/".unicodeScalars.contains($0) ? Character($0) : "_" })
        let encoded = name.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? safe
        return "attachment; filename=\"\(safe)\"; filename*=UTF-8''\(encoded)"
    }
}
