import Core
import Database
import Foundation

/// One piece of long work, as its row in `continuo.jobs` says.
public struct Job: Sendable {
    public enum Status: String, Sendable, CaseIterable, Codable {
        case queued, running, completed, failed, cancelled

        /// Nothing more will happen, unless somebody asks for a retry.
        public var isEnded: Bool { self == .completed || self == .failed || self == .cancelled }
    }

    public var id: UUID
    public var kind: String
    public var userID: UUID?
    public var status: Status
    /// The arguments, as JSON.
    public var request: String
    public var result: String?
    public var error: String?
    /// 0…1.
    public var progress: Double
    public var message: String?
    /// How many jobs start before this one; only while it is queued.
    public var position: Int?
    public var attempts: Int
    public var maximumAttempts: Int
    public var createdAt: Date
    public var startedAt: Date?
    public var finishedAt: Date?

    static let columns: SQL = """
        j.id, j.kind, j.user_id, j.status, j.request, j.result, j.error, j.progress, j.message, j.attempts, j.max_attempts,
        j.created_at, j.started_at, j.finished_at
        """

    init(_ row: Row) throws {
        id = try row.decode("id")
        kind = try row.decode("kind")
        userID = try row.decode("user_id")
        let name: String = try row.decode("status")
        guard let status = Status(rawValue: name) else {
            throw Failure(.unexpected, "row_decoding", "A job has the unknown status \(name).")
        }
        self.status = status
        request = try row.decode("request")
        result = try row.decode("result")
        error = try row.decode("error")
        progress = try row.decode("progress")
        message = try row.decode("message")
        attempts = try row.decode("attempts")
        maximumAttempts = try row.decode("max_attempts")
        createdAt = try row.decode("created_at")
        startedAt = try row.decode("started_at")
        finishedAt = try row.decode("finished_at")
    }
}
