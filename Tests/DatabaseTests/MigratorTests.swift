import Core
import Database
import Foundation
import TestSupport
import Testing

@Suite struct MigratorTests {
    /// A folder of migrations and an empty one of bootstrap files, removed afterwards.
    private func withFolders(_ files: [String: String], _ body: (_ migrations: URL, _ bootstrap: URL) async throws -> Void) async throws {
        let folder = TestMachine.temporaryFolder()
        let (migrations, bootstrap) = (folder.appending(path: "migrations"), folder.appending(path: "bootstrap"))
        for part in [migrations, bootstrap] { try FileManager.default.createDirectory(at: part, withIntermediateDirectories: true) }
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in files { try text.write(to: migrations.appending(path: name), atomically: true, encoding: .utf8) }
        try await body(migrations, bootstrap)
    }

    @discardableResult
    private func migrate(_ ownerURL: String, _ migrations: URL, _ bootstrap: URL) async throws -> [Int64] {
        try await Migrator.migrate(ownerURL: ownerURL, migrations: migrations, bootstrap: bootstrap, logger: TestDatabase.logger).map(
            \.version)
    }

    @Test func `files are applied once, in the order of their versions`() async throws {
        try await TestDatabase.withEmptyDatabase { ownerURL in
            try await withFolders([
                "2_b.sql": "insert into a values (2)", "10_c.sql": "insert into a values (10)", "1_a.sql": "create table a (n int)",
            ]) {
                #expect(try await migrate(ownerURL, $0, $1) == [1, 2, 10])
                #expect(try await migrate(ownerURL, $0, $1) == [])
                let status = try await Migrator.status(ownerURL: ownerURL, migrations: $0)
                #expect(status.map(\.state) == [.applied, .applied, .applied])
                #expect(try await TestDatabase.owner(ownerURL, "select n from a").map { try $0.value(as: Int.self) } == [2, 10])
            }
        }
    }

    @Test func `ten processes starting at once migrate once`() async throws {
        try await TestDatabase.withEmptyDatabase { ownerURL in
            try await withFolders(["1_a.sql": "create table a (n int); select pg_sleep(0.05)", "2_b.sql": "insert into a values (1)"]) {
                migrations, bootstrap in
                let applied = try await withThrowingTaskGroup(of: [Int64].self) { group in
                    for _ in 0..<10 { group.addTask { try await migrate(ownerURL, migrations, bootstrap) } }
                    return try await group.reduce(into: []) { $0 += $1 }
                }
                #expect(applied.sorted() == [1, 2])
                #expect(try await TestDatabase.owner(ownerURL, "select * from a").count == 1)
            }
        }
    }

    @Test func `a file changed after it was applied is refused by name and nothing else runs`() async throws {
        try await TestDatabase.withEmptyDatabase { ownerURL in
            try await withFolders(["1_a.sql": "create table a (n int)"]) { migrations, bootstrap in
                try await migrate(ownerURL, migrations, bootstrap)
                try "create table a (n bigint)".write(to: migrations.appending(path: "1_a.sql"), atomically: true, encoding: .utf8)
                try "create table b ()".write(to: migrations.appending(path: "2_b.sql"), atomically: true, encoding: .utf8)
                let failure = await #expect(throws: Failure.self) { try await migrate(ownerURL, migrations, bootstrap) }
                #expect(failure?.code == "migration_changed" && failure?.message.contains("1_a.sql") == true)
                #expect(try await Migrator.status(ownerURL: ownerURL, migrations: migrations).map(\.state) == [.changed, .pending])
                #expect(try await TestDatabase.owner(ownerURL, "select to_regclass('b') is null").single().value(as: Bool.self))
            }
        }
    }

