import Core
import Music

/// Writes a score as an Ableton Live set: a MIDI track for each part with a clip for each section, tempo, meter, and a locator where each
/// section begins.
///
/// The schema is that of Live 11.3, so Live 11.3 and newer open it. Source: sets saved by Live, see `docs/reference/live-sets.md`.
public struct LiveSetWriter {
    /// The time of a resting value, before any song.
    private static let beforeSong = -63_072_000.0
    /// Beats by which a note may be early and still belong to the section it leads into, or late and be cut at a section's end.
    private static let early = 1.0 / 16
    private static let late = 1.0 / 4
    private static let volumes = 0.0003162277571...1.99526238

    private let score: Score
    private var templates = LiveSetTemplates()

    public init(_ score: Score) {
        self.score = score
    }

    /// The set as gzipped XML. Throws `live_set_unwritable` for a score without parts or with a meter that Live does not have.
    public func data() throws -> [UInt8] {
        var writer = self
        return try Gzip.compress(Array(try writer.xml().utf8))
    }

    /// 4/4 is 201, 3/4 is 200, 6/8 is 302.
    private func meterValue() throws -> Int {
        guard (1...99).contains(score.meter.beats), [1, 2, 4, 8, 16].contains(score.meter.unit) else {
            throw Failure(.unprocessable, "live_set_unwritable", "Live has no meter of \(score.meter).")
        }
        return score.meter.beats - 1 + 99 * score.meter.unit.trailingZeroBitCount
    }

    private mutating func xml() throws -> String {
        guard !score.parts.isEmpty else { throw Failure(.unprocessable, "live_set_unwritable", "The score has no parts.") }
        let meter = try meterValue()
        let bar = score.meter.bar
        let last = score.parts.flatMap(\.notes).map { $0.start + $0.length }.max() ?? 0
        let end = (max(score.length, last, bar) / bar - 1e-9).rounded(.up) * bar
        let key = keyValues
        let tempo = tempoEvents()
        let tracks = score.parts.enumerated().map { track($1, index: $0, end: end) }
        let envelopes = [
            envelope(0, "meter", "EnumEvent", [(LiveSetWriter.beforeSong, Double(meter))]), envelope(1, "tempo", "FloatEvent", tempo),
        ]
        var common = [
            "name": "Master", "userName": "", "unfolded": "false", "volume": "1", "pan": "0", "out": "AudioOut/External/S0",
            "outUpper": "Ext. Out", "outLower": "1/2",
        ]
        common["tempo"] = LiveSetTemplates.number(tempo[0].value)
        common["meter"] = String(meter)
        common["tempoLow"] = LiveSetTemplates.number(min(60, tempo.map(\.value).min() ?? 60).rounded(.down))
        common["tempoHigh"] = LiveSetTemplates.number(max(200, tempo.map(\.value).max() ?? 200).rounded(.up))
        var values = common
        values["envelopes"] = LiveSetTemplates.list("Envelopes", envelopes)
        values["color"] = "6"
        let master = templates.fill("master", values)
        values["envelopes"] = LiveSetTemplates.list("Envelopes", [])
        values["color"] = "-1"
        let preHear = templates.fill("prehear", values)
        let locators = score.sections.enumerated().map { index, section in
            templates.fill(
                "locator",
                [
                    "id": String(index), "time": LiveSetTemplates.number(max(0, section.start)),
                    "name": LiveSetTemplates.text(section.name),
                ])
        }
        var set = key
        set["tracks"] = LiveSetTemplates.list("Tracks", tracks)
        set["master"] = master
        set["prehear"] = preHear
        set["locators"] = LiveSetTemplates.list("Locators", locators)
        set["title"] = LiveSetTemplates.text(score.title)
        set["tempo"] = common["tempo"]
        set["meter"] = String(meter)
        set["songLength"] = LiveSetTemplates.number(end)
        set["nextPointeeId"] = String(templates.nextID)
        return templates.fill("set", set) + "\n"
    }

    // MARK: Tempo and key

    /// A resting value, then a step (two events at one time) at every change.
    private func tempoEvents() -> [(time: Double, value: Double)] {
        func held(_ bpm: Double) -> Double { min(999, max(20, bpm)) }
        let changes = score.tempoMap.changes
        var events = [(time: LiveSetWriter.beforeSong, value: held(changes.first?.bpm ?? 120))]
        for change in changes.dropFirst() {
            let before = events[events.count - 1].value
            guard held(change.bpm) != before else { continue }
            events.append((change.start, before))
            events.append((change.start, held(change.bpm)))
        }
        return events
    }

