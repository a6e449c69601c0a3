/// Which request runs on which connection, and when to open, check and close connections: every decision of the pool, without I/O.
///
/// Each event returns the actions to take, in order. Times are durations since any fixed origin. Requests wait in the order they came.
/// A request may stand alone, open a lease (a transaction that keeps its connection), or run within one.
package struct PoolState: Sendable {
    package typealias ConnectionID = Int
    package typealias RequestID = Int
    package typealias LeaseID = Int

    package struct Limits: Sendable {
        package var maximumConnections: Int
        package var maximumWaiting = 2048
        package var acquireTimeout: Duration
        /// A connection unused for so long is closed, unless it is the last.
        package var idleTimeout: Duration = .seconds(300)
        /// A connection unused for so long is asked for a sign of life.
        package var checkAfter: Duration = .seconds(30)
        /// A check that takes longer than this means a lost connection.
        package var checkTimeout: Duration = .seconds(5)
        package var firstBackOff: Duration = .milliseconds(50)
        package var longestBackOff: Duration = .seconds(5)

        package init(maximumConnections: Int, acquireTimeout: Duration) {
            self.maximumConnections = max(1, maximumConnections)
            self.acquireTimeout = acquireTimeout
        }
    }

    package enum Use: Sendable, Hashable {
        case alone
        case opens(LeaseID)
        /// `closes`: the last request of the lease; whatever comes of it, the connection goes back to the pool.
        case within(LeaseID, closes: Bool)
    }

    package enum Reason: Sendable, Hashable {
        case busy, unreachable, refused, cancelled, closed, connectionLost
    }

    package enum Action: Sendable, Hashable {
        case connect(ConnectionID)
        case run(RequestID, on: ConnectionID)
        case check(ConnectionID)
        case cancel(ConnectionID)
        case close(ConnectionID)
        case fail(RequestID, Reason)
    }

    private enum Phase {
        case connecting, idle, busy(RequestID, until: Duration?), checking(until: Duration)
        /// Done, but a cancel request sent earlier has not been delivered yet: it must not hit the next statement.
        case settling
    }

    private struct Connection {
        var phase: Phase = .connecting
        var usedAt: Duration
        var checkedAt: Duration
        var lease: LeaseID?
        var leaseCloses = false
        var isCancelling = false
        var backlog: [Waiter] = []
    }

    private struct Waiter {
        var request: RequestID
        var use: Use
        var deadline: Duration
        var limit: Duration?
    }

    private let limits: Limits
    private var connections: [ConnectionID: Connection] = [:]
    private var waiters: [Waiter] = []
    private var nextID = 1
    private var failures = 0
    private var retryAt: Duration = .zero
    private var isOpen = true

    package init(limits: Limits) {
        self.limits = limits
    }

    // MARK: Events

    /// `limit`: how long the request may run before its connection counts as lost; nil for no limit.
    package mutating func submit(_ request: RequestID, _ use: Use, limit: Duration? = nil, now: Duration) -> [Action] {
        let waiter = Waiter(request: request, use: use, deadline: now + limits.acquireTimeout, limit: limit)
        if case .within(let lease, _) = use {
            if let id = connections.first(where: { $0.value.lease == lease })?.key {
                connections[id]?.backlog.append(waiter)
                return continueLease(id, now: now)
            }
            guard waiters.contains(where: { $0.use == .opens(lease) }) else { return [.fail(request, .connectionLost)] }
        }
        guard isOpen else { return [.fail(request, .closed)] }
        guard waiters.count < limits.maximumWaiting else { return [.fail(request, .busy)] }
        waiters.append(waiter)
        return assign(now: now)
    }

    package mutating func cancel(_ request: RequestID, now: Duration) -> [Action] {
        if let index = waiters.firstIndex(where: { $0.request == request }) {
            return failWaiter(at: index, .cancelled)
        }
        for (id, connection) in connections {
            if case .busy(request, _) = connection.phase, !connection.isCancelling {
                connections[id]?.isCancelling = true
                return [.cancel(id)]
            }
            if let index = connection.backlog.firstIndex(where: { $0.request == request }) {
                connections[id]?.backlog.remove(at: index)
                return [.fail(request, .cancelled)]
            }
        }
        return []
    }

    package mutating func cancelDelivered(_ id: ConnectionID, now: Duration) -> [Action] {
        guard connections[id] != nil else { return [] }
        connections[id]?.isCancelling = false
        if case .settling = connections[id]?.phase { return finished(id, now: now) }
        return []
    }

    package mutating func connected(_ id: ConnectionID, now: Duration) -> [Action] {
        guard connections[id] != nil else { return [.close(id)] }
        failures = 0
        retryAt = now
        return free(id, now: now)
    }

    /// `refused`: the server answered and the answer is no, for good; those who wait are told at once instead of at their time-out.
    package mutating func connectFailed(_ id: ConnectionID, refused: Bool, now: Duration) -> [Action] {
        connections[id] = nil
        failures += 1
        retryAt = now + min(limits.longestBackOff, limits.firstBackOff * (1 << min(failures - 1, 10)))
        guard refused else { return [] }
        defer { waiters = [] }
        return waiters.map { .fail($0.request, .refused) }
    }

    /// The connection has done all that was sent on it.
    package mutating func finished(_ id: ConnectionID, now: Duration) -> [Action] {
        guard var connection = connections[id] else { return [] }
        if connection.isCancelling {
            connections[id]?.phase = .settling
            return []
        }
        if connection.lease != nil, !connection.leaseCloses {
            connection.phase = .idle
            connections[id] = connection
            return continueLease(id, now: now)
        }
        let stranded = connection.backlog.map { Action.fail($0.request, .connectionLost) }
        return stranded + free(id, now: now)
    }

    package mutating func lost(_ id: ConnectionID, now: Duration) -> [Action] {
        guard let connection = connections.removeValue(forKey: id) else { return [] }
        var actions = [Action.close(id)]
        if case .busy(let request, _) = connection.phase { actions.append(.fail(request, .connectionLost)) }
        actions += connection.backlog.map { .fail($0.request, .connectionLost) }
        return actions + assign(now: now)
    }

    /// Time has passed: see `nextDeadline`.
    package mutating func tick(now: Duration) -> [Action] {
        var actions: [Action] = []
        while let index = waiters.firstIndex(where: { $0.deadline <= now }) {
            actions += failWaiter(at: index, liveCount == 0 ? .unreachable : .busy)
        }
        for (id, connection) in connections.sorted(by: { $0.key < $1.key }) {
            switch connection.phase {
            case .busy(_, let until?) where until <= now:
                actions += lost(id, now: now)
            case .checking(let until) where until <= now:
                actions += lost(id, now: now)
            case .idle where connection.lease == nil:
                if !isOpen || (connections.count > 1 && connection.usedAt + limits.idleTimeout <= now) {
                    connections[id] = nil
                    actions.append(.close(id))
                } else if max(connection.usedAt, connection.checkedAt) + limits.checkAfter <= now {
                    connections[id]?.phase = .checking(until: now + limits.checkTimeout)
                    connections[id]?.checkedAt = now
                    actions.append(.check(id))
                }
            default:
                continue
            }
        }
        return actions + assign(now: now)
    }

    /// Takes no new work; what is accepted still runs. `isDrained` tells the end.
    package mutating func close(now: Duration) -> [Action] {
        isOpen = false
        return tick(now: now)
    }

    // MARK: Readings

    package var isDrained: Bool {
        !isOpen && waiters.isEmpty && connections.values.allSatisfy { if case .connecting = $0.phase { true } else { false } }
    }

    package var statistics: Database.Statistics {
        let idle = connections.values.count { if case .idle = $0.phase, $0.lease == nil { true } else { false } }
        return Database.Statistics(connections: liveCount, idle: idle, waiting: waiters.count)
    }

    /// When `tick` has something to do next, if nothing else happens.
    package var nextDeadline: Duration? {
        var deadlines = waiters.map(\.deadline)
        for connection in connections.values {
            switch connection.phase {
            case .busy(_, let until?): deadlines.append(until)
            case .checking(let until): deadlines.append(until)
            case .idle where connection.lease == nil:
                deadlines.append(max(connection.usedAt, connection.checkedAt) + limits.checkAfter)
                if connections.count > 1 { deadlines.append(connection.usedAt + limits.idleTimeout) }
            default: continue
            }
        }
        if failures > 0, wantsConnection { deadlines.append(retryAt) }
        return deadlines.min()
    }

    // MARK: Steps

    private var liveCount: Int {
        connections.values.count { if case .connecting = $0.phase { false } else { true } }
    }

    private var wantsConnection: Bool {
        let connecting = connections.count - liveCount
        guard connections.count < limits.maximumConnections else { return false }
        if failures > 0, connecting > 0 { return false }
        // One connection is kept even when nobody asks: it tells whether the server is there.
        return isOpen && connections.isEmpty || openers > connecting
    }

    /// Waiters that need a connection of their own.
    private var openers: Int {
        waiters.count { if case .within = $0.use { false } else { true } }
    }

    private mutating func free(_ id: ConnectionID, now: Duration) -> [Action] {
        connections[id]?.phase = .idle
        connections[id]?.usedAt = now
        connections[id]?.lease = nil
        connections[id]?.leaseCloses = false
        connections[id]?.backlog = []
        let actions = assign(now: now)
        if !isOpen, case .idle = connections[id]?.phase {
            connections[id] = nil
            return actions + [.close(id)]
        }
        return actions
    }

    private mutating func continueLease(_ id: ConnectionID, now: Duration) -> [Action] {
        guard case .idle = connections[id]?.phase, let waiter = connections[id]?.backlog.first else { return [] }
        connections[id]?.backlog.removeFirst()
        return run(waiter, on: id, now: now)
    }

    private mutating func run(_ waiter: Waiter, on id: ConnectionID, now: Duration) -> [Action] {
        connections[id]?.phase = .busy(waiter.request, until: waiter.limit.map { now + $0 })
        switch waiter.use {
        case .alone:
            break
        case .opens(let lease):
            connections[id]?.lease = lease
            var backlog: [Waiter] = []
            waiters.removeAll { other in
                guard case .within(lease, _) = other.use else { return false }
                backlog.append(other)
                return true
            }
            connections[id]?.backlog = backlog
        case .within(_, let closes):
            connections[id]?.leaseCloses = closes
        }
        return [.run(waiter.request, on: id)]
    }

    /// Brings waiting requests and idle connections together, then opens connections for those left over.
    private mutating func assign(now: Duration) -> [Action] {
        var actions: [Action] = []
        // The connection used last is taken first, so that surplus ones grow old and close.
        while let index = waiters.firstIndex(where: { if case .within = $0.use { false } else { true } }),
            let id = idleConnections.max(by: { ($0.value.usedAt, $0.key) < ($1.value.usedAt, $1.key) })?.key
        {
            actions += run(waiters.remove(at: index), on: id, now: now)
        }
        while wantsConnection, failures == 0 || retryAt <= now {
            connections[nextID] = Connection(usedAt: now, checkedAt: now)
            actions.append(.connect(nextID))
            nextID += 1
        }
        return actions
    }

    private var idleConnections: [ConnectionID: Connection] {
        connections.filter { if case .idle = $0.value.phase, $0.value.lease == nil { true } else { false } }
    }

    private mutating func failWaiter(at index: Int, _ reason: Reason) -> [Action] {
        let waiter = waiters.remove(at: index)
        var actions = [Action.fail(waiter.request, reason)]
        if case .opens(let lease) = waiter.use {
            waiters.removeAll { other in
                guard case .within(lease, _) = other.use else { return false }
                actions.append(.fail(other.request, reason))
                return true
            }
        }
        return actions
    }
}
