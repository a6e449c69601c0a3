import Foundation

/// Runs calls that block, such as libpq's own, away from the threads that Swift's tasks share.
enum BlockingThread {
    /// Runs the work on a new thread and waits for it without blocking. Meant for rare and long work: each call starts a thread.
    static func run<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(with: Swift.Result(catching: work))
            }
        }
    }
}
