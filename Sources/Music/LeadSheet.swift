/// A lead sheet as MusicXML 4.0 (score-partwise): the tune with its words, chord symbols, and rehearsal marks where sections begin.
///
/// Notes are written on sixteenths, swung pairs as plain eighths, as players read them. Source: W3C, "MusicXML Version 4.0", 2021.
public struct LeadSheet: Sendable {
    /// Divisions of a quarter note.
    private static let divisions = 4
    /// Lengths in sixteenths with their names and dots, longest first.
    private static let values: [(length: Int, type: String, dots: Int)] = [
        (16, "whole", 0), (12, "half", 1), (8, "half", 0), (6, "quarter", 1), (4, "quarter", 0), (3, "eighth", 1), (2, "eighth", 0),
        (1, "16th", 0),
    ]

    private let score: Score
    private let barSteps: Int

    public init(_ score: Score) {
        self.score = score
        barSteps = max(1, Int((score.meter.bar * 4).rounded()))
    }

    /// A note or a rest on the grid of sixteenths.
    private struct Event {
        var start: Int
        var end: Int
        var pitch: UInt8?
        var syllable: Int?
    }

    public var xml: String {
        let bars = max(1, Int((score.length / score.meter.bar - 1e-6).rounded(.up)))
        let events = events(until: bars * barSteps)
        var measures = ""
        for bar in 0..<bars { measures += measure(bar, events: events) }
        let name = score.parts.first { $0.role == .lead }?.name ?? "Melody"
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 4.0 Partwise//EN" "http://www.musicxml.org/dtds/partwise.dtd">
            <score-partwise version="4.0">
            <work><work-title>\(LeadSheet.escaped(score.title))</work-title></work>
            <identification><encoding><software>Continuo</software></encoding></identification>
            <part-list><score-part id="P1"><part-name>\(LeadSheet.escaped(name))</part-name></score-part></part-list>
            <part id="P1">
            \(measures)</part>
            </score-partwise>

            """
    }

    // MARK: Quantising

    private static func step(_ beat: Beats) -> Int {
        let whole = beat.rounded(.down)
        // The late half of a swung pair is an eighth on paper.
        let inside = abs(beat - whole - 2.0 / 3) < 0.05 ? 0.5 : beat - whole
        return Int(whole) * 4 + Int((inside * 4).rounded())
    }

    /// The tune without overlaps, with rests between, over all bars.
    private func events(until end: Int) -> [Event] {
        var notes: [Event] = []
        let syllables = score.syllables ?? []
        var next = 0
        for note in score.parts.first(where: { $0.role == .lead })?.notes ?? [] {
            var event = Event(start: LeadSheet.step(note.start), end: LeadSheet.step(note.start + note.length), pitch: note.pitch)
            event.end = max(event.end, event.start + 1)
            while next < syllables.count, syllables[next].start < note.start - 0.1 { next += 1 }
            if next < syllables.count, abs(syllables[next].start - note.start) <= 0.1 {
                event.syllable = next
                next += 1
            }
            if let last = notes.last {
                // Ornaments shorter than a sixteenth are left to the player: what lasts longer is the note.
                if last.start == event.start {
                    if event.end > last.end { notes[notes.count - 1] = event }
                    continue
                }
                notes[notes.count - 1].end = min(last.end, event.start)
            }
            if event.start < end { notes.append(event) }
        }
        var result: [Event] = []
        var position = 0
        for note in notes {
            // Gaps of less than an eighth are articulation.
            if note.start - position == 1, !result.isEmpty {
                result[result.count - 1].end = note.start
            } else if note.start > position {
                result.append(Event(start: position, end: note.start))
            }
            result.append(note)
            position = note.end
        }
        if position < end { result.append(Event(start: position, end: end)) }
        return result
    }

    // MARK: Writing

    private func measure(_ bar: Int, events: [Event]) -> String {
        let (from, to) = (bar * barSteps, (bar + 1) * barSteps)
        var xml = "<measure number=\"\(bar + 1)\">\n"
        if bar == 0 { xml += attributes + tempo }
        for section in score.sections where LeadSheet.step(section.start) >= from && LeadSheet.step(section.start) < to {
            xml +=
                "<direction placement=\"above\"><direction-type><rehearsal>\(LeadSheet.escaped(section.name))</rehearsal></direction-type></direction>\n"
        }
        for span in score.chords where LeadSheet.step(span.start) >= from && LeadSheet.step(span.start) < to {
            xml += harmony(span.chord, offset: LeadSheet.step(span.start) - from)
        }
        for event in events where event.start < to && event.end > from {
            xml += pieces(of: event, from: max(event.start, from), to: min(event.end, to))
        }
        return xml + "</measure>\n"
    }

    private var attributes: String {
        let mode = score.key.isMinor ? "minor" : "major"
        let low = score.parts.first { $0.role == .lead }.map { part in
            part.notes.reduce(0) { $0 + Int($1.pitch) } / max(1, part.notes.count) < 55
        }
        let clef = low == true ? "<sign>F</sign><line>4</line>" : "<sign>G</sign><line>2</line>"
        return """
            <attributes><divisions>\(LeadSheet.divisions)</divisions><key><fifths>\(score.key.signature)</fifths><mode>\(mode)</mode></key>\
            <time><beats>\(score.meter.beats)</beats><beat-type>\(score.meter.unit)</beat-type></time><clef>\(clef)</clef></attributes>

            """
    }

    private var tempo: String {
        let bpm = (score.tempoMap.bpm(at: 0) * 100).rounded() / 100
        return """
            <direction placement="above"><direction-type><metronome><beat-unit>quarter</beat-unit><per-minute>\(bpm)</per-minute></metronome>\
            </direction-type><sound tempo="\(bpm)"/></direction>

            """
    }

    private func pieces(of event: Event, from: Int, to: Int) -> String {
        var xml = ""
        var position = from
        while position < to {
            let value = LeadSheet.values.first { $0.length <= to - position } ?? LeadSheet.values[LeadSheet.values.count - 1]
            let (isFirst, isLast) = (position == event.start, position + value.length == event.end)
            xml += "<note>"
            if let pitch = event.pitch {
                xml += pitchXML(pitch) + "<duration>\(value.length)</duration>"
                if !isFirst { xml += "<tie type=\"stop\"/>" }
                if !isLast { xml += "<tie type=\"start\"/>" }
            } else {
                xml += "<rest/><duration>\(value.length)</duration>"
            }
            xml += "<voice>1</voice><type>\(value.type)</type>" + String(repeating: "<dot/>", count: value.dots)
            if event.pitch != nil, !isFirst || !isLast {
                xml += "<notations>" + (isFirst ? "" : "<tied type=\"stop\"/>") + (isLast ? "" : "<tied type=\"start\"/>") + "</notations>"
            }
            if isFirst, let syllable = event.syllable { xml += lyric(syllable) }
            xml += "</note>\n"
            position += value.length
        }
        return xml
    }

    private func pitchXML(_ pitch: UInt8) -> String {
        let name = PitchClass(of: pitch).name(flats: score.key.prefersFlats)
        let alter = name.hasSuffix("#") ? "<alter>1</alter>" : name.count > 1 ? "<alter>-1</alter>" : ""
        return "<pitch><step>\(name.prefix(1))</step>\(alter)<octave>\(Int(pitch) / 12 - 1)</octave></pitch>"
    }

    private func lyric(_ index: Int) -> String {
        guard let syllables = score.syllables, syllables.indices.contains(index) else { return "" }
        let startsWord = index == 0 || syllables[index - 1].endsWord
        let syllabic =
            switch (startsWord, syllables[index].endsWord) {
            case (true, true): "single"
            case (true, false): "begin"
            case (false, false): "middle"
            case (false, true): "end"
            }
        return "<lyric><syllabic>\(syllabic)</syllabic><text>\(LeadSheet.escaped(syllables[index].text))</text></lyric>"
    }

    private func harmony(_ chord: Chord, offset: Int) -> String {
        func note(_ tag: String, _ pitch: PitchClass) -> String {
            let name = pitch.name(flats: score.key.prefersFlats)
            let alter = name.hasSuffix("#") ? "<\(tag)-alter>1</\(tag)-alter>" : name.count > 1 ? "<\(tag)-alter>-1</\(tag)-alter>" : ""
            return "<\(tag)><\(tag)-step>\(name.prefix(1))</\(tag)-step>\(alter)</\(tag)>"
        }
        let bass = chord.bass.map { note("bass", $0) } ?? ""
        let kind = LeadSheet.kind(of: chord)
        let degrees = kind.added.map { degree, alter in
            "<degree><degree-value>\(degree)</degree-value><degree-alter>\(alter)</degree-alter><degree-type>add</degree-type></degree>"
        }.joined()
        return "<harmony>\(note("root", chord.root))<kind>\(kind.name)</kind>\(bass)\(degrees)<offset>\(offset)</offset></harmony>\n"
    }

    /// The name that MusicXML has for a chord, and what has to be added to it.
    static func kind(of chord: Chord) -> (name: String, added: [(Int, Int)]) {
        let extensions = Set(chord.extensions)
        var added: [(Int, Int)] = []
        if extensions.contains(.flatNinth) { added.append((9, -1)) }
        if extensions.contains(.sharpNinth) { added.append((9, 1)) }
        if extensions.contains(.sharpEleventh) { added.append((11, 1)) }
        if extensions.contains(.flatThirteenth) { added.append((13, -1)) }
        let high =
            extensions.contains(.thirteenth)
            ? "13th" : extensions.contains(.eleventh) ? "11th" : extensions.contains(.ninth) ? "ninth" : nil
        if extensions.contains(.majorSeventh) {
            return (chord.quality == .minor ? "major-minor" : high.map { "major-\($0)" } ?? "major-seventh", added)
        }
        if extensions.contains(.diminishedSeventh) { return ("diminished-seventh", added) }
        if extensions.contains(.seventh) {
            switch chord.quality {
            case .minor: return (high.map { "minor-\($0)" } ?? "minor-seventh", added)
            case .diminished: return ("half-diminished", added)
            case .suspendedFourth, .suspendedSecond: return (plain(chord.quality), added + [(7, -1)])
            case .augmented: return ("augmented-seventh", added)
            case .major, .power: return (high.map { "dominant-\($0)" } ?? "dominant", added)
            }
        }
        if extensions.contains(.sixth) {
            if extensions.contains(.ninth) { added.append((9, 0)) }
            return (chord.quality == .minor ? "minor-sixth" : "major-sixth", added)
        }
        if extensions.contains(.ninth) { added.append((9, 0)) }
        return (plain(chord.quality), added)
    }

    private static func plain(_ quality: Chord.Quality) -> String {
        switch quality {
        case .major: "major"
        case .minor: "minor"
        case .diminished: "diminished"
        case .augmented: "augmented"
        case .suspendedSecond: "suspended-second"
        case .suspendedFourth: "suspended-fourth"
        case .power: "power"
        }
    }

    private static func escaped(_ text: String) -> String {
        // XML 1.0 has no control characters.
        String(String.UnicodeScalarView(text.unicodeScalars.filter { $0.value >= 32 && $0.value != 127 && $0.value < 0xfffe })).replacing(
            "&", with: "&amp;"
        ).replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
