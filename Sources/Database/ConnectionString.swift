import CLibPQ
import Core

/// libpq connection strings (URLs or `key=value` pairs), taken apart and put together by libpq's own rules.
public enum ConnectionString {
    /// The same server and database for another role. Throws `invalid_setting` when the text is no connection string.
    public static func replacing(user: String, password: String, in text: String) throws -> String {
        var pairs = try parse(text)
        pairs["user"] = user
        pairs["password"] = password
        return pairs.sorted { $0.key < $1.key }.map { "\($0.key)=\(quoted($0.value))" }.joined(separator: " ")
    }

    /// The keywords that the text sets.
    static func parse(_ text: String) throws -> [String: String] {
        guard let options = PQconninfoParse(text, nil) else {
            throw Failure(
                .invalid, "invalid_setting", "DATABASE_URL is not a valid connection string.",
                hint: "Write it as postgresql://user:password@host:5432/database, or as key=value pairs.")
        }
        defer { PQconninfoFree(options) }
        var pairs: [String: String] = [:]
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { pairs[String(cString: keyword)] = String(cString: value) }
            option += 1
        }
        return pairs
    }

    private static func quoted(_ value: String) -> String {
        "'" + value.replacing(byte: "\\", with: "\\\\").replacing(byte: "'", with: "\\'") + "'"
    }
}
