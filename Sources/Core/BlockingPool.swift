import Foundation
import Synchronization

/// A few threads for work that blocks or computes for long (codecs, rendering, password hashing), so that it never holds up
/// Swift's cooperative threads.
public final class BlockingPool: Sendable {
    /// Set when the task that waits for the work is cancelled; long work asks it once per block.
    public final class Cancellation: Sendable {
        private let flag = Atomic<Bool>(false)

        public init() {}
        public var isCancelled: Bool { flag.load(ordering: .relaxed) }
        public func cancel() { flag.store(true, ordering: .relaxed) }
        public func check() throws {
            if isCancelled { throw CancellationError() }
        }
    }

    private let queue: OperationQueue

    /// threads: how many pieces of work run at once; the others wait in order.
    public init(name: String, threads: Int) {
        queue = OperationQueue()
        queue.name = name
        queue.maxConcurrentOperationCount = max(1, threads)
    }

    /// Runs `work` on one of the pool's threads. Cancelling the calling task sets the `Cancellation` that `work` receives;
    /// work that has not begun by then does not begin.
    public func run<Result: Sendable>(_ work: @escaping @Sendable (Cancellation) throws -> Result) async throws -> Result {
        let cancellation = Cancellation()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                queue.addOperation {
                    continuation.resume(
                        with: Swift.Result {
                            try cancellation.check()
                            return try work(cancellation)
                        })
                }
            }
        } onCancel: {
            cancellation.cancel()
        }
    }
}
