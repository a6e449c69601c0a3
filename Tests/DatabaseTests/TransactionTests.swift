import Core
import Database
import Foundation
import TestSupport
import Testing

@Suite struct TransactionTests {
    private struct Stop: Error {}

    private func withTable(_ body: @Sendable (Database) async throws -> Void) async throws {
        try await TestDatabase.withDatabase(configure: { $0.maximumConnections = 1 }) { database, ownerURL in
            try await TestDatabase.owner(ownerURL, "create table t (id int primary key); grant all on t to service_role")
            try await body(database)
        }
    }

    private func expectCount(_ expected: Int, in database: Database, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let count = try await database.asService("select count(*) from t").single().value(as: Int.self)
        #expect(count == expected, sourceLocation: sourceLocation)
    }

    @Test func `a transaction is kept when its closure returns and undone when it throws`() async throws {
        try await withTable { database in
            try await database.asService { transaction in
                _ = try await transaction("insert into t values (1)")
                _ = try await transaction("insert into t values (2)")
            }
            try await expectCount(2, in: database)
            await #expect(throws: Stop.self) {
                try await database.asService { transaction in
                    _ = try await transaction("insert into t values (3)")
                    throw Stop()
                }
            }
            try await expectCount(2, in: database)
        }
    }

    @Test func `an error that the closure swallowed is not taken for success`() async throws {
        try await withTable { database in
            let failure = await #expect(throws: Failure.self) {
                try await database.asService { transaction in
                    _ = try await transaction("insert into t values (1)")
                    _ = try? await transaction("insert into t values (1)")
                }
            }
            #expect(failure?.code == "database_conflict")
            try await expectCount(0, in: database)
        }
    }

    @Test func `a savepoint lets a transaction go on after an error`() async throws {
        try await withTable { database in
            try await database.asService { transaction in
                _ = try await transaction.pipeline(["insert into t values (1)", "savepoint attempt"])
                await #expect(throws: Failure.self) { try await transaction("insert into t values (1)") }
                _ = try await transaction("rollback to savepoint attempt")
                _ = try await transaction("insert into t values (2)")
            }
            try await expectCount(2, in: database)
        }
    }

    @Test func `when one statement of a pipeline fails those after it do not run`() async throws {
        try await withTable { database in
            let failure = await #expect(throws: Failure.self) {
                try await database.asService {
                    try await $0.pipeline(["insert into t values (1)", "insert into t values (1)", "insert into t values (2)"])
                }
            }
            #expect(failure?.code == "database_conflict")
            try await expectCount(0, in: database)
        }
    }

    @Test func `a transaction used after its end throws`() async throws {
        try await withTable { database in
            let escaped = try await database.asService { transaction in
                _ = try await transaction("select 1")
                return transaction
            }
            let failure = await #expect(throws: Failure.self) { try await escaped("select 1") }
            #expect(failure?.code == "transaction_ended")
        }
    }

    @Test func `statements sent at once run one after another in the same transaction`() async throws {
        try await withTable { database in
            let seen = try await database.asService { transaction in
                async let first = transaction("select txid_current()::text as id")
                async let second = transaction("select txid_current()::text as id")
                async let third = transaction("select txid_current()::text as id")
                return try await [first, second, third].map { try $0.single().value(as: String.self) }
            }
            #expect(Set(seen).count == 1)
        }
    }

    @Test func `a cancelled transaction is rolled back and its connection is free again`() async throws {
        try await withTable { database in
            let (started, signal) = AsyncStream.makeStream(of: Void.self)
            let task = Task {
                try await database.asService { transaction in
                    _ = try await transaction("insert into t values (1)")
                    signal.yield()
                    _ = try await transaction("select pg_sleep(60)")
                }
            }
            for await _ in started { break }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            try await expectCount(0, in: database)
        }
    }

    @Test func `a transaction without statements costs no connection`() async throws {
        try await withTable { database in
            try await database.asService { outer in
                _ = try await outer("select 1")
                try await database.asService { _ in }
            }
        }
    }

    @Test func `a statement that opens a transaction of its own cannot leave it to the next request`() async throws {
        try await withTable { database in
            _ = try? await database.asService("begin")
            let row = try await database.asAnonymous("select current_user::text").single()
            #expect(try row.value(as: String.self) == "anon")
            try await expectCount(0, in: database)
        }
    }
}
