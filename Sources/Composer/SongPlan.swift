import Music

/// Every decision that comes before the notes: what the prompt was taken to mean, and the song that will be written from it.
public struct SongPlan: Codable, Sendable, Hashable {
    public var title: String
    /// The style's id, as in `Composer.styles`.
    public var style: String
    public var styleName: String
    /// Quarter notes per minute.
    public var bpm: Double
    public var key: Key
    public var meter: Meter
    /// Where an off-beat falls within its pair: 0.5 is straight, 0.667 a triplet feel.
    public var swing: Double
    public var mood: Mood
    /// The style whose chords it has: another one where two are blended.
    public var harmony: String
    public var sections: [Section]
    public var parts: [Part]
    /// What the whole song passes through.
    public var mix: SongMix
    /// The pulse of the drums against the tempo: 1, 0.5 for half time, 2 for double time.
    public var pulse: Double
    /// Whether it ends in a fade instead of a last chord.
    public var fadesOut: Bool
    /// Words to be sung, with their section tags.
    public var lyrics: String?
    /// Chords and a tune that are given instead of composed.
    public var material: Material?
    /// Seconds, exactly those of the finished audio.
    public var duration: Seconds
    public var seed: UInt64
    /// What was understood, in the order of the prompt.
    public var understood: [Understanding]
    /// Words that say nothing to the composer.
    public var unrecognised: [String]

    /// What a song takes over from another one, in beats from its start.
    public struct Material: Codable, Sendable, Hashable {
        public var chords: [Score.ChordSpan]
        /// Nil leaves the tune to the composer.
        public var tune: [Score.Note]?

        public init(chords: [Score.ChordSpan], tune: [Score.Note]? = nil) {
            self.chords = chords
            self.tune = tune
        }
    }

    /// A stretch of the form.
    public struct Section: Codable, Sendable, Hashable {
        public var name: String
        public var kind: SectionKind
        public var bars: Int
        /// 0…1.
        public var energy: Double
        /// Semitones above the song's key.
        public var lift: Int

        public init(name: String, kind: SectionKind, bars: Int, energy: Double, lift: Int = 0) {
            self.lift = lift
            self.name = name
            self.kind = kind
            self.bars = bars
            self.energy = energy
        }
    }

    /// One player of the band.
    public struct Part: Codable, Sendable, Hashable {
        /// Which of the style's voices it plays, or an `extra` voice.
        public var voice: String
        public var name: String
        public var role: Score.Part.Role
        public var instrument: Instrument
        /// Asked for by name: plays from early on and stands a little in front.
        public var isFeatured: Bool

        public init(voice: String, name: String, role: Score.Part.Role, instrument: Instrument, isFeatured: Bool = false) {
            self.voice = voice
            self.name = name
            self.role = role
            self.instrument = instrument
            self.isFeatured = isFeatured
        }
    }

    /// Where the song lies between sad and happy, and between calm and driven.
    public struct Mood: Codable, Sendable, Hashable {
        /// −1 (dark, sad) … +1 (bright, happy).
        public var valence: Double
        /// −1 (calm) … +1 (driven).
        public var arousal: Double
        /// −1 (dry, close) … +1 (wide, wet).
        public var space: Double
        /// The prompt's own words for it.
        public var words: [String]

        public init(valence: Double = 0, arousal: Double = 0, space: Double = 0, words: [String] = []) {
            self.valence = valence
            self.arousal = arousal
            self.space = space
            self.words = words
        }
    }

    /// Words of the prompt and what they were taken to mean.
    public struct Understanding: Codable, Sendable, Hashable {
        public var words: String
        public var meaning: String

        public init(words: String, meaning: String) {
            self.words = words
            self.meaning = meaning
        }
    }
}

/// What a section does in the form; sections of one kind share their chords and their tune.
public enum SectionKind: String, Codable, Sendable, CaseIterable {
    case intro, verse, build, chorus, bridge, breakdown, solo, outro
}
