public import Database
public import Foundation
import Logging

/// Real databases for tests: one private cluster per test run, migrated once into a template, and a clone of it for each test.
public enum TestDatabase {
    /// The repository's root: where `supabase/` lies.
    public static let packageRoot = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    public static var migrations: URL { packageRoot.appending(path: "supabase/migrations") }
    public static var bootstrap: URL { packageRoot.appending(path: "supabase/bootstrap") }

    /// Says only what is wrong, so that a test run stays readable.
    public static let logger = quietLogger()

    /// Runs the body on a fresh migrated database of its own, with a pool that runs meanwhile; the database is dropped afterwards.
    /// The body gets the pool, and the owner's URL for set-up and inspection (`owner(_:_:)`).
    public static func withDatabase<Result: Sendable>(
        configure: @Sendable (inout Database.Configuration) -> Void = { _ in },
        _ body: @Sendable (Database, _ ownerURL: String) async throws -> Result
    ) async throws -> Result {
        let address = try await TestCluster.shared.address()
        let name = try await makeDatabase(at: address)
        let ownerURL = address.url(user: "continuo", database: name)
        var configuration = Database.Configuration(url: address.url(user: "authenticator", database: name))
        configuration.maximumConnections = 4
        configuration.applicationName = name
        configure(&configuration)
        do {
            let result = try await run(Database(configuration, logger: logger)) { try await body($0, ownerURL) }
            try await dropDatabase(name, at: address)
            return result
        } catch {
            try await dropDatabase(name, at: address)
            throw error
        }
    }

    /// A fresh migrated database without a pool; the caller makes its own. Both URLs are keyword strings.
    public static func withURLs<Result: Sendable>(
        _ body: @Sendable (_ loginURL: String, _ ownerURL: String) async throws -> Result
    ) async throws -> Result {
        let address = try await TestCluster.shared.address()
        let name = try await makeDatabase(at: address)
        do {
            let result = try await body(address.url(user: "authenticator", database: name), address.url(user: "continuo", database: name))
            try await dropDatabase(name, at: address)
            return result
        } catch {
            try await dropDatabase(name, at: address)
            throw error
        }
    }

    /// An empty, unmigrated database; gives the owner's URL.
    public static func withEmptyDatabase<Result: Sendable>(_ body: @Sendable (_ ownerURL: String) async throws -> Result) async throws
        -> Result
    {
        let address = try await TestCluster.shared.address()
        let name = try await makeDatabase(at: address, template: "template1")
        do {
            let result = try await body(address.url(user: "continuo", database: name))
            try await dropDatabase(name, at: address)
            return result
        } catch {
            try await dropDatabase(name, at: address)
            throw error
        }
    }

    /// An empty database that lives as long as the test run; gives the URL of each role over its socket.
    public static func makeLasting() async throws -> @Sendable (_ user: String) -> String {
        let address = try await TestCluster.shared.address()
        let name = try await makeDatabase(at: address, template: "template1")
        return { user in address.url(user: user, database: name) }
    }

    /// The owner's role of the test cluster.
    public static let ownerRole = "continuo"

    /// Runs statements as the owner: for set-up and for looking behind row-level security. The last statement's rows.
    @discardableResult
    public static func owner(_ ownerURL: String, _ statements: String) async throws -> Rows {
        try await OwnerAccess.run(ownerURL, statements)
    }

    /// As above, one statement with binds.
    @discardableResult
    public static func owner(_ ownerURL: String, sql: SQL) async throws -> Rows {
        try await OwnerAccess.run(ownerURL, sql: sql)
    }

    /// Runs the body while the pool's service runs, then closes it.
    public static func run<Result: Sendable>(_ database: Database, _ body: @Sendable (Database) async throws -> Result) async throws
        -> Result
    {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await database.run() }
            let result: Result
            do {
                result = try await body(database)
            } catch {
                group.cancelAll()
                throw error
            }
            group.cancelAll()
            return result
        }
    }

    private static func makeDatabase(at address: PrivateCluster.Address, template: String = "continuo") async throws -> String {
        let name = "test_" + UUID().uuidString.lowercased().replacing("-", with: "")
        // Copying files is more than twice as fast here as the default, which writes every page to the log.
        try await OwnerAccess.run(
            address.url(user: "continuo", database: "postgres"), "create database \(name) template \(template) strategy file_copy")
        return name
    }

    private static func dropDatabase(_ name: String, at address: PrivateCluster.Address) async throws {
        try await OwnerAccess.run(address.url(user: "continuo", database: "postgres"), "drop database if exists \(name) with (force)")
    }

    private static func quietLogger() -> Logger {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }
}
