import Music

/// Gives every part of a plan its notes, and lets them be played.
struct Arranger {
    private let plan: SongPlan
    private let style: Style
    private var canvas: Canvas
    private let duration: Seconds

    init(plan: SongPlan) {
        var plan = plan
        plan.bpm = plan.bpm.isFinite ? min(300, max(30, plan.bpm)) : 120
        let isUsable = (1...8).contains(plan.meter.bar)
        plan.meter = isUsable ? plan.meter : .common
        plan.sections = plan.sections.filter { $0.bars > 0 }.map { section in
            var section = section
            section.bars = min(section.bars, 4000)
            section.energy = section.energy.isFinite ? min(1, max(0, section.energy)) : 0.5
            return section
        }
        if plan.sections.isEmpty { plan.sections = [SongPlan.Section(name: "Theme", kind: .chorus, bars: 1, energy: 0.8)] }
        plan.sections = Array(plan.sections.prefix(200))
        style = Style.named(plan.style) ?? .pop
        self.plan = plan

        let bars = plan.sections.reduce(0) { $0 + $1.bars }
        let music = Double(bars) * Grid(meter: plan.meter).meter.bar * 60 / plan.bpm
        let wanted = plan.duration.isFinite ? plan.duration : music
        duration = max(wanted, music + 0.5)
        let tail = duration - music
        // The last chord is released in time for its sound to die away before the end.
        let hold = max(0.25, min(tail * 0.6, tail - 0.5))
        canvas = Canvas(plan: plan, style: style, ring: hold * plan.bpm / 60)
        canvas.floors = floors()
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
        let lead = leadNotes()
        var parts: [Score.Part] = []
        for part in plan.parts {
            guard let voice = voice(for: part) else { continue }
            let isDrums = voice.role == .drums || voice.role == .percussion
            let feel = Feel(
                swing: canvas.swing, looseness: style.looseness * (isDrums ? 0.6 : 1) * plan.bpm / 60,
                touch: style.looseness < 0.002 ? 1.5 : 4, length: length)
            let notes = feel.perform(notes(of: part, voice: voice, lead: lead), dice: canvas.random.fork("feel.\(part.voice)"))
            guard !notes.isEmpty else { continue }
            parts.append(
                Score.Part(name: part.name, role: part.role, instrument: part.instrument, mix: mix(of: part, voice: voice), notes: notes))
        }
        var sections = canvas.passages.map { passage in
            Score.Section(
                name: passage.section.name, start: canvas.beat(bar: passage.start), length: Double(passage.section.bars) * canvas.barLength,
                energy: passage.section.energy)
        }
        if let last = sections.last { sections[sections.count - 1].length = length - last.start }
        let chords = canvas.spans + [Score.ChordSpan(chord: canvas.ending, start: canvas.end, length: canvas.ring)]
        return Score(
            title: plan.title, tempoMap: TempoMap(bpm: plan.bpm), meter: plan.meter, key: plan.key, sections: sections, chords: chords,
            parts: parts, length: length, duration: duration)
    }

    /// The style's voice for a part, within reach of the instrument that plays it.
    private func voice(for part: SongPlan.Part) -> Voice? {
        guard let voice = style.voice(part.voice) else { return nil }
        let range = Orchestra.entry(for: part.instrument)?.range ?? 0...127
        let register = part.instrument.isDrumKit ? 0...127 : Arranger.fitted(voice.register, to: range)
        let absent = part.isFeatured ? voice.absent.filter { $0 == .intro || $0 == .outro } : voice.absent
        return Voice(
            voice.id, voice.role, voice.instruments, voice.player, enters: part.isFeatured ? min(voice.enters, 0.44) : voice.enters,
            absent: absent, register: register, mix: voice.mix)
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

    /// The tune, before it is performed: second voices follow it.
    private func leadNotes() -> [Score.Note] {
        guard let part = plan.parts.first(where: { $0.role == .lead }), let voice = voice(for: part), case .lead(let density) = voice.player
        else { return [] }
        return MelodyWriter(canvas: canvas, register: voice.register, density: density).write(for: voice)
    }

    private func notes(of part: SongPlan.Part, voice: Voice, lead: [Score.Note]) -> [Score.Note] {
        switch voice.player {
        case .drums:
            let groove = style.groove ?? Style.plainGroove
            return Drummer(canvas: canvas, voice: voice, lanes: groove.lanes, groove: groove).play("drums")
        case .percussion(let lanes):
            return Drummer(canvas: canvas, voice: voice, lanes: lanes, groove: nil).play("percussion.\(voice.id)")
        case .bass(let patterns): return BassPlayer(canvas: canvas, voice: voice).play(patterns)
        case .walkingBass: return BassPlayer(canvas: canvas, voice: voice).walk()
        case .comping(let patterns, let voices, let pedal, let strum):
            return ChordPlayer(canvas: canvas, voice: voice, voices: voices).comp(patterns, pedal: pedal, strum: strum)
        case .pad(let voices): return ChordPlayer(canvas: canvas, voice: voice, voices: voices).hold()
        case .arpeggio(let shape, let step, let octaves, let gate):
            return ChordPlayer(canvas: canvas, voice: voice, voices: 4).arpeggiate(shape, step: step, octaves: octaves, gate: gate)
        case .riff(let patterns): return ChordPlayer(canvas: canvas, voice: voice, voices: 3).riff(patterns)
        case .lead(let density):
            let isFirst = plan.parts.first { $0.role == .lead }?.voice == part.voice
            return isFirst ? lead : MelodyWriter(canvas: canvas, register: voice.register, density: density).write(for: voice)
        case .counter: return CounterWriter(canvas: canvas, voice: voice).write(against: lead)
        case .harmony: return CounterWriter(canvas: canvas, voice: voice).harmonize(lead)
        case .transitions: return TransitionPlayer(canvas: canvas, voice: voice, instrument: part.instrument).play()
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
