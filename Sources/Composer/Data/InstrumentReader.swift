import Music

/// Reads `composer/instruments/*.instruments`.
struct InstrumentReader {
    private(set) var reader: DataReader
    private(set) var entries: [Orchestra.Entry] = []

    init(file: String) {
        reader = DataReader(file: file)
    }

    mutating func read(_ text: String) {
        for entry in Outline.parse(text) {
            switch entry.keyword {
            case "instrument": instrument(entry, isKit: false)
            case "kit": instrument(entry, isKit: true)
            default: reader.report(entry, "an instrument or a kit was expected, not “\(entry.keyword)”")
            }
        }
    }

    private mutating func instrument(_ entry: Outline, isKit: Bool) {
        var instrument = Instrument(name: entry.value, bank: isKit ? 128 : 0, program: 0)
        var range = 0...127
        var roles: [Score.Part.Role] = isKit ? [.drums] : []
        var words: [String] = []
        var drums: [SynthKit.Drum] = []
        for line in entry.children {
            switch line.keyword {
            case "name": instrument.name = line.value
            case "program": instrument.program = Int(reader.number(line, in: 0...127))
            case "range": range = reader.notes(line)
            case "roles": roles = reader.cases(line, Score.Part.Role.self)
            case "words": words = DataReader.list(line.value)
            case "sound" where !isKit: instrument.patch = patch(line)
            case "drum" where isKit: merge(drum(line), into: &drums)
            case "like" where isKit:
                guard let model = entries.first(where: { $0.id == line.value })?.instrument.kit else {
                    reader.report(line, "there is no synthetic kit “\(line.value)” above")
                    continue
                }
                for drum in model.drums { merge(drum, into: &drums) }
            default: reader.report(line, "“\(line.keyword)” is not known for an instrument")
            }
        }
        if !drums.isEmpty { instrument.kit = SynthKit(drums: drums) }
        if roles.isEmpty { reader.report(entry, "“\(entry.value)” has no roles") }
        if entries.contains(where: { $0.id == entry.value || $0.instrument.name == instrument.name }) {
            reader.report(entry, "there are two instruments called “\(entry.value)” or “\(instrument.name)”")
        }
        entries.append(Orchestra.Entry(id: entry.value, instrument: instrument, range: range, roles: roles, words: words))
    }

    private func merge(_ drum: SynthKit.Drum, into drums: inout [SynthKit.Drum]) {
        if let index = drums.firstIndex(where: { $0.key == drum.key }) { drums[index] = drum } else { drums.append(drum) }
    }

    // MARK: Sounds

    private mutating func patch(_ entry: Outline) -> SynthPatch {
        var patch = SynthPatch(oscillators: [], amplitude: .init(attack: 0.005, decay: 0.2, sustain: 0.8, release: 0.1))
        for line in entry.children {
            switch line.keyword {
            case "osc": if let oscillator = oscillator(line) { patch.oscillators.append(oscillator) }
            case "filter": patch.filter = filter(line)
            case "envelope": patch.amplitude = envelope(line, line.value)
            case "lfo": if let oscillation = oscillation(line) { patch.oscillations.append(oscillation) }
            case "mono": patch.isMono = true
            case "glide": patch.glide = reader.number(line, in: 0...2)
            case "drive": patch.drive = reader.number(line, in: 0...1)
            default: reader.report(line, "“\(line.keyword)” is not known for a sound")
            }
        }
        if !(1...4).contains(patch.oscillators.count) { reader.report(entry, "a sound has 1 to 4 oscillators") }
        return patch
    }

    private mutating func oscillator(_ line: Outline) -> SynthPatch.Oscillator? {
        let words = line.value.split(separator: " ", maxSplits: 1)
        guard let wave = words.first.flatMap({ SynthPatch.Oscillator.Wave(rawValue: String($0)) }) else {
            reader.report(line, "“\(line.value)” names no wave")
            return nil
        }
        let values = reader.values(
            line, words.count > 1 ? words[1] : "",
            names: ["semitones", "level", "width", "unison", "spread", "ratio", "index", "decay"])
        return SynthPatch.Oscillator(
            wave: wave, semitones: values["semitones"] ?? 0, level: min(2, max(0, values["level"] ?? 1)),
            width: min(0.95, max(0.05, values["width"] ?? 0.5)), unison: Int(min(8, max(1, values["unison"] ?? 1))),
            spread: min(100, max(0, values["spread"] ?? 12)), ratio: min(20, max(0.1, values["ratio"] ?? 1)),
            index: min(12, max(0, values["index"] ?? 1)), decay: min(20, max(0.005, values["decay"] ?? 0.5)))
    }

    private mutating func envelope(_ line: Outline, _ text: some StringProtocol) -> SynthPatch.Envelope {
        let joined = String(text).replacing(" ms", with: "ms").replacing(" s", with: "s")
        let numbers = joined.split(separator: " ").compactMap { DataReader.number($0) }
        guard numbers.count == 4, numbers.allSatisfy({ $0 >= 0 && $0 <= 20 }), numbers[2] <= 1 else {
            reader.report(line, "an envelope is attack, decay, sustain and release, such as “2 ms 200 ms 60% 80 ms”")
            return SynthPatch.Envelope(attack: 0.005, decay: 0.2, sustain: 0.8, release: 0.1)
        }
        return SynthPatch.Envelope(
            attack: max(0.001, numbers[0]), decay: max(0.001, numbers[1]), sustain: numbers[2], release: max(0.005, numbers[3]))
    }

