import Database
import Foundation
import Synchronization

/// The test run's own PostgreSQL, started by whoever asks first and removed when the process ends.
actor TestCluster {
    static let shared = TestCluster()

    private var start: Task<PrivateCluster.Address, any Error>?

    func address() async throws -> PrivateCluster.Address {
        let task = start ?? Task { try await Self.launch() }
        start = task
        return try await task.value
    }

    private static func launch() async throws -> PrivateCluster.Address {
        try TestMachine.ensureClusterUser()
        TestMachine.removeRemains()
        let folder = TestMachine.temporaryFolder()
        let settings = [
            "fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "max_connections": "400", "autovacuum": "off",
            "shared_buffers": "64MB", "max_wal_size": "4GB", "file_copy_method": "clone",
        ]
        let cluster = try await PrivateCluster(dataFolder: folder, settings: settings, logger: TestDatabase.logger).start()
        TestMachine.removeAtExit(folder, cluster: cluster)
        try await Migrator.migrate(
            ownerURL: cluster.ownerURL, migrations: TestDatabase.migrations, bootstrap: TestDatabase.bootstrap, logger: TestDatabase.logger)
        return cluster.address
    }
}

/// What tests that start programs need of the machine.
public enum TestMachine {
    private static let atExit = Mutex<(folder: URL, cluster: RunningCluster)?>(nil)
    private static let prefix = "continuo-test-"

    /// A new name under the temporary folder, marked with this process so that a later run can clear it away.
    public static func temporaryFolder() -> URL {
        URL(filePath: "/tmp").appending(path: "\(prefix)\(getpid())-\(UUID().uuidString.prefix(8).lowercased())")
    }

    /// PostgreSQL does not run as root: there the tests make the system user that `make setup` makes.
    public static func ensureClusterUser() throws {
        guard geteuid() == 0, getpwnam("continuo") == nil else { return }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/sbin/useradd")
        process.arguments = ["--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", "continuo"]
        try process.run()
        process.waitUntilExit()
    }

    /// Removes what test runs left that were killed.
    static func removeRemains() {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "/tmp")) ?? [] where name.hasPrefix(prefix) {
            let owner = name.dropFirst(prefix.count).prefix { $0 != "-" }
            if let process = pid_t(owner), kill(process, 0) != 0, errno == ESRCH {
                try? FileManager.default.removeItem(atPath: "/tmp/\(name)")
            }
        }
    }

    static func removeAtExit(_ folder: URL, cluster: RunningCluster) {
        atExit.withLock { $0 = (folder, cluster) }
        atexit {
            guard let (folder, cluster) = TestMachine.atExit.withLock({ $0 }) else { return }
            cluster.abandon()
            try? FileManager.default.removeItem(at: folder)
        }
    }
}
