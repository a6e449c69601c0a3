public import Foundation

/// A value that can be bound to a statement, in PostgreSQL's text format.
public protocol SQLEncodable: Sendable {
    /// The value as PostgreSQL's input function for its type reads it; nil is NULL. The type itself is left to the server to infer.
    /// Throws when the value has no such form.
    var sqlText: String? { get throws }
}

extension String: SQLEncodable {
    public var sqlText: String? { self }
}

extension Substring: SQLEncodable {
    public var sqlText: String? { String(self) }
}

extension Int: SQLEncodable {
    public var sqlText: String? { String(self) }
}

extension Int64: SQLEncodable {
    public var sqlText: String? { String(self) }
}

extension Int32: SQLEncodable {
    public var sqlText: String? { String(self) }
}

extension Int16: SQLEncodable {
    public var sqlText: String? { String(self) }
}

extension UInt8: SQLEncodable {
    public var sqlText: String? { String(self) }
}

extension UInt16: SQLEncodable {
    public var sqlText: String? { String(self) }
}

extension UInt32: SQLEncodable {
    public var sqlText: String? { String(self) }
}

/// Beyond `Int64.max` the server refuses it for a `bigint`; use `numeric` there.
extension UInt64: SQLEncodable {
    public var sqlText: String? { String(self) }
}

extension Double: SQLEncodable {
    public var sqlText: String? { isNaN ? "NaN" : isInfinite ? (self < 0 ? "-Infinity" : "Infinity") : "\(self)" }
}

extension Float: SQLEncodable {
    public var sqlText: String? { isNaN ? "NaN" : isInfinite ? (self < 0 ? "-Infinity" : "Infinity") : "\(self)" }
}

extension Bool: SQLEncodable {
    public var sqlText: String? { self ? "true" : "false" }
}

extension UUID: SQLEncodable {
    public var sqlText: String? { uuidString.lowercased() }
}

/// A `timestamptz`, rounded to its microseconds.
extension Date: SQLEncodable {
    public var sqlText: String? { Timestamp.text(of: self) }
}

extension Optional: SQLEncodable where Wrapped: SQLEncodable {
    public var sqlText: String? {
        get throws { try self?.sqlText }
    }
}

/// A one-dimensional array, for `= any(…)`, `unnest(…)` and array columns.
extension Array: SQLEncodable where Element: SQLEncodable {
    public var sqlText: String? {
        get throws { ArrayLiteral.text(of: try map { try $0.sqlText }) }
    }
}

/// A Swift value stored as `json` or `jsonb`. Dates are ISO 8601 strings with microseconds.
public struct JSON<Value: Sendable>: Sendable {
    public var value: Value

    public init(_ value: Value) {
        self.value = value
    }
}

extension JSON: Equatable where Value: Equatable {}

extension JSON: SQLEncodable where Value: Encodable {
    public var sqlText: String? {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            encoder.dateEncodingStrategy = .custom { date, encoder in
                var container = encoder.singleValueContainer()
                try container.encode(Timestamp.iso8601(date))
            }
            return String(decoding: try encoder.encode(value), as: UTF8.self)
        }
    }
}

/// JSON text that is stored or handed on as it stands.
public struct RawJSON: Sendable, Hashable, SQLEncodable {
    public var text: String

    public init(_ text: String) {
        self.text = text
    }

    public var sqlText: String? { text }
}

/// Bytes for a `bytea`, written in hexadecimal.
public struct Bytes: Sendable, Hashable, SQLEncodable {
    public var bytes: [UInt8]

    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    public var sqlText: String? {
        var text = "\\x"
        text.reserveCapacity(2 + bytes.count * 2)
        for byte in bytes {
            for nibble in [byte >> 4, byte & 15] {
                text.unicodeScalars.append(Unicode.Scalar(nibble < 10 ? 48 + nibble : 87 + nibble))
            }
        }
        return text
    }
}

/// An embedding for pgvector's `vector` type: finite components, at most 16,000 of them.
public struct VectorValue: Sendable, Hashable, SQLEncodable {
    public var components: [Float]

    public init(_ components: [Float]) {
        self.components = components
    }

    public var sqlText: String? { "[" + components.map { "\($0)" }.joined(separator: ",") + "]" }
}
