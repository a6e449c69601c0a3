import Music

extension StyleReader {
    // MARK: Patterns

    /// Alternatives between slashes, each as long as one, two or four bars.
    private mutating func patterns(_ entry: Outline, _ text: some StringProtocol, allowed: Set<Character>) -> [String] {
        text.split(separator: "/").map { $0.trimmingSpaces() }.filter { pattern in
            guard [barSteps, 2 * barSteps, 4 * barSteps].contains(pattern.count) else {
                report(entry, "“\(pattern)” has \(pattern.count) characters; a bar has \(barSteps)")
                return false
            }
            if let stranger = pattern.first(where: { !allowed.contains($0) }) {
                report(entry, "“\(stranger)” means nothing in “\(pattern)”")
                return false
            }
            return true
        }
    }

    /// "X...X... / X..x.... from 42% level 106%"
    private mutating func lane(_ entry: Outline) -> Lane? {
        guard let key = Lane.keys[entry.keyword] else {
            report(entry, "“\(entry.keyword)” names no drum")
            return nil
        }
        var words = entry.value.split(separator: " ").map { String($0) }
        let options = words.firstIndex { ["from", "until", "level"].contains($0) } ?? words.count
        let values = withReader { $0.values(entry, words[options...].joined(separator: " "), names: ["from", "until", "level"]) }
        words.removeSubrange(options...)
        let patterns = patterns(entry, words.joined(separator: " "), allowed: Lane.symbols)
        guard !patterns.isEmpty else { return nil }
        return Lane(key, patterns, meter: homeMeter, from: values["from"] ?? 0, until: values["until"] ?? 2, level: values["level"] ?? 1)
    }

    // MARK: Drums

    mutating func groove(_ entry: Outline) -> Groove {
        var groove = Groove()
        for line in entry.children {
            switch line.keyword {
            case "fills": groove.fill = withReader { $0.cases(line, Groove.Fill.self) }.first ?? .none
            case "rolls": groove.rolls = true
            case "crashes": groove.crashes = true
            case "stops": groove.stops = withReader { $0.number(line, in: 0...1) }
            case "late": late(line, into: &groove)
            case "fill":
                let lanes = line.children.compactMap { lane($0) }
                if lanes.isEmpty { report(line, "a fill needs lanes") } else { groove.fills.append(lanes) }
            default: if let lane = lane(line) { groove.lanes.append(lane) }
            }
        }
        if groove.lanes.isEmpty { report(entry, "drums need lanes") }
        return groove
    }

    private mutating func late(_ line: Outline, into groove: inout Groove) {
        let words = line.value.split(separator: " ", maxSplits: 1)
        guard words.count == 2, let key = Lane.keys[String(words[0])], let time = DataReader.number(words[1]), abs(time) <= 0.05 else {
            return report(line, "“late” needs a drum and milliseconds, such as “late snare 8 ms”")
        }
        groove.late[key] = time
    }

    // MARK: Parts

    mutating func part(_ entry: Outline, into style: inout Style) {
        guard let plays = entry.children.first(where: { $0.keyword == "plays" }), let player = player(plays) else {
            return report(entry, "part “\(entry.value)” does not say what it plays")
        }
        var voice = Voice(entry.value, player)
        for line in entry.children { read(line, into: &voice) }
        if voice.instruments.isEmpty { report(entry, "part “\(entry.value)” has no instruments") }
        if [.bass, .chords, .riff].contains(player), voice.patterns.isEmpty { report(entry, "part “\(entry.value)” needs patterns") }
        if player == .percussion, voice.lanes.isEmpty { report(entry, "part “\(entry.value)” needs lanes") }
        style.voices.append(voice)
    }

    private mutating func player(_ entry: Outline) -> Player? {
        let words = entry.value.split(separator: " ").map { String($0) }
        switch words.first {
        case "drums": return .drums
        case "percussion": return .percussion
        case "bass": return .bass
        case "walking": return .walkingBass
        case "chords": return .chords
        case "pad": return .pad
        case "melody": return .melody
        case "harmony": return .harmony
        case "counter": return .counter
        case "answers": return .answers
        case "riff": return .riff
        case "drone": return .drone
        case "swells": return .swells
        case "arpeggio":
            guard words.count >= 3, let shape = ArpeggioShape(rawValue: words[1]), let step = ArpeggioStep(rawValue: words[2]) else {
                report(entry, "an arpeggio has a shape and a step, such as “arpeggio up-down 1/16”")
                return nil
            }
            return .arpeggio(shape, step: step)
        default:
            report(entry, "“\(entry.value)” cannot be played")
            return nil
        }
    }

