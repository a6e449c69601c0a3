import Core
import Music

/// Makes songs in pure stages: a request becomes a plan, a plan becomes a score.
///
/// The same request gives the same score on every run and machine, as long as the styles are the same. Nothing here reads a file, a clock
/// or the system's randomness.
public struct Composer: Sendable {
    /// Changes whenever the same request would sound different.
    public static let version = "2.0"

    /// Seconds.
    public static let durations: ClosedRange<Seconds> = 10...600
    /// Quarter notes per minute.
    public static let tempos: ClosedRange<Double> = 30...300

    public let book: StyleBook

    public init(book: StyleBook) {
        self.book = book
    }

    /// Decides everything that comes before the notes.
    ///
    /// Throws `duration_out_of_range`, `tempo_out_of_range`, `meter_out_of_range` (a bar not of 1 to 8 quarter notes) and
    /// `bar_too_long` (not even one bar fits into the duration).
    public func plan(_ request: CompositionRequest) throws -> SongPlan {
        try Planner(request: request, book: book).plan()
    }

    /// Writes every note of a plan. Never fails: values outside their ranges are brought inside.
    public func score(_ plan: SongPlan) -> Score {
        Arranger(plan: plan, book: book).score()
    }
}
