import Core
import Database
import Foundation
import Studio
import TestSupport
import Testing

@Suite struct PersonalTablesTests {
    @Test func `every table is either somebody's, and then exported, or everybody's`() async throws {
        try await TestDatabase.withDatabase { database, _ in
            let names = try await database.asService(
                "select tablename from pg_tables where schemaname = 'public' order by 1"
            ).map { try $0.decode("tablename", as: String.self) }
            let queries = PersonalTables.queries(of: UUID())
            #expect(Set(names) == Set(queries.map(\.name)).union(PersonalTables.shared))
            for (_, rows) in queries { _ = try await database.asUser(Claims(userID: UUID()), rows) }
        }
    }
}
