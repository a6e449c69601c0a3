import Core
import Synchronization
import Testing

@Suite struct BlockingPoolTests {
    @Test func `no more work runs at once than there are threads`() async throws {
        let pool = BlockingPool(name: "test", threads: 3)
        let (now, most) = (Counter(), Counter())
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<30 {
                group.addTask {
                    try await pool.run { _ in
                        most.raise(to: now.add(1))
                        for _ in 0..<20_000 { _ = now.value }
                        now.add(-1)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(most.value <= 3 && most.value >= 1)
    }

    @Test func `cancelling the waiting task tells the work`() async throws {
        let pool = BlockingPool(name: "test", threads: 1)
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await #expect(throws: CancellationError.self) {
                    try await pool.run { cancellation in
                        start.yield()
                        while true { try cancellation.check() }
                    }
                }
            }
            for await _ in started { break }
            group.cancelAll()
        }
    }

    private final class Counter: Sendable {
        private let number = Mutex(0)
        var value: Int { number.withLock { $0 } }
        @discardableResult func add(_ step: Int) -> Int {
            number.withLock {
                $0 += step
                return $0
            }
        }
        func raise(to other: Int) { number.withLock { $0 = max($0, other) } }
    }
}
