import Core
import Database
import Foundation
import HTTP

/// A row of `storage.buckets`.
struct Bucket: Sendable {
    var id: String
    var name: String
    var owner: UUID?
    var isPublic: Bool
    /// Bytes of one object; nil: the server's own limit.
    var sizeLimit: Int?
    /// Kinds of content, with `*` for any; nil: all.
    var contentTypes: [String]?
    var type: String
    var createdAt: Date?
    var updatedAt: Date?

    static let columns: SQL = """
        b.id, b.name, b.owner, coalesce(b.public, false) as public, b.file_size_limit, b.allowed_mime_types, b.type::text as type,
        b.created_at, b.updated_at
        """

    init(_ row: Row) throws {
        id = try row.decode("id")
        name = try row.decode("name")
        owner = try row.decode("owner")
        isPublic = try row.decode("public")
        sizeLimit = try row.decode("file_size_limit")
        contentTypes = try row.decode("allowed_mime_types")
        type = try row.decode("type")
        createdAt = try row.decode("created_at")
        updatedAt = try row.decode("updated_at")
    }

    /// Whether objects of a kind may be in it. Source: RFC 9110, section 8.3.1 (media types).
    func takes(_ contentType: String) -> Bool {
        guard let contentTypes, !contentTypes.isEmpty else { return true }
        let type = contentType.prefix { $0 != ";" }.trimmingCharacters(in: .whitespaces).lowercased()
        let family = type.prefix { $0 != "/" }
        return contentTypes.contains { allowed in
            let allowed = allowed.lowercased()
            return allowed == type || allowed == "*/*" || allowed == "*" || allowed == family + "/*"
        }
    }

    var members: JSONValue {
        [
            "id": .string(id), "name": .string(name), "owner": .string(owner?.text ?? ""), "public": .bool(isPublic),
            "file_size_limit": sizeLimit.map { .number(Double($0)) } ?? .null,
            "allowed_mime_types": contentTypes.map { .array($0.map(JSONValue.string)) } ?? .null, "type": .string(type),
            "created_at": .text(createdAt?.rfc3339), "updated_at": .text(updatedAt?.rfc3339),
        ]
    }

    /// Bytes, or a number with a unit of thousands: `20mb`. Nil for what is neither.
    static func bytes(_ text: String) -> Int? {
        guard let match = text.lowercased().wholeMatch(of: /\s*([0-9]{1,15}(?:\.[0-9]{1,6})?)\s*(b|kb|mb|gb|tb)?\s*/),
            let number = Double(match.1)
        else { return nil }
        let unit: Double =
            switch match.2 {
            case "kb": 1e3
            case "mb": 1e6
            case "gb": 1e9
            case "tb": 1e12
            default: 1
            }
        return Int(exactly: (number * unit).rounded())
    }
}
