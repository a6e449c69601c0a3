import Music

/// What every player sees: the form laid out in bars, the chords, and how much is going on in each bar.
struct Canvas: Sendable {
    /// A section placed in time.
    struct Passage: Sendable {
        let section: SongPlan.Section
        /// The first bar, counted from the start of the song.
        let start: Int
        /// How many sections of the same kind came before.
        let occurrence: Int

        var bars: Range<Int> { start..<(start + section.bars) }
        var kind: SectionKind { section.kind }
    }

    let style: Style
    /// The song's key; sections may lie higher, see `key(_:)`.
    let key: Key
    let bpm: Double
    let swing: Swing
    let mood: SongPlan.Mood
    let pulse: Double
    let grid: Grid
    let passages: [Passage]
    let spans: [Score.ChordSpan]
    let bars: Int
    /// The last chord, struck on the downbeat after the last bar.
    let ending: Chord
    /// How long the last chord is held.
    let ring: Beats
    let random: SeededRandom
    /// By kind of section, the energy at which the least demanding player joins: bars below it still have someone to play them.
    var floors: [Double] = SectionKind.allCases.map { _ in 0 }
    private let spanOfStep: [Int]
    private let energies: [Double]
    private let passageOfBar: [Int]
    /// Bars whose last beat everybody rests, before a chorus.
    private let stops: Set<Int>

    var barLength: Beats { Double(grid.steps) * Grid.step }
    var end: Beats { Double(bars) * barLength }

    /// harmony: the style whose chords are used.
    init(plan: SongPlan, style: Style, harmony source: Style, ring: Beats) {
        self.style = style
        self.ring = ring
        key = plan.key
        bpm = plan.bpm
        swing = Swing(amount: min(0.75, max(0.5, plan.swing)), pair: style.swing.pair)
        mood = plan.mood
        pulse = plan.pulse
        grid = Grid(meter: plan.meter)
        random = SeededRandom(seed: plan.seed).fork(style.id)
        let harmony = HarmonyWriter(key: plan.key, harmony: source.harmony, sections: plan.sections, random: random)
        ending = harmony.ending(in: plan.key.raised(by: plan.sections.last?.lift ?? 0))

        var passages: [Passage] = []
        var seen: [SectionKind: Int] = [:]
        var bar = 0
        for section in plan.sections where section.bars > 0 {
            passages.append(Passage(section: section, start: bar, occurrence: seen[section.kind, default: 0]))
            seen[section.kind, default: 0] += 1
            bar += section.bars
        }
        self.passages = passages
        bars = bar

        let steps = grid.steps
        var chordOfStep: [Chord] = []
        chordOfStep.reserveCapacity(bar * steps)
        var energies: [Double] = []
        var passageOfBar: [Int] = []
        for (index, passage) in passages.enumerated() {
            let chords = harmony.bars(
                of: passage.kind, count: passage.section.bars, isLast: index == passages.count - 1,
                in: plan.key.raised(by: passage.section.lift))
            for (offset, inBar) in chords.enumerated() {
                for (position, chord) in inBar.enumerated() {
                    let from = Canvas.split(position, of: inBar.count, grid: grid)
                    let to = Canvas.split(position + 1, of: inBar.count, grid: grid)
                    for _ in from..<max(from, to) { chordOfStep.append(chord) }
                }
                energies.append(Canvas.energy(of: passage.section, bar: offset))
                passageOfBar.append(index)
            }
        }
        for span in plan.material?.chords ?? [] {
            let from = Int((span.start / Grid.step).rounded())
            let to = Int(((span.start + span.length) / Grid.step).rounded())
            for step in max(0, from)..<max(0, from, min(to, chordOfStep.count)) { chordOfStep[step] = span.chord }
        }
        (spans, spanOfStep) = Canvas.spans(of: chordOfStep, phrase: 4 * steps)
        self.energies = energies
        self.passageOfBar = passageOfBar
        var dice = random.fork("stops")
        stops = Set(
            passages.dropFirst().compactMap { passage in
                let stopped = dice.chance(style.groove?.stops ?? 0)
                let before = energies[passage.start - 1]
                return stopped && passage.kind == .chorus && energies[passage.start] > before && before >= 0.4 ? passage.start - 1 : nil
            })
    }

    /// Chords that last, cut where phrases begin, and which of them sounds on each sixteenth.
    private static func spans(of chords: [Chord], phrase: Int) -> ([Score.ChordSpan], [Int]) {
        var spans: [Score.ChordSpan] = []
        var spanOfStep: [Int] = []
        spanOfStep.reserveCapacity(chords.count)
        for (step, chord) in chords.enumerated() {
            if let last = spans.last, last.chord == chord, step % phrase != 0 {
                spans[spans.count - 1].length += Grid.step
            } else {
                spans.append(Score.ChordSpan(chord: chord, start: Double(step) * Grid.step, length: Grid.step))
            }
            spanOfStep.append(spans.count - 1)
        }
        return (spans, spanOfStep)
    }

