import Core
import Music

/// Turns a request into a plan.
struct Planner {
    private let request: CompositionRequest
    private let book: StyleBook
    private let reading: PromptReading
    private let random: SeededRandom

    init(request: CompositionRequest, book: StyleBook) {
        self.request = request
        self.book = book
        var reading = PromptReader.read(request.prompt, book: book)
        if let fingerprint = request.fingerprint { reading.follow(fingerprint, book: book) }
        self.reading = reading
        random = SeededRandom(seed: request.seed).fork("plan")
    }

    func plan() throws -> SongPlan {
        try validate()
        guard let (style, flavour) = chosenStyles() else {
            throw Failure(.unavailable, "styles_missing", "There are no styles to compose in.", hint: "See “continuo styles --check”.")
        }
        let meter = request.meter ?? reading.meter ?? self.meter(of: style)
        guard (1...8).contains(meter.bar) else {
            throw Failure(
                .invalid, "meter_out_of_range", "A bar of \(meter) is not one the composer can fill.", hint: "Try 4/4, 3/4 or 6/8.")
        }
        let bpm = request.bpm ?? reading.bpm ?? tempo(of: style)
        let duration = request.duration ?? reading.duration ?? 120
        let barSeconds = meter.bar * 60 / bpm
        // The last chord needs time to ring; in very short pieces it gets a share of the whole.
        let ring = min(style.ring, max(1, duration * 0.12))
        // A song that fades plays on beyond its end; others have their last bar and the time it rings within it.
        let played =
            reading.wishes.fadesOut ? (duration / barSeconds - 1e-9).rounded(.up) : ((duration - ring) / barSeconds + 1e-9).rounded(.down)
        let bars = max(1, Int(played))
        guard reading.wishes.fadesOut || Double(bars) * barSeconds <= duration - 0.5 else {
            throw Failure(
                .unprocessable, "bar_too_long", "At \(NumberPhrase.text(bpm)) bpm one bar of \(meter) does not fit into the song.",
                hint: "Ask for a longer song, a faster tempo or a shorter bar.")
        }
        var sections = FormPlanner.sections(
            of: style.forms, bars: bars, wishes: reading.wishes, arousal: reading.mood.arousal, lyrics: request.lyrics, random: random)
        lift(&sections, style: style)
        let title =
            request.title.flatMap { $0.isEmpty ? nil : $0 }
            ?? Titles.make(mood: reading.mood, style: style, random: random.fork(request.prompt))
        let band = BandPlanner(style: style, flavour: flavour, reading: reading, orchestra: book.orchestra, random: random)
        return SongPlan(
            title: title, style: style.id, styleName: style.name, bpm: bpm, key: key(for: style), meter: meter, swing: style.swing.amount,
            mood: reading.mood, harmony: (flavour ?? style).id, sections: sections, parts: band.parts(), mix: mix(of: style),
            pulse: reading.pulse, fadesOut: reading.wishes.fadesOut, lyrics: request.lyrics, material: nil, duration: duration,
            seed: request.seed,
            understood: reading.understood, unrecognised: reading.unrecognised)
    }

    private func validate() throws {
        if let duration = request.duration, !Composer.durations.contains(duration) {
            throw Failure(.invalid, "duration_out_of_range", "A song lasts 10 to 600 seconds.")
        }
        if let bpm = request.bpm, !Composer.tempos.contains(bpm) {
            throw Failure(.invalid, "tempo_out_of_range", "A tempo lies between 30 and 300 bpm.")
        }
    }

    // MARK: Style

    /// The style, and another one that lends it its harmony. The last of equally strong words is the noun: "folk rock" is rock.
    private func chosenStyles() -> (Style, Style?)? {
        var best: (index: Int, weight: Double)?
        for (index, style) in reading.styles.enumerated() where style.weight >= (best?.weight ?? 0) - 0.3 { best = (index, style.weight) }
        guard let best, let style = book.style(reading.styles[best.index].id) else { return styleWithoutName().map { ($0, nil) } }
        let others = reading.styles.enumerated().filter { $0.offset != best.index && $0.element.id != style.id && $0.element.weight >= 0.8 }
        let flavour = others.max { $0.element.weight < $1.element.weight }.flatMap { book.style($0.element.id) }
        // Twelve-bar and functional harmony do not survive on a club form, nor vamps in a sonatina.
        let own: Set<String> = ["blues", "classical-piano", "string-quartet", "baroque", "waltz", "march"]
        let clashes = flavour.map { own.contains($0.id) || own.contains(style.id) } ?? false
        return (style, clashes ? nil : flavour)
    }

    private func first(of ids: String...) -> Style? {
        ids.lazy.compactMap { book.style($0) }.first ?? book.style("pop") ?? book.styles.first
    }

