import CLibPQ
import Core
import Crypto
public import Foundation
public import Logging

/// Brings a database's schema up to date: plain SQL files, forward only, each in one transaction and applied once.
///
/// Files are named `<version>_<name>.sql`, the version a number (a timestamp), and are applied in its order. The table
/// `continuo.migrations` keeps each file's SHA-256; a file that was changed after it was applied is refused. A session-level advisory lock
/// makes processes that start together apply each file once.
public enum Migrator {
    public struct Applied: Sendable, Hashable {
        public var version: Int64
        public var name: String
    }

    public struct Status: Sendable, Hashable {
        public enum State: String, Sendable {
            case applied, pending
            /// Applied, and changed since.
            case changed
            /// Applied, and its file is gone: a newer version of the program was here.
            case missing
        }

        public var version: Int64
        public var name: String
        public var state: State
        public var appliedAt: Date?
    }

    /// Any number that no other program locks: the ASCII bytes of "continuo".
    private static let lockKey: Int64 = 0x636f_6e74_696e_756f

    /// Applies what is pending and returns it. Blocks no task while it works.
    ///
    /// - `ownerURL`: a libpq URL or keyword string of the role that owns the schema.
    /// - `bootstrap`: files for a bare server, run in name order, and only where schema `auth` or `storage` is missing.
    /// - `authenticatorPassword`: the login role's password, set on servers that were bootstrapped here; nil leaves it alone.
    ///
    /// Throws `migration_changed`, `migration_failed` (the file is rolled back as a whole), `migration_unreadable`, `database_unavailable`.
    @discardableResult
    public static func migrate(
        ownerURL: String, migrations: URL, bootstrap: URL, authenticatorPassword: String? = nil, logger: Logger
    ) async throws -> [Applied] {
        let files = try MigrationFile.list(in: migrations)
        let bootstrapFiles = try MigrationFile.texts(in: bootstrap)
        return try await withSession(ownerURL) { session in
            // Waiting here is waiting for another process that is doing the same.
            try session.query("select pg_catalog.pg_advisory_lock(\(lockKey))")
            try session.bootstrap(bootstrapFiles, authenticatorPassword: authenticatorPassword, logger: logger)
            try session.run(
                """
                create schema if not exists continuo;
                create table if not exists continuo.migrations (
                    version bigint primary key,
                    name text not null,
                    checksum bytea not null,
                    applied_at timestamptz not null default now()
                );
                """)
            let records = try session.records()
            for file in files {
                if let record = records[file.version], record.checksum != file.checksum {
                    throw Failure(
                        .conflict, "migration_changed", "The migration \(file.fileName) was changed after it had been applied.",
                        hint: "Restore the file and put the change into a new migration.")
                }
            }
            let newest = records.keys.max() ?? 0
            var applied: [Applied] = []
            for file in files where records[file.version] == nil {
                if file.version < newest {
                    logger.warning("migration applied out of order", metadata: ["file": "\(file.fileName)"])
                }
                try session.apply(file)
                logger.info("migration applied", metadata: ["file": "\(file.fileName)"])
                applied.append(Applied(version: file.version, name: file.name))
            }
            return applied
        }
    }

    /// What is applied and what is pending, in order. Changes nothing.
    public static func status(ownerURL: String, migrations: URL) async throws -> [Status] {
        let files = try MigrationFile.list(in: migrations)
        return try await withSession(ownerURL) { session in
            let hasTable = try session.query("select to_regclass('continuo.migrations') is not null").single().value(as: Bool.self)
            let records = hasTable ? try session.records() : [:]
            let known = files.map { file in
                let record = records[file.version]
                let state = record.map { $0.checksum == file.checksum ? Status.State.applied : .changed } ?? .pending
                return Status(version: file.version, name: file.name, state: state, appliedAt: record?.appliedAt)
            }
            let gone = records.filter { record in !files.contains { $0.version == record.key } }.map { version, record in
                Status(version: version, name: record.name, state: .missing, appliedAt: record.appliedAt)
            }
            return (known + gone).sorted { $0.version < $1.version }
        }
    }

    private static func withSession<Result: Sendable>(
        _ ownerURL: String, _ body: @escaping @Sendable (OwnerSession) throws -> Result
    ) async throws -> Result {
        try await BlockingThread.run {
            let connection = try Connector.connect(.init(url: ownerURL, applicationName: "continuo migrate"))
            defer { PQfinish(connection) }
            return try body(OwnerSession(connection: connection))
        }
    }
}

/// The owner's connection while migrating. Stays on the thread that made it.
private struct OwnerSession {
    struct Record {
        var name: String
        var checksum: [UInt8]
        var appliedAt: Date
    }

    let connection: OpaquePointer

