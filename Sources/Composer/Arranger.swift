import Music

/// Gives every part of a plan its notes, and lets them be played.
struct Arranger {
    /// Seconds over which a song fades that is asked to.
    private static let fade = 9.0

    private let plan: SongPlan
    private let style: Style
    private let orchestra: Orchestra
    private var canvas: Canvas
    private let duration: Seconds

    init(plan: SongPlan, book: StyleBook) {
        let plan = Arranger.repaired(plan)
        style = book.style(plan.style) ?? book.style("pop") ?? book.styles.first ?? Style(id: "silence")
        orchestra = book.orchestra
        self.plan = plan

        let bars = plan.sections.reduce(0) { $0 + $1.bars }
        let music = Double(bars) * Grid(meter: plan.meter).meter.bar * 60 / plan.bpm
        let wanted = plan.duration.isFinite ? plan.duration : music
        duration = plan.fadesOut ? max(1, wanted) : max(wanted, music + 0.5)
        let tail = max(0.5, duration - music)
        // The last chord is released in time for its sound to die away before the end.
        let hold = max(0.25, min(tail * 0.6, tail - 0.5))
        canvas = Canvas(plan: plan, style: style, harmony: book.style(plan.harmony) ?? style, ring: hold * plan.bpm / 60)
        canvas.floors = floors()
    }

    /// The plan with every value inside its range.
    private static func repaired(_ plan: SongPlan) -> SongPlan {
        var plan = plan
        plan.bpm = plan.bpm.isFinite ? min(300, max(30, plan.bpm)) : 120
        plan.meter = (1...8).contains(plan.meter.bar) ? plan.meter : .common
        plan.pulse = [0.5, 1, 2].contains(plan.pulse) ? plan.pulse : 1
        plan.sections = plan.sections.filter { $0.bars > 0 }.map { section in
            var section = section
            section.bars = min(section.bars, 4000)
            section.energy = section.energy.isFinite ? min(1, max(0, section.energy)) : 0.5
            section.lift = min(12, max(-12, section.lift))
            return section
        }
        if plan.sections.isEmpty { plan.sections = [SongPlan.Section(name: "Theme", kind: .chorus, bars: 1, energy: 0.8)] }
        plan.sections = Array(plan.sections.prefix(200))
        return plan
    }

    /// For each kind of section, when the first player who can carry a bar alone joins.
    private func floors() -> [Double] {
        let voices = plan.parts.compactMap { voice(for: $0) }
        let steady = voices.filter { [.chords, .pad, .arpeggio, .bass].contains($0.role) }
        return SectionKind.allCases.map { kind in
            let present = (steady.isEmpty ? voices : steady).filter { !$0.absent.contains(kind) }
            return present.map(\.enters).min() ?? voices.filter { !$0.absent.contains(kind) }.map(\.enters).min() ?? 0
        }
    }

    func score() -> Score {
        let length = canvas.end + canvas.ring
        let tune = tune()
        var parts: [Score.Part] = []
        var syllables: [Score.Syllable] = []
        for part in plan.parts {
            guard let voice = voice(for: part) else { continue }
            let feel = feel(for: voice, length: length)
            let written = rested(notes(of: part, voice: voice, lead: tune.notes), role: voice.role)
            let notes = feel.perform(written, dice: canvas.random.fork("feel.\(part.voice)"))
            guard !notes.isEmpty else { continue }
            if part.role == .lead, syllables.isEmpty { syllables = Arranger.aligned(tune.syllables, to: notes, feel: feel) }
            let mix = mix(of: part, voice: voice)
            let automation = Automator(canvas: canvas).curves(for: voice, mix: mix)
            parts.append(
                Score.Part(
                    name: part.name, role: part.role, instrument: part.instrument, mix: mix, notes: notes,
                    automation: automation.isEmpty ? nil : automation))
        }
        let chords = canvas.spans + [Score.ChordSpan(chord: canvas.ending, start: canvas.end, length: canvas.ring)]
        return Score(
            title: plan.title, tempoMap: TempoMap(bpm: plan.bpm), meter: plan.meter, key: plan.key, sections: sections(length: length),
            chords: chords, parts: parts, length: length, duration: duration, mix: plan.mix, syllables: syllables.isEmpty ? nil : syllables,
            fadeOut: plan.fadesOut ? min(Arranger.fade, duration / 3) : nil)
    }

