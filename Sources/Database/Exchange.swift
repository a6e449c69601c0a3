import Core
import Synchronization

/// One round trip under any role that the login may become: for services that decide by themselves who is asking, as the Data API does.
///
/// The preamble sets role, claims and whatever else holds for this transaction only; then the statements run, each in the same transaction.
package struct Exchange: Sendable {
    /// What prepared statements are kept apart by: the role that the preamble sets.
    package var role: String
    package var preamble: [SQL]
    package var statements: [SQL]
    /// `begin …`, where the transaction's kind or end is not the usual; nil lets the round trip itself be the transaction.
    package var opening: String?
    /// Takes everything back at the end, after checking what is checked at a commit.
    package var rollsBack = false
    /// Not to be prepared: it will hardly come again.
    package var isOneOff = false
    /// Stops it from outside, beside the task's own cancellation.
    package var cancellation: ExchangeCancellation?

    package init(role: String, preamble: [SQL], statements: [SQL], isOneOff: Bool = false) {
        self.role = role
        self.preamble = preamble
        self.statements = statements
        self.isOneOff = isOneOff
    }
}

extension Database {
    /// Runs the exchange; the rows of each of its statements. Throws as `asUser` does.
    package func exchange(_ exchange: Exchange) async throws -> [Rows] {
        let preamble = try encoded(exchange.preamble, exchange)
        var statements = try encoded(exchange.statements, exchange)
        guard let opening = exchange.opening else {
            return try await submit(
                use: .alone, role: exchange.role, preamble: preamble, statements: statements, stoppedBy: exchange.cancellation)
        }
        if exchange.rollsBack { statements.append(.transactionControl("set constraints all immediate")) }
        let lease = makeID()
        var results: [Rows]
        do {
            results = try await submit(
                use: .opens(lease), role: exchange.role, preamble: [.transactionControl(opening)] + preamble, statements: statements,
                stoppedBy: exchange.cancellation)
            try Task.checkCancellation()
        } catch {
            // The connection is gone, and the transaction with it, or it takes the transaction back.
            _ = try? await end("rollback", lease, exchange)
            throw error
        }
        if exchange.rollsBack { results.removeLast() }
        let ended = try await end(exchange.rollsBack ? "rollback" : "commit", lease, exchange)
        if !exchange.rollsBack, ended.first?.storage.commandTag != "COMMIT" { throw Self.missingRows }
        return results
    }

    /// As `exchange`, with the rows of its last statement read while they come. The first row stands alone; of each further row only the
    /// first column counts, and the separator is put between them.
    package func stream(_ exchange: Exchange, separator: String) throws -> RowStream {
        guard exchange.opening == nil, !exchange.statements.isEmpty else { throw Self.missingRows }
        let preamble = try encoded(exchange.preamble, exchange)
        let statements = try encoded(exchange.statements, exchange)
        return open(role: exchange.role, preamble: preamble, statements: statements, separator: separator)
    }

    /// One statement as somebody, its rows read while they come: of each, the first column counts, and the separator is put between them.
    package func stream(_ sql: SQL, as claims: Claims, separator: String) throws -> RowStream {
        // The first row of a stream stands alone, so an empty one goes before.
        let statement: SQL = "select '' union all (\(sql: sql))"
        let inOrder: SQL = "select set_config('max_parallel_workers_per_gather', '0', true), set_config('statement_timeout', '0', true)"
        return open(
            role: claims.role.rawValue, preamble: [try settings(for: claims), try inOrder.encoded()], statements: [try statement.encoded()],
            separator: separator)
    }

    private func encoded(_ statements: [SQL], _ exchange: Exchange) throws -> [EncodedStatement] {
        try statements.map { sql in
            var statement = try sql.encoded()
            statement.isPrepared =
                configuration.preparesStatements && !exchange.isOneOff && statement.text.utf8.count <= Self.longestPrepared
            return statement
        }
    }

    /// Bytes. Longer statements are rare, and the server keeps some hundred times as much for each prepared one.
    private static let longestPrepared = 8 << 10

    private func end(_ command: String, _ lease: Int, _ exchange: Exchange) async throws -> [Rows] {
        try await submit(
            use: .within(lease, closes: true), role: exchange.role, statements: [.transactionControl(command)], isCancellable: false)
    }
}

/// Stops a statement when something outside its task says so: the client has gone.
package final class ExchangeCancellation: Sendable {
    private struct State {
        var isCancelled = false
        var action: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    package init() {}

    /// Runs the action when it is cancelled, or at once when it was; takes the place of the action before.
    package func onCancel(_ action: @escaping @Sendable () -> Void) {
        let isCancelled = state.withLock { state in
            state.action = action
            return state.isCancelled
        }
        if isCancelled { action() }
    }

    package func cancel() {
        let action = state.withLock { state in
            state.isCancelled = true
            return state.action
        }
        action?()
    }
}
