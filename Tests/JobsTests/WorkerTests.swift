import Core
import Database
import Foundation
import Jobs
import Synchronization
import TestSupport
import Testing

/// Workers running for real, with small handlers whose pace the tests decide.
@Suite struct WorkerTests {
    private struct Handler: JobHandler {
        let kind = "work"
        let body: @Sendable (Job, ProgressReport) async throws -> JobOutcome

        func run(_ job: Job, report: ProgressReport) async throws -> JobOutcome { try await body(job, report) }
    }

    /// A door that opens once. Who waits before it goes when the task is cancelled.
    private actor Gate {
        private var isOpen = false

        func open() {
            isOpen = true
        }

        func pass() async throws {
            while !isOpen { try await Task.sleep(for: .milliseconds(10)) }
        }
    }

    private var quick: Worker.Configuration {
        var configuration = Worker.Configuration()
        configuration.heartbeat = .milliseconds(50)
        configuration.poll = .milliseconds(100)
        configuration.housekeeping = .milliseconds(100)
        configuration.lease = .seconds(2)
        return configuration
    }

    private func worker(_ database: Database, _ body: @escaping @Sendable (Job, ProgressReport) async throws -> JobOutcome) -> Worker {
        Worker(queue: JobQueue(database: database), handlers: [Handler(body: body)], configuration: quick, logger: TestDatabase.logger)
    }

    private func enqueue(_ database: Database) async throws -> UUID {
        try await database.asService { transaction in
            try await JobQueue(database: database).enqueue(kind: "work", request: "{}", userID: nil, in: transaction)
        }
    }

    private func status(_ id: UUID, _ database: Database) async throws -> String {
        try await database.asService("select status from continuo.jobs where id = \(id)").single().value()
    }

    private func wait(for wanted: String, _ id: UUID, _ database: Database) async throws {
        try await eventually(within: .seconds(60)) { try await status(id, database) == wanted }
    }

    private func running(_ workers: [Worker], _ body: @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in workers { group.addTask { try await worker.run() } }
            do {
                try await body()
            } catch {
                group.cancelAll()
                throw error
            }
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    @Test func `what a job stores and its completion appear together or not at all`() async throws {
        struct Broken: Error {}
        try await TestDatabase.withDatabase { database, ownerURL in
            try await TestDatabase.owner(ownerURL, "create table made (job uuid primary key); grant all on made to service_role")
            let first = try await enqueue(database)
            let second = try await enqueue(database)
            let maker = worker(database) { job, _ in
                JobOutcome(result: #"{"made":true}"#) { transaction in
                    _ = try await transaction.query("insert into made values (\(job.id))")
                    if job.id == second { throw Failure(.invalid, "broken", "This one breaks.") }
                }
            }
            try await running([maker]) {
                try await wait(for: "completed", first, database)
                try await wait(for: "failed", second, database)
            }
            let made = try await TestDatabase.owner(ownerURL, "select job from made").map { try $0.value(as: UUID.self) }
            #expect(made == [first])
        }
    }

    @Test func `progress is written while the job runs`() async throws {
        try await TestDatabase.withDatabase { database, _ in
            let gate = Gate()
            let id = try await enqueue(database)
            let slow = worker(database) { _, report in
                report.update(0.4, "half way, nearly")
                try await gate.pass()
                return JobOutcome()
            }
            try await running([slow]) {
                try await eventually(within: .seconds(60)) {
                    try await database.asService("select progress from continuo.jobs where id = \(id)").single().value(as: Double.self)
                        >= 0.4
                }
                await gate.open()
                try await wait(for: "completed", id, database)
            }
        }
    }

    @Test func `cancelling a running job stops its work`() async throws {
        try await TestDatabase.withDatabase { database, _ in
            let wasCancelled = Atomic<Bool>(false)
            let id = try await enqueue(database)
            let endless = worker(database) { _, _ in
                do { try await Task.sleep(for: .seconds(600)) } catch { wasCancelled.store(true, ordering: .relaxed); throw error }
                return JobOutcome()
            }
            try await running([endless]) {
                try await wait(for: "running", id, database)
                #expect(try await JobQueue(database: database).cancel(id))
                try await wait(for: "cancelled", id, database)
            }
            let stopped = wasCancelled.load(ordering: .relaxed)
            #expect(stopped)
        }
    }

    @Test func `a job interrupted by shutdown goes back to the queue with its attempt`() async throws {
        try await TestDatabase.withDatabase { database, _ in
            let id = try await enqueue(database)
            let endless = worker(database) { _, _ in
                try await Task.sleep(for: .seconds(600))
                return JobOutcome()
            }
            try await running([endless]) { try await wait(for: "running", id, database) }
            #expect(try await status(id, database) == "queued")
            let attempts: Int = try await database.asService("select attempts from continuo.jobs where id = \(id)").single().value()
            #expect(attempts == 0)
        }
    }

    @Test func `a fault that may pass is tried again until it succeeds`() async throws {
        try await TestDatabase.withDatabase { database, ownerURL in
            let tries = Atomic<Int>(0)
            let id = try await enqueue(database)
            let moody = worker(database) { _, _ in
                if tries.wrappingAdd(1, ordering: .relaxed).newValue < 2 { throw Failure(.unavailable, "moody", "Not now.") }
                return JobOutcome()
            }
            try await running([moody]) {
                try await eventually(within: .seconds(60)) { tries.load(ordering: .relaxed) >= 1 }
                try await wait(for: "queued", id, database)
                try await TestDatabase.owner(ownerURL, "update continuo.jobs set run_after = now()")
                try await wait(for: "completed", id, database)
            }
            let count = tries.load(ordering: .relaxed)
            #expect(count == 2)
        }
    }
}
