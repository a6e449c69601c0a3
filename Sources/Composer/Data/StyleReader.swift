import Music

/// Reads one file of `composer/styles`.
struct StyleReader {
    private(set) var reader: DataReader
    private(set) var style: Style?
    let orchestra: Orchestra
    /// The style's first meter, in which its patterns are written.
    private(set) var homeMeter = Meter.common
    /// Sixteenths in a bar of it.
    var barSteps: Int { Grid(meter: homeMeter).steps }

    init(file: String, orchestra: Orchestra) {
        reader = DataReader(file: file)
        self.orchestra = orchestra
    }

    mutating func read(_ text: String) {
        let outline = Outline.parse(text)
        guard let head = outline.first, head.keyword == "style", head.value.wholeMatch(of: /[a-z0-9]+(-[a-z0-9]+)*/) != nil else {
            return reader.report(outline.first?.line ?? 1, "the first line names the style, such as “style deep-house”")
        }
        var style = Style(id: head.value)
        if let meters = outline.first(where: { $0.keyword == "meters" }) { readMeters(meters, into: &style) }
        for entry in outline.dropFirst() { read(entry, into: &style) }
        check(style, head: head)
        self.style = style
    }

    private mutating func readMeters(_ entry: Outline, into style: inout Style) {
        style.meters = DataReader.list(entry.value).compactMap { Meter($0) }
        if style.meters.isEmpty || !style.meters.allSatisfy({ (1...8).contains($0.bar) }) {
            reader.report(entry, "“\(entry.value)” is no list of meters such as “4/4, 6/8”")
            style.meters = [.common]
        }
        homeMeter = style.meter
    }

    private mutating func read(_ entry: Outline, into style: inout Style) {
        switch entry.keyword {
        case "meters": break
        case "name": style.name = entry.value
        case "about": style.about = entry.value
        case "words": style.words = DataReader.list(entry.value)
        case "tempo": style.tempo = reader.range(entry, in: 30...300)
        case "modes": style.modes = reader.cases(entry, Key.Mode.self)
        case "swing": style.swing = swing(entry)
        case "timing": style.looseness = reader.number(entry, in: 0...0.03)
        case "ring": style.ring = reader.number(entry, in: 0.5...12)
        case "harmony":
            switch entry.value {
            case "minor": style.harmony.minor = table(entry)
            case "major": style.harmony.major = table(entry)
            default: reader.report(entry, "harmony is “major” or “minor”")
            }
        case "vary": style.harmony.variations = reader.cases(entry, Harmony.Variation.self).filter { $0 != .none }
        case "lift": style.harmony.lift = lift(entry)
        case "form": style.forms.append(form(entry))
        case "melody": style.melody = melody(entry)
        case "drums": style.groove = groove(entry)
        case "part": part(entry, into: &style)
        case "mix": style.mix = mix(entry)
        default: reader.report(entry, "“\(entry.keyword)” is not known for a style")
        }
    }

    private mutating func check(_ style: Style, head: Outline) {
        func demand(_ holds: Bool, _ message: String) { if !holds { reader.report(head, message) } }
        demand(!style.name.isEmpty && !style.about.isEmpty && !style.words.isEmpty, "name, about and words are needed")
        demand(!style.meters.isEmpty && !style.modes.isEmpty && !style.forms.isEmpty, "meters, modes and form are needed")
        for (name, table) in [("major", style.harmony.major), ("minor", style.harmony.minor)] {
            demand(
                !table.verse.isEmpty && !table.chorus.isEmpty && !table.bridge.isEmpty && !table.build.isEmpty && table.ending != nil,
                "harmony \(name) needs verse, chorus, bridge, build and ending")
        }
        demand((5...14).contains(style.voices.count), "\(style.voices.count) parts; 6 to 13 are usual")
        demand(style.voices.contains { $0.enters <= 0.45 && $0.absent.isEmpty }, "nobody always plays")
        demand(style.voices.filter { $0.player == .melody }.count <= 1, "two parts play the melody")
        demand(Set(style.voices.map(\.id)).count == style.voices.count, "two parts have the same id")
        demand(style.groove != nil || !style.voices.contains { $0.player == .drums }, "a part plays drums, but there are none")
    }

    private mutating func swing(_ entry: Outline) -> Swing {
        let words = entry.value.split(separator: " ")
        guard words.count == 2, let amount = DataReader.number(words[1]), (0.5...0.75).contains(amount),
            words[0] == "8ths" || words[0] == "16ths"
        else {
            reader.report(entry, "swing is “8ths” or “16ths” and 50% to 75%")
            return .straight
        }
        return Swing(amount: amount, pair: words[0] == "8ths" ? 1 : 0.5)
    }

