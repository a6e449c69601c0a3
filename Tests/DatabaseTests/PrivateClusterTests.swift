import Core
import Database
import Foundation
import TestSupport
import Testing

/// Clusters of their own: these tests kill, break and restart them.
@Suite struct PrivateClusterTests {
    private func cluster(in folder: URL) -> PrivateCluster {
        PrivateCluster(dataFolder: folder, settings: ["fsync": "off", "shared_buffers": "16MB"], logger: TestDatabase.logger)
    }

    /// Gives a data folder that does not exist yet, and removes it afterwards.
    private func withFolder(_ body: (URL) async throws -> Void) async throws {
        try TestMachine.ensureClusterUser()
        let folder = TestMachine.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        try await body(folder)
    }

    private func withCluster(_ body: (RunningCluster, URL) async throws -> Void) async throws {
        try await withFolder { folder in
            let running = try await cluster(in: folder).start()
            do {
                try await body(running, folder)
                await running.stop()
            } catch {
                await running.stop()
                throw error
            }
        }
    }

    private func ask(_ running: RunningCluster, _ statements: String) async throws -> Rows {
        try await TestDatabase.owner(running.ownerURL, statements)
    }

    /// Asks until the server answers again; the test's time limit is the bound.
    private func askPatiently(_ running: RunningCluster, _ statements: String) async throws -> Rows {
        while true {
            do { return try await ask(running, statements) } catch let failure as Failure where failure.code == "database_unavailable" {
                try await Task.sleep(for: .milliseconds(20))
            }
        }
    }

    @Test(.timeLimit(.minutes(1))) func `a cluster keeps its data from one start to the next`() async throws {
        try await withFolder { folder in
            let first = try await cluster(in: folder).start()
            _ = try await ask(first, "create table kept as select 7 as n")
            await first.stop()
            let second = try await cluster(in: folder).start()
            #expect(try await ask(second, "select n from kept").single().value(as: Int.self) == 7)
            await second.stop()
            #expect(second.processID == nil)
        }
    }

    @Test func `a second program on the same folder is refused and told who has it`() async throws {
        try await withCluster { running, folder in
            let failure = await #expect(throws: Failure.self) { try await cluster(in: folder).start() }
            #expect(failure?.code == "data_folder_in_use")
            #expect(failure?.message.contains("pid \(getpid())") == true)
            let rows = try await ask(running, "select 1")
            #expect(rows.count == 1)
        }
    }

    @Test func `another program of the same user finds a running cluster by its folder`() async throws {
        try await withCluster { running, folder in
            let found = try cluster(in: folder).addressOfRunning()
            #expect(found == running.address)
        }
        try await withFolder { folder in
            let found = try cluster(in: folder).addressOfRunning()
            #expect(found == nil)
        }
    }

    @Test(.timeLimit(.minutes(1)), arguments: [SIGKILL, SIGINT, SIGQUIT])
    func `a server that dies is started again with all that was committed`(signal: Int32) async throws {
        try await withCluster { running, _ in
            _ = try await ask(running, "create table kept as select 7 as n")
            let old = try #require(running.processID)
            kill(old, signal)
            while running.processID == old { try await Task.sleep(for: .milliseconds(5)) }
            #expect(try await askPatiently(running, "select n from kept").single().value(as: Int.self) == 7)
        }
    }