    private mutating func filter(_ line: Outline) -> SynthPatch.Filter? {
        let halves = line.value.split(separator: " shape ", maxSplits: 1)
        let words = (halves.first ?? "").split(separator: " ", maxSplits: 1)
        guard let kind = words.first.flatMap({ SynthPatch.Filter.Kind(rawValue: String($0)) }) else {
            reader.report(line, "“\(line.value)” names no filter")
            return nil
        }
        let values = reader.values(
            line, words.count > 1 ? words[1] : "", names: ["", "resonance", "envelope", "key", "velocity"])
        var filter = SynthPatch.Filter(
            kind: kind, cutoff: min(16_000, max(30, values[""] ?? 1000)), resonance: min(1, max(0, values["resonance"] ?? 0)),
            envelope: min(8, max(-8, values["envelope"] ?? 0)), key: min(1, max(0, values["key"] ?? 0.3)),
            velocity: min(4, max(0, values["velocity"] ?? 0.5)))
        if halves.count > 1 { filter.shape = envelope(line, halves[1]) }
        return filter
    }

    /// "cutoff 0.31 Hz depth 0.7 delay 300 ms", "cutoff 2 per beat depth 2.8 triangle"
    private mutating func oscillation(_ line: Outline) -> SynthPatch.Oscillation? {
        let isSynced = line.value.contains(" per beat")
        let words = line.value.replacing(" per beat", with: "").split(separator: " ", maxSplits: 1)
        guard let target = words.first.flatMap({ SynthPatch.Oscillation.Target(rawValue: String($0)) }) else {
            reader.report(line, "“\(line.value)” names nothing that can be moved")
            return nil
        }
        let shapes = Set(SynthPatch.Oscillation.Shape.allCases.map(\.rawValue))
        let values = reader.values(line, words.count > 1 ? words[1] : "", names: ["", "depth", "delay"], flags: shapes)
        let shape = SynthPatch.Oscillation.Shape.allCases.first { values[$0.rawValue] != nil } ?? .sine
        return SynthPatch.Oscillation(
            target: target, shape: shape, rate: min(40, max(0.01, values[""] ?? 1)), isSynced: isSynced,
            depth: min(24, max(0, values["depth"] ?? 0)), delay: min(10, max(0, values["delay"] ?? 0)))
    }

    // MARK: Drums

    private mutating func drum(_ entry: Outline) -> SynthKit.Drum {
        let words = entry.value.split(separator: " ", maxSplits: 1)
        let key = Lane.keys[words.first.map { String($0) } ?? ""]
        if key == nil { reader.report(entry, "“\(entry.value)” names no drum") }
        let values = reader.values(entry, words.count > 1 ? words[1] : "", names: ["pan", "level"])
        var drum = SynthKit.Drum(
            key: UInt8(key ?? 36), layers: [], level: min(2, max(0, values["level"] ?? 1)), pan: min(1, max(-1, values["pan"] ?? 0)))
        for line in entry.children {
            switch line.keyword {
            case "tone":
                let values = reader.values(line, line.value, names: ["", "from", "in", "decay", "level"])
                let pitch = values[""] ?? 100
                drum.layers.append(
                    .init(
                        kind: .tone, pitch: pitch, start: values["from"] ?? pitch, sweep: max(0.002, values["in"] ?? 0.03),
                        decay: max(0.01, values["decay"] ?? 0.2), level: values["level"] ?? 1))
            case "noise":
                let words = line.value.split(separator: " ", maxSplits: 1)
                let band = (words.first ?? "").split(separator: "-").compactMap { DataReader.number($0) }
                let rest = words.count > 1 ? words[1].replacing(" by ", with: " gap ") : ""
                let values = reader.values(
                    line, rest.hasPrefix("Hz ") ? String(rest.dropFirst(3)) : String(rest), names: ["decay", "level", "bursts", "gap"])
                guard band.count == 2, band[0] < band[1] else {
                    reader.report(line, "noise lies between two frequencies, such as “900-3200 Hz”")
                    continue
                }
                drum.layers.append(
                    .init(
                        kind: .noise, pitch: band[0], start: band[1], decay: max(0.005, values["decay"] ?? 0.1),
                        level: values["level"] ?? 1,
                        bursts: Int(min(12, max(0, values["bursts"] ?? 0))), gap: min(0.1, max(0.001, values["gap"] ?? 0.011))))
            case "metal":
                let values = reader.values(line, line.value, names: ["", "decay", "level"])
                let pitch = values[""] ?? 6000
                drum.layers.append(
                    .init(kind: .metal, pitch: pitch, start: pitch, decay: max(0.01, values["decay"] ?? 0.1), level: values["level"] ?? 1))
            case "drive": drum.drive = reader.number(line, in: 0...1)
            default: reader.report(line, "“\(line.keyword)” is not known for a drum")
            }
        }
        // Whatever was written, what is played stays within reason.
        for index in drum.layers.indices {
            drum.layers[index].pitch = min(16_000, max(20, drum.layers[index].pitch))
            drum.layers[index].start = min(20_000, max(20, drum.layers[index].start))
            drum.layers[index].sweep = min(2, max(0.002, drum.layers[index].sweep))
            drum.layers[index].decay = min(10, max(0.005, drum.layers[index].decay))
            drum.layers[index].level = min(4, max(0, drum.layers[index].level))
        }
        if drum.layers.isEmpty { reader.report(entry, "a drum needs at least one of tone, noise and metal") }
        return drum
    }
}
