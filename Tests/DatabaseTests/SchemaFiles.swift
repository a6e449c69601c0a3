import Database
import Foundation
import TestSupport

/// The files of `supabase/tests`: SQL to run, and the readable tables of what to expect.
enum SchemaFiles {
    static func text(_ name: String) throws -> String {
        try String(contentsOf: TestDatabase.packageRoot.appending(path: "supabase/tests/\(name)"), encoding: .utf8)
    }

    /// The lines of a table, by column name. Columns are separated by `|`; the last one may contain it too. Empty lines and
    /// lines that start with `#` say nothing; the first other line names the columns.
    static func rows(_ name: String) throws -> [[String: String]] {
        var columns: [String] = []
        var rows: [[String: String]] = []
        for line in try text(name).split(separator: "\n") where !line.hasPrefix("#") {
            let separators = columns.isEmpty ? Int.max : columns.count - 1
            let cells = line.split(separator: "|", maxSplits: separators, omittingEmptySubsequences: false)
                .map { String($0).trimmingCharacters(in: .whitespaces) }
            if columns.isEmpty {
                columns = cells
            } else if cells.count == columns.count {
                rows.append(Dictionary(uniqueKeysWithValues: zip(columns, cells)))
            } else {
                throw Malformed(file: name, line: String(line))
            }
        }
        return rows
    }

    struct Malformed: Error, CustomStringConvertible {
        var file: String
        var line: String
        var description: String { "\(file): a line without the columns of the first: \(line)" }
    }
}

/// Asks once and remembers: for results that many parameterised cases compare against. Cases must come one after another.
actor Remembered<Value: Sendable> {
    private let make: @Sendable () async throws -> Value
    private var value: Value?

    init(_ make: @escaping @Sendable () async throws -> Value) {
        self.make = make
    }

    func get() async throws -> Value {
        if let value {
            return value
        }
        let made = try await make()
        value = made
        return made
    }
}
