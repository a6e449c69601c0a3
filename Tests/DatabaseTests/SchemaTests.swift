import Database
import Foundation
import TestSupport
import Testing

/// One line of `supabase/tests/schema.txt`: something a requirement document asks of a table.
struct SchemaLine: Sendable, CustomTestStringConvertible {
    var kind: String
    var table: String
    var name: String
    var definition: String

    var testDescription: String { "\(table).\(name): \(kind) \(definition)" }

    static let all: [SchemaLine] = ((try? SchemaFiles.rows("schema.txt")) ?? []).map { cells in
        SchemaLine(
            kind: cells["kind"] ?? "", table: cells["table"] ?? "", name: cells["name"] ?? "", definition: cells["definition"] ?? "")
    }

    /// Whether what there is answers this line. Columns are compared for nullability only where the line speaks of it.
    func isAnswered(by actual: String) -> Bool {
        guard kind == "column" else {
            return actual == definition
        }
        if definition.contains(" nullable") {
            return actual == definition.replacing(" nullable", with: "")
        }
        if definition.contains(" not null") {
            return actual == definition
        }
        return actual.replacing(" not null", with: "") == definition
    }
}

@Suite(.serialized)
struct SchemaTests {
    static let shape = Remembered<[String: [String]]> {
        try await TestDatabase.withURLs { _, ownerURL in
            var shape: [String: [String]] = [:]
            for row in try await TestDatabase.owner(ownerURL, SchemaFiles.text("shape.sql")) {
                let key = [try row.decode("kind", as: String.self), try row.decode("table"), try row.decode("name")].joined(separator: " ")
                shape[key, default: []].append(try row.decode("definition"))
            }
            return shape
        }
    }

    @Test(arguments: SchemaLine.all)
    func `the schema has what the documents ask for`(line: SchemaLine) async throws {
        let actual = try await Self.shape.get()["\(line.kind) \(line.table) \(line.name)"] ?? []
        #expect(actual.contains { line.isAnswered(by: $0) }, "there is: \(actual.joined(separator: "; "))")
    }

    @Test func `the list of what the documents ask for is read whole`() throws {
        #expect(SchemaLine.all.count == (try SchemaFiles.rows("schema.txt")).count)
        #expect(SchemaLine.all.count > 240)
    }

    @Test func `the bootstrap may run again on a database that has it`() async throws {
        let files = try FileManager.default.contentsOfDirectory(at: TestDatabase.bootstrap, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "sql" }.sorted { $0.lastPathComponent < $1.lastPathComponent }
        #expect(files.count == 4)
        try await TestDatabase.withURLs { _, ownerURL in
            for file in files {
                try await TestDatabase.owner(ownerURL, String(contentsOf: file, encoding: .utf8))
            }
        }
    }
}