    /// The sixteenth on which chord `position` of `count` begins: on a beat wherever the bar has enough of them.
    private static func split(_ position: Int, of count: Int, grid: Grid) -> Int {
        let exact = grid.steps * position / max(1, count)
        let onBeat = (exact + grid.beatSteps / 2) / grid.beatSteps * grid.beatSteps
        return position == 0 || position == count || onBeat <= 0 || onBeat >= grid.steps || count > 2 ? exact : onBeat
    }

    /// Intros and builds grow, outros thin out, in steps of whole phrases.
    private static func energy(of section: SongPlan.Section, bar: Int) -> Double {
        let phrase = max(1, min(4, section.bars / 2))
        let steps = max(1, (section.bars + phrase - 1) / phrase)
        let progress = Double(bar / phrase) / Double(max(1, steps - 1))
        switch section.kind {
        case .intro: return section.energy * (0.7 + 0.3 * progress)
        case .build: return section.energy * (0.75 + 0.3 * progress)
        case .outro: return section.energy * (1 - 0.4 * progress)
        case .verse, .chorus, .solo: return section.energy * (section.bars >= 16 ? 0.93 + 0.1 * progress : 1)
        case .bridge, .breakdown: return section.energy * (0.9 + 0.2 * progress)
        }
    }

    /// 0…1.
    func energy(_ bar: Int) -> Double { min(1, max(0, energies[bar])) }

    /// The key of a bar.
    func key(_ bar: Int) -> Key { key.raised(by: passage(min(max(0, bar), bars - 1)).section.lift) }

    func bar(at beat: Beats) -> Int { min(bars - 1, max(0, Int((beat / barLength + 1e-6).rounded(.down)))) }

    /// Where a bar's rest before a chorus begins, and where it ends; nil for the other bars.
    func stop(in bar: Int) -> Range<Beats>? {
        guard stops.contains(bar) else { return nil }
        let end = beat(bar: bar + 1)
        return (end - Double(grid.beatSteps) * Grid.step)..<end
    }

    /// 0…1 between the lowest and the highest energy of the song.
    func fullness(_ bar: Int) -> Double {
        let (low, high) = (energies.min() ?? 0, energies.max() ?? 1)
        return high - low < 0.01 ? 0.5 : (energy(bar) - low) / (high - low)
    }

    func passage(_ bar: Int) -> Passage { passages[passageOfBar[bar]] }

    func next(after passage: Passage) -> Passage? {
        let end = passage.start + passage.section.bars
        return end < bars ? self.passage(end) : nil
    }

    func beat(bar: Int, step: Int = 0) -> Beats { Double(bar * grid.steps + step) * Grid.step }

    /// The chord that sounds on a sixteenth; the last one holds beyond the end.
    func span(bar: Int, step: Int = 0) -> Score.ChordSpan {
        spans[spanOfStep[min(bar * grid.steps + step, spanOfStep.count - 1)]]
    }

    func spanIndex(bar: Int, step: Int = 0) -> Int { spanOfStep[min(bar * grid.steps + step, spanOfStep.count - 1)] }

    func chord(bar: Int, step: Int = 0) -> Chord {
        bar >= bars ? ending : span(bar: bar, step: step).chord
    }

    func chord(at beat: Beats) -> Chord {
        let step = Int((beat / Grid.step + 0.001).rounded(.down))
        return chord(bar: max(0, step) / grid.steps, step: max(0, step) % grid.steps)
    }

    /// Whether a voice plays in a bar.
    func plays(_ voice: Voice, bar: Int) -> Bool {
        let kind = passage(bar).kind
        let floor = SectionKind.allCases.firstIndex(of: kind).map { floors[$0] } ?? 0
        return !voice.absent.contains(kind) && max(energy(bar), floor) >= voice.enters && energy(bar) < voice.leaves
    }

    /// The notes that belong over a chord: the key's scale, bent where the chord leaves it.
    func scale(over chord: Chord, in key: Key) -> [PitchClass] {
        let tones = chord.pitchClasses
        var scale = key.scale
        for tone in tones where !scale.contains(tone) {
            scale.removeAll { !tones.contains($0) && ($0.interval(above: tone) == 1 || tone.interval(above: $0) == 1) }
            scale.append(tone)
        }
        return scale.sorted()
    }

    /// Louder where more is going on: about 0.66…1.06.
    func loudness(_ bar: Int) -> Double { 0.66 + 0.4 * energy(bar) }

    /// One of a voice's patterns for a bar: by energy, then, for the kind of section, by the seed.
    func pattern(of voice: Voice, bar: Int, floor: Double = 0.3) -> Pattern? {
        guard !voice.patterns.isEmpty else { return nil }
        let busy = (energy(bar) - floor) / 0.6 * Double(voice.patterns.count)
        let level = min(voice.patterns.count - 1, max(0, Int(busy)))
        let choices = voice.patterns[level]
        guard choices.count > 1 else { return choices.first }
        var dice = random.fork("pattern.\(voice.id).\(level).\(passage(bar).kind.rawValue)")
        return dice.pick(choices)
    }
}

extension Key {
    func raised(by semitones: Int) -> Key { semitones == 0 ? self : Key(tonic + semitones, mode) }
}
