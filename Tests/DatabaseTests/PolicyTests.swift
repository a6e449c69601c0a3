import Core
import Database
import Foundation
import TestSupport
import Testing

/// One line of `supabase/tests/policies.txt`: a statement, and what comes of it for everybody in the cast.
struct PolicyLine: Sendable, CustomTestStringConvertible {
    /// From 1, as `continuo_tests.run` counts.
    var number: Int
    var cells: [String: String]

    var testDescription: String {
        "\(cells["table"] ?? "") \(cells["action"] ?? ""): \(cells["what"] ?? "")"
    }

    static let all: [PolicyLine] = ((try? SchemaFiles.rows("policies.txt")) ?? []).enumerated().map {
        PolicyLine(number: $0.offset + 1, cells: $0.element)
    }

    static func json() throws -> String {
        String(decoding: try JSONEncoder().encode(all.map(\.cells)), as: UTF8.self)
    }
}

/// What one person got from one statement.
struct PolicyCell: Sendable {
    var actor: String
    var expected: String
    var actual: String
}

@Suite(.serialized)
struct PolicyTests {
    static let outcomes = Remembered<[Int: [PolicyCell]]> {
        try await TestDatabase.withURLs { _, ownerURL in
            try await prepare(ownerURL)
            let json = try PolicyLine.json()
            let rows = try await TestDatabase.owner(
                ownerURL, sql: "select line, actor, expected, actual from continuo_tests.run(\(json)::jsonb)")
            var outcomes: [Int: [PolicyCell]] = [:]
            for row in rows {
                let cell = PolicyCell(
                    actor: try row.decode("actor"), expected: try row.decode("expected"), actual: try row.decode("actual"))
                outcomes[try row.decode("line"), default: []].append(cell)
            }
            return outcomes
        }
    }

    static func prepare(_ ownerURL: String) async throws {
        try await TestDatabase.owner(ownerURL, SchemaFiles.text("fixtures.sql") + SchemaFiles.text("runner.sql"))
    }

    @Test(arguments: PolicyLine.all)
    func `everybody gets what the table of policies says`(line: PolicyLine) async throws {
        let cells = try #require(try await Self.outcomes.get()[line.number])
        #expect(cells.count >= 4)
        for cell in cells {
            #expect(cell.actual == cell.expected, "as \(cell.actor): \(line.cells["statement"] ?? "")")
        }
    }

    @Test func `the table covers every table and every action`() async throws {
        let tables = try await TestDatabase.withURLs { _, ownerURL in
            try await TestDatabase.owner(
                ownerURL, "select 'public.' || tablename as name from pg_tables where schemaname = 'public'"
            ).map { try $0.decode("name", as: String.self) }
        }
        #expect(tables.count >= 23)
        let covered = Set(PolicyLine.all.map { "\($0.cells["table"] ?? "") \($0.cells["action"] ?? "")" })
        for table in tables + ["storage.buckets", "storage.objects"] {
            for action in ["select", "insert", "update", "delete"] {
                #expect(covered.contains("\(table) \(action)"), "policies.txt has no line for \(action) on \(table)")
            }
        }
    }

    @Test func `breaking any policy changes a cell of the table`() async throws {
        let mutants = try await TestDatabase.withURLs { _, ownerURL in
            try await Self.prepare(ownerURL)
            let json = try PolicyLine.json()
            return try await TestDatabase.owner(
                ownerURL, sql: "select table_name, policy, breakage, cells_changed from continuo_tests.mutants(\(json)::jsonb)"
            ).map { row in
                (
                    name: "\(try row.decode("table_name", as: String.self)): \(try row.decode("policy", as: String.self))",
                    breakage: try row.decode("breakage", as: String.self), changed: try row.decode("cells_changed", as: Int.self)
                )
            }
        }
        #expect(mutants.count > 150)
        for mutant in mutants {
            #expect(mutant.changed > 0, "nobody notices \(mutant.name), \(mutant.breakage)")
        }
    }

    @Test func `what the table says holds on the way requests take`() async throws {
        try await TestDatabase.withDatabase { database, ownerURL in
            let owner = UUID()
            let stranger = UUID()
            try await TestDatabase.owner(
                ownerURL,
                """
                insert into auth.users (id, email) values ('\(owner)', 'owner@example.com'), ('\(stranger)', 'stranger@example.com');
                insert into public.songs (user_id, title, storage_path) values ('\(owner)', 'Secret', 'music/secret.wav');
                """)
            let song: SQL = "select title from public.songs"
            #expect(try await database.asUser(.init(userID: owner), song).count == 1)
            #expect(try await database.asUser(.init(userID: stranger), song).isEmpty)
            #expect(try await database.asAnonymous(song).isEmpty)
            #expect(try await database.asService(song).count == 1)
            await #expect(throws: (any Error).self) {
                try await database.asUser(.init(userID: owner), "update public.users set premium = true")
            }
        }
    }
}
