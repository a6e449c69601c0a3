import Foundation
import FoundationXML
import Music
import Testing

private func score(_ notes: [Score.Note], meter: Meter = .common, syllables: [Score.Syllable]? = nil) -> Score {
    Score(
        title: "Rise & <fall>", tempoMap: TempoMap(bpm: 120), meter: meter, key: Key(PitchClass(10), .major),
        sections: [.init(name: "Verse", start: 0, length: 8, energy: 0.5), .init(name: "Chorus", start: 8, length: 8, energy: 0.9)],
        chords: [
            .init(chord: Chord(PitchClass(10), .major, [.majorSeventh]), start: 0, length: 6),
            .init(chord: Chord(PitchClass(5), .major, [.seventh], bass: PitchClass(9)), start: 6, length: 10),
        ],
        parts: [.init(name: "Lead", role: .lead, instrument: .init(name: "Sax", program: 65), mix: PartMix(), notes: notes)],
        length: 16, duration: 9, syllables: syllables)
}

private final class SheetReader: NSObject, XMLParserDelegate {
    var measures: [Int] = []
    var text: [String: [String]] = [:]
    private var path: [String] = []
    private var current = ""

    func parser(
        _ parser: XMLParser, didStartElement element: String, namespaceURI: String?, qualifiedName: String?, attributes: [String: String]
    ) {
        path.append(element)
        current = ""
        if element == "measure" { measures.append(0) }
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) { current += string }

    func parser(_ parser: XMLParser, didEndElement element: String, namespaceURI: String?, qualifiedName: String?) {
        path.removeLast()
        if element == "duration" { measures[measures.count - 1] += Int(current) ?? 0 }
        text[element, default: []].append(current)
    }
}

private func read(_ score: Score) -> SheetReader {
    let reader = SheetReader()
    let parser = XMLParser(data: Data(LeadSheet(score).xml.utf8))
    parser.delegate = reader
    #expect(parser.parse(), "\(String(describing: parser.parserError))")
    return reader
}

@Suite struct `A lead sheet` {
    @Test(arguments: ["4/4", "3/4", "6/8", "7/8"])
    func `fills every bar exactly, whatever is played`(meter: String) throws {
        let meter = try #require(Meter(meter))
        var random = SeededRandom(seed: 5)
        let notes = (0..<40).map {
            Score.Note(start: Double($0) * 0.41, length: random.between(0.1, 3), pitch: UInt8(55 + random.index(24)), velocity: 90)
        }
        let sheet = read(score(notes, meter: meter))
        #expect(sheet.measures.allSatisfy { $0 == Int(meter.bar * 4) }, "\(sheet.measures)")
    }

    @Test func `has chords with their basses, rehearsal marks and words`() throws {
        let notes = (0..<4).map { Score.Note(start: Double($0), length: 1, pitch: 70, velocity: 90) }
        let syllables = ["Gol", "den", "sun", "light"].enumerated().map {
            Score.Syllable(start: Double($0), length: 1, text: $1, endsWord: $0 == 1 || $0 == 3, line: 0)
        }
        let sheet = read(score(notes, syllables: syllables))
        #expect(sheet.text["kind"] == ["major-seventh", "dominant"] && sheet.text["bass-step"] == ["A"])
        #expect(sheet.text["rehearsal"] == ["Verse", "Chorus"] && sheet.text["work-title"] == ["Rise & <fall>"])
        #expect(sheet.text["syllabic"] == ["begin", "end", "begin", "end"])
        #expect(sheet.text["fifths"] == ["-2"] && sheet.text["alter"]?.allSatisfy { $0 == "-1" } == true)
    }

    @Test func `leaves grace notes out and titles sound`() throws {
        var grace = score([
            Score.Note(start: 0, length: 0.1, pitch: 74, velocity: 80), Score.Note(start: 0.1, length: 0.9, pitch: 72, velocity: 90),
        ])
        grace.title = "Bell \u{7} & \u{1b}[31m"
        let sheet = read(grace)
        #expect(sheet.text["step"]?.first == "C" && sheet.text["octave"]?.first == "5")
    }

    @Test func `writes swung pairs as eighths`() throws {
        let notes = [0, 2.0 / 3, 1, 1 + 2.0 / 3].map { Score.Note(start: $0, length: 0.33, pitch: 65, velocity: 90) }
        #expect(read(score(notes)).text["type"]?.prefix(4) == ["eighth", "eighth", "eighth", "eighth"])
    }
}

@Suite struct `Timed lyrics` {
    @Test func `have a line for each line with the time of each word`() throws {
        let syllables = [("Gol", false, 0), ("den", true, 0), ("sun", true, 0), ("light", true, 1)].enumerated().map {
            Score.Syllable(start: Double($0), length: 1, text: $1.0, endsWord: $1.1, line: $1.2)
        }
        let lyrics = try #require(LRC(score([], syllables: syllables)))
        #expect(lyrics.text.contains("[00:00.00]<00:00.00>Golden <00:01.00>sun\n[00:01.50]<00:01.50>light\n"))
        #expect(LRC(score([])) == nil)
    }
}

@Suite struct `Portable mathematics` {
    @Test func `agrees with the C library's`() {
        for exponent in stride(from: -20.0, through: 20, by: 0.37) {
            #expect(abs(PortableMath.exp(exponent) / Foundation.exp(exponent) - 1) < 1e-10)
        }
        for value in [1e-6, 0.3, 0.5, 1, 1.5, 2, 440, 44_100, 1e9] {
            #expect(abs(PortableMath.log2(value) - Foundation.log2(value)) < 1e-9)
        }
        #expect(abs(PortableMath.power(10, -0.3) - pow(10, -0.3)) < 1e-10)
    }
}
