import CLibPQ
import Core
public import Foundation
public import Logging

/// A PostgreSQL of the program's own, in `postgres/` of the data folder, reached only through a socket that only this user may open.
///
/// PostgreSQL refuses to run as root: there it runs as the system user `continuo`. All its programs are started inside the cluster's folder
/// and told to work in `/proc/self/cwd`, so no folder above needs to be open to that user; every process of the server, forked workers
/// and crash recovery included, inherits that working directory.
///
/// Failures: `data_folder_in_use`, `data_folder_unusable`, `postgres_missing`, `postgres_unreachable`, `cpu_unsupported`,
/// `cluster_user_missing`, `cluster_permission`, `cluster_version`, `cluster_disk_full`, `cluster_memory`, `cluster_busy`,
/// `cluster_failed`.
public struct PrivateCluster: Sendable {
    /// How to reach the cluster, as libpq keyword strings.
    public struct Address: Sendable, Hashable {
        public var socketFolder: String

        /// For migrations, backups and `continuo psql`: superuser.
        public var ownerURL: String { url(user: "continuo") }
        /// For `Database`.
        public var loginURL: String { url(user: "authenticator") }

        /// The owner's address as a URI without any character that a shell or an .env file takes for its own.
        public var ownerURI: String {
            let host =
                socketFolder.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(.init(charactersIn: "-_."))) ?? socketFolder
            return "postgresql://continuo@\(host):5432/continuo"
        }

        public func url(user: String, database: String = "continuo") -> String {
            func quoted(_ value: String) -> String {
                "'" + value.replacing(byte: "\\", with: "\\\\").replacing(byte: "'", with: "\\'") + "'"
            }
            return "host=\(quoted(socketFolder)) port=5432 user=\(quoted(user)) dbname=\(quoted(database))"
        }
    }

    let dataFolder: URL
    let binaries: URL?
    let settings: [String: String]
    let logger: Logger
    private let lock: DataFolderLock?

    /// - `binaries`: the folder that holds `bin/postgres`; nil to look in `$CONTINUO_POSTGRES` and where the set-up puts it.
    /// - `lock`: given when the caller holds the data folder already.
    /// - `settings`: server settings beyond our own, such as `fsync` for tests.
    public init(
        dataFolder: URL, binaries: URL? = nil, lock: DataFolderLock? = nil, settings: [String: String] = [:], logger: Logger
    ) {
        self.dataFolder = dataFolder
        self.binaries = binaries
        self.lock = lock
        self.settings = settings
        self.logger = logger
    }

    /// Makes the cluster on the first start, clears up after a crash, starts the server and waits until it answers.
    public func start() async throws -> RunningCluster {
        try await BlockingThread.run {
            let lock = try lock ?? DataFolderLock(dataFolder)
            let layout = try ClusterLayout(dataFolder: dataFolder)
            let programs = try ClusterPrograms(binaries, user: layout.user)
            try programs.checkProcessor()
            if !layout.isInitialized { try initialize(layout, programs) }
            try layout.checkVersion(programs.majorVersion())
            try layout.checkAccess()
            try layout.makeSocketFolder()
            try layout.writeAccessRules()
            try ClusterProcesses(folder: layout.folder).clear()
            let running = RunningCluster(
                layout: layout, programs: programs, settings: settings, lock: lock, logger: logger)
            try running.launch()
            do {
                try makeDatabase(running.address)
            } catch {
                running.stopNow()
                throw error
            }
            return running
        }
    }

    /// The address of a cluster in this data folder that another program runs; nil when none does.
    public func addressOfRunning() throws -> Address? {
        guard let socketFolder = ClusterProcesses(folder: dataFolder.appending(path: "postgres")).socketFolderOfPostmaster() else {
            return nil
        }
        return Address(socketFolder: socketFolder)
    }

    /// Builds the cluster beside its place and moves it there when complete, so that an interrupted first start leaves nothing half made.
    private func initialize(_ layout: ClusterLayout, _ programs: ClusterPrograms) throws {
        let draft = dataFolder.appending(path: "postgres.new")
        do {
            try? FileManager.default.removeItem(at: draft)
            try layout.makePrivateFolder(draft)
            let started = ContinuousClock.now
            let (status, output) = try programs.run(
                "initdb",
                [
                    "-D", "/proc/self/cwd", "-U", "continuo", "-A", "peer", "-E", "UTF8", "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8", "--locale=C", "--no-instructions", "--no-sync",
                ], in: draft)
            guard status == 0 else { throw ClusterDiagnosis.failure(log: output, layout: layout, programs: programs) }
            let configuration = draft.appending(path: "postgresql.conf")
            let text = try String(contentsOf: configuration, encoding: .utf8) + "\ninclude_if_exists = 'continuo.conf'\n"
            try layout.write(text, to: configuration)
            try layout.write(Self.tuning, to: draft.appending(path: "continuo.conf"))
            // One sync of the whole file system instead of initdb's two thousand single ones.
            try layout.syncFileSystem(of: draft)
            guard rename(draft.path, layout.folder.path) == 0 else {
                throw ClusterDiagnosis.failure(errno: errno, doing: "make the cluster", layout: layout)
            }
            logger.info("database cluster made", metadata: ["seconds": "\((ContinuousClock.now - started) / .seconds(1))"])
        } catch {
            try? FileManager.default.removeItem(at: draft)
            throw error is Failure ? error : ClusterDiagnosis.failure(log: "\(error)", layout: layout, programs: programs)
        }
    }

    private func makeDatabase(_ address: Address) throws {
        let connection = try Connector.connect(
            .init(url: address.url(user: "continuo", database: "postgres"), applicationName: "continuo start"))
        defer { PQfinish(connection) }
        if try Connector.query(connection, "select 1 from pg_database where datname = 'continuo'").isEmpty {
            try Connector.query(connection, "create database continuo")
            // The owner is named like the schema `continuo`, which "$user" in the default path would put before `public`.
            try Connector.query(connection, "alter role continuo set search_path = public, extensions")
        }
    }

    /// For a small machine that also renders audio; a person may edit the file in the cluster's folder.
    private static let tuning = """
        # Written once, when the cluster was made. Change it freely; it is read at every start.
        shared_buffers = 128MB
        effective_cache_size = 1GB
        work_mem = 8MB
        maintenance_work_mem = 128MB
        max_connections = 100
        max_wal_size = 1GB
        random_page_cost = 1.1
        max_parallel_workers_per_gather = 1
        jit = off
        huge_pages = off
        timezone = 'UTC'
        log_timezone = 'UTC'
        log_checkpoints = off
        log_line_prefix = '%m [%p] '

        """
}