    @discardableResult
    func query(_ sql: SQL) throws -> Rows { try Connector.query(connection, sql) }

    func run(_ text: String) throws { try Connector.query(connection, text) }

    func records() throws -> [Int64: Record] {
        var records: [Int64: Record] = [:]
        for row in try query("select version, name, checksum, applied_at from continuo.migrations") {
            records[try row.decode("version")] = Record(
                name: try row.decode("name"), checksum: try row.decode("checksum", as: Bytes.self).bytes,
                appliedAt: try row.decode("applied_at"))
        }
        return records
    }

    func apply(_ file: MigrationFile) throws {
        try inTransaction(file.fileName) {
            try run(file.text)
            try query(
                """
                insert into continuo.migrations (version, name, checksum) values (\(file.version), \(file.name), \(Bytes(file.checksum)))
                """)
        }
    }

    /// Gives a bare server what Supabase has already. The roles are marked, so that later starts know whose they are.
    func bootstrap(_ files: [(name: String, text: String)], authenticatorPassword: String?, logger: Logger) throws {
        let mark = "made by continuo"
        let isBare = try query("select to_regnamespace('auth') is null or to_regnamespace('storage') is null").single().value(as: Bool.self)
        if isBare {
            for file in files {
                try inTransaction(file.name) { try run(file.text) }
                logger.info("bootstrap applied", metadata: ["file": "\(file.name)"])
            }
            let roles = try query("select 1 from pg_catalog.pg_roles where rolname = 'authenticator'")
            if !roles.isEmpty { try query("comment on role authenticator is \(unsafeSQL: "'\(mark)'")") }
        }
        guard let authenticatorPassword else { return }
        let ours = try query(
            """
            select 1 from pg_catalog.pg_roles where rolname = 'authenticator' and pg_catalog.shobj_description(oid, 'pg_authid') = \(mark)
            """)
        guard !ours.isEmpty else { return }
        // ALTER ROLE takes no binds; hashed here, the password itself never travels nor reaches the server's log.
        guard let hashed = PQencryptPasswordConn(connection, authenticatorPassword, "authenticator", "scram-sha-256") else {
            throw PostgresError(lostConnection: String(cString: PQerrorMessage(connection))).failure
        }
        defer { PQfreemem(hashed) }
        try query("alter role authenticator with login password \(unsafeSQL: "'\(String(cString: hashed))'")")
    }

    private func inTransaction(_ fileName: String, _ body: () throws -> Void) throws {
        try run("begin")
        do {
            // As on Supabase; a schema named like the owner must not catch what is meant for `public`.
            try run("set local search_path = public, extensions")
            try body()
            try run("commit")
        } catch {
            let cause = (error as? Failure)?.underlying ?? error
            _ = try? run("rollback")
            throw Failure(
                .unexpected, "migration_failed", "The migration \(fileName) failed; nothing of it was kept.",
                hint: (cause as? PostgresError).map { "PostgreSQL says: \($0.message) (SQLSTATE \($0.sqlState))" }, underlying: cause)
        }
    }
}

/// One file of SQL with its place in the order.
struct MigrationFile: Sendable {
    var version: Int64
    var name: String
    var fileName: String
    var text: String
    var checksum: [UInt8]

    /// Throws `migration_unreadable` for a missing folder, a name without a number, or two files with the same number.
    static func list(in folder: URL) throws -> [MigrationFile] {
        let files = try texts(in: folder).map { fileName, text in
            let stem = fileName.dropLast(".sql".count)
            let parts = stem.split(separator: "_", maxSplits: 1)
            guard parts.count == 2, let version = Int64(parts[0]), version > 0 else {
                throw unreadable("The migration \(fileName) is not named <version>_<name>.sql.")
            }
            return MigrationFile(
                version: version, name: String(parts[1]), fileName: fileName, text: text,
                checksum: Array(SHA256.hash(data: Data(text.utf8))))
        }.sorted { $0.version < $1.version }
        for (file, next) in zip(files, files.dropFirst()) where file.version == next.version {
            throw unreadable("The migrations \(file.fileName) and \(next.fileName) have the same version.")
        }
        return files
    }

    /// The `.sql` files of a folder in name order.
    static func texts(in folder: URL) throws -> [(name: String, text: String)] {
        do {
            return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
                .filter { $0.pathExtension == "sql" }
                .sorted { $0.lastPathComponent < $1.lastPathComponent }
                .map { ($0.lastPathComponent, try String(contentsOf: $0, encoding: .utf8)) }
        } catch {
            throw unreadable("The SQL files in \(folder.path) cannot be read.", cause: error)
        }
    }

    private static func unreadable(_ message: String, cause: (any Error)? = nil) -> Failure {
        Failure(.unexpected, "migration_unreadable", message, underlying: cause)
    }
}
