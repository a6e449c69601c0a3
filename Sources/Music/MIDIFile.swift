import Core

/// A Standard MIDI File of type 1: a conductor track, then one track per part.
///
/// The conductor track carries the title, tempo map, time signature, key signature, and the sections as markers. Each part's track
/// carries its name, bank, program, volume and pan before its notes. 480 ticks to the quarter note.
/// Source: MIDI Manufacturers Association, "Standard MIDI Files 1.0", RP-001.
public struct MIDIFile: Sendable, Hashable {
    public static let ticksPerQuarter = 480

    /// An event at an absolute time.
    public struct Event: Sendable, Hashable {
        public enum Message: Sendable, Hashable {
            case text(kind: UInt8, String)
            case tempo(microsecondsPerQuarter: Int)
            case meter(Meter)
            /// sharps: −7…7.
            case key(sharps: Int, isMinor: Bool)
            case control(channel: UInt8, number: UInt8, value: UInt8)
            case program(channel: UInt8, UInt8)
            case noteOn(channel: UInt8, pitch: UInt8, velocity: UInt8)
            case noteOff(channel: UInt8, pitch: UInt8)
            case end
        }

        public var tick: Int
        public var message: Message

        public init(tick: Int, message: Message) {
            self.tick = tick
            self.message = message
        }
    }

    /// The first is the conductor. Events are in order of time and end with `.end`.
    public var tracks: [[Event]]

    public init(tracks: [[Event]]) {
        self.tracks = tracks
    }

    public init(_ score: Score) {
        tracks = [MIDIFile.conductor(of: score)]
        var melodic = 0
        for part in score.parts {
            // Drums belong on channel 10; everyone else takes the other fifteen in turn.
            let channel: UInt8
            if part.instrument.isDrumKit {
                channel = 9
            } else {
                let turn = UInt8(melodic % 15)
                channel = turn < 9 ? turn : turn + 1
                melodic += 1
            }
            tracks.append(MIDIFile.track(of: part, channel: channel, end: MIDIFile.tick(score.length)))
        }
    }

    static func tick(_ beat: Beats) -> Int { Int((beat * Double(ticksPerQuarter)).rounded()) }

    private static func conductor(of score: Score) -> [Event] {
        var events = [
            Event(tick: 0, message: .text(kind: 0x03, score.title)), Event(tick: 0, message: .meter(score.meter)),
            Event(tick: 0, message: .key(sharps: score.key.signature, isMinor: score.key.isMinor)),
        ]
        for change in score.tempoMap.changes {
            let microseconds = Int((60_000_000 / change.bpm).rounded())
            events.append(Event(tick: tick(change.start), message: .tempo(microsecondsPerQuarter: microseconds)))
        }
        for section in score.sections { events.append(Event(tick: tick(section.start), message: .text(kind: 0x06, section.name))) }
        return closed(events, at: tick(score.length))
    }

    private static func track(of part: Score.Part, channel: UInt8, end: Int) -> [Event] {
        let bank = UInt8(part.instrument.isDrumKit ? 0 : min(127, max(0, part.instrument.bank)))
        // Controller 7 follows the square of amplitude: 40·log10(value / 127) decibels.
        let gain = 100 * PortableMath.power(10, part.mix.gainDecibels / 40)
        let pan = 64 + (part.mix.pan * 63).rounded()
        var events = [
            Event(tick: 0, message: .text(kind: 0x03, part.name)),
            Event(tick: 0, message: .control(channel: channel, number: 0, value: bank)),
            Event(tick: 0, message: .program(channel: channel, UInt8(min(127, max(0, part.instrument.program))))),
            Event(tick: 0, message: .control(channel: channel, number: 7, value: UInt8(min(127, max(1, gain.rounded()))))),
            Event(tick: 0, message: .control(channel: channel, number: 10, value: UInt8(min(127, max(0, pan))))),
        ]
        for note in part.notes {
            let start = tick(note.start)
            let stop = max(start + 1, tick(note.start + note.length))
            events.append(
                Event(
                    tick: start, message: .noteOn(channel: channel, pitch: min(127, note.pitch), velocity: min(127, max(1, note.velocity))))
            )
            events.append(Event(tick: stop, message: .noteOff(channel: channel, pitch: min(127, note.pitch))))
        }
        return closed(events, at: end)
    }

    /// In order of time; a note that ends comes before one that begins, so that repeated notes are struck again.
    private static func closed(_ events: [Event], at end: Int) -> [Event] {
        func rank(_ message: Event.Message) -> Int {
            switch message {
            case .noteOff: 1
            case .noteOn: 2
            default: 0
            }
        }
        let sorted = events.enumerated().sorted {
            ($0.element.tick, rank($0.element.message), $0.offset) < ($1.element.tick, rank($1.element.message), $1.offset)
        }.map(\.element)
        return sorted + [Event(tick: max(end, sorted.last?.tick ?? 0), message: .end)]
    }
}
