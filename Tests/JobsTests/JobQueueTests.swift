import Core
import Database
import Foundation
import Jobs
import TestSupport
import Testing

/// The rules of `docs/reference/jobs.md`, each as a claim, against the real queue.
@Suite struct JobQueueTests {
    /// Claims as a worker would, through the functions that workers use.
    private func claim(_ database: Database, as worker: String, lease: String = "1 minute") async throws -> UUID? {
        try await database.asService("select id from continuo.claim_job(\(worker), array['work'], \(lease)::interval)").first?.decode("id")
    }

    private func status(_ id: UUID, _ database: Database) async throws -> String {
        try await database.asService("select status from continuo.jobs where id = \(id)").single().value()
    }

    @discardableResult
    private func enqueue(_ database: Database, for claims: Claims? = nil, priority: Int = 0) async throws -> UUID {
        try await database.asService { transaction in
            try await JobQueue(database: database).enqueue(
                kind: "work", request: "{}", userID: claims?.userID, priority: priority, in: transaction)
        }
    }

    @Test func `a job exists exactly if the transaction that added it commits`() async throws {
        struct Change: Error {}
        try await TestDatabase.withDatabase { database, _ in
            let queue = JobQueue(database: database)
            await #expect(throws: Change.self) {
                try await database.asService { transaction in
                    try await queue.enqueue(kind: "work", request: "{}", userID: nil, in: transaction)
                    throw Change()
                }
            }
            #expect(try await claim(database, as: "a") == nil)
            let id = try await enqueue(database)
            #expect(try await claim(database, as: "a") == id)
        }
    }

    @Test func `twenty workers that claim at once get twenty different jobs`() async throws {
        try await TestDatabase.withDatabase { database, ownerURL in
            let person = try await TestPerson.make(in: ownerURL)
            for _ in 0..<20 { try await enqueue(database, for: person) }
            let claimed = try await withThrowingTaskGroup(of: UUID?.self) { group in
                for worker in 0..<20 { group.addTask { try await claim(database, as: "w\(worker)") } }
                return try await group.reduce(into: [UUID?]()) { $0.append($1) }.compactMap { $0 }
            }
            // A locked candidate is passed over, so a moment's crowd may leave some for the next look, but never gives one twice.
            #expect(Set(claimed).count == claimed.count)
            var rest: Set<UUID> = []
            while let id = try await claim(database, as: "late") { rest.insert(id) }
            #expect(rest.isDisjoint(with: claimed))
            #expect(rest.count + claimed.count == 20)
        }
    }

    @Test func `one person's hundred jobs do not keep another waiting`() async throws {
        try await TestDatabase.withDatabase { database, ownerURL in
            let busy = try await TestPerson.make(in: ownerURL)
            let modest = try await TestPerson.make(in: ownerURL)
            for _ in 0..<100 { try await enqueue(database, for: busy) }
            let wanted = try await enqueue(database, for: modest)
            let first = try await claim(database, as: "a")
            let second = try await claim(database, as: "a")
            #expect([first, second].contains(wanted))
        }
    }

    @Test func `people take turns, and within one person the oldest goes first`() async throws {
        try await TestDatabase.withDatabase { database, ownerURL in
            var lanes: [UUID: Int] = [:]
            for person in 0..<5 {
                let claims = try await TestPerson.make(in: ownerURL)
                for _ in 0..<3 { lanes[try await enqueue(database, for: claims)] = person }
            }
            var order: [Int] = []
            while let id = try await claim(database, as: "a") {
                order.append(lanes[id] ?? -1)
                _ = try await database.asService("select continuo.complete_job(\(id), 'a', '{}')")
            }
            #expect(order.count == 15)
            for round in 0..<3 { #expect(Set(order[(round * 5)..<(round * 5 + 5)]) == Set(0..<5), "round \(round) of \(order)") }
        }
    }

    @Test func `a higher priority goes first`() async throws {
        try await TestDatabase.withDatabase { database, _ in
            try await enqueue(database)
            let urgent = try await enqueue(database, priority: 5)
            #expect(try await claim(database, as: "a") == urgent)
        }
    }

    @Test func `the place in the queue counts those who go before, in turns`() async throws {
        try await TestDatabase.withDatabase { database, ownerURL in
            let queue = JobQueue(database: database)
            let busy = try await TestPerson.make(in: ownerURL)
            let modest = try await TestPerson.make(in: ownerURL)
            var last = UUID()
            for _ in 0..<10 { last = try await enqueue(database, for: busy) }
            let single = try await enqueue(database, for: modest)
            #expect(try await queue.job(single, for: modest)?.position == 1)
            #expect(try await queue.job(last, for: busy)?.position == 10)
        }
    }

    @Test func `a stranger sees neither the job nor its place`() async throws {
        try await TestDatabase.withDatabase { database, ownerURL in
            let queue = JobQueue(database: database)
            let owner = try await TestPerson.make(in: ownerURL)
            let stranger = try await TestPerson.make(in: ownerURL)
            let id = try await enqueue(database, for: owner)
            #expect(try await queue.job(id, for: owner) != nil)
            #expect(try await queue.job(id, for: stranger) == nil)
            await #expect(throws: Failure.self) { try await queue.job(id, for: .anonymous) }
            await #expect(throws: Failure.self) { try await database.asUser(owner, "update continuo.jobs set status = 'queued'") }
        }
    }

    @Test func `a job whose worker disappeared is queued again, and fails after its last attempt`() async throws {
        try await TestDatabase.withDatabase { database, _ in
            let queue = JobQueue(database: database)
            let id = try await enqueue(database)
            for attempt in 1...3 {
                #expect(try await claim(database, as: "w\(attempt)", lease: "-1 second") == id)
                #expect(try await queue.rescue() == 1)
                #expect(try await status(id, database) == (attempt < 3 ? "queued" : "failed"))
            }
            let code: String = try await database.asService("select error ->> 'code' from continuo.jobs where id = \(id)").single().value()
            #expect(code == "worker_lost")
        }
    }

    @Test func `a worker that lost its lease can neither complete, fail nor renew the job`() async throws {
        try await TestDatabase.withDatabase { database, _ in
            let id = try await enqueue(database)
            _ = try await claim(database, as: "slow", lease: "-1 second")
            _ = try await JobQueue(database: database).rescue()
            #expect(try await claim(database, as: "fast") == id)
            #expect(try await database.asService("select * from continuo.complete_job(\(id), 'slow', '{}')").isEmpty)
            #expect(try await database.asService("select * from continuo.renew_job(\(id), 'slow', '1 minute', 0.5, null)").isEmpty)
            _ = try await database.asService(#"select continuo.fail_job(\#(id), 'slow', '{"code":"x"}', false)"#)
            #expect(try await status(id, database) == "running")
        }
    }

    @Test func `a job given back has not spent an attempt`() async throws {
        try await TestDatabase.withDatabase { database, _ in
            let id = try await enqueue(database)
            for _ in 0..<5 {
                #expect(try await claim(database, as: "a") == id)
                _ = try await database.asService("select continuo.release_job(\(id), 'a')")
            }
            let attempts: Int = try await database.asService("select attempts from continuo.jobs where id = \(id)").single().value()
            #expect(attempts == 0)
            #expect(try await status(id, database) == "queued")
        }
    }

    @Test func `a fault that may pass waits longer each time, one that cannot ends the job`() async throws {
        try await TestDatabase.withDatabase { database, _ in
            let passing = try await enqueue(database)
            for seconds in [2.0, 8.0] {
                _ = try await database.asService("update continuo.jobs set run_after = now() where id = \(passing)")
                #expect(try await claim(database, as: "a") == passing)
                let now: SQL = "select extract(epoch from clock_timestamp())::float8"
                let results = try await database.asService { transaction in
                    try await transaction.pipeline([
                        now, #"select continuo.fail_job(\#(passing), 'a', '{"code":"x"}', true)"#,
                        "select extract(epoch from run_after)::float8 from continuo.jobs where id = \(passing)", now,
                    ])
                }
                let times = try [0, 2, 3].map { try results[$0].single().value(as: Double.self) }
                // The wait began between the two looks at the clock, however far apart these are.
                #expect(times[1] >= times[0] + seconds - 0.001 && times[1] <= times[2] + seconds + 0.001, "\(times)")
                #expect(try await claim(database, as: "a") == nil)
            }
            let hopeless = try await enqueue(database)
            #expect(try await claim(database, as: "a") == hopeless)
            _ = try await database.asService(#"select continuo.fail_job(\#(hopeless), 'a', '{"code":"x"}', false)"#)
            #expect(try await status(hopeless, database) == "failed")
        }
    }

    @Test func `cancelling ends a queued job at once and marks a running one; retrying starts afresh`() async throws {
        try await TestDatabase.withDatabase { database, ownerURL in
            let queue = JobQueue(database: database)
            let person = try await TestPerson.make(in: ownerURL)
            let id = try await enqueue(database, for: person)
            #expect(try await queue.cancel(id))
            #expect(try await status(id, database) == "cancelled")
            #expect(try await queue.cancel(id) == false)
            #expect(try await queue.retry(id))
            #expect(try await queue.retry(id) == false)
            #expect(try await claim(database, as: "a") == id)
            #expect(try await queue.cancel(id))
            #expect(try await status(id, database) == "running")
            let asked: Bool = try await database.asService(
                "select cancel_requested from continuo.renew_job(\(id), 'a', '1 minute', 0.1, null)"
            ).single().value()
            #expect(asked)
        }
    }

    @Test func `ten processes that look at once start what is due once`() async throws {
        try await TestDatabase.withDatabase { database, ownerURL in
            try await TestDatabase.owner(ownerURL, "update continuo.schedules set next_run_at = now() - interval '3 days'")
            let started = try await withThrowingTaskGroup(of: [String].self) { group in
                for _ in 0..<10 { group.addTask { try await JobQueue(database: database).startDueSchedules() } }
                return try await group.reduce(into: [String]()) { $0 += $1 }
            }
            let names = try await TestDatabase.owner(ownerURL, "select name from continuo.schedules").map { try $0.value(as: String.self) }
            #expect(started.sorted() == names.sorted())
            let jobs: Int = try await database.asService("select count(*) from continuo.jobs").single().value()
            #expect(jobs == names.count)
            let late: Int = try await TestDatabase.owner(ownerURL, "select count(*) from continuo.schedules where next_run_at <= now()")
                .single().value()
            #expect(late == 0)
        }
    }
}
