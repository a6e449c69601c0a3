import Database
import Testing

@Suite struct PoolStateTests {
    private func pool(connections: Int = 1, waiting: Int = 10) -> PoolState {
        var limits = PoolState.Limits(maximumConnections: connections, acquireTimeout: .seconds(10))
        limits.maximumWaiting = waiting
        return PoolState(limits: limits)
    }

    /// A pool whose first connection stands and is idle.
    private func openPool(connections: Int = 1, waiting: Int = 10) -> PoolState {
        var pool = pool(connections: connections, waiting: waiting)
        #expect(pool.tick(now: .zero) == [.connect(1)])
        #expect(pool.connected(1, now: .zero) == [])
        return pool
    }

    @Test func `requests run in the order they came`() {
        var pool = openPool()
        #expect(pool.submit(1, .alone, now: .zero) == [.run(1, on: 1)])
        #expect(pool.submit(2, .alone, now: .zero) == [])
        #expect(pool.submit(3, .alone, now: .zero) == [])
        #expect(pool.finished(1, now: .zero) == [.run(2, on: 1)])
        #expect(pool.finished(1, now: .zero) == [.run(3, on: 1)])
    }

    @Test func `connections are opened for those who wait, up to the bound`() {
        var pool = openPool(connections: 2)
        #expect(pool.submit(1, .alone, now: .zero) == [.run(1, on: 1)])
        #expect(pool.submit(2, .alone, now: .zero) == [.connect(2)])
        #expect(pool.submit(3, .alone, now: .zero) == [])
        #expect(pool.connected(2, now: .zero) == [.run(2, on: 2)])
        #expect(pool.statistics == Database.Statistics(connections: 2, idle: 0, waiting: 1))
    }

    @Test func `a request that waits too long fails as busy, and only it`() {
        var pool = openPool()
        _ = pool.submit(1, .alone, now: .zero)
        _ = pool.submit(2, .alone, now: .seconds(1))
        _ = pool.submit(3, .alone, now: .seconds(5))
        #expect(pool.nextDeadline == .seconds(11))
        #expect(pool.tick(now: .seconds(11)) == [.fail(2, .busy)])
        #expect(pool.finished(1, now: .seconds(12)) == [.run(3, on: 1)])
    }

    @Test func `the queue has a bound`() {
        var pool = openPool(waiting: 1)
        _ = pool.submit(1, .alone, now: .zero)
        _ = pool.submit(2, .alone, now: .zero)
        #expect(pool.submit(3, .alone, now: .zero) == [.fail(3, .busy)])
    }

    @Test func `a lease keeps its connection between its requests and gives it back at the closing one`() {
        var pool = openPool()
        #expect(pool.submit(1, .opens(7), now: .zero) == [.run(1, on: 1)])
        #expect(pool.submit(2, .alone, now: .zero) == [])
        #expect(pool.finished(1, now: .zero) == [])
        #expect(pool.submit(3, .within(7, closes: false), now: .zero) == [.run(3, on: 1)])
        #expect(pool.submit(4, .within(7, closes: true), now: .zero) == [])
        #expect(pool.finished(1, now: .zero) == [.run(4, on: 1)])
        #expect(pool.finished(1, now: .zero) == [.run(2, on: 1)])
        #expect(pool.submit(5, .within(7, closes: false), now: .zero) == [.fail(5, .connectionLost)])
    }

    @Test func `statements sent before their lease has a connection wait for it`() {
        var pool = openPool()
        _ = pool.submit(1, .alone, now: .zero)
        _ = pool.submit(2, .opens(7), now: .zero)
        _ = pool.submit(3, .within(7, closes: false), now: .zero)
        #expect(pool.finished(1, now: .zero) == [.run(2, on: 1)])
        #expect(pool.finished(1, now: .zero) == [.run(3, on: 1)])
    }

    @Test func `a cancelled request that waits never runs`() {
        var pool = openPool()
        _ = pool.submit(1, .alone, now: .zero)
        _ = pool.submit(2, .alone, now: .zero)
        #expect(pool.cancel(2, now: .zero) == [.fail(2, .cancelled)])
        #expect(pool.finished(1, now: .zero) == [])
    }

    @Test(arguments: [true, false])
    func `a connection is used again only when its cancel request cannot hit the next statement`(deliveredFirst: Bool) {
        var pool = openPool()
        _ = pool.submit(1, .alone, now: .zero)
        _ = pool.submit(2, .alone, now: .zero)
        #expect(pool.cancel(1, now: .zero) == [.cancel(1)])
        #expect(pool.cancel(1, now: .zero) == [])
        let first = deliveredFirst ? pool.cancelDelivered(1, now: .zero) : pool.finished(1, now: .zero)
        #expect(first == [])
        let second = deliveredFirst ? pool.finished(1, now: .zero) : pool.cancelDelivered(1, now: .zero)
        #expect(second == [.run(2, on: 1)])
    }

    @Test func `failed connections are retried one at a time with growing pauses`() {
        var pool = pool(connections: 4)
        #expect(pool.submit(1, .alone, now: .zero) == [.connect(1)])
        #expect(pool.connectFailed(1, refused: false, now: .zero) == [])
        #expect(pool.nextDeadline == .milliseconds(50))
        #expect(pool.submit(2, .alone, now: .milliseconds(10)) == [])
        #expect(pool.tick(now: .milliseconds(50)) == [.connect(2)])
        #expect(pool.connectFailed(2, refused: false, now: .milliseconds(50)) == [])
        #expect(pool.tick(now: .milliseconds(149)) == [])
        #expect(pool.tick(now: .milliseconds(150)) == [.connect(3)])
        #expect(pool.connected(3, now: .milliseconds(160)) == [.run(1, on: 3), .connect(4)])
    }