    private func sections(length: Beats) -> [Score.Section] {
        var sections = canvas.passages.map { passage in
            Score.Section(
                name: passage.section.name, start: canvas.beat(bar: passage.start), length: Double(passage.section.bars) * canvas.barLength,
                energy: passage.section.energy, kind: passage.kind.rawValue,
                key: passage.section.lift == 0 ? nil : canvas.key(passage.start))
        }
        if let last = sections.last { sections[sections.count - 1].length = length - last.start }
        return sections
    }

    private func feel(for voice: Voice, length: Beats) -> Feel {
        let isDrums = voice.role == .drums || voice.role == .percussion
        let beats = plan.bpm / 60
        var feel = Feel(
            swing: canvas.swing, looseness: style.looseness * (isDrums ? 0.6 : 1) * beats, touch: style.looseness < 0.002 ? 1.5 : 4,
            length: length)
        feel.late = voice.late * beats
        if voice.role == .drums { feel.lateKeys = (style.groove?.late ?? [:]).mapValues { $0 * beats } }
        return feel
    }

    /// Without what falls into the rests before choruses; what sounds there is cut. Swells and the tune go through.
    private func rested(_ notes: [Score.Note], role: Score.Part.Role) -> [Score.Note] {
        guard role != .effects, role != .lead else { return notes }
        let stops = (0..<canvas.bars).compactMap { canvas.stop(in: $0) }
        guard !stops.isEmpty else { return notes }
        return notes.compactMap { note in
            var note = note
            for stop in stops {
                if stop.contains(note.start + 0.001) { return nil }
                if note.start < stop.lowerBound, note.start + note.length > stop.lowerBound { note.length = stop.lowerBound - note.start }
            }
            return note
        }
    }

    /// Syllables where their notes are played.
    private static func aligned(_ syllables: [Score.Syllable], to notes: [Score.Note], feel: Feel) -> [Score.Syllable] {
        var next = 0
        return syllables.map { syllable in
            let start = feel.swung(syllable.start)
            while next + 1 < notes.count, abs(notes[next + 1].start - start) < abs(notes[next].start - start) { next += 1 }
            var syllable = syllable
            guard next < notes.count, abs(notes[next].start - start) < 0.3 else { return syllable }
            (syllable.start, syllable.length) = (notes[next].start, notes[next].length)
            return syllable
        }
    }

    // MARK: Voices

    /// The style's voice for a part, within reach of the instrument that plays it.
    private func voice(for part: SongPlan.Part) -> Voice? {
        guard var voice = style.voice(part.voice) else { return nil }
        let range = orchestra.entry(for: part.instrument)?.range ?? 0...127
        voice.register = part.instrument.isDrumKit ? 0...127 : Arranger.fitted(voice.register, to: range)
        if part.isFeatured {
            voice.absent.formIntersection([.intro, .outro])
            voice.enters = min(voice.enters, 0.44)
        }
        return voice
    }

    /// Moves a register by octaves into an instrument's range and trims what still stands out.
    private static func fitted(_ register: ClosedRange<Int>, to range: ClosedRange<Int>) -> ClosedRange<Int> {
        var low = register.lowerBound
        var high = register.upperBound
        func shared() -> Int { min(high, range.upperBound) - max(low, range.lowerBound) }
        while low < range.lowerBound, shared() < 14, high + 12 <= 127 { (low, high) = (low + 12, high + 12) }
        while high > range.upperBound, shared() < 14, low >= 12 { (low, high) = (low - 12, high - 12) }
        low = min(max(low, range.lowerBound), range.upperBound)
        high = max(min(high, range.upperBound), low)
        // An octave and a half is the least a line needs.
        if high - low < 17 { high = min(range.upperBound, low + 17) }
        if high - low < 17 { low = max(range.lowerBound, high - 17) }
        return low...max(low + 12, high)
    }

