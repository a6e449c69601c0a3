/// Tempo over musical time: the only place where beats become seconds.
public struct TempoMap: Codable, Sendable, Hashable {
    /// From `start` on, the song runs at this tempo until the next change.
    public struct Change: Codable, Sendable, Hashable {
        public var start: Beats
        /// Quarter notes per minute, 10…999.
        public var bpm: Double

        public init(start: Beats, bpm: Double) {
            self.start = start
            self.bpm = bpm
        }
    }

    /// Sorted by start; the first starts at 0.
    public private(set) var changes: [Change]

    public init(bpm: Double) {
        changes = [Change(start: 0, bpm: bpm)]
    }

    /// Changes in any order; the earliest also holds for everything before it.
    public init(changes: [Change]) {
        var sorted = changes.sorted { $0.start < $1.start }
        if sorted.isEmpty { sorted = [Change(start: 0, bpm: 120)] }
        sorted[0].start = 0
        self.changes = sorted
    }

    /// Seconds from the start of the song to `beat`.
    public func seconds(at beat: Beats) -> Seconds {
        var elapsed: Seconds = 0
        for (index, change) in changes.enumerated() {
            let end = index + 1 < changes.count ? min(changes[index + 1].start, beat) : beat
            guard end > change.start || index == 0 else { break }
            elapsed += (end - change.start) * 60 / change.bpm
            if end == beat { break }
        }
        return elapsed
    }

    /// The beat that sounds `seconds` after the start of the song.
    public func beat(at seconds: Seconds) -> Beats {
        var rest = seconds
        for (index, change) in changes.enumerated() {
            guard index + 1 < changes.count else { return change.start + rest * change.bpm / 60 }
            let span = (changes[index + 1].start - change.start) * 60 / change.bpm
            if rest < span { return change.start + rest * change.bpm / 60 }
            rest -= span
        }
        return 0
    }

    /// The tempo in force at `beat`.
    public func bpm(at beat: Beats) -> Double {
        changes.last { $0.start <= beat }?.bpm ?? changes[0].bpm
    }
}
