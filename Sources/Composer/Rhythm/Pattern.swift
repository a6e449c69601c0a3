import Music

/// A row of symbols, one for each sixteenth of one or several bars; what they mean is the player's affair.
struct Pattern: Sendable, Hashable {
    let symbols: [Character]
    /// The meter it is written in.
    let meter: Meter

    init(_ text: some StringProtocol, meter: Meter = .common) {
        symbols = Array(text)
        self.meter = meter
    }
}
