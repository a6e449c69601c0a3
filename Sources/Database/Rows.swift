import CLibPQ
import Core
import Foundation

/// What a statement gave back: its rows, their columns, and how many rows it touched. A view on libpq's own memory, freed with the
/// last copy.
public struct Rows: Sendable, RandomAccessCollection {
    /// A result column: its name, and the object identifier of its type (`pg_type.oid`).
    public struct Column: Sendable, Hashable {
        public var name: String
        public var typeOID: UInt32
    }

    let storage: ResultStorage

    init(_ storage: ResultStorage) {
        self.storage = storage
    }

    public var columns: [Column] { storage.columns }
    public var startIndex: Int { 0 }
    public var endIndex: Int { storage.count }

    /// Rows inserted, updated, deleted or selected, as the command tag says.
    public var affected: Int { storage.affected }

    public subscript(position: Int) -> Row {
        precondition(indices.contains(position), "row \(position) of \(count)")
        return Row(storage: storage, index: position)
    }

    /// The bytes of the first column of the only row, for statements that build JSON. Throws `row_decoding` when there is no such row
    /// or the value is NULL.
    public func bytes() throws -> [UInt8] {
        guard let bytes = bytesIfPresent() else {
            throw RowDecodingError(column: columns.first?.name ?? "", expected: "a value", got: isEmpty ? "no row" : "NULL").failure
        }
        return bytes
    }

    /// As `bytes()`, but nil when there is no row or the value is NULL.
    public func bytesIfPresent() -> [UInt8]? {
        withBytes { $0.map { Array($0) } }
    }

    /// Hands over the bytes of the first column of the first row without copying them; nil for no row or NULL. They end with the closure.
    public func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>?) throws -> Result) rethrows -> Result {
        try withBytes(column: 0, body)
    }

    /// Where a column stands, and the object identifier of its type.
    package func place(of column: String) -> (number: Int, typeOID: UInt32)? {
        storage.number(of: column).map { ($0, storage.typeOID(of: $0)) }
    }

    /// As above, of another column.
    package func withBytes<Result>(column: Int, _ body: (UnsafeBufferPointer<UInt8>?) throws -> Result) rethrows -> Result {
        guard count > 0, (0..<storage.columnCount).contains(column) else { return try body(nil) }
        return try storage.withValue(row: 0, column: column, body)
    }
}

/// One row. Values are read by column name and decoded on the way out.
public struct Row: Sendable {
    let storage: ResultStorage
    let index: Int

    /// Reads a column. Throws `row_decoding`, naming column, expected and found type, for an unknown column, NULL where `T` is not
    /// optional, or a value that is no `T`.
    public func decode<T: SQLDecodable>(_ column: String, as type: T.Type = T.self) throws -> T {
        guard let number = storage.number(of: column) else {
            let names = storage.columns.map(\.name).joined(separator: ", ")
            throw RowDecodingError(column: column, expected: "\(T.self)", got: "no such column; there are: \(names)").failure
        }
        return try decode(number, as: type)
    }

    /// Reads a column that may be NULL.
    public func decodeIfPresent<T: SQLDecodable>(_ column: String, as type: T.Type = T.self) throws -> T? {
        try decode(column, as: T?.self)
    }

    /// Whether the row has a column of that name.
    public func contains(_ column: String) -> Bool { storage.number(of: column) != nil }

    /// Reads the first column.
    public func value<T: SQLDecodable>(as type: T.Type = T.self) throws -> T {
        guard storage.columnCount > 0 else {
            throw RowDecodingError(column: "", expected: "\(T.self)", got: "no column").failure
        }
        return try decode(0, as: type)
    }

    private func decode<T: SQLDecodable>(_ column: Int, as type: T.Type) throws -> T {
        try storage.withValue(row: index, column: column) { text in
            do {
                guard let text else { return try T.decodeNull() }
                return try T.decode(sqlText: text)
            } catch {
                let description = storage.columns[column]
                let got = (text == nil ? "NULL of type " : "another value of type ") + TypeName.of(description.typeOID)
                throw RowDecodingError(column: description.name, expected: "\(T.self)", got: got, cause: error).failure
            }
        }
    }
}

extension Rows {
    /// The only row. Throws `row_decoding` when there is none or more than one.
    public func single() throws -> Row {
        guard count == 1 else {
            throw RowDecodingError(column: "", expected: "one row", got: "\(count) rows").failure
        }
        return self[0]
    }
}

