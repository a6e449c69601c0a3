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
    /// Seconds at the end over which the song fades out, while it plays on; nil for a song that ends by itself.
    public var fadeOut: Seconds?
    /// Nil in scores of earlier versions.
    public var mix: SongMix?
    /// Where the words of the lyrics fall, in order.
    public var syllables: [Syllable]?

    public init(
        title: String, tempoMap: TempoMap, meter: Meter, key: Key, sections: [Section], chords: [ChordSpan], parts: [Part],
        length: Beats, duration: Seconds, mix: SongMix? = nil, syllables: [Syllable]? = nil, fadeOut: Seconds? = nil
    ) {
        self.fadeOut = fadeOut
        self.title = title
        self.tempoMap = tempoMap
        self.meter = meter
        self.key = key
        self.sections = sections
        self.chords = chords
        self.parts = parts
        self.length = length
        self.duration = duration
        self.mix = mix
        self.syllables = syllables
    }

    /// A stretch of the form: intro, verse, chorus …
    public struct Section: Codable, Sendable, Hashable {
        public var name: String
        public var start: Beats
        public var length: Beats
        /// 0 (nothing) … 1 (everything): the energy curve that arrangement and mix follow.
        public var energy: Double
        /// What it does in the form: "verse", "chorus" … Nil in scores of earlier versions.
        public var kind: String?
        /// Where the song modulates, the key of this section; else nil.
        public var key: Key?

        public init(name: String, start: Beats, length: Beats, energy: Double, kind: String? = nil, key: Key? = nil) {
            self.kind = kind
            self.key = key
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
        /// What moves in its mix. Nil in scores of earlier versions.
        public var automation: [Automation]?

        public init(name: String, role: Role, instrument: Instrument, mix: PartMix, notes: [Note], automation: [Automation]? = nil) {
            self.automation = automation
            self.name = name
            self.role = role
            self.instrument = instrument
            self.mix = mix
            self.notes = notes
        }
    }

    /// One syllable of the lyrics, sung on one note of the tune.
    public struct Syllable: Codable, Sendable, Hashable {
        public var start: Beats
        public var length: Beats
        public var text: String
        /// Whether a space follows: the last syllable of its word.
        public var endsWord: Bool
        /// Which line of the lyrics it belongs to, from 0; tags and empty lines do not count.
        public var line: Int

        public init(start: Beats, length: Beats, text: String, endsWord: Bool, line: Int) {
            self.start = start
            self.length = length
            self.text = text
            self.endsWord = endsWord
            self.line = line
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
