import Ableton
import Core
import Foundation
import FoundationXML
import Music
import Testing

/// Collects what a set says, element by element.
private final class SetReader: NSObject, XMLParserDelegate {
    var counts: [String: Int] = [:]
    var ids: [Int] = []
    var nextPointee = 0
    var tracks: [String] = []
    var locators: [(name: String, time: Double)] = []
    var clips: [(start: Double, end: Double)] = []
    var notes: [(time: Double, velocity: Int)] = []
    var tempo = 0.0
    var meter = 0
    private var path: [String] = []

    func parser(
        _ parser: XMLParser, didStartElement element: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        path.append(element)
        counts[element, default: 0] += 1
        let parent = path.dropLast().last ?? ""
        let value = attributes["Value"] ?? ""
        if element == "Pointee" || element.hasSuffix("AutomationTarget") || element.hasSuffix("ModulationTarget")
            || element.hasPrefix("ControllerTargets.")
        {
            if let id = attributes["Id"].flatMap({ Int($0) }) { ids.append(id) }
        }
        switch (parent, element) {
        case ("LiveSet", "NextPointeeId"): nextPointee = Int(value) ?? 0
        case ("Name", "UserName") where path.contains("MidiTrack"): tracks.append(value)
        case ("Locator", "Time"): locators.append(("", Double(value) ?? -1))
        case ("Locator", "Name"): locators[locators.count - 1].name = value
        case ("MidiClip", "CurrentStart"): clips.append((Double(value) ?? -1, 0))
        case ("MidiClip", "CurrentEnd"): clips[clips.count - 1].end = Double(value) ?? -1
        case ("Tempo", "Manual"): tempo = Double(value) ?? 0
        case ("TimeSignature", "Manual"): meter = Int(value) ?? 0
        case (_, "MidiNoteEvent"): notes.append((Double(attributes["Time"] ?? "") ?? -1, Int(attributes["Velocity"] ?? "") ?? 0))
        default: break
        }
    }

    func parser(_ parser: XMLParser, didEndElement element: String, namespaceURI: String?, qualifiedName: String?) { path.removeLast() }
}

private func read(_ score: Score) throws -> SetReader {
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).als")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(LiveSetWriter(score).data()).write(to: file)
    let gunzip = Process()
    gunzip.executableURL = URL(filePath: "/usr/bin/env")
    gunzip.arguments = ["gzip", "-dc", file.path]
    let output = Pipe()
    gunzip.standardOutput = output
    try gunzip.run()
    let xml = try output.fileHandleForReading.readToEnd() ?? Data()
    gunzip.waitUntilExit()
    let reader = SetReader()
    let parser = XMLParser(data: xml)
    parser.delegate = reader
    #expect(parser.parse(), "\(String(describing: parser.parserError))")
    return reader
}

private func score(names: [String] = ["Bass", "Drums & <more>"], meter: Meter = .common) -> Score {
    let notes = (0..<16).map { Score.Note(start: Double($0), length: 0.9, pitch: 40 + UInt8($0 % 5), velocity: 100) }
    return Score(
        title: "A “set”", tempoMap: TempoMap(changes: [.init(start: 0, bpm: 124), .init(start: 8, bpm: 90)]), meter: meter,
        key: Key(PitchClass(6), .minor),
        sections: [
            .init(name: "Verse", start: 0, length: 8, energy: 0.5), .init(name: "Chorus", start: 8, length: 8, energy: 0.9),
        ],
        chords: [],
        parts: names.map { .init(name: $0, role: .bass, instrument: .init(name: $0, program: 33), mix: PartMix(), notes: notes) },
        length: 16, duration: 10)
}

@Suite struct `A Live set` {
    @Test func `has a named track for each part, a clip for each section, and every note`() throws {
        let set = try read(score())
        #expect(set.tracks == ["Bass", "Drums & <more>"])
        #expect(set.clips.map(\.start) == [0, 8, 0, 8] && set.clips.map(\.end) == [8, 16, 8, 16])
        #expect(set.notes.count == 32 && set.notes.allSatisfy { (0..<8).contains($0.time) && $0.velocity == 100 })
    }

    @Test func `has tempo with its changes, meter and locators`() throws {
        let set = try read(score(meter: Meter(3, 4)))
        #expect(set.tempo == 124 && set.meter == 200)
        #expect(set.counts["FloatEvent"] == 3)
        #expect(set.locators.map(\.name) == ["Verse", "Chorus"] && set.locators.map(\.time) == [0, 8])
    }

    @Test func `gives each pointee an id of its own below the next one`() throws {
        let set = try read(score(names: (1...14).map { "Part \($0)" }))
        #expect(Set(set.ids).count == set.ids.count && set.ids.count > 14 * 140)
        #expect(try #require(set.ids.max()) < set.nextPointee)
    }

    @Test func `joins sections that a long note holds together, and leaves out clips where a part rests`() throws {
        var long = score(names: ["Pad"])
        long.parts[0].notes = [.init(start: 6, length: 6, pitch: 60, velocity: 80)]
        #expect(try read(long).clips.map(\.end) == [16])
        long.parts[0].notes = [.init(start: 9, length: 1, pitch: 60, velocity: 80)]
        #expect(try read(long).clips.map(\.start) == [8])
    }

    @Test func `is refused for a score that Live could not hold`() {
        var empty = score()
        empty.parts = []
        #expect(throws: Failure.self) { try LiveSetWriter(empty).data() }
    }
}
