import Music

/// The sixteenths of a bar in any meter, and how patterns written for 4/4 fall on them.
///
/// Patterns are 16 characters, or a multiple of 16 for figures of several bars. In other simple meters a bar takes as many
/// characters as it has sixteenths, starting again where they run out. In compound meters (6/8, 9/8, 12/8) each dotted beat takes
/// one quarter of the pattern, its three eighths taking characters 0, 2 and 3.
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
    func events(_ pattern: [Character], bar: Int) -> [Event] {
        var symbols = (0..<steps).map { symbol(pattern, bar: bar, step: $0) }
        // Where a bar is only half a pattern, what is held into it is struck again: the chord may have changed.
        if isCompound, symbols[0] == "-" { symbols[0] = held(pattern, bar: bar) }
        var events: [Event] = []
        for step in 0..<steps {
            guard let symbol = symbols[step], symbol != ".", symbol != "-" else { continue }
            var end = step + 1
            while end < steps, symbols[end] == nil || symbols[end] == "-" { end += 1 }
            events.append(Event(step: step, symbol: symbol, length: end - step))
        }
        return events
    }

    private func symbol(_ pattern: [Character], bar: Int, step: Int) -> Character? {
        guard !pattern.isEmpty else { return nil }
        guard isCompound else {
            let phrase = max(1, pattern.count / 16)
            return pattern[((bar % phrase) * 16 + step % 16) % pattern.count]
        }
        guard step % 2 == 0 else { return nil }
        let beatsPerBar = steps / 6
        let beat = bar * beatsPerBar + step / 6
        let index = beat * 4 + [0, 2, 3][step % 6 / 2]
        return pattern[index % pattern.count]
    }

    /// What a hold on the downbeat of a bar holds.
    private func held(_ pattern: [Character], bar: Int) -> Character? {
        let index = bar * (steps / 6) * 4 % max(1, pattern.count)
        return pattern[..<index].last { $0 != "-" } ?? pattern.last { $0 != "-" }
    }

    /// 4 on the bar, 3 in its middle, 2 on beats, 1 on eighths, 0 between.
    func strength(_ step: Int) -> Int {
        if step == 0 { return 4 }
        if step % beatSteps == 0 { return step * 2 == steps ? 3 : 2 }
        return step % 2 == 0 ? 1 : 0
    }
}
