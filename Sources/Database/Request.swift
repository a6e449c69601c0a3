import Core
import Synchronization

/// One round trip: what to send, where it may run, and who waits for it.
struct Request: Sendable {
    var id: Int
    var use: PoolState.Use
    var role: String
    /// Run first, in the same pipeline, their rows dropped.
    var preamble: [EncodedStatement]
    var statements: [EncodedStatement]
    /// How long it may take before the connection counts as lost; nil for no limit.
    var limit: Duration?
    /// Whether nothing came before it in its transaction, so that it can be sent again as it is after it failed.
    var isReplayable: Bool
    /// Whether the connection is still in the transaction of a first attempt that failed.
    var startsWithRollback = false
    var cancellation: Cancellation
    var completion: Completion

    var startsOutsideTransaction: Bool {
        if case .within = use { false } else { true }
    }

    var stream: RowStream.Channel? {
        if case .stream(let stream) = completion { stream } else { nil }
    }

    var mayLeaveTransactionOpen: Bool {
        switch use {
        case .alone: false
        case .opens: true
        case .within(_, let closes): !closes
        }
    }
}

/// Whether a request's task was cancelled, known before the request itself arrives at the reactor.
final class Cancellation: Sendable {
    private let state = Mutex(false)

    var isRequested: Bool { state.withLock { $0 } }

    func request() {
        state.withLock { $0 = true }
    }
}
