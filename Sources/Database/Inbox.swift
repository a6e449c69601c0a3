import CLinux
import Core
import Foundation
import Synchronization

/// What other threads say to the reactor: a locked queue and an event descriptor that wakes it.
final class Inbox: Sendable {
    enum Message: Sendable {
        case submit(Request)
        case cancel(Int)
        /// The reader of a streamed request has room again.
        case resume(Int)
        case connected(Int, Result<Handover, Failure>)
        case cancelDelivered(Int)
        /// Take no new work, end when the accepted work is done, or after so long.
        case drain(within: Duration)
    }

    private struct State {
        var messages: [Message] = []
        /// Whether the reactor waits for its sockets, or is about to.
        var isAsleep = false
        var isEnded = false
        var onEnd: [CheckedContinuation<Void, Never>] = []
        var statistics = Database.Statistics()
    }

    let wakeUp: Int32
    private let state = Mutex(State())

    init() {
        wakeUp = eventfd(0, Int32(EFD_NONBLOCK) | Int32(EFD_CLOEXEC))
    }

    deinit {
        close(wakeUp)
    }

    /// False when the reactor has ended and will not read it.
    @discardableResult
    func post(_ message: Message) -> Bool {
        let (isPosted, wakes) = state.withLock { state in
            guard !state.isEnded else { return (false, false) }
            state.messages.append(message)
            defer { state.isAsleep = false }
            return (true, state.isAsleep)
        }
        if wakes { eventfd_write(wakeUp, 1) }
        return isPosted
    }

    /// Whether the reactor may wait: whoever posts from now on wakes it. False when something lies here already.
    func fallAsleep() -> Bool {
        state.withLock { state in
            state.isAsleep = state.messages.isEmpty
            return state.isAsleep
        }
    }

    func take() -> [Message] {
        state.withLock { state in
            state.isAsleep = false
            defer { state.messages = [] }
            return state.messages
        }
    }

    /// The reactor's last word; what was posted meanwhile comes back.
    func end() -> [Message] {
        let (left, continuations) = state.withLock { state in
            defer {
                state.isEnded = true
                state.messages = []
                state.onEnd = []
                state.statistics = Database.Statistics()
            }
            return (state.messages, state.onEnd)
        }
        continuations.forEach { $0.resume() }
        return left
    }

    func waitForEnd() async {
        await withCheckedContinuation { continuation in
            let isEnded = state.withLock { state in
                if !state.isEnded { state.onEnd.append(continuation) }
                return state.isEnded
            }
            if isEnded { continuation.resume() }
        }
    }

    var statistics: Database.Statistics {
        get { state.withLock { $0.statistics } }
        set { state.withLock { $0.statistics = newValue } }
    }
}
