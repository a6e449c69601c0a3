import Core
import Database
import Foundation
import HTTP

/// A row of `storage.objects`.
struct StoredObject: Sendable {
    var id: UUID
    var bucket: String
    var name: String
    var owner: UUID?
    var ownerID: String?
    /// The file's name.
    var version: String?
    var metadata: JSONValue
    var userMetadata: JSONValue?
    var createdAt: Date?
    var updatedAt: Date?
    var lastAccessedAt: Date?

    static let columns: SQL = """
        o.id, o.bucket_id, o.name, o.owner, o.owner_id, o.version, coalesce(o.metadata, '{}') as metadata, o.user_metadata, o.created_at,
        o.updated_at, o.last_accessed_at
        """

    init(_ row: Row) throws {
        id = try row.decode("id")
        bucket = try row.decode("bucket_id")
        name = try row.decode("name")
        owner = try row.decode("owner")
        ownerID = try row.decode("owner_id")
        version = try row.decode("version")
        metadata = try row.decode("metadata", as: JSON<JSONValue>.self).value
        userMetadata = try row.decode("user_metadata", as: JSON<JSONValue>?.self)?.value
        createdAt = try row.decode("created_at")
        updatedAt = try row.decode("updated_at")
        lastAccessedAt = try row.decode("last_accessed_at")
    }

    var path: String { bucket + "/" + name }
    var size: Int { Int(exactly: metadata["size"]?.number ?? 0) ?? 0 }
    var contentType: String { metadata["mimetype"]?.string ?? "application/octet-stream" }
    var cacheControl: String { metadata["cacheControl"]?.string ?? "no-cache" }
    /// Quoted.
    var entityTag: String { metadata["eTag"]?.string ?? "\"\(version ?? id.text)\"" }

    /// What the clients get of a row.
    var members: [String: JSONValue] {
        [
            "id": .string(id.text), "bucket_id": .string(bucket), "name": .string(name), "owner": .text(owner?.text),
            "owner_id": .text(ownerID), "version": .text(version), "metadata": metadata, "user_metadata": userMetadata ?? .null,
            "created_at": .text(createdAt?.rfc3339), "updated_at": .text(updatedAt?.rfc3339),
            "last_accessed_at": .text(lastAccessedAt?.rfc3339),
        ]
    }

    /// `GET /object/info`.
    var description: JSONValue {
        [
            "id": .string(id.text), "name": .string(name), "version": .text(version), "bucket_id": .string(bucket),
            "size": .number(Double(size)), "content_type": .string(contentType), "cache_control": .string(cacheControl),
            "etag": .string(entityTag), "metadata": userMetadata ?? .null, "last_modified": .text(updatedAt?.rfc3339),
            "created_at": .text(createdAt?.rfc3339),
        ]
    }
}

/// What an object's row says of its file.
struct ObjectMetadata: Sendable {
    var version: String
    /// Bytes.
    var size: Int
    var contentType: String
    /// Such as "max-age=3600".
    var cacheControl: String

    var json: RawJSON {
        let metadata: JSONValue = [
            "eTag": .string("\"\(version)\""), "size": .number(Double(size)), "contentLength": .number(Double(size)),
            "mimetype": .string(contentType), "cacheControl": .string(cacheControl),
            "lastModified": .string(Date.now.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))),
            "httpStatusCode": .number(200),
        ]
        return RawJSON(metadata.text)
    }
}

extension JSONValue {
    static func text(_ text: String?) -> JSONValue { text.map(JSONValue.string) ?? .null }
}