    @Test func `who waits in vain for a server that is gone hears that, not that it is busy`() {
        var pool = pool()
        _ = pool.submit(1, .alone, now: .zero)
        _ = pool.connectFailed(1, refused: false, now: .zero)
        #expect(pool.tick(now: .seconds(10)).contains(.fail(1, .unreachable)))
    }

    @Test func `a refused login is told at once`() {
        var pool = pool()
        _ = pool.submit(1, .alone, now: .zero)
        #expect(pool.connectFailed(1, refused: true, now: .zero) == [.fail(1, .refused)])
    }

    @Test func `a lost connection fails what ran on it and is replaced`() {
        var pool = openPool()
        _ = pool.submit(1, .opens(7), now: .zero)
        _ = pool.submit(2, .within(7, closes: false), now: .zero)
        _ = pool.submit(3, .alone, now: .zero)
        #expect(pool.lost(1, now: .zero) == [.close(1), .fail(1, .connectionLost), .fail(2, .connectionLost), .connect(2)])
    }

    @Test func `an idle connection is asked for a sign of life and given up without one`() {
        var pool = openPool()
        #expect(pool.tick(now: .seconds(30)) == [.check(1)])
        #expect(pool.tick(now: .seconds(34)) == [])
        #expect(pool.tick(now: .seconds(35)) == [.close(1), .connect(2)])
    }

    @Test func `surplus connections are closed when unused for long`() {
        var pool = openPool(connections: 2)
        _ = pool.submit(1, .alone, now: .zero)
        _ = pool.submit(2, .alone, now: .zero)
        _ = pool.connected(2, now: .zero)
        _ = pool.finished(1, now: .zero)
        _ = pool.finished(2, now: .zero)
        let actions = pool.tick(now: .seconds(301))
        #expect(actions.filter { if case .close = $0 { true } else { false } }.count == 1)
        #expect(pool.statistics.connections == 1)
    }

    @Test func `a request that outlives every time-out takes its connection down`() {
        var pool = openPool()
        _ = pool.submit(1, .alone, limit: .seconds(45), now: .zero)
        #expect(pool.tick(now: .seconds(44)) == [])
        #expect(pool.tick(now: .seconds(45)) == [.close(1), .fail(1, .connectionLost), .connect(2)])
    }

    @Test func `a closing pool finishes what it accepted and takes nothing new`() {
        var pool = openPool()
        _ = pool.submit(1, .opens(7), now: .zero)
        _ = pool.submit(2, .alone, now: .zero)
        #expect(pool.close(now: .zero) == [])
        #expect(pool.submit(3, .alone, now: .zero) == [.fail(3, .closed)])
        #expect(pool.finished(1, now: .zero) == [])
        #expect(pool.submit(4, .within(7, closes: true), now: .zero) == [.run(4, on: 1)])
        #expect(pool.finished(1, now: .zero) == [.run(2, on: 1)])
        #expect(!pool.isDrained)
        #expect(pool.finished(1, now: .zero) == [.close(1)])
        #expect(pool.isDrained)
    }
}

@Suite struct PipelineStateTests {
    private let key = StatementCache.Key(role: "anon", text: "select 1")

    @Test func `the outcome is known only at the sync`() {
        var pipeline = PipelineState<String>(steps: [.housekeeping, .prepare(key), .query])
        #expect(pipeline.receive(.done("set")) == nil)
        #expect(pipeline.receive(.done("prepared")) == nil)
        #expect(pipeline.receive(.done("rows")) == nil)
        #expect(pipeline.receive(.sync)?.outputs == ["rows"])
    }

    @Test func `an error that arrives after every statement said OK is not missed`() {
        var pipeline = PipelineState<String>(steps: [.query])
        #expect(pipeline.receive(.done("rows")) == nil)
        #expect(pipeline.receive(.failed(PostgresError(sqlState: "23503", message: "deferred"))) == nil)
        #expect(pipeline.receive(.sync)?.error?.sqlState == "23503")
    }

    @Test func `the first error is the one reported and skipped statements are not prepared`() {
        var pipeline = PipelineState<String>(steps: [.housekeeping, .prepare(key), .query])
        #expect(pipeline.receive(.failed(PostgresError(sqlState: "22023", message: "no role"))) == nil)
        #expect(pipeline.receive(.skipped) == nil)
        #expect(pipeline.receive(.skipped) == nil)
        let outcome = pipeline.receive(.sync)
        #expect(outcome?.error?.sqlState == "22023")
        #expect(outcome?.unprepared == [key])
    }
}

@Suite struct StatementCacheTests {
    private func key(_ text: String, role: String = "anon") -> StatementCache.Key { .init(role: role, text: text) }

    @Test func `a statement is prepared once for each role`() {
        var cache = StatementCache(capacity: 4, prefix: "s")
        let first = cache.use(key("a"))
        #expect(first.isNew)
        #expect(cache.use(key("a")) == .init(name: first.name, isNew: false))
        #expect(cache.use(key("a", role: "authenticated")).isNew)
    }

    @Test func `beyond the bound the least recently used is discarded`() {
        var cache = StatementCache(capacity: 2, prefix: "s")
        let a = cache.use(key("a"))
        let b = cache.use(key("b"))
        _ = cache.use(key("a"))
        _ = cache.use(key("c"))
        cache.trim()
        #expect(cache.takeDiscarded() == [b.name])
        #expect(cache.takeDiscarded() == [])
        #expect(cache.use(key("a")).name == a.name)
        #expect(cache.use(key("b")).isNew)
    }

    @Test func `a name is never used twice`() {
        var cache = StatementCache(capacity: 2, prefix: "s")
        let first = cache.use(key("a"))
        cache.discard(key("a"))
        #expect(cache.use(key("a")).name != first.name)
    }
}
