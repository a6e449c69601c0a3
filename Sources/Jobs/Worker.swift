import Core
import Database
import Foundation
import Logging
import ServiceLifecycle

/// Takes jobs from the queue and runs them, a few at a time, until it is told to stop.
///
/// A lease is renewed while a job runs; a worker that disappears loses it, and another takes over. On shutdown running jobs
/// go back to the queue without spending an attempt.
public struct Worker: Service {
    public struct Configuration: Sendable {
        /// Jobs run at once.
        public var slots = 1
        /// How long a job stays this worker's without a sign of life.
        public var lease: Duration = .seconds(15)
        /// How often progress is written, the lease renewed and cancellation noticed.
        public var heartbeat: Duration = .milliseconds(500)
        /// How often the queue is looked at when nothing wakes the worker.
        public var poll: Duration = .seconds(2)
        /// How often lost jobs are rescued and due schedules started.
        public var housekeeping: Duration = .seconds(5)

        public init() {}
    }

    private let queue: JobQueue
    private let handlers: [String: any JobHandler]
    private let configuration: Configuration
    private let logger: Logger
    /// Unique to this process and start, so that a restarted worker never takes an old lease for its own.
    public let name: String

    public init(queue: JobQueue, handlers: [any JobHandler], configuration: Configuration = .init(), logger: Logger) {
        self.queue = queue
        self.handlers = Dictionary(handlers.map { ($0.kind, $0) }) { _, last in last }
        self.configuration = configuration
        name =
            "\(ProcessInfo.processInfo.hostName):\(ProcessInfo.processInfo.processIdentifier):\(UUID().uuidString.prefix(8).lowercased())"
        self.logger = logger
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                for slot in 0..<configuration.slots {
                    group.addTask { await serve(slot: slot) }
                }
                group.addTask { await keepHouse() }
            }
        }
    }

    // MARK: One slot

    private func serve(slot: Int) async {
        let me = "\(name)#\(slot)"
        // Buffered to one: any number of wake-ups while busy mean one look.
        let (wakeUps, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await listen(wake) }
            group.addTask {
                while !Task.isCancelled {
                    wake.yield()
                    try? await Task.sleep(for: configuration.poll)
                }
            }
            group.addTask {
                for await _ in wakeUps {
                    while !Task.isCancelled, await runNext(me) {}
                }
            }
            await group.next()
            group.cancelAll()
            wake.finish()
        }
    }

    private func listen(_ wake: AsyncStream<Void>.Continuation) async {
        while !Task.isCancelled {
            for await kind in queue.database.notifications(on: "continuo_queue") where kind.isEmpty || handlers[kind] != nil {
                wake.yield()
            }
            try? await Task.sleep(for: configuration.poll)
        }
    }

    /// Runs the next job, if there is one. Returns whether it is worth looking again at once.
    private func runNext(_ me: String) async -> Bool {
        do {
            guard let job = try await queue.claim(worker: me, kinds: handlers.keys.sorted(), lease: configuration.lease) else {
                return false
            }
            guard let handler = handlers[job.kind] else {
                try await queue.release(job.id, worker: me)
                return false
            }
            await run(job, with: handler, as: me)
            return true
        } catch {
            if !Task.isCancelled { logger.warning("the queue cannot be reached: \(error)") }
            return false
        }
    }

    private enum Ending: Sendable {
        case outcome(JobOutcome)
        case threw(any Error)
        case cancelRequested
        case lost
    }

    private func run(_ job: Job, with handler: any JobHandler, as me: String) async {
        var logger = logger
        logger[metadataKey: "job"] = "\(job.id.uuidString.lowercased())"
        // What the system does for itself every few minutes is nobody's news.
        if job.userID == nil { logger.logLevel = max(logger.logLevel, .notice) }
        logger.info("job started", metadata: ["kind": "\(job.kind)", "attempt": "\(job.attempts)"])
        let report = ProgressReport()
        let ending = await withTaskGroup(of: Ending.self) { group in
            group.addTask {
                do { return .outcome(try await handler.run(job, report: report)) } catch { return .threw(error) }
            }
            group.addTask { await beat(job, report: report, as: me) }
            let first = await group.next() ?? .lost
            group.cancelAll()
            // The handler must have ended before the job may be somebody else's.
            await group.waitForAll()
            return first
        }
        // Shut down or not, the ending has to be written: this runs to its end even in a cancelled task.
        let isShutdown = Task.isCancelled
        await Shield.run { [logger] in await settle(job, ending, as: me, isShutdown: isShutdown, logger: logger) }
    }

    /// Renews the lease until cancelled; returns early when the job has to stop.
    private func beat(_ job: Job, report: ProgressReport, as me: String) async -> Ending {
        var lastSuccess = ContinuousClock.now
        while !Task.isCancelled {
            try? await Task.sleep(for: configuration.heartbeat)
            guard !Task.isCancelled else { break }
            do {
                switch try await queue.renew(job.id, worker: me, lease: configuration.lease, state: report.current) {
                case .renewed: lastSuccess = .now
                case .cancelRequested: return .cancelRequested
                case .lost: return .lost
                }
            } catch {
                // The database may be restarting. Past the lease another worker may have the job: stop.
                if ContinuousClock.now - lastSuccess > configuration.lease { return .lost }
            }
        }
        return .threw(CancellationError())
    }

    private func settle(_ job: Job, _ ending: Ending, as me: String, isShutdown: Bool, logger: Logger) async {
        // The database may be away for a moment: an ending is worth some patience, up to the lease.
        for attempt in 0..<10 {
            do {
                switch ending {
                case .outcome(let outcome):
                    let isOurs = try await queue.complete(job.id, worker: me, outcome: outcome)
                    logger.info(isOurs ? "job completed" : "job was completed elsewhere")
                case .threw where isShutdown:
                    try await queue.release(job.id, worker: me)
                    logger.info("job given back")
                case .threw(let error):
                    let failure = error as? Failure ?? Failure(.unexpected, "job_failed", "The job failed unexpectedly.", underlying: error)
                    try await queue.fail(job.id, worker: me, failure: failure)
                    logger.warning("job failed: \(String(reflecting: failure))")
                case .cancelRequested:
                    try await queue.finishCancelled(job.id, worker: me)
                    logger.info("job cancelled")
                case .lost:
                    logger.warning("job lost: another worker may have it")
                }
                return
            } catch {
                // Nobody will open the database again in this process: the lease runs out, and another worker takes over.
                if (error as? Failure)?.code == "database_closed" { return }
                if let failure = error as? Failure, failure.kind != .unavailable {
                    logger.error("the job's ending was refused: \(String(reflecting: failure))")
                    try? await queue.fail(job.id, worker: me, failure: failure)
                    return
                }
                logger.warning("the job's ending could not be written yet: \(error)")
                try? await Task.sleep(for: .milliseconds(200 << min(attempt, 4)))
            }
        }
    }

    // MARK: Housekeeping

    private func keepHouse() async {
        while !Task.isCancelled {
            do {
                let rescued = try await queue.rescue()
                if rescued > 0 { logger.warning("rescued \(rescued) jobs of lost workers") }
                for name in try await queue.startDueSchedules() { logger.debug("due: \(name)") }
            } catch {
                if !Task.isCancelled { logger.debug("housekeeping was interrupted: \(error)") }
            }
            try? await Task.sleep(for: configuration.housekeeping)
        }
    }
}

/// Runs an operation to its end even though the calling task is cancelled.
enum Shield {
    static func run(_ operation: @escaping @Sendable () async -> Void) async {
        // An unstructured task does not inherit cancellation; it is awaited at once, so it never outlives its caller.
        await Task(operation: operation).value
    }
}
