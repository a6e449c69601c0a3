/// What plays a part: a preset of a General MIDI SoundFont, or a sound of the built-in synthesiser with a preset that stands for it in
/// MIDI files.
public struct Instrument: Codable, Sendable, Hashable {
    public var name: String
    /// 0 for melodic presets, 128 for drum kits, as SoundFont numbers banks.
    public var bank: Int
    /// General MIDI program, 0…127.
    public var program: Int
    /// Played by the synthesiser with this patch instead of the SoundFont.
    public var patch: SynthPatch?
    /// A kit whose drums the synthesiser makes.
    public var kit: SynthKit?

    public init(name: String, bank: Int = 0, program: Int, patch: SynthPatch? = nil, kit: SynthKit? = nil) {
        self.name = name
        self.bank = bank
        self.program = program
        self.patch = patch
        self.kit = kit
    }

    public var isDrumKit: Bool { bank == 128 }
    public var isSynthetic: Bool { patch != nil || kit != nil }
}

/// A sound of the subtractive and FM synthesiser: oscillators, a filter, two envelopes, and what moves them.
public struct SynthPatch: Codable, Sendable, Hashable {
    public struct Oscillator: Codable, Sendable, Hashable {
        public enum Wave: String, Codable, Sendable, CaseIterable {
            case saw, square, triangle, sine, noise, fm
        }

        public var wave: Wave
        /// Relative to the note; fractions detune.
        public var semitones: Double
        /// 0…1.
        public var level: Double
        /// Duty of a square, 0.05…0.95.
        public var width: Double
        /// Copies, 1…8, detuned over ± `spread` cents and spread over the stereo image.
        public var unison: Int
        public var spread: Double
        /// Of `fm`: the modulator's frequency relative to the carrier's, its index (radians) at the start and the seconds in which it falls.
        public var ratio: Double
        public var index: Double
        public var decay: Double

        public init(
            wave: Wave, semitones: Double = 0, level: Double = 1, width: Double = 0.5, unison: Int = 1, spread: Double = 12,
            ratio: Double = 1, index: Double = 1, decay: Double = 0.5
        ) {
            self.wave = wave
            self.semitones = semitones
            self.level = level
            self.width = width
            self.unison = unison
            self.spread = spread
            self.ratio = ratio
            self.index = index
            self.decay = decay
        }
    }

    /// Attack, decay and release in seconds, sustain 0…1.
    public struct Envelope: Codable, Sendable, Hashable {
        public var attack: Double
        public var decay: Double
        public var sustain: Double
        public var release: Double

        public init(attack: Double, decay: Double, sustain: Double, release: Double) {
            self.attack = attack
            self.decay = decay
            self.sustain = sustain
            self.release = release
        }
    }

    public struct Filter: Codable, Sendable, Hashable {
        public enum Kind: String, Codable, Sendable, CaseIterable {
            /// Four poles, saturating.
            case ladder
            /// Two poles, state-variable.
            case low, band, high
        }

        public var kind: Kind
        /// Hertz, for middle C.
        public var cutoff: Double
        /// 0…1; 1 is the edge of self-oscillation.
        public var resonance: Double
        /// Octaves by which the filter's envelope raises the cutoff.
        public var envelope: Double
        /// 0…1: how far the cutoff follows the note.
        public var key: Double
        /// Octaves that the hardest stroke adds.
        public var velocity: Double
        public var shape: Envelope

        public init(
            kind: Kind, cutoff: Double, resonance: Double = 0, envelope: Double = 0, key: Double = 0.3, velocity: Double = 0.5,
            shape: Envelope = Envelope(attack: 0.002, decay: 0.3, sustain: 0, release: 0.2)
        ) {
            self.kind = kind
            self.cutoff = cutoff
            self.resonance = resonance
            self.envelope = envelope
            self.key = key
            self.velocity = velocity
            self.shape = shape
        }
    }

    public struct Oscillation: Codable, Sendable, Hashable {
        public enum Target: String, Codable, Sendable, CaseIterable {
            /// Depth in semitones, octaves of the cutoff, 0…1 of the level, and 0…0.45 of a square's duty.
            case pitch, cutoff, level, width
        }

        public enum Shape: String, Codable, Sendable, CaseIterable {
            case sine, triangle, square, saw
        }

        public var target: Target
        public var shape: Shape
        /// Cycles per second, or per quarter note where `isSynced`.
        public var rate: Double
        public var isSynced: Bool
        public var depth: Double
        /// Seconds after the note's start until it is at its depth.
        public var delay: Double

        public init(target: Target, shape: Shape = .sine, rate: Double, isSynced: Bool = false, depth: Double, delay: Double = 0) {
            self.target = target
            self.shape = shape
            self.rate = rate
            self.isSynced = isSynced
            self.depth = depth
            self.delay = delay
        }
    }

    public var oscillators: [Oscillator]
    public var filter: Filter?
    public var amplitude: Envelope
    public var oscillations: [Oscillation]
    /// One note at a time; the next one takes over.
    public var isMono: Bool
    /// Seconds that a mono sound slides from note to note.
    public var glide: Double
    /// 0…1: saturation after the filter.
    public var drive: Double

    public init(
        oscillators: [Oscillator], filter: Filter? = nil, amplitude: Envelope, oscillations: [Oscillation] = [], isMono: Bool = false,
        glide: Double = 0, drive: Double = 0
    ) {
        self.oscillators = oscillators
        self.filter = filter
        self.amplitude = amplitude
        self.oscillations = oscillations
        self.isMono = isMono
        self.glide = glide
        self.drive = drive
    }
}

/// Drums made of sine waves, noise and metal.
public struct SynthKit: Codable, Sendable, Hashable {
    /// One ingredient of a drum.
    public struct Layer: Codable, Sendable, Hashable {
        public enum Kind: String, Codable, Sendable, CaseIterable {
            /// A sine that falls from `start` to `pitch` hertz within `sweep` seconds.
            case tone
            /// Noise between `pitch` and `start` hertz.
            case noise
            /// Six squares at inharmonic ratios above `pitch` hertz.
            case metal
        }

        public var kind: Kind
        public var pitch: Double
        public var start: Double
        public var sweep: Double
        /// Seconds in which it falls by 60 dB.
        public var decay: Double
        public var level: Double
        /// Strokes before the one that rings, and the seconds between them: what makes a clap.
        public var bursts: Int
        public var gap: Double

        public init(
            kind: Kind, pitch: Double, start: Double, sweep: Double = 0.03, decay: Double, level: Double = 1, bursts: Int = 0,
            gap: Double = 0.011
        ) {
            self.kind = kind
            self.pitch = pitch
            self.start = start
            self.sweep = sweep
            self.decay = decay
            self.level = level
            self.bursts = bursts
            self.gap = gap
        }
    }

    public struct Drum: Codable, Sendable, Hashable {
        /// General MIDI percussion key.
        public var key: UInt8
        public var layers: [Layer]
        /// 0…1: saturation.
        public var drive: Double
        public var level: Double
        /// −1…1.
        public var pan: Double

        public init(key: UInt8, layers: [Layer], drive: Double = 0, level: Double = 1, pan: Double = 0) {
            self.key = key
            self.layers = layers
            self.drive = drive
            self.level = level
            self.pan = pan
        }
    }

    public var drums: [Drum]

    public init(drums: [Drum]) {
        self.drums = drums
    }
}
