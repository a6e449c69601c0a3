import NIOCore
import NIOPosix

/// Where the server's tasks run.
public enum EventLoops {
    /// Runs all tasks on the threads of the event loops, instead of on a pool beside them: a request then changes threads only for its
    /// database work. To be called once, first, by programs that serve; nothing in them may block a thread of the pool, which holds anyway.
    ///
    /// Without the hook that this needs, tasks run where they always did: docs/decisions/0005-tasks-on-event-loops.md.
    public static func takeOver() {
        _ = NIOSingletons.unsafeTryInstallSingletonPosixEventLoopGroupAsConcurrencyGlobalExecutor()
    }
}
