import Core
import Database
import Foundation
import Synchronization

/// What a worker can do for one kind of job.
public protocol JobHandler: Sendable {
    /// The kind in `continuo.jobs.kind`.
    var kind: String { get }
    /// Does the work, or throws. A `Failure` of kind `unavailable` or `unexpected` is tried again later; others end the job.
    /// Must stop within a second of being cancelled.
    func run(_ job: Job, report: ProgressReport) async throws -> JobOutcome
}

/// What finished work leaves: its result, and rows that must appear in the very transaction that completes the job.
public struct JobOutcome: Sendable {
    /// JSON for `result`.
    public var result: String
    public var store: (@Sendable (Transaction) async throws -> Void)?

    public init(result: String = "{}", store: (@Sendable (Transaction) async throws -> Void)? = nil) {
        self.result = result
        self.store = store
    }
}

/// Where running work says how far it is. Cheap: the worker writes the latest state to the database twice a second.
public final class ProgressReport: Sendable {
    public struct State: Sendable, Equatable {
        public var progress: Double = 0
        public var message: String?
    }

    private let state = Mutex(State())

    public init() {}

    /// progress: 0…1; a smaller value than the last is ignored.
    public func update(_ progress: Double, _ message: String? = nil) {
        state.withLock {
            $0.progress = max($0.progress, min(1, progress))
            if let message { $0.message = message }
        }
    }

    public var current: State { state.withLock { $0 } }
}
