import Core
import Music

/// Turns a request into a plan.
struct Planner {
    private let request: CompositionRequest
    private let reading: PromptReading
    private let random: SeededRandom

    init(request: CompositionRequest) {
        self.request = request
        reading = PromptReader.read(request.prompt)
        random = SeededRandom(seed: request.seed).fork("plan")
    }

    func plan() throws -> SongPlan {
        try validate()
        let (style, flavour) = chosenStyles()
        let meter = request.meter ?? reading.meter ?? style.meter
        guard (1...8).contains(meter.bar) else {
            throw Failure(
                .invalid, "meter_out_of_range", "A bar of \(meter) is not one the composer can fill.", hint: "Try 4/4, 3/4 or 6/8.")
        }
        let bpm = request.bpm ?? reading.bpm ?? tempo(of: style)
        let duration = request.duration ?? reading.duration ?? 120
        let barSeconds = meter.bar * 60 / bpm
        // The last chord needs time to ring; in very short pieces it gets a share of the whole.
        let ring = min(style.ring, max(1, duration * 0.12))
        let bars = max(1, Int(((duration - ring) / barSeconds + 1e-9).rounded(.down)))
        guard Double(bars) * barSeconds <= duration - 0.5 else {
            throw Failure(
                .unprocessable, "bar_too_long", "At \(NumberPhrase.text(bpm)) bpm one bar of \(meter) does not fit into the song.",
                hint: "Ask for a longer song, a faster tempo or a shorter bar.")
        }
        let key = key(for: style)
        let planner = FormPlanner(form: style.form, wishes: reading.wishes, arousal: reading.mood.arousal)
        let sections = request.lyrics.flatMap { planner.sections(bars: bars, lyrics: $0) } ?? planner.sections(bars: bars)
        let title =
            request.title.flatMap { $0.isEmpty ? nil : $0 }
            ?? Titles.make(mood: reading.mood, style: style.id, random: random.fork(request.prompt))
        let band = BandPlanner(style: style, flavour: flavour, reading: reading, random: random)
        return SongPlan(
            title: title, style: style.id, styleName: style.name, bpm: bpm, key: key, meter: meter, swing: style.swing.amount,
            mood: reading.mood, harmony: (flavour ?? style).idiom.id, sections: sections, parts: band.parts(), duration: duration,
            seed: request.seed, understood: reading.understood, unrecognised: reading.unrecognised)
    }

    private func validate() throws {
        if let duration = request.duration, !Composer.durations.contains(duration) {
            throw Failure(.invalid, "duration_out_of_range", "A song lasts 10 to 600 seconds.")
        }
        if let bpm = request.bpm, !Composer.tempos.contains(bpm) {
            throw Failure(.invalid, "tempo_out_of_range", "A tempo lies between 30 and 300 bpm.")
        }
    }

    /// The style, and another one that lends it its harmony. The last of equally strong words is the noun: "folk rock" is rock.
    private func chosenStyles() -> (Style, Style?) {
        var best: (index: Int, weight: Double)?
        for (index, style) in reading.styles.enumerated() where style.weight >= (best?.weight ?? 0) - 0.3 { best = (index, style.weight) }
        guard let best, let style = Style.named(reading.styles[best.index].id) else { return (styleWithoutName(), nil) }
        let others = reading.styles.enumerated().filter { $0.offset != best.index && $0.element.id != style.id && $0.element.weight >= 0.8 }
        let flavour = others.max { $0.element.weight < $1.element.weight }.flatMap { Style.named($0.element.id) }
        // Twelve-bar and functional harmony do not survive on a club form, nor vamps in a sonatina.
        let clashes = flavour.map { ["blues", "classical"].contains($0.idiom.id) || style.idiom.id == "classical" } ?? false
        return (style, clashes ? nil : flavour)
    }

    /// Guessed from instruments, then from mood.
    private func styleWithoutName() -> Style {
        let hints: [([String], Style)] = [
            (["slap-bass", "muted-guitar", "clavinet"], .funk), (["warm-synth-bass", "808-kit"], .trap),
            (["tenor-sax", "alto-sax", "trumpet", "muted-trumpet", "upright-bass", "vibraphone", "jazz-guitar", "jazz-kit"], .jazz),
            (["steel-guitar", "banjo", "harmonica", "accordion", "whistle"], .folk),
            (["distorted-guitar", "overdriven-guitar", "clean-guitar", "power-kit"], .rock),
            (["violin", "cello", "strings", "brass", "choir", "french-horn", "oboe", "harp", "timpani", "taiko", "flute"], .filmScore),
            (["harpsichord"], .classicalPiano), (["square-lead"], .chiptune), (["nylon-guitar"], .bossaNova), (["hammond"], .soul),
            (["saw-lead", "synth-bass", "synth-brass", "polysynth", "synth-strings"], .synthwave), (["warm-pad", "halo-pad"], .ambient),
            (["rhodes"], .loFi), (["piano"], .pianoBallad),
        ]
        for (instruments, style) in hints where reading.instruments.contains(where: { instruments.contains($0) }) { return style }
        if reading.mood.arousal < -0.4 { return reading.mood.space > 0.3 ? .ambient : .pianoBallad }
        if reading.mood.valence < -0.4 { return reading.mood.arousal > 0.3 ? .filmScore : .pianoBallad }
        return reading.mood.arousal > 0.65 ? .house : .pop
    }

    private func tempo(of style: Style) -> Double {
        var dice = random.fork("tempo.\(style.id)")
        let position = min(1, max(0, 0.5 + 0.4 * reading.mood.arousal + dice.between(-0.2, 0.2)))
        let bpm = style.tempo.lowerBound + position * (style.tempo.upperBound - style.tempo.lowerBound)
        return min(300, max(30, (bpm * reading.pace).rounded()))
    }

    private func key(for style: Style) -> Key {
        if let key = request.key ?? reading.key { return key }
        var dice = random.fork("key.\(style.id)")
        let tonic = PitchClass(dice.index(12))
        let isUsual = dice.chance(0.7)
        if let mode = reading.mode { return Key(tonic, mode) }
        let valence = reading.mood.valence
        if valence < -0.2 { return Key(tonic, style.modes.first { $0.isMinor } ?? .minor) }
        if valence > 0.25 { return Key(tonic, style.modes.first { !$0.isMinor } ?? (valence > 0.6 ? .major : style.modes.first ?? .major)) }
        let usual = style.modes.first ?? .major
        return Key(tonic, isUsual || style.modes.count < 2 ? usual : dice.pick(Array(style.modes.dropFirst())))
    }
}
