import CLibPQ
import CLinux
import Core
import Foundation
import Logging
import Synchronization

/// One connection, outside pipeline mode and outside the pool, that listens for everybody. It is made at the first subscription.
///
/// Works on a thread of its own, which waits on the connection and on an event descriptor for new channels.
final class NotificationListener: Sendable {
    private struct State {
        var subscribers: [Int: (channel: String, continuation: AsyncStream<String>.Continuation)] = [:]
        var nextID = 0
        var isRunning = false
        var isClosed = false
    }

    /// Shared with the thread, which must not keep the listener itself alive.
    private final class Shared: Sendable {
        let state = Mutex(State())
        let wakeUp = eventfd(0, Int32(EFD_NONBLOCK) | Int32(EFD_CLOEXEC))

        deinit {
            Glibc.close(wakeUp)
        }

        func yield(_ payload: String, to channel: String) {
            let continuations = state.withLock { $0.subscribers.values.filter { $0.channel == channel }.map(\.continuation) }
            for continuation in continuations { continuation.yield(payload) }
        }

        func clearWakeUp() {
            var number: eventfd_t = 0
            eventfd_read(wakeUp, &number)
        }

        var isClosed: Bool { state.withLock { $0.isClosed } }
    }

    private let target: Connector.Target
    private let logger: Logger
    private let shared = Shared()

    init(target: Connector.Target, logger: Logger) {
        self.target = target
        self.logger = logger
    }

    func subscribe(to channel: String) -> AsyncStream<String> {
        let (stream, continuation) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingNewest(1024))
        let (id, isFirst, isClosed) = shared.state.withLock { state in
            defer {
                state.nextID += 1
                state.isRunning = true
            }
            if !state.isClosed { state.subscribers[state.nextID] = (channel, continuation) }
            return (state.nextID, !state.isRunning, state.isClosed)
        }
        guard !isClosed else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [shared] _ in
            shared.state.withLock { _ = $0.subscribers.removeValue(forKey: id) }
            eventfd_write(shared.wakeUp, 1)
        }
        if isFirst {
            Thread.detachNewThread { [target, logger, shared] in Self.run(target, logger, shared) }
        } else {
            eventfd_write(shared.wakeUp, 1)
        }
        return stream
    }

    func close() {
        let continuations = shared.state.withLock { state in
            defer {
                state.isClosed = true
                state.subscribers = [:]
            }
            return state.subscribers.values.map(\.continuation)
        }
        for continuation in continuations { continuation.finish() }
        eventfd_write(shared.wakeUp, 1)
    }

    // MARK: The thread

    private static func run(_ target: Connector.Target, _ logger: Logger, _ shared: Shared) {
        var backOff: Int32 = 50
        while !shared.isClosed {
            do {
                let connection = try Connector.connect(target)
                defer { PQfinish(connection) }
                backOff = 50
                try listen(on: connection, shared)
            } catch {
                logger.info("notifications interrupted", metadata: ["reason": "\(String(reflecting: error))"])
                wait(on: [shared.wakeUp], milliseconds: shared.isClosed ? 0 : backOff)
                shared.clearWakeUp()
                backOff = min(5000, backOff * 2)
            }
        }
    }

    /// Returns when the listener is closed; throws when the connection is lost.
    private static func listen(on connection: OpaquePointer, _ shared: Shared) throws {
        var listening: [String: Int] = [:]
        while !shared.isClosed {
            try adjust(&listening, on: connection, shared)
            wait(on: [PQsocket(connection), shared.wakeUp], milliseconds: 30_000)
            shared.clearWakeUp()
            guard PQconsumeInput(connection) == 1, PQstatus(connection) == CONNECTION_OK else {
                throw PostgresError(lostConnection: String(cString: PQerrorMessage(connection))).failure
            }
            deliver(from: connection, shared)
        }
    }

    /// Makes what the connection listens to equal to what is subscribed, and tells new subscribers that they hear from now on.
    private static func adjust(_ listening: inout [String: Int], on connection: OpaquePointer, _ shared: Shared) throws {
        let (newest, wanted) = shared.state.withLock { state in (state.nextID, Set(state.subscribers.values.map(\.channel))) }
        for channel in Set(listening.keys).subtracting(wanted) {
            try Connector.query(connection, "unlisten \(identifier: channel)" as SQL)
            listening[channel] = nil
        }
        for channel in wanted {
            guard let heardUpTo = listening[channel] else {
                try Connector.query(connection, "listen \(identifier: channel)" as SQL)
                shared.yield("", to: channel)
                listening[channel] = newest
                continue
            }
            let newcomers = shared.state.withLock { state in
                state.subscribers.filter { $0.key >= heardUpTo && $0.value.channel == channel }.map(\.value.continuation)
            }
            for continuation in newcomers { continuation.yield("") }
            listening[channel] = newest
        }
        deliver(from: connection, shared)
    }

    private static func deliver(from connection: OpaquePointer, _ shared: Shared) {
        while let notification = PQnotifies(connection) {
            defer { PQfreemem(notification) }
            shared.yield(String(cString: notification.pointee.extra), to: String(cString: notification.pointee.relname))
        }
    }

    private static func wait(on descriptors: [Int32], milliseconds: Int32) {
        var entries = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        _ = poll(&entries, nfds_t(entries.count), milliseconds)
    }
}