    @Test(.timeLimit(.minutes(1))) func `the pool reconnects when the server was killed and started again`() async throws {
        try await withCluster { running, _ in
            _ = try await ask(running, "create role anon; create role authenticator login noinherit; grant anon to authenticator")
            var configuration = Database.Configuration(url: running.loginURL)
            configuration.maximumConnections = 2
            try await TestDatabase.run(Database(configuration, logger: TestDatabase.logger)) { database in
                for _ in 0..<2 {
                    try await database.ping()
                    let interrupted = Task { try await database.asAnonymous("select pg_sleep(60) /* interrupted */") }
                    while try await askPatiently(
                        running,
                        "select 1 from pg_stat_activity where query like '%interrupted%' and usename = 'authenticator' and state = 'active'"
                    ).isEmpty {
                        await Task.yield()
                    }
                    kill(try #require(running.processID), SIGKILL)
                    let failure = await #expect(throws: Failure.self) { try await interrupted.value }
                    #expect(failure?.code == "database_unavailable")
                    try await database.ping()
                    #expect(database.isHealthy)
                }
            }
        }
    }

    @Test(.timeLimit(.minutes(1))) func `a server left by a program that was killed is taken over`() async throws {
        try await withFolder { folder in
            let first = try await cluster(in: folder).start()
            _ = try await ask(first, "create table kept as select 7 as n")
            await first.stop()
            let orphan = try OrphanServer(folder)
            defer { orphan.end() }
            let second = try await cluster(in: folder).start()
            #expect(second.processID != orphan.processID)
            #expect(try await ask(second, "select n from kept").single().value(as: Int.self) == 7)
            await second.stop()
        }
    }

    @Test func `a stale mark that names a living stranger does not hinder the start`() async throws {
        try await withFolder { folder in
            let first = try await cluster(in: folder).start()
            await first.stop()
            try "\(getppid())\n/proc/self/cwd\n1\n5432\n/nowhere\n\n 1 1\nready\n".write(
                to: folder.appending(path: "postgres/postmaster.pid"), atomically: false, encoding: .utf8)
            let second = try await cluster(in: folder).start()
            #expect(try await ask(second, "select 1").count == 1)
            await second.stop()
        }
    }

    @Test func `data of another version is explained, not touched`() async throws {
        try await withFolder { folder in
            await (try await cluster(in: folder).start()).stop()
            let version = folder.appending(path: "postgres/PG_VERSION")
            try "15\n".write(to: version, atomically: false, encoding: .utf8)
            let failure = await #expect(throws: Failure.self) { try await cluster(in: folder).start() }
            #expect(failure?.code == "cluster_version")
            #expect(failure?.message.contains("PostgreSQL 15") == true && failure?.message.contains("PostgreSQL 18") == true)
            try "18\n".write(to: version, atomically: false, encoding: .utf8)
            await (try await cluster(in: folder).start()).stop()
        }
    }

    @Test func `a folder with wrong permissions is explained with the command that mends it`() async throws {
        try await withFolder { folder in
            await (try await cluster(in: folder).start()).stop()
            let data = folder.appending(path: "postgres").path
            chmod(data, 0o777)
            let failure = await #expect(throws: Failure.self) { try await cluster(in: folder).start() }
            #expect(failure?.code == "cluster_permission")
            #expect(failure?.hint?.contains("chmod 0700") == true)
            chmod(data, 0o700)
            await (try await cluster(in: folder).start()).stop()
        }
    }

    @Test(.enabled(if: geteuid() == 0)) func `a cluster that belongs to root is explained`() async throws {
        try await withFolder { folder in
            await (try await cluster(in: folder).start()).stop()
            chown(folder.appending(path: "postgres").path, 0, 0)
            let failure = await #expect(throws: Failure.self) { try await cluster(in: folder).start() }
            #expect(failure?.code == "cluster_permission")
            #expect(failure?.hint?.contains("chown -R continuo") == true)
        }
    }

    @Test(.timeLimit(.minutes(1)), .enabled(if: geteuid() == 0))
    func `root's data folder may lie under a folder closed to everybody else, and survives a crash there`() async throws {
        try await withFolder { parent in
            try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            let running = try await cluster(in: parent.appending(path: "closed/data")).start()
            chmod(parent.appending(path: "closed").path, 0o700)
            _ = try await ask(running, "create table kept as select g as n from generate_series(1, 50000) g")
            let parallel = """
                set debug_parallel_query = on; set parallel_setup_cost = 0; set parallel_tuple_cost = 0;
                set min_parallel_table_scan_size = 0;
                select count(*) from kept
                """
            #expect(try await ask(running, parallel).single().value(as: Int.self) == 50_000)
            // A crashed backend makes the postmaster restart everything, checkpointer and recovery included.
            let checkpointer = try await ask(running, "select pid from pg_stat_activity where backend_type = 'checkpointer'").single()
                .value(as: Int32.self)
            kill(checkpointer, SIGKILL)
            while try await askPatiently(running, "select pid from pg_stat_activity where backend_type = 'checkpointer'").first?.value(
                as: Int32.self)
                ?? checkpointer == checkpointer
            { await Task.yield() }
            #expect(try await askPatiently(running, parallel).single().value(as: Int.self) == 50_000)
            await running.stop()
        }
    }

    @Test(.enabled(if: geteuid() == 0)) func `a full disk is explained`() async throws {
        try await withFolder { folder in
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            guard mount("tmpfs", folder.path, "tmpfs", 0, "size=12m") == 0 else { return }
            defer { umount(folder.path) }
            let failure = await #expect(throws: Failure.self) { try await cluster(in: folder).start() }
            #expect(failure?.code == "cluster_disk_full")
            #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "postgres.new").path))
        }
    }

    @Test func `missing programs are explained with both ways out`() async throws {
        try await withFolder { folder in
            let failure = await #expect(throws: Failure.self) {
                try await PrivateCluster(dataFolder: folder, binaries: URL(filePath: "/nowhere"), logger: TestDatabase.logger).start()
            }
            #expect(failure?.code == "postgres_missing")
            #expect(failure?.hint?.contains("make setup") == true && failure?.hint?.contains("DATABASE_URL") == true)
        }
    }