    private mutating func table(_ entry: Outline) -> Harmony.Table {
        var table = Harmony.Table()
        for line in entry.children {
            guard Progression.isWellFormed(line.value) else {
                reader.report(line, "“\(line.value)” is no progression")
                continue
            }
            let progression = Progression(line.value)
            if !(1...16).contains(progression.bars.count) { reader.report(line, "a progression has 1 to 16 bars") }
            switch line.keyword {
            case "verse": table.verse.append(progression)
            case "chorus": table.chorus.append(progression)
            case "bridge": table.bridge.append(progression)
            case "build": table.build.append(progression)
            case "cadence": table.cadence = progression
            case "ending": table.ending = RomanNumeral(line.value)
            default: reader.report(line, "“\(line.keyword)” is not known for harmony")
            }
        }
        return table
    }

    private mutating func lift(_ entry: Outline) -> (semitones: Int, chance: Double) {
        let words = entry.value.split(separator: " ")
        guard words.count == 2, let semitones = Int(words[0]), (1...5).contains(semitones), let chance = DataReader.number(words[1]) else {
            reader.report(entry, "a lift is semitones and a percentage, such as “2 30%”")
            return (0, 0)
        }
        return (semitones, min(1, max(0, chance)))
    }

    /// "cycle verse 16 66% Groove"
    private mutating func form(_ entry: Outline) -> Form {
        var form = Form()
        for line in entry.children {
            if line.keyword == "phrase" {
                form.phrase = Int(reader.number(line, in: 1...32, or: 4))
                continue
            }
            let words = line.value.split(separator: " ", maxSplits: 3)
            guard words.count == 4, let kind = SectionKind(rawValue: String(words[0])), let bars = Int(words[1]), (1...64).contains(bars),
                let energy = DataReader.number(words[2]), (0...1).contains(energy)
            else {
                reader.report(line, "a step of the form is kind, bars, energy and name, such as “verse 8 55% Verse”")
                continue
            }
            let step = Form.Step(kind, String(words[3]), bars, energy)
            switch line.keyword {
            case "opening": form.opening.append(step)
            case "cycle": form.cycle.append(step)
            case "contrast": form.contrast.append(step)
            case "climax": form.climax.append(step)
            case "ending": form.ending.append(step)
            default: reader.report(line, "“\(line.keyword)” is not known for a form")
            }
        }
        if form.cycle.isEmpty || form.climax.isEmpty { reader.report(entry, "a form needs a cycle and a climax") }
        return form
    }

    private mutating func melody(_ entry: Outline) -> MelodyIdiom {
        var melody = MelodyIdiom()
        for line in entry.children {
            switch line.keyword {
            case "density": melody.density = reader.number(line, in: 0.15...3, or: 1)
            case "syncopation": melody.syncopation = reader.number(line, in: 0...1)
            case "leaps": melody.leaps = reader.number(line, in: 0...1)
            case "repeats": melody.repeats = reader.number(line, in: 0...1)
            case "pickups": melody.pickups = reader.number(line, in: 0...1)
            case "legato": melody.legato = reader.number(line, in: 0.1...1.1, or: 0.85)
            case "scale": melody.scale = reader.cases(line, MelodyIdiom.Scale.self).first ?? .key
            case "shape": melody.shapes = reader.cases(line, MelodyIdiom.Shape.self)
            case "ornaments":
                let values = reader.values(line, line.value, names: Set(MelodyIdiom.Ornament.allCases.map(\.rawValue)))
                for ornament in MelodyIdiom.Ornament.allCases { melody.ornaments[ornament] = values[ornament.rawValue] }
            default: reader.report(line, "“\(line.keyword)” is not known for a melody")
            }
        }
        if melody.shapes.isEmpty { melody.shapes = [.arch] }
        return melody
    }

    private mutating func mix(_ entry: Outline) -> SongMix {
        var mix = SongMix()
        for line in entry.children {
            switch line.keyword {
            case "room": mix.room = reader.number(line, in: 0.2...8)
            case "bright": mix.brightness = reader.number(line, in: 0...1)
            case "echo":
                let words = line.value.replacing("/16", with: "")
                let values = reader.values(line, words, names: ["", "feedback"])
                mix.echo = min(16, max(0.5, values[""] ?? 3))
                mix.feedback = min(0.85, max(0, values["feedback"] ?? 0.42))
            case "tape": mix.tape = reader.number(line, in: 0...1)
            case "vinyl": mix.vinyl = reader.number(line, in: 0...1)
            case "lofi": mix.loFi = reader.number(line, in: 0...1)
            case "width": mix.width = reader.number(line, in: 0...1.5, or: 1)
            case "tilt": mix.tilt = reader.number(line, in: -4...4)
            case "glue": mix.glue = reader.number(line, in: 0...1)
            case "range": mix.range = reader.number(line, in: 1...25)
            default: reader.report(line, "“\(line.keyword)” is not known for a mix")
            }
        }
        return mix
    }

    // MARK: For the extensions

    mutating func report(_ entry: Outline, _ message: String) { reader.report(entry, message) }
    mutating func withReader<Result>(_ body: (inout DataReader) -> Result) -> Result { body(&reader) }
}
