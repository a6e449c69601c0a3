import Music

/// A recording to follow: what was estimated from its sound.
public struct Reference: Codable, Sendable, Hashable {
    public var bpm: Double
    public var key: Key
    /// One for each bar of 4/4.
    public var chords: [Chord]
    /// Decibels, one for each bar.
    public var energies: [Double]
    /// The centre of its spectrum in hertz.
    public var brightness: Double
    public var duration: Seconds

    public init(bpm: Double, key: Key, chords: [Chord], energies: [Double], brightness: Double, duration: Seconds) {
        self.bpm = bpm
        self.key = key
        self.chords = chords
        self.energies = energies
        self.brightness = brightness
        self.duration = duration
    }
}

extension Composer {
    /// A new song along a recording: its tempo, key, chords, rise and fall of energy, and brightness; the style is the prompt's.
    public func similar(to reference: Reference, _ request: CompositionRequest) throws -> Composition {
        var fresh = request
        fresh.bpm = request.bpm ?? min(300, max(30, (reference.bpm * 10).rounded() / 10))
        fresh.key = request.key ?? reference.key
        fresh.meter = request.meter ?? .common
        fresh.duration = request.duration ?? min(Composer.durations.upperBound, max(Composer.durations.lowerBound, reference.duration))
        var plan = try plan(fresh)
        let bars = plan.sections.reduce(0) { $0 + $1.bars }
        guard !reference.chords.isEmpty, !reference.energies.isEmpty, plan.meter == .common else {
            return Composition(plan: plan, score: score(plan))
        }
        plan.sections = Composer.sections(following: reference.energies, bars: bars)
        let shift = plan.key.tonic.interval(above: reference.key.tonic)
        let chords = (0..<bars).map { bar -> Score.ChordSpan in
            var chord = reference.chords[bar % reference.chords.count]
            chord.root = chord.root + shift
            return Score.ChordSpan(chord: chord, start: Double(bar) * 4, length: 4)
        }
        plan.material = SongPlan.Material(chords: chords)
        // Songs centre around 1.8 kHz here; an octave more or less is as far as a tilt should go.
        let octaves = reference.brightness > 50 ? PortableMath.log2(reference.brightness / 1800) : 0
        plan.mix.tilt = min(3, max(-3, plan.mix.tilt + 2 * octaves))
        return Composition(plan: plan, score: score(plan))
    }

    /// Blocks of four bars become sections by how loud they are within the recording: the loudest third choruses, the quietest at the
    /// ends intro and outro, those between breakdowns. Neighbours of a kind are joined up to sixteen bars.
    static func sections(following energies: [Double], bars: Int) -> [SongPlan.Section] {
        let unit = bars >= 16 ? 4 : max(1, bars / 4)
        let count = max(1, bars / unit)
        let levels = (0..<count).map { block -> Double in
            let from = block * energies.count / count
            let to = max(from + 1, (block + 1) * energies.count / count)
            let slice = energies[min(from, energies.count - 1)..<min(to, energies.count)]
            return slice.reduce(0, +) / Double(max(1, slice.count))
        }
        let sorted = levels.sorted()
        let (low, high) = (sorted[sorted.count / 4], sorted[min(sorted.count - 1, sorted.count * 2 / 3)])
        let (floor, top) = (sorted.first ?? 0, sorted.last ?? 0)
        var sections: [SongPlan.Section] = []
        for (index, level) in levels.enumerated() {
            let share = top - floor > 1 ? (level - floor) / (top - floor) : 0.6
            let isQuiet = level <= low && top - floor > 3
            let kind: SectionKind =
                isQuiet && index == 0
                ? .intro : isQuiet && index == count - 1 ? .outro : isQuiet ? .breakdown : level >= high ? .chorus : .verse
            let length = index == count - 1 ? bars - unit * (count - 1) : unit
            if let last = sections.last, last.kind == kind, last.bars + length <= 16 {
                sections[sections.count - 1].bars += length
            } else {
                sections.append(SongPlan.Section(name: "", kind: kind, bars: length, energy: min(1, 0.36 + 0.6 * share)))
            }
        }
        let names: [SectionKind: String] = [.intro: "Intro", .verse: "Verse", .chorus: "Chorus", .breakdown: "Break", .outro: "Outro"]
        for index in sections.indices { sections[index].name = names[sections[index].kind] ?? "Part" }
        return numbered(sections)
    }
}
