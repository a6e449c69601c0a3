import Core
import Database
import Foundation

/// The queue in PostgreSQL. Every state change is a function in `supabase/migrations/…_jobs.sql`; this is their Swift side.
public struct JobQueue: Sendable {
    public let database: Database

    public init(database: Database) {
        self.database = database
    }

    // MARK: For those who ask

    /// Adds a job in the caller's transaction: it exists exactly if that commits.
    @discardableResult
    public func enqueue(
        kind: String, request: String, userID: UUID?, priority: Int = 0, id: UUID = UUID(), in transaction: Transaction
    ) async throws -> UUID {
        _ = try await transaction.query(
            """
            insert into continuo.jobs (id, kind, user_id, request, priority)
            values (\(id), \(kind), \(userID), \(RawJSON(request)), \(priority))
            """)
        return id
    }

    /// One job that the caller may see, with its place in the queue. Nil when there is none.
    public func job(_ id: UUID, for claims: Claims) async throws -> Job? {
        let rows = try await database.asUser(
            claims,
            """
            select \(sql: Job.columns), case when j.status = 'queued' then continuo.job_position(j.id) end as position
            from continuo.jobs j where j.id = \(id)
            """)
        return try rows.first.map { row in
            var job = try Job(row)
            job.position = try row.decode("position")
            return job
        }
    }

    /// The caller's jobs, newest first.
    public func jobs(for claims: Claims, status: Job.Status?, kind: String?, limit: Int) async throws -> [Job] {
        let rows = try await database.asUser(
            claims,
            """
            select \(sql: Job.columns), case when j.status = 'queued' then continuo.job_position(j.id) end as position
            from continuo.jobs j
            where (\(status?.rawValue)::text is null or j.status = \(status?.rawValue))
                and (\(kind)::text is null or j.kind = \(kind)) and j.user_id = \(claims.userID)
            order by j.created_at desc, j.id limit \(limit)
            """)
        return try rows.map { row in
            var job = try Job(row)
            job.position = try row.decode("position")
            return job
        }
    }

    /// Asks a job to stop. Returns false when it had ended already.
    public func cancel(_ id: UUID) async throws -> Bool {
        try await database.asService("select continuo.cancel_job(\(id)) as status").first?.decode("status", as: String?.self) != nil
    }

    /// Queues an ended, unsuccessful job again. Returns false when it is not such a one.
    public func retry(_ id: UUID) async throws -> Bool {
        try await !database.asService("select * from continuo.retry_job(\(id))").isEmpty
    }

    // MARK: For workers

    func claim(worker: String, kinds: [String], lease: Duration) async throws -> Job? {
        let rows = try await database.asService(
            "select \(sql: Job.columns) from continuo.claim_job(\(worker), \(kinds), \(lease.seconds) * interval '1 second') j")
        return try rows.first.map { try Job($0) }
    }

    enum Renewal { case renewed, cancelRequested, lost }

    func renew(_ id: UUID, worker: String, lease: Duration, state: ProgressReport.State) async throws -> Renewal {
        let rows = try await database.asService(
            """
            select cancel_requested from continuo.renew_job(
                \(id), \(worker), \(lease.seconds) * interval '1 second', \(state.progress), \(state.message))
            """)
        guard let row = rows.first else { return .lost }
        return try row.decode("cancel_requested") ? .cancelRequested : .renewed
    }

    /// Stores what the job made and completes it, both or neither. Returns false when the job was no longer this worker's.
    func complete(_ id: UUID, worker: String, outcome: JobOutcome) async throws -> Bool {
        struct Lost: Error {}
        do {
            try await database.asService { transaction in
                try await outcome.store?(transaction)
                let rows = try await transaction.query("select * from continuo.complete_job(\(id), \(worker), \(RawJSON(outcome.result)))")
                if rows.isEmpty { throw Lost() }
            }
            return true
        } catch is Lost {
            return false
        }
    }

    func fail(_ id: UUID, worker: String, failure: Failure) async throws {
        var cause: [String: JSONValue] = ["code": .string(failure.code), "message": .string(failure.message)]
        if let hint = failure.hint { cause["hint"] = .string(hint) }
        let mayPass = failure.kind == .unavailable || failure.kind == .unexpected
        _ = try await database.asService(
            "select continuo.fail_job(\(id), \(worker), \(RawJSON(JSONValue.object(cause).text)), \(mayPass))")
    }

    func release(_ id: UUID, worker: String) async throws {
        _ = try await database.asService("select continuo.release_job(\(id), \(worker))")
    }

    func finishCancelled(_ id: UUID, worker: String) async throws {
        _ = try await database.asService("select continuo.finish_cancelled_job(\(id), \(worker))")
    }

    /// Takes back jobs whose worker disappeared. Returns how many.
    public func rescue() async throws -> Int {
        try await database.asService("select * from continuo.rescue_jobs()").count
    }

    /// Queues the recurring work that is due. Returns the names.
    public func startDueSchedules() async throws -> [String] {
        try await database.asService("select name from continuo.start_due_schedules() as name").map { try $0.decode("name") }
    }
}

extension Duration {
    var seconds: Double { self / .seconds(1) }
}
