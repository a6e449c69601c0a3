import Core
import Synchronization

/// Rows on their way: read as they come, with a bound on what waits in memory. The server is slowed down by a slow reader.
///
/// Letting go of it cancels the statement.
package final class RowStream: Sendable {
    let core: Channel

    init(_ core: Channel) {
        self.core = core
    }

    deinit {
        core.cancel()
    }

    /// Stops the statement; the reader gets `CancellationError`.
    package func cancel() {
        core.cancel()
    }

    /// The first row. Throws what the statement threw, `CancellationError` when the task was cancelled.
    package func header() async throws -> Rows {
        try await core.wait { $0.header != nil }
        guard let header = core.state.withLock({ $0.header }) else { throw Database.missingRows }
        return header
    }

    /// What the statements before it gave; known once the first row is.
    package var earlier: [Rows] { core.state.withLock { $0.earlier } }

    /// The bytes of the rows that have come since, in order, with the separator between; nil at the end.
    package func next() async throws -> [UInt8]? {
        try await core.wait { !$0.bytes.isEmpty }
        return core.take()
    }

    /// What the reactor and the reader share.
    final class Channel: Sendable {
        struct State {
            var earlier: [Rows] = []
            var header: Rows?
            var bytes: [UInt8] = []
            var isFirst = true
            var isEnded = false
            var failure: (any Error)?
            var isPaused = false
            var isCancelled = false
            var waiter: CheckedContinuation<Void, Never>?
        }

        /// Above this, the connection is not read any further until the reader has caught up.
        static let highWaterMark = 1 << 18

        let state = Mutex(State())
        private let separator: [UInt8]
        private let resume: @Sendable () -> Void
        private let stop: @Sendable () -> Void

        /// resume: reads the connection again; stop: cancels the statement.
        init(separator: String, resume: @escaping @Sendable () -> Void, stop: @escaping @Sendable () -> Void) {
            self.separator = Array(separator.utf8)
            self.resume = resume
            self.stop = stop
        }

        // MARK: The reactor's side

        var hasBegun: Bool { state.withLock { $0.header != nil } }
        var isEnded: Bool { state.withLock { $0.isEnded } }

        func addEarlier(_ rows: Rows) {
            state.withLock { $0.earlier.append(rows) }
        }

        func begin(_ header: Rows) {
            state.withLock { $0.header = header }
            wake()
        }

        /// False when enough waits.
        func append(_ value: UnsafeBufferPointer<UInt8>) -> Bool {
            let isFull = state.withLock { state in
                if state.isCancelled { return false }
                if !state.isFirst { state.bytes += separator }
                state.isFirst = false
                state.bytes += value
                state.isPaused = state.bytes.count >= Self.highWaterMark
                return state.isPaused
            }
            if isFull { wake() }
            return !isFull
        }

        /// What has come so far may be read.
        func flush() {
            wake()
        }

        /// Ends it for its reader, and takes no more rows.
        func abandon(_ failure: any Error) {
            state.withLock { state in
                state.isCancelled = true
                state.bytes = []
            }
            end(failure)
        }

        func end(_ failure: (any Error)?) {
            state.withLock { state in
                guard !state.isEnded else { return }
                state.isEnded = true
                state.failure = failure
            }
            wake()
        }

        private func wake() {
            let waiter = state.withLock { state in
                defer { state.waiter = nil }
                return state.waiter
            }
            waiter?.resume()
        }

        // MARK: The reader's side

        func wait(until isReady: @escaping @Sendable (State) -> Bool) async throws {
            while true {
                let (isDone, failure) = state.withLock { ($0.isEnded || isReady($0), isReady($0) ? nil : $0.failure) }
                if let failure { throw failure }
                if isDone { return }
                // The statement may take its time to stop; who cancelled it does not wait for that.
                if Task.isCancelled || state.withLock(\.isCancelled) { throw CancellationError() }
                await withTaskCancellationHandler {
                    await withCheckedContinuation { continuation in
                        let isDone = state.withLock { state in
                            if state.isEnded || state.isCancelled || isReady(state) { return true }
                            state.waiter = continuation
                            return false
                        }
                        if isDone { continuation.resume() }
                    }
                } onCancel: {
                    cancel()
                }
            }
        }

        func take() -> [UInt8]? {
            let (bytes, wasPaused) = state.withLock { state in
                defer {
                    state.bytes = []
                    state.isPaused = false
                }
                return (state.bytes, state.isPaused)
            }
            if wasPaused { resume() }
            return bytes.isEmpty ? nil : bytes
        }

        func cancel() {
            let isFirst = state.withLock { state in
                defer {
                    state.isCancelled = true
                    state.isPaused = false
                    state.bytes = []
                }
                return !state.isCancelled && !state.isEnded
            }
            guard isFirst else { return }
            stop()
            resume()
            wake()
        }
    }
}

/// Who is told what became of a request.
enum Completion: Sendable {
    case rows(CheckedContinuation<[Rows], any Error>)
    case stream(RowStream.Channel)

    func resume(returning rows: [Rows]) {
        switch self {
        case .rows(let continuation): continuation.resume(returning: rows)
        case .stream(let stream): stream.end(nil)
        }
    }

    func resume(throwing error: any Error) {
        switch self {
        case .rows(let continuation): continuation.resume(throwing: error)
        case .stream(let stream): stream.end(error)
        }
    }
}
