import Core
import Foundation
import HTTP
import HTTPTypes
import Hummingbird
import NIOCore

/// Takes the bytes of an object out of a request, plain or as a form, onto the disk. Limits hold while reading.
struct BodyReader {
    let bucket: Bucket
    /// Bytes.
    let limit: Int

    private static let longestField = 65_536
    private static let longestMetadata = 16_384

    init(_ bucket: Bucket, limit: Int) {
        self.bucket = bucket
        self.limit = min(limit, bucket.sizeLimit ?? limit)
    }

    /// Fills the draft. The object as the request describes it.
    func read(_ request: Request, into draft: inout DraftFile, for object: NewObject) async throws -> NewObject {
        let type = request.headers[.contentType] ?? ""
        let isForm = type.lowercased().hasPrefix("multipart/form-data")
        let announced = request.headers[.contentLength].flatMap { Int($0) } ?? 0
        guard announced <= limit + (isForm ? Self.longestField * 2 : 0) else { throw StorageFailures.tooLarge }
        let described =
            isForm ? try await form(request, type, into: &draft, for: object) : try await plain(request, type, into: &draft, for: object)
        try await draft.finish()
        return described
    }

    // MARK: Plain

    private func plain(_ request: Request, _ type: String, into draft: inout DraftFile, for object: NewObject) async throws -> NewObject {
        var object = object
        object.contentType = try checked(type.isEmpty ? "application/octet-stream" : type)
        object.cacheControl = Self.cacheControl(request.headers[.cacheControl]) ?? "no-cache"
        if let header = request.headers[.objectMetadata] {
            guard let bytes = Data(base64Encoded: header) else { throw StorageFailures.invalid("x-metadata must be base 64 of JSON") }
            object.userMetadata = try Self.metadata(Array(bytes))
        }
        for try await buffer in IncomingBody(request.body) { try await take(buffer, into: &draft) }
        return object
    }

    private func take(_ buffer: ByteBuffer, into draft: inout DraftFile) async throws {
        guard draft.size + buffer.readableBytes <= limit else { throw StorageFailures.tooLarge }
        try await draft.write(buffer)
    }

    // MARK: Forms

    private enum Part {
        case none, file
        case field(String)
    }

    /// The first file counts; fields may stand before or behind it.
    private func form(_ request: Request, _ type: String, into draft: inout DraftFile, for object: NewObject) async throws -> NewObject {
        var object = object
        var hasFile = false
        var part = Part.none
        var field = ByteBuffer()
        do {
            var parser = try MultipartParser(contentType: type)
            for try await buffer in IncomingBody(request.body, limit: limit + Self.longestField * 2) {
                for event in try parser.read(buffer) {
                    switch (event, part) {
                    case (.begin(let name, let filename, let contentType), _):
                        let isFile = filename != nil || (name.isEmpty && contentType != nil)
                        if isFile, !hasFile {
                            hasFile = true
                            object.contentType = try checked(contentType ?? "application/octet-stream")
                            part = .file
                        } else {
                            part = isFile ? .none : .field(name)
                        }
                    case (.bytes(let bytes), .file): try await take(bytes, into: &draft)
                    case (.bytes(let bytes), .field):
                        guard field.readableBytes + bytes.readableBytes <= Self.longestField else {
                            throw StorageFailures.invalid("a field of the form is too long")
                        }
                        field.writeImmutableBuffer(bytes)
                    case (.end, .field(let name)):
                        try Self.apply(name, field, to: &object)
                        field.clear()
                        part = .none
                    case (.end, _): part = .none
                    case (.bytes, .none): break
                    }
                }
            }
            try parser.finish()
        } catch let malformed as MultipartParser.Malformed {
            throw StorageFailures.invalid("the form cannot be read: \(malformed)")
        }
        guard hasFile else { throw StorageFailures.invalid("the form holds no file") }
        return object
    }

    private static func apply(_ name: String, _ value: ByteBuffer, to object: inout NewObject) throws {
        switch name {
        case "cacheControl":
            object.cacheControl = cacheControl(String(buffer: value)) ?? "no-cache"
        case "metadata": object.userMetadata = try metadata(Array(value.readableBytesView))
        default: break
        }
    }

    // MARK: Members

    /// Seconds, or the header's own words.
    static func cacheControl(_ text: String?) -> String? {
        guard let text, !text.isEmpty, text.utf8.count <= 200, text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else { return nil }
        return text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? "max-age=" + text : text
    }

    static func metadata(_ bytes: [UInt8]) throws -> JSONValue? {
        guard bytes.count <= longestMetadata, let value = JSONValue(parsing: bytes), value.object != nil, !value.text.contains("\\u0000")
        else { throw StorageFailures.invalid("metadata must be a JSON object of at most \(longestMetadata) bytes") }
        return value
    }

    private func checked(_ type: String) throws -> String { try Self.checked(type, in: bucket) }

    /// Throws `invalid_mime_type` for what the bucket does not take, and for what is no media type.
    static func checked(_ type: String, in bucket: Bucket) throws -> String {
        guard type.utf8.count <= 255, type.utf8.allSatisfy({ (0x20...0x7E).contains($0) }),
            type.wholeMatch(of: /[a-zA-Z0-9!#$&^_.+-]+\/[a-zA-Z0-9!#$&^_.+-]+\s*(;.*)?/) != nil, bucket.takes(type)
        else { throw StorageFailures.badType(type) }
        return type
    }
}

extension HTTPField.Name {
    static let objectMetadata = HTTPField.Name(parsed: "x-metadata") ?? .server
    static let upsert = HTTPField.Name(parsed: "x-upsert") ?? .server
}