    /// Guessed from instruments, then from the years, then from mood.
    private func styleWithoutName() -> Style? {
        let hints: [([String], String)] = [
            (["slap-bass", "muted-guitar", "clavinet"], "funk"), (["808-bass", "808-kit", "trap-kit"], "trap"),
            (["acid-bass", "acid-lead", "909-kit", "techno-kit"], "techno"), (["wobble-bass"], "dubstep"),
            (["reese-bass"], "drum-and-bass"),
            (["tenor-sax", "alto-sax", "trumpet", "muted-trumpet", "upright-bass", "vibraphone", "jazz-guitar", "jazz-kit"], "jazz"),
            (["banjo", "mandolin"], "bluegrass"), (["bagpipe", "whistle", "fiddle"], "celtic"), (["bandoneon"], "tango"),
            (["steel-guitar", "harmonica", "accordion"], "folk"),
            (["distorted-guitar", "overdriven-guitar", "clean-guitar", "power-kit"], "rock"), (["harpsichord", "recorder"], "baroque"),
            (["violin", "cello", "strings", "brass", "choir", "french-horn", "oboe", "timpani", "taiko"], "film-score"),
            (["harp", "flute", "pan-flute"], "new-age"), (["chip-lead", "chip-pulse", "chip-kit"], "chiptune"),
            (["nylon-guitar"], "bossa-nova"), (["hammond"], "soul"), (["tuba", "piccolo"], "march"), (["steel-drums"], "reggae"),
            (["saw-lead", "synth-bass", "synth-brass", "polysynth", "synth-strings", "linn-kit"], "synthwave"),
            (["warm-pad", "halo-pad", "glass-pad"], "ambient"), (["drone-pad"], "drone"), (["rhodes"], "lo-fi"),
            (["piano"], "piano-ballad"),
        ]
        for (instruments, style) in hints where reading.instruments.contains(where: { instruments.contains($0) }) {
            return first(of: style)
        }
        if let era = reading.era {
            switch era {
            case ..<1950: return first(of: "jazz")
            case ..<1960: return first(of: "blues", "rock")
            case ..<1970: return first(of: "soul", "rock")
            case ..<1980: return first(of: "disco", "funk")
            case ..<1990: return first(of: "synthwave")
            case ..<2000: return first(of: "boom-bap")
            default: return first(of: "electro-pop", "pop")
            }
        }
        if reading.mood.arousal < -0.4 { return first(of: reading.mood.space > 0.3 ? "ambient" : "piano-ballad") }
        if reading.mood.valence < -0.4 { return first(of: reading.mood.arousal > 0.3 ? "film-score" : "piano-ballad") }
        return first(of: reading.mood.arousal > 0.65 ? "house" : "pop")
    }

    // MARK: Tempo, meter, key

    private func meter(of style: Style) -> Meter {
        var dice = random.fork("meter.\(style.id)")
        return style.meters.count > 1 && dice.chance(0.2) ? dice.pick(Array(style.meters.dropFirst())) : style.meter
    }

    private func tempo(of style: Style) -> Double {
        var dice = random.fork("tempo.\(style.id)")
        let clusters = (request.fingerprint?.tempos ?? []).filter { Composer.tempos.contains($0) }
        if !clusters.isEmpty { return min(300, max(30, (dice.pick(clusters) * reading.pace + dice.between(-0.5, 0.5)).rounded())) }
        let position = min(1, max(0, 0.5 + 0.4 * reading.mood.arousal + dice.between(-0.25, 0.25)))
        let bpm = style.tempo.lowerBound + position * (style.tempo.upperBound - style.tempo.lowerBound)
        return min(300, max(30, (bpm * reading.pace).rounded()))
    }

    private func key(for style: Style) -> Key {
        if let key = request.key ?? reading.key { return key }
        var dice = random.fork("key.\(style.id)")
        let tonic = PitchClass(dice.index(12))
        let isUsual = dice.chance(0.7)
        // Of an artist's keys, those that agree with what the prompt says of mode and mood.
        let mood = reading.mood.valence
        let common = (request.fingerprint?.keys ?? []).compactMap { Key($0) }.filter { key in
            reading.mode.map { $0.isMinor == key.isMinor } ?? (mood < -0.2 ? key.isMinor : mood > 0.25 ? !key.isMinor : true)
        }
        if !common.isEmpty { return dice.pick(common) }
        if let mode = reading.mode { return Key(tonic, mode) }
        let valence = reading.mood.valence
        if valence < -0.2 { return Key(tonic, style.modes.first { $0.isMinor } ?? .minor) }
        if valence > 0.25 { return Key(tonic, style.modes.first { !$0.isMinor } ?? (valence > 0.6 ? .major : style.modes.first ?? .major)) }
        let usual = style.modes.first ?? .major
        return Key(tonic, isUsual || style.modes.count < 2 ? usual : dice.pick(Array(style.modes.dropFirst())))
    }

    /// In some songs of some styles the last chorus, and what follows it, rises.
    private func lift(_ sections: inout [SongPlan.Section], style: Style) {
        var dice = random.fork("lift")
        let isDrawn = dice.chance(style.harmony.lift.chance)
        let semitones = reading.wishes.lifts ? max(1, style.harmony.lift.semitones) : style.harmony.lift.semitones
        let choruses = sections.indices.filter { sections[$0].kind == .chorus }
        // Who names a key wants to stay in it.
        let isFree = request.key == nil && reading.key == nil
        guard isDrawn && isFree || reading.wishes.lifts, semitones > 0, choruses.count >= 2, let last = choruses.last else { return }
        for index in last..<sections.count { sections[index].lift = semitones }
    }

    // MARK: Mix

    private func mix(of style: Style) -> SongMix {
        var mix = style.mix
        if let era = reading.era {
            if era < 1980 { mix.tape = max(mix.tape, 0.35) }
            if era < 1960 { mix.vinyl = max(mix.vinyl, 0.5) }
            if era < 1960 { mix.width = min(mix.width, 0.3) }
        }
        for effect in reading.effects {
            switch effect {
            case .tape: mix.tape = max(mix.tape, 0.5)
            case .vinyl: mix.vinyl = max(mix.vinyl, 0.55)
            case .loFi: mix.loFi = max(mix.loFi, 0.5)
            case .echo: mix.feedback = max(mix.feedback, 0.55)
            case .dry: mix.room = 0.5
            case .wet: mix.room = max(mix.room ?? 0, 4)
            }
        }
        return mix
    }
}
