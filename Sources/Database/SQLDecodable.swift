public import Foundation

/// A value that can be read from a column, in PostgreSQL's text format.
public protocol SQLDecodable {
    /// Reads one value. Throws `SQLTextError` (any error will do) when the text is not of this type.
    static func decode(sqlText: UnsafeBufferPointer<UInt8>) throws -> Self
    /// What NULL becomes. Throws for a type that has no such value: all but `Optional`.
    static func decodeNull() throws -> Self
}

/// The text is not a value of the type asked for. Says nothing of the value itself, which may be anybody's.
public struct SQLTextError: Error, Sendable {
    public init() {}
}

extension SQLDecodable {
    public static func decodeNull() throws -> Self { throw SQLTextError() }
}

extension SQLDecodable where Self: LosslessStringConvertible {
    public static func decode(sqlText: UnsafeBufferPointer<UInt8>) throws -> Self {
        guard let value = Self(String(decoding: sqlText, as: UTF8.self)) else { throw SQLTextError() }
        return value
    }
}

extension String: SQLDecodable {
    public static func decode(sqlText: UnsafeBufferPointer<UInt8>) throws -> String { String(decoding: sqlText, as: UTF8.self) }
}

extension Int: SQLDecodable {}
extension Int64: SQLDecodable {}
extension Int32: SQLDecodable {}
extension Int16: SQLDecodable {}
extension UInt8: SQLDecodable {}
extension UInt16: SQLDecodable {}
extension UInt32: SQLDecodable {}
extension UInt64: SQLDecodable {}
extension Double: SQLDecodable {}
extension Float: SQLDecodable {}

extension Bool: SQLDecodable {
    public static func decode(sqlText: UnsafeBufferPointer<UInt8>) throws -> Bool {
        guard sqlText.count == 1 else { throw SQLTextError() }
        switch sqlText[0] {
        case UInt8(ascii: "t"): return true
        case UInt8(ascii: "f"): return false
        default: throw SQLTextError()
        }
    }
}

extension UUID: SQLDecodable {
    public static func decode(sqlText: UnsafeBufferPointer<UInt8>) throws -> UUID {
        guard let value = UUID(uuidString: String(decoding: sqlText, as: UTF8.self)) else { throw SQLTextError() }
        return value
    }
}

/// From `timestamptz`, `timestamp` (taken as UTC) or `date`; `infinity` and `-infinity` are the distant future and past.
extension Date: SQLDecodable {
    public static func decode(sqlText: UnsafeBufferPointer<UInt8>) throws -> Date {
        guard let date = Timestamp.date(from: sqlText) else { throw SQLTextError() }
        return date
    }
}

extension Optional: SQLDecodable where Wrapped: SQLDecodable {
    public static func decode(sqlText: UnsafeBufferPointer<UInt8>) throws -> Wrapped? { try Wrapped.decode(sqlText: sqlText) }
    public static func decodeNull() -> Wrapped? { nil }
}

extension Array: SQLDecodable where Element: SQLDecodable {
    public static func decode(sqlText: UnsafeBufferPointer<UInt8>) throws -> [Element] {
        guard let elements = ArrayLiteral.elements(of: sqlText) else { throw SQLTextError() }
        return try elements.map { element in
            guard let element else { return try Element.decodeNull() }
            return try element.withUnsafeBufferPointer { try Element.decode(sqlText: $0) }
        }
    }
}

extension JSON: SQLDecodable where Value: Decodable {
    public static func decode(sqlText: UnsafeBufferPointer<UInt8>) throws -> JSON<Value> {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .custom { decoder in
            let container = try decoder.singleValueContainer()
            var text = try container.decode(String.self)
            guard let date = text.withUTF8({ Timestamp.date(from: $0) }) else {
                throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an ISO 8601 date")
            }
            return date
        }
        return JSON(try decoder.decode(Value.self, from: Data(sqlText)))
    }
}

extension RawJSON: SQLDecodable {
    public static func decode(sqlText: UnsafeBufferPointer<UInt8>) throws -> RawJSON {
        RawJSON(String(decoding: sqlText, as: UTF8.self))
    }
}

extension Bytes: SQLDecodable {
    public static func decode(sqlText: UnsafeBufferPointer<UInt8>) throws -> Bytes {
        guard sqlText.count >= 2, sqlText.count % 2 == 0, sqlText[0] == UInt8(ascii: "\\"), sqlText[1] == UInt8(ascii: "x") else {
            throw SQLTextError()
        }
        func nibble(_ character: UInt8) throws -> UInt8 {
            switch character {
            case 48...57: return character - 48
            case 97...102: return character - 87
            default: throw SQLTextError()
            }
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(sqlText.count / 2 - 1)
        for index in stride(from: 2, to: sqlText.count, by: 2) {
            bytes.append(try nibble(sqlText[index]) << 4 | nibble(sqlText[index + 1]))
        }
        return Bytes(bytes)
    }
}

extension VectorValue: SQLDecodable {
    public static func decode(sqlText: UnsafeBufferPointer<UInt8>) throws -> VectorValue {
        guard sqlText.count >= 2, sqlText.first == UInt8(ascii: "["), sqlText.last == UInt8(ascii: "]") else { throw SQLTextError() }
        let inner = sqlText[1..<(sqlText.count - 1)]
        return VectorValue(
            try inner.split(separator: UInt8(ascii: ",")).map {
                guard let component = Float(String(decoding: $0, as: UTF8.self)) else { throw SQLTextError() }
                return component
            })
    }
}
