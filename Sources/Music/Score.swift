import Core

/// A length or position in quarter notes from the start of the song.
public typealias Beats = Double
/// A length or position in seconds.
public typealias Seconds = Double

/// A finished composition in musical time: what the composer hands to synthesis, and what is exported as MIDI and JSON.
public struct Score: Codable, Sendable, Hashable {
    public var title: String
    public var tempoMap: TempoMap
    public var meter: Meter
    public var key: Key
    public var sections: [Section]
    public var chords: [ChordSpan]
    public var parts: [Part]
    /// Where the last bar ends.
    public var length: Beats
    /// The exact length of the rendered audio, release tails included.
    public var duration: Seconds

    public init(
        title: String, tempoMap: TempoMap, meter: Meter, key: Key, sections: [Section], chords: [ChordSpan], parts: [Part],
        length: Beats, duration: Seconds
    ) {
        self.title = title
        self.tempoMap = tempoMap
        self.meter = meter
        self.key = key
        self.sections = sections
        self.chords = chords
        self.parts = parts
        self.length = length
        self.duration = duration
    }

    /// A stretch of the form: intro, verse, chorus …
    public struct Section: Codable, Sendable, Hashable {
        public var name: String
        public var start: Beats
        public var length: Beats
        /// 0 (nothing) … 1 (everything): the energy curve that arrangement and mix follow.
        public var energy: Double

        public init(name: String, start: Beats, length: Beats, energy: Double) {
            self.name = name
            self.start = start
            self.length = length
            self.energy = energy
        }
    }

    /// A chord and how long it lasts.
    public struct ChordSpan: Codable, Sendable, Hashable {
        public var chord: Chord
        public var start: Beats
        public var length: Beats

        public init(chord: Chord, start: Beats, length: Beats) {
            self.chord = chord
            self.start = start
            self.length = length
        }
    }

    /// One player: one stem of the mix and one track of the MIDI file.
    public struct Part: Codable, Sendable, Hashable {
        public enum Role: String, Codable, Sendable, CaseIterable {
            case drums, percussion, bass, chords, pad, arpeggio, lead, counter, effects
        }

        public var name: String
        public var role: Role
        public var instrument: Instrument
        public var mix: PartMix
        /// Sorted by start, then pitch.
        public var notes: [Note]

        public init(name: String, role: Role, instrument: Instrument, mix: PartMix, notes: [Note]) {
            self.name = name
            self.role = role
            self.instrument = instrument
            self.mix = mix
            self.notes = notes
        }
    }

    /// One note. Drum parts use General MIDI percussion keys as pitch.
    public struct Note: Codable, Sendable, Hashable {
        public var start: Beats
        public var length: Beats
        /// MIDI note number, 0…127 (60 is middle C).
        public var pitch: UInt8
        /// MIDI velocity, 1…127.
        public var velocity: UInt8

        public init(start: Beats, length: Beats, pitch: UInt8, velocity: UInt8) {
            self.start = start
            self.length = length
            self.pitch = pitch
            self.velocity = velocity
        }
    }
}

/// What plays a part: a preset of a General MIDI SoundFont.
public struct Instrument: Codable, Sendable, Hashable {
    public var name: String
    /// 0 for melodic presets, 128 for drum kits, as SoundFont numbers banks.
    public var bank: Int
    /// General MIDI program, 0…127.
    public var program: Int

    public init(name: String, bank: Int = 0, program: Int) {
        self.name = name
        self.bank = bank
        self.program = program
    }

    public var isDrumKit: Bool { bank == 128 }
}

/// How a part sits in the mix.
public struct PartMix: Codable, Sendable, Hashable {
    /// −60…+12, relative to the part's natural level.
    public var gainDecibels: Double
    /// −1 (left) … +1 (right).
    public var pan: Double
    /// Send levels, 0…1.
    public var reverb: Double
    public var delay: Double
    public var chorus: Double
    /// Corner of the high-pass in hertz; 0 switches it off.
    public var highPassHertz: Double
    /// Corner of the low-pass in hertz; 0 switches it off.
    public var lowPassHertz: Double
    /// 0…1: how strongly the kick ducks this part.
    public var ducking: Double
    /// 0…1: saturation.
    public var drive: Double

    public init(
        gainDecibels: Double = 0, pan: Double = 0, reverb: Double = 0.1, delay: Double = 0, chorus: Double = 0,
        highPassHertz: Double = 0, lowPassHertz: Double = 0, ducking: Double = 0, drive: Double = 0
    ) {
        self.gainDecibels = gainDecibels
        self.pan = pan
        self.reverb = reverb
        self.delay = delay
        self.chorus = chorus
        self.highPassHertz = highPassHertz
        self.lowPassHertz = lowPassHertz
        self.ducking = ducking
        self.drive = drive
    }
}
