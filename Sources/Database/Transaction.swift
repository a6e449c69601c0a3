import Core
import Logging
import Synchronization

/// One open transaction, as one person. Use it inside the closure that received it; afterwards it throws `transaction_ended`.
///
/// After a statement has failed PostgreSQL refuses all others (SQLSTATE 25P02) until the end, save after `rollback to savepoint`.
public struct Transaction: Sendable {
    let state: TransactionState

    init(_ state: TransactionState) {
        self.state = state
    }

    /// Runs one statement: one round trip.
    public func query(_ sql: SQL) async throws -> Rows {
        guard let rows = try await pipeline([sql]).first else { throw Database.missingRows }
        return rows
    }

    public func callAsFunction(_ sql: SQL) async throws -> Rows {
        try await query(sql)
    }

    /// Runs all statements in one round trip, each seeing what those before it did; their rows in the same order.
    /// When one fails, those after it do not run.
    public func pipeline(_ statements: [SQL]) async throws -> [Rows] {
        guard !statements.isEmpty else { return [] }
        return try await state.run(try statements.map { try $0.encoded() })
    }
}

/// Where a transaction stands.
final class TransactionState: Sendable {
    private enum Phase {
        case unopened, open, ended
    }

    private struct State {
        var phase = Phase.unopened
        var firstError: (any Error)?
    }

    private let database: Database
    private let claims: Claims
    private let lease: Int
    private let state = Mutex(State())

    init(database: Database, claims: Claims, lease: Int) {
        self.database = database
        self.claims = claims
        self.lease = lease
    }

    func run(_ statements: [EncodedStatement]) async throws -> [Rows] {
        let phase = state.withLock { state in
            defer { if state.phase == .unopened { state.phase = .open } }
            return state.phase
        }
        do {
            switch phase {
            case .ended:
                throw Failure(.unexpected, "transaction_ended", "A transaction was used after its end.")
            case .unopened:
                let preamble = [EncodedStatement.transactionControl("begin"), try database.settings(for: claims)]
                return try await database.submit(
                    use: .opens(lease), role: claims.role.rawValue, preamble: preamble, statements: statements)
            case .open:
                return try await database.submit(
                    use: .within(lease, closes: false), role: claims.role.rawValue, statements: statements)
            }
        } catch {
            state.withLock { if $0.firstError == nil { $0.firstError = error } }
            throw error
        }
    }

    /// Throws the first error of the body when that kept the transaction from being committed, even if the body swallowed it.
    func commit() async throws {
        guard let rows = try await finish("commit") else { return }
        // PostgreSQL answers COMMIT in a failed transaction with ROLLBACK, and no error.
        if rows.storage.commandTag != "COMMIT" {
            throw state.withLock { $0.firstError } ?? Database.missingRows
        }
    }

    func rollback() async {
        do {
            _ = try await finish("rollback")
        } catch {
            // The connection is gone, and the transaction with it: that is what was wanted.
            database.logger.debug("rollback not delivered", metadata: ["reason": "\(error)"])
        }
    }

    /// Not to be cancelled: the connection must go back to the pool in a known state.
    private func finish(_ command: String) async throws -> Rows? {
        let phase = state.withLock { state in
            defer { state.phase = .ended }
            return state.phase
        }
        guard phase == .open else { return nil }
        return try await database.submit(
            use: .within(lease, closes: true), role: claims.role.rawValue, statements: [.transactionControl(command)], isCancellable: false
        ).first
    }
}