    @Test func `a data folder with a path too long for a socket works all the same`() async throws {
        try await withFolder { parent in
            let running = try await cluster(in: parent.appending(path: String(repeating: "long ", count: 30) + "'end'")).start()
            let rows = try await ask(running, "select 1")
            #expect(rows.count == 1)
            await running.stop()
        }
    }

    @Test func `a processor without what pgvector needs is known by its missing instructions`() {
        #expect(ClusterPrograms.missingInstructions(processorDescription: "model : x\nflags\t\t: fpu avx2 fma bmi2\n") == [])
        #expect(ClusterPrograms.missingInstructions(processorDescription: "flags\t\t: fpu avx fma\n") == ["AVX2", "BMI2"])
    }

    @Test func `a setting that PostgreSQL does not understand is explained by the file it is in`() async throws {
        try await withFolder { folder in
            await (try await cluster(in: folder).start()).stop()
            let file = folder.appending(path: "postgres/continuo.conf")
            let text = try String(contentsOf: file, encoding: .utf8)
            try (text + "no_such_setting = on\n").write(to: file, atomically: false, encoding: .utf8)
            let failure = await #expect(throws: Failure.self) { try await cluster(in: folder).start() }
            #expect(failure?.code == "cluster_failed" && failure?.hint?.contains("continuo.conf") == true)
            try text.write(to: file, atomically: false, encoding: .utf8)
            await (try await cluster(in: folder).start()).stop()
        }
    }

    @Test func `a data folder that cannot be made is explained`() async throws {
        let failure = await #expect(throws: Failure.self) { try await cluster(in: URL(filePath: "/proc/nowhere/data")).start() }
        #expect(failure?.code == "data_folder_unusable")
    }

    @Test func `a lock is free again when its holder lets go`() throws {
        let folder = TestMachine.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        var lock: DataFolderLock? = try DataFolderLock(folder)
        #expect(throws: Failure.self) { _ = try DataFolderLock(folder) }
        #expect(lock != nil)
        lock = nil
        _ = try DataFolderLock(folder)
    }
}

/// A server that works in a cluster's folder and belongs to nobody, as after `kill -9` of the program that had started it.
private final class OrphanServer {
    private let process = Process()

    var processID: Int32 { process.processIdentifier }

    init(_ dataFolder: URL) throws {
        let folder = dataFolder.appending(path: "postgres")
        let sockets = dataFolder.appending(path: "orphan")
        try FileManager.default.createDirectory(at: sockets, withIntermediateDirectories: true)
        let postgres = try PrivateCluster.program("postgres", binaries: nil).path
        let arguments = [
            postgres, "-D", "/proc/self/cwd", "-c", "listen_addresses=", "-c", "unix_socket_directories=/tmp", "-c",
            "port=\(50_000 + getpid() % 10_000)",
        ]
        process.currentDirectoryURL = folder
        process.executableURL = URL(filePath: "/usr/bin/setpriv")
        process.arguments = (geteuid() == 0 ? ["--reuid=continuo", "--regid=continuo", "--clear-groups"] : ["--no-new-privs"]) + arguments
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let mark = folder.appending(path: "postmaster.pid")
        while !((try? String(contentsOf: mark, encoding: .utf8)) ?? "").contains("ready") {
            guard process.isRunning else { throw CocoaError(.executableLoad) }
            usleep(10_000)
        }
    }

    func end() {
        if process.isRunning { process.terminate() }
        process.waitUntilExit()
    }
}