    // MARK: Notes

    /// The tune, before it is performed: second voices follow it.
    private func tune() -> MelodyWriter.Tune {
        guard let part = plan.parts.first(where: { $0.role == .lead }), let voice = voice(for: part), voice.player == .melody
        else { return MelodyWriter.Tune() }
        if let given = plan.material?.tune, !given.isEmpty { return MelodyWriter.Tune(notes: folded(given, into: voice.register)) }
        let lyrics = plan.lyrics.map { LyricSheet($0).lines(for: canvas.passages) } ?? [:]
        return MelodyWriter(canvas: canvas, idiom: style.melody, register: voice.register, lyrics: lyrics).write(for: voice)
    }

    /// A given tune, moved as a whole by octaves to where most of it lies in the register, and note by note where it still stands out.
    private func folded(_ tune: [Score.Note], into register: ClosedRange<Int>) -> [Score.Note] {
        let pitches = tune.map { Int($0.pitch) }.sorted()
        let middle = register.folding(pitches[pitches.count / 2])
        let shift = middle - pitches[pitches.count / 2]
        return tune.filter { $0.start < canvas.end + canvas.ring }.map { note in
            var note = note
            note.pitch = UInt8(min(127, max(0, register.folding(Int(note.pitch) + shift))))
            return note
        }
    }

    private func notes(of part: SongPlan.Part, voice: Voice, lead: [Score.Note]) -> [Score.Note] {
        switch voice.player {
        case .drums:
            let groove = style.groove ?? .plain
            let crash = part.instrument.program == 48 && part.instrument.kit == nil ? 57 : Lane.crash
            return Drummer(canvas: canvas, voice: voice, lanes: groove.lanes, groove: groove, crash: crash).play("drums")
        case .percussion: return Drummer(canvas: canvas, voice: voice, lanes: voice.lanes, groove: nil).play("percussion.\(voice.id)")
        case .bass: return BassPlayer(canvas: canvas, voice: voice).play()
        case .walkingBass: return BassPlayer(canvas: canvas, voice: voice).walk()
        case .chords: return ChordPlayer(canvas: canvas, voice: voice).comp()
        case .pad: return ChordPlayer(canvas: canvas, voice: voice).hold()
        case .drone: return ChordPlayer(canvas: canvas, voice: voice).drone()
        case .riff: return ChordPlayer(canvas: canvas, voice: voice).riff()
        case .arpeggio(let shape, let step): return ChordPlayer(canvas: canvas, voice: voice).arpeggiate(shape, step: step)
        case .melody:
            let isFirst = plan.parts.first { $0.role == .lead }?.voice == part.voice
            return isFirst ? lead : MelodyWriter(canvas: canvas, idiom: style.melody, register: voice.register).write(for: voice).notes
        case .counter: return CounterWriter(canvas: canvas, voice: voice).write(against: lead)
        case .harmony: return CounterWriter(canvas: canvas, voice: voice).harmonize(lead)
        case .answers: return CounterWriter(canvas: canvas, voice: voice).answer(lead)
        case .swells: return TransitionPlayer(canvas: canvas, voice: voice, instrument: part.instrument).play()
        }
    }

    private func mix(of part: SongPlan.Part, voice: Voice) -> PartMix {
        var mix = voice.mix
        let space = plan.mood.space
        let wet = voice.role == .bass || voice.role == .drums ? 0.04 : 0.14
        mix.reverb = min(0.8, max(0, mix.reverb + wet * space))
        if space > 0.3, mix.delay > 0 { mix.delay = min(0.6, mix.delay + 0.1 * space) }
        if part.isFeatured { mix.gainDecibels += 1.5 }
        return mix
    }
}
