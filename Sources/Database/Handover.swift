import CLibPQ
import Synchronization

/// A connection, or the means to cancel what it does, on its way to another thread: one thread puts it in, and one takes it out, once. Where
/// nobody does, it is freed.
final class Handover: Sendable {
    private let handle: Mutex<OpaquePointer?>
    private let free: @Sendable (OpaquePointer) -> Void

    /// free: `PQfinish` or `PQfreeCancel`.
    init(_ handle: sending OpaquePointer, free: @escaping @Sendable (OpaquePointer) -> Void) {
        self.handle = Mutex(handle)
        self.free = free
    }

    deinit {
        if let left = take() { free(left) }
    }

    /// Whoever takes it owns it. Nil when somebody has.
    func take() -> sending OpaquePointer? {
        handle.withLock { handle in
            let taken = handle
            handle = nil
            return taken
        }
    }
}
