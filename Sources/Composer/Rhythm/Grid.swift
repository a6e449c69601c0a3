import Music

/// The sixteenths of a bar in any meter, and how patterns fall on them.
///
/// A pattern in the bar's own meter is read as it is written. Others are laid over it: beat by beat where one of the two meters is
/// compound (6/8, 9/8, 12/8), else sixteenth by sixteenth, starting again where the bar is longer.
struct Grid: Sendable {
    let meter: Meter
    /// Sixteenths per bar.
    let steps: Int
    let isCompound: Bool

    static let step: Beats = 0.25

    init(meter: Meter) {
        self.meter = meter
        steps = max(1, Int((meter.bar * 4).rounded()))
        isCompound = meter.unit >= 8 && meter.beats % 3 == 0 && meter.beats >= 6
    }

    /// Sixteenths from one beat to the next.
    var beatSteps: Int { isCompound ? 6 : 4 }

    struct Event: Sendable {
        /// Sixteenths from the start of the bar.
        let step: Int
        let symbol: Character
        /// Sixteenths until the pattern's next character that is not a hold.
        let length: Int
    }

    /// The events of one bar. bar: counted from the start of the pattern's first bar.
    func events(_ pattern: Pattern, bar: Int) -> [Event] {
        let home = Grid(meter: pattern.meter)
        var symbols = (0..<steps).map { symbol(pattern, home: home, bar: bar, step: $0) }
        // What is held across the barline is struck again: the chord may have changed.
        if symbols[0] == "-" { symbols[0] = held(pattern, home: home, bar: bar) }
        var events: [Event] = []
        for step in 0..<steps {
            guard let symbol = symbols[step], symbol != ".", symbol != "-" else { continue }
            var end = step + 1
            while end < steps, symbols[end] == nil || symbols[end] == "-" { end += 1 }
            events.append(Event(step: step, symbol: symbol, length: end - step))
        }
        return events
    }

    private func symbol(_ pattern: Pattern, home: Grid, bar: Int, step: Int) -> Character? {
        let symbols = pattern.symbols
        guard !symbols.isEmpty else { return nil }
        if isCompound == home.isCompound {
            let bars = max(1, symbols.count / home.steps)
            return symbols[(bar % bars * home.steps + step % home.steps) % symbols.count]
        }
        let beat = bar * (steps / beatSteps) + step / beatSteps
        let inside = step % beatSteps
        // Three eighths take the first, third and fourth sixteenth of a quarter; four sixteenths the first, second and the last two of six.
        guard let place = isCompound ? [0: 0, 2: 2, 4: 3][inside] : [0: 0, 1: 1, 2: 4, 3: 5][inside] else { return nil }
        return symbols[(beat * home.beatSteps + place) % symbols.count]
    }

    /// What a hold on the downbeat of a bar holds.
    private func held(_ pattern: Pattern, home: Grid, bar: Int) -> Character? {
        let symbols = pattern.symbols
        let index =
            isCompound == home.isCompound
            ? bar % max(1, symbols.count / home.steps) * home.steps
            : bar * (steps / beatSteps) * home.beatSteps % max(1, symbols.count)
        return symbols[..<min(index, symbols.count)].last { $0 != "-" } ?? symbols.last { $0 != "-" }
    }

    /// 4 on the bar, 3 in its middle, 2 on beats, 1 on eighths, 0 between.
    func strength(_ step: Int) -> Int {
        if step == 0 { return 4 }
        if step % beatSteps == 0 { return step * 2 == steps ? 3 : 2 }
        return step % 2 == 0 ? 1 : 0
    }
}