    @Test func `a broken file is rolled back as a whole and those before it stay`() async throws {
        try await TestDatabase.withEmptyDatabase { ownerURL in
            try await withFolders(["1_a.sql": "create table a ()", "2_b.sql": "create table b (); create table c (); select nonsense;"]) {
                migrations, bootstrap in
                let failure = await #expect(throws: Failure.self) { try await migrate(ownerURL, migrations, bootstrap) }
                #expect(failure?.code == "migration_failed" && failure?.message.contains("2_b.sql") == true)
                let tables = "select to_regclass('a') is not null and to_regclass('b') is null and to_regclass('c') is null"
                #expect(try await TestDatabase.owner(ownerURL, tables).single().value(as: Bool.self))
                try "create table b ()".write(to: migrations.appending(path: "2_b.sql"), atomically: true, encoding: .utf8)
                #expect(try await migrate(ownerURL, migrations, bootstrap) == [2])
            }
        }
    }

    @Test func `a file that comes late is applied all the same`() async throws {
        try await TestDatabase.withEmptyDatabase { ownerURL in
            try await withFolders(["1_a.sql": "create table a ()", "3_c.sql": "create table c ()"]) { migrations, bootstrap in
                try await migrate(ownerURL, migrations, bootstrap)
                try "create table b ()".write(to: migrations.appending(path: "2_b.sql"), atomically: true, encoding: .utf8)
                #expect(try await migrate(ownerURL, migrations, bootstrap) == [2])
            }
        }
    }

    @Test func `a migration whose file is gone is shown as missing`() async throws {
        try await TestDatabase.withEmptyDatabase { ownerURL in
            try await withFolders(["1_a.sql": "create table a ()", "2_b.sql": "create table b ()"]) { migrations, bootstrap in
                #expect(try await Migrator.status(ownerURL: ownerURL, migrations: migrations).map(\.state) == [.pending, .pending])
                try await migrate(ownerURL, migrations, bootstrap)
                try FileManager.default.removeItem(at: migrations.appending(path: "2_b.sql"))
                #expect(try await Migrator.status(ownerURL: ownerURL, migrations: migrations).map(\.state) == [.applied, .missing])
            }
        }
    }

    @Test(arguments: [["a.sql"], ["x_a.sql"], ["1_a.sql", "1_b.sql"]])
    func `names without a version of their own are refused`(names: [String]) async throws {
        try await withFolders(Dictionary(uniqueKeysWithValues: names.map { ($0, "select 1") })) { migrations, bootstrap in
            let failure = await #expect(throws: Failure.self) { try await migrate("", migrations, bootstrap) }
            #expect(failure?.code == "migration_unreadable")
        }
    }

    @Test func `a bare database is bootstrapped once and its login role let in with a password`() async throws {
        try await TestDatabase.withEmptyDatabase { ownerURL in
            let markers = "select count(*) from pg_catalog.pg_namespace where nspname in ('auth', 'storage')"
            for _ in 0..<2 {
                try await Migrator.migrate(
                    ownerURL: ownerURL, migrations: TestDatabase.migrations, bootstrap: TestDatabase.bootstrap,
                    authenticatorPassword: "s'ecret",
                    logger: TestDatabase.logger)
                #expect(try await TestDatabase.owner(ownerURL, markers).single().value(as: Int.self) == 2)
            }
            let stored =
                "select rolpassword like 'SCRAM-SHA-256%' and rolcanlogin and not rolsuper from pg_authid where rolname = 'authenticator'"
            #expect(try await TestDatabase.owner(ownerURL, stored).single().value(as: Bool.self))
        }
    }

    @Test func `a database that has auth and storage already is not bootstrapped`() async throws {
        try await TestDatabase.withEmptyDatabase { ownerURL in
            try await withFolders([:]) { migrations, bootstrap in
                try "select broken".write(to: bootstrap.appending(path: "01.sql"), atomically: true, encoding: .utf8)
                await #expect(throws: Failure.self) { try await migrate(ownerURL, migrations, bootstrap) }
                try await TestDatabase.owner(ownerURL, "create schema auth; create schema storage")
                #expect(try await migrate(ownerURL, migrations, bootstrap) == [])
            }
        }
    }
}
