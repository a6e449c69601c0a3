import CLibPQ
import Core
import Foundation
import Logging
public import ServiceLifecycle
import Synchronization

/// A private cluster that is up. Its server is started again, with growing pauses, whenever it dies; `stop` ends it for good, and so does
/// the end of the program, however it comes.
public final class RunningCluster: Service, Sendable {
    private struct State {
        var process: pid_t?
        var isStopping = false
        /// Whether it came up once: before that a failure is the caller's to hear, after it the server is started again.
        var hasAnswered = false
        var hasEnded = false
        /// What kept the server from being started at all.
        var failure: Failure?
        /// Where in the log the words of the present server begin.
        var logStart: UInt64 = 0
        /// Let go with the server: whoever comes next may have the folder.
        var lock: DataFolderLock?
        var onEnd: [CheckedContinuation<Void, Never>] = []
    }

    public let address: PrivateCluster.Address
    private let layout: ClusterLayout
    private let programs: ClusterPrograms
    private let settings: [String: String]
    private let logger: Logger
    private let state = Mutex(State())

    init(layout: ClusterLayout, programs: ClusterPrograms, settings: [String: String], lock: DataFolderLock, logger: Logger) {
        address = PrivateCluster.Address(socketFolder: layout.socketFolder)
        self.layout = layout
        self.programs = programs
        self.settings = settings
        self.logger = logger
        state.withLock { $0.lock = lock }
    }

    public var ownerURL: String { address.ownerURL }
    public var loginURL: String { address.loginURL }

    /// The postmaster's; nil while it is being started again.
    public var processID: Int32? { state.withLock { $0.process } }

    /// Lives until the task is cancelled or asked to shut down, then stops the server. Belongs first in a service group, to stop last.
    public func run() async throws {
        do { try await gracefulShutdown() } catch is CancellationError {}
        await stop()
    }

    /// Ends the server: open transactions are rolled back, and it has ten seconds before it is told to drop everything.
    public func stop() async {
        interrupt()
        await withCheckedContinuation { continuation in
            let hasEnded = state.withLock { state in
                if !state.hasEnded { state.onEnd.append(continuation) }
                return state.hasEnded
            }
            if hasEnded { continuation.resume() }
        }
    }

    /// As `stop`, but blocks.
    func stopNow() {
        interrupt()
        while !state.withLock({ $0.hasEnded }) { usleep(10_000) }
    }

    /// Ends the server at once, unwritten data lost; blocks. For clusters that are thrown away.
    package func abandon() {
        interrupt(SIGQUIT)
        while !state.withLock({ $0.hasEnded }) { usleep(10_000) }
    }

    private func interrupt(_ signal: Int32 = SIGINT) {
        let process = state.withLock { state in
            state.isStopping = true
            return state.process
        }
        if let process { kill(process, signal) }
    }

    // MARK: Starting

    /// Starts the server and the thread that watches over it; returns when it answers. Blocks. Throws what kept it from starting.
    func launch() throws {
        // The server is interrupted when the thread that started it ends, so that thread must live as long as the server.
        let thread = Thread { self.supervise() }
        thread.name = "postgres"
        thread.start()
        // No time-out: recovery after a crash may take long, and a server that gives up ends by itself.
        var pause: UInt32 = 5000
        while true {
            let (process, hasEnded, failure) = state.withLock { ($0.process, $0.hasEnded, $0.failure) }
            if hasEnded { throw failure ?? diagnosis }
            if process != nil, isAnswering { return state.withLock { $0.hasAnswered = true } }
            usleep(pause)
            pause = min(100_000, pause + pause / 10)
        }
    }

    private var isAnswering: Bool {
        PQping(address.url(user: "continuo", database: "postgres")) == PQPING_OK
    }

    private func supervise() {
        var pause: UInt32 = 100_000
        while !state.withLock({ $0.isStopping }) {
            let started = ContinuousClock.now
            do {
                let status = try serve()
                let (isStopping, hasAnswered) = state.withLock { ($0.isStopping, $0.hasAnswered) }
                if isStopping { break }
                if !hasAnswered { break }
                logger.error(
                    "PostgreSQL ended unexpectedly and is started again",
                    metadata: ["status": "\(status)", "reason": "\(diagnosis.message)", "log": "\(layout.log)"])
                try ClusterProcesses(folder: layout.folder).clear()
            } catch {
                logger.error("PostgreSQL cannot be started", metadata: ["reason": "\(String(reflecting: error))"])
                let hasAnswered = state.withLock { state in
                    state.failure = error as? Failure
                    return state.hasAnswered
                }
                if !hasAnswered { break }
            }
            if ContinuousClock.now - started > .seconds(30) { pause = 100_000 }
            usleep(pause)
            pause = min(5_000_000, pause * 2)
        }
        let continuations = state.withLock { state in
            defer { state.onEnd = [] }
            state.hasEnded = true
            state.lock = nil
            return state.onEnd
        }
        // Succeeds only for an empty folder: nobody listens there any more.
        rmdir(layout.socketFolder)
        continuations.forEach { $0.resume() }
    }

    /// Runs the server to its end; its exit status.
    private func serve() throws -> Int32 {
        let log = try openLog()
        defer { close(log) }
        let process = try programs.spawn("postgres", ["-D", "/proc/self/cwd"] + options, in: layout.folder, output: log)
        let isStopping = state.withLock { state in
            state.process = process
            return state.isStopping
        }
        if isStopping { kill(process, SIGINT) }
        defer { state.withLock { $0.process = nil } }
        return ClusterPrograms.wait(for: process)
    }

    private var options: [String] {
        let fixed = [
            "listen_addresses": "", "port": "5432", "unix_socket_directories": "\"\(layout.socketFolder)\"",
            "unix_socket_permissions": "0700",
        ]
        return settings.merging(fixed) { _, fixed in fixed }.sorted { $0.key < $1.key }.flatMap { ["-c", "\($0.key)=\($0.value)"] }
    }

    private func openLog() throws -> Int32 {
        var status = stat()
        if stat(layout.log, &status) == 0, status.st_size > 10_000_000 { rename(layout.log, layout.log + ".1") }
        let log = open(layout.log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard log >= 0 else { throw ClusterDiagnosis.failure(errno: errno, doing: "write \(layout.log)", layout: layout) }
        state.withLock { $0.logStart = UInt64(max(0, lseek(log, 0, SEEK_END))) }
        return log
    }

    /// What the last words of the present server mean.
    private var diagnosis: Failure {
        let start = state.withLock { $0.logStart }
        guard let file = try? FileHandle(forReadingFrom: URL(filePath: layout.log)) else {
            return ClusterDiagnosis.failure(log: "", layout: layout, programs: programs)
        }
        defer { try? file.close() }
        let end = (try? file.seekToEnd()) ?? 0
        try? file.seek(toOffset: max(start, end > 4000 ? end - 4000 : 0))
        let words = String(decoding: (try? file.readToEnd()) ?? Data(), as: UTF8.self)
        return ClusterDiagnosis.failure(log: words, layout: layout, programs: programs)
    }
}