    private mutating func envelope(_ id: Int, _ target: String, _ kind: String, _ events: [(time: Double, value: Double)]) -> String {
        let rows = events.enumerated().map { index, event in
            templates.fill(
                "event",
                [
                    "type": kind, "id": String(index), "time": LiveSetTemplates.number(event.time),
                    "value": LiveSetTemplates.number(event.value),
                ])
        }
        return templates.fill(
            "envelope", ["id": String(id), "target": String(templates.id(target)), "events": LiveSetTemplates.list("Events", rows)])
    }

    private var keyValues: [String: String] {
        let scale = score.key.mode.rawValue.split(separator: " ").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined(separator: " ")
        return [
            "root": String(score.key.tonic.semitone), "scale": scale, "flat": score.key.prefersFlats ? "true" : "false", "inKey": "true",
        ]
    }

    // MARK: Tracks

    private mutating func track(_ part: Score.Part, index: Int, end: Beats) -> String {
        // Live replaces "#" in a track's name by the track's number.
        let name = LiveSetTemplates.text(part.name.replacing("#", with: "♯"))
        let color = String(LiveSetWriter.color(of: part))
        let clips = LiveSetClip.clips(
            of: part.notes, sections: score.sections, end: end, early: LiveSetWriter.early, late: LiveSetWriter.late)
        let isPitched = !part.instrument.isDrumKit && part.role != .effects
        let texts = clips.enumerated().map { number, clip in
            self.clip(clip, number: number, partName: name, color: color, isPitched: isPitched)
        }
        let controllers = (0..<131).map { number in
            // As in every track of every set: these three locked.
            templates.fill("controller", ["n": String(number), "lock": [1, 11, 66].contains(number) ? "1" : "0"])
        }
        let gain = PortableMath.power(10, min(6, max(-70, part.mix.gainDecibels)) / 20)
        return templates.fill(
            "track",
            [
                "id": String(index + 1), "index": String(index), "name": name, "userName": name, "color": color, "unfolded": "true",
                "envelopes": LiveSetTemplates.list("Envelopes", []), "clips": LiveSetTemplates.list("Events", texts),
                "controllers": LiveSetTemplates.list("MidiControllers", controllers),
                "volume": LiveSetTemplates.number(min(LiveSetWriter.volumes.upperBound, max(LiveSetWriter.volumes.lowerBound, gain))),
                "pan": LiveSetTemplates.number(min(1, max(-1, part.mix.pan))), "out": "AudioOut/Master", "outUpper": "Master",
                "outLower": "",
            ])
    }

    private mutating func clip(_ clip: LiveSetClip, number: Int, partName: String, color: String, isPitched: Bool) -> String {
        var id = 0
        var keyTracks: [String] = []
        let byPitch = Dictionary(grouping: clip.notes) { $0.pitch }
        for pitch in byPitch.keys.sorted() {
            let rows = (byPitch[pitch] ?? []).map { note -> String in
                id += 1
                return templates.fill(
                    "note",
                    [
                        "time": LiveSetTemplates.number(note.start - clip.start), "duration": LiveSetTemplates.number(note.length),
                        "velocity": String(min(127, max(1, note.velocity))), "id": String(id),
                    ])
            }
            keyTracks.append(
                templates.fill(
                    "keyTrack", ["id": String(keyTracks.count), "pitch": String(pitch), "notes": LiveSetTemplates.list("Notes", rows)]))
        }
        let highest = Int(byPitch.keys.max() ?? 60)
        var values = keyValues
        values["inKey"] = isPitched ? "true" : "false"
        values["id"] = String(number)
        values["start"] = LiveSetTemplates.number(clip.start)
        values["end"] = LiveSetTemplates.number(clip.end)
        values["length"] = LiveSetTemplates.number(clip.end - clip.start)
        values["name"] = clip.name.isEmpty ? partName : LiveSetTemplates.text(clip.name)
        values["color"] = color
        values["numerator"] = String(score.meter.beats)
        values["denominator"] = String(score.meter.unit)
        values["keyTracks"] = LiveSetTemplates.list("KeyTracks", keyTracks)
        values["nextNoteId"] = String(id + 1)
        // Eight pixels a key, the highest note at the top.
        values["scroll"] = String(-8 * max(0, 126 - highest))
        return templates.fill("clip", values)
    }

    /// An index into Live's palette: a colour for each role.
    private static func color(of part: Score.Part) -> Int {
        switch part.role {
        case .drums: 14
        case .percussion: 15
        case .bass: 23
        case .chords: (24...31).contains(part.instrument.program) ? 16 : 20
        case .pad: 24
        case .arpeggio: 17
        case .lead: 26
        case .counter: (56...63).contains(part.instrument.program) ? 59 : 19
        case .effects: 27
        }
    }
}