/// Why a value could not be read. Names types, never the value.
public struct RowDecodingError: Error, Sendable, CustomStringConvertible {
    public var column: String
    public var expected: String
    public var got: String
    var cause: (any Error)?

    init(column: String, expected: String, got: String, cause: (any Error)? = nil) {
        self.column = column
        self.expected = expected
        self.got = got
        // A plain "not of this type" adds nothing, and Foundation's decoding errors name coding paths, not values.
        self.cause = cause is SQLTextError ? nil : cause
    }

    public var description: String {
        let place = column.isEmpty ? "" : "column \"\(column)\": "
        guard let cause = cause as? DecodingError else { return "\(place)expected \(expected), got \(got)" }
        return "\(place)expected \(expected), got \(got) (\(cause.path))"
    }

    var failure: Failure {
        Failure(.unexpected, "row_decoding", "The database answered in a form this version does not understand.", underlying: self)
    }
}

extension DecodingError {
    /// Where in the JSON the fault lies, without what stands there.
    fileprivate var path: String {
        func joined(_ context: Context) -> String { "at ." + context.codingPath.map(\.stringValue).joined(separator: ".") }
        switch self {
        case .keyNotFound(let key, let context): return "key \(key.stringValue) missing \(joined(context))"
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context): return joined(context)
        @unknown default: return "unreadable JSON"
        }
    }
}

/// Owns one `PGresult` and frees it.
///
/// Proof: a `PGresult` “is normally read-only after creation, and so can be passed around freely between threads” (libpq, “Behavior in Threaded
/// Programs”); nothing here calls the functions that the manual excepts from it, and `PQclear` runs once, when no copy is left.
final class ResultStorage: @unchecked Sendable {
    private let result: OpaquePointer
    let count: Int

    /// Takes ownership.
    init(_ result: OpaquePointer) {
        self.result = result
        count = Int(PQntuples(result))
    }

    /// Made when asked for: most results are read by one or two names, and those of settings not at all.
    var columns: [Rows.Column] {
        (0..<PQnfields(result)).map { number in
            Rows.Column(name: PQfname(result, number).map { String(cString: $0) } ?? "", typeOID: PQftype(result, number))
        }
    }

    var columnCount: Int { Int(PQnfields(result)) }

    /// The first column of this name. (`PQfnumber` would fold case.)
    func number(of column: String) -> Int? {
        for number in 0..<PQnfields(result) {
            if let name = PQfname(result, number), strcmp(name, column) == 0 { return Int(number) }
        }
        return nil
    }

    func typeOID(of column: Int) -> UInt32 { PQftype(result, Int32(column)) }

    deinit {
        PQclear(result)
    }

    var affected: Int {
        PQcmdTuples(result).flatMap { Int(String(cString: $0)) } ?? 0
    }

    /// `INSERT 0 1`, `COMMIT`…
    var commandTag: String {
        PQcmdStatus(result).map { String(cString: $0) } ?? ""
    }

    func withValue<Result>(row: Int, column: Int, _ body: (UnsafeBufferPointer<UInt8>?) throws -> Result) rethrows -> Result {
        guard PQgetisnull(result, Int32(row), Int32(column)) == 0, let value = PQgetvalue(result, Int32(row), Int32(column)) else {
            return try body(nil)
        }
        let length = Int(PQgetlength(result, Int32(row), Int32(column)))
        return try value.withMemoryRebound(to: UInt8.self, capacity: length) { try body(UnsafeBufferPointer(start: $0, count: length)) }
    }
}

/// Names of the types that turn up in errors (`pg_type.dat`; these identifiers are fixed for good).
enum TypeName {
    private static let names: [UInt32: String] = [
        16: "bool", 17: "bytea", 20: "bigint", 21: "smallint", 23: "integer", 25: "text", 114: "json", 700: "real",
        701: "double precision", 1007: "integer[]", 1009: "text[]", 1043: "varchar", 1082: "date", 1114: "timestamp",
        1184: "timestamptz", 1186: "interval", 1700: "numeric", 2950: "uuid", 2951: "uuid[]", 3802: "jsonb",
    ]

    static func of(_ oid: UInt32) -> String { names[oid] ?? "oid \(oid)" }
}
