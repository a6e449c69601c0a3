/// What has been sent in one pipeline and what has come back of it, up to its sync. Pure.
///
/// The outcome is known only at the sync: errors of deferred constraints, and of the commit itself, arrive after every statement has
/// said that all is well.
package struct PipelineState<Output: Sendable>: Sendable {
    package enum Step: Sendable, Hashable {
        /// Its rows belong to the caller.
        case query
        /// The pool's own: `begin`, settings, `deallocate`.
        case housekeeping
        case prepare(StatementCache.Key)
    }

    package enum Reply: Sendable {
        case done(Output)
        case failed(PostgresError)
        /// Skipped by the server because an earlier step failed.
        case skipped
        case sync
    }

    package struct Outcome: Sendable {
        package var outputs: [Output] = []
        package var error: PostgresError?
        /// Statements that were sent to be prepared and were not.
        package var unprepared: [StatementCache.Key] = []
    }

    private let steps: [Step]
    private var position = 0
    private var outcome = Outcome()

    package init(steps: [Step]) {
        self.steps = steps
    }

    /// Which step the next reply belongs to; nil once only the sync is left.
    package var statementNumber: Int? { position < steps.count ? position : nil }

    /// Whether the next reply belongs to a statement of the caller's.
    package var isAtQuery: Bool { position < steps.count && steps[position] == .query }

    /// Whether the next reply belongs to the last statement of the caller's.
    package var isAtLastQuery: Bool { position == steps.count - 1 && steps.last == .query }

    /// The first error the server reported so far.
    package var error: PostgresError? { outcome.error }

    /// Takes the next reply; the outcome, when it is the sync.
    package mutating func receive(_ reply: Reply) -> Outcome? {
        let step = position < steps.count ? steps[position] : nil
        switch reply {
        case .sync:
            return outcome
        case .done(let output):
            if step == .query { outcome.outputs.append(output) }
        case .failed(let error):
            if outcome.error == nil { outcome.error = error }
            if case .prepare(let key) = step { outcome.unprepared.append(key) }
        case .skipped:
            if case .prepare(let key) = step { outcome.unprepared.append(key) }
        }
        position += 1
        return nil
    }
}