    private static let symbols: [Player: Set<Character>] = [
        .bass: Set("Rr85376ac-."), .chords: Set("xXoBFC123456-."), .riff: Set("xX-."),
    ]

    private mutating func read(_ line: Outline, into voice: inout Voice) {
        switch line.keyword {
        case "plays": break
        case "on":
            voice.instruments = DataReader.list(line.value)
            for id in voice.instruments where orchestra.entry(id) == nil { report(line, "there is no instrument “\(id)”") }
        case "pattern":
            let texts = patterns(line, line.value, allowed: StyleReader.symbols[voice.player] ?? [])
            if !texts.isEmpty { voice.patterns.append(texts.map { Pattern($0, meter: homeMeter) }) }
        case "from": voice.enters = withReader { $0.number(line, in: 0...1) }
        case "until": voice.leaves = withReader { $0.number(line, in: 0...1) }
        case "not":
            let names = DataReader.list(String(line.value.dropFirst(line.value.hasPrefix("in ") ? 3 : 0)))
            voice.absent.formUnion(kinds(line, names))
        case "only":
            let names = DataReader.list(String(line.value.dropFirst(line.value.hasPrefix("in ") ? 3 : 0)))
            voice.absent.formUnion(Set(SectionKind.allCases).subtracting(kinds(line, names)))
        case "register": voice.register = withReader { $0.notes(line) }
        case "opens": voice.opens = withReader { $0.range(line, in: 40...20_000) }
        case "throws": voice.throwing = withReader { $0.number(line, in: 0...1) }
        case "late": voice.late = withReader { $0.number(line, in: -0.05...0.05) }
        case "voices": voice.chords.voices = Int(withReader { $0.number(line, in: 1...6, or: 4) })
        case "voicing": voice.chords.layout = withReader { $0.cases(line, ChordOptions.Layout.self) }.first ?? .close
        case "pedal": voice.chords.hasPedal = true
        case "strum": voice.chords.isStrummed = true
        case "octaves": voice.chords.octaves = Int(withReader { $0.number(line, in: 1...3, or: 2) })
        case "gate": voice.chords.gate = withReader { $0.number(line, in: 0.1...4, or: 0.7) }
        case "mix": voice.mix = mix(line, role: voice.role)
        default: if let lane = lane(line) { voice.lanes.append(lane) }
        }
    }

    private mutating func kinds(_ line: Outline, _ names: [String]) -> Set<SectionKind> {
        Set(
            names.compactMap { name in
                if let kind = SectionKind(rawValue: name) { return kind }
                report(line, "“\(name)” is no kind of section")
                return nil
            })
    }

    private mutating func mix(_ line: Outline, role: Score.Part.Role) -> PartMix {
        let values = withReader {
            $0.values(
                line, line.value,
                names: [
                    "gain", "pan", "reverb", "delay", "chorus", "ducking", "drive", "tremolo", "high-pass", "low-pass", "width", "kit",
                ])
        }
        var mix = PartMix.usual(for: role)
        func take(_ name: String, _ range: ClosedRange<Double>, _ field: WritableKeyPath<PartMix, Double>) {
            guard let value = values[name] else { return }
            if !range.contains(value) { report(line, "“\(name)” lies between \(range.lowerBound) and \(range.upperBound)") }
            mix[keyPath: field] = min(range.upperBound, max(range.lowerBound, value))
        }
        take("gain", -30...12, \.gainDecibels)
        take("pan", -1...1, \.pan)
        take("reverb", 0...1, \.reverb)
        take("delay", 0...1, \.delay)
        take("chorus", 0...1, \.chorus)
        take("ducking", 0...1, \.ducking)
        take("drive", 0...1, \.drive)
        take("tremolo", 0...1, \.tremolo)
        take("high-pass", 0...5000, \.highPassHertz)
        take("low-pass", 0...20_000, \.lowPassHertz)
        take("width", 0...1, \.width)
        take("kit", 0...1, \.sampledKit)
        return mix
    }
}
