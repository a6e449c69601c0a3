import Music

/// One player of a style's band: which instruments may play it, what it does, when it joins.
struct Voice: Sendable {
    let id: String
    var player: Player
    /// Ids of instruments; the seed chooses.
    var instruments: [String] = []
    /// By level of energy, from low to high; at each the seed chooses among the alternatives.
    var patterns: [[Pattern]] = []
    /// Of percussion.
    var lanes: [Lane] = []
    /// Plays where the energy is at least this.
    var enters = 0.0
    /// And below this.
    var leaves = 2.0
    /// Sections it stays out of.
    var absent: Set<SectionKind> = []
    /// MIDI notes it likes to stay within.
    var register: ClosedRange<Int>
    var mix: PartMix
    /// Hertz of its low-pass at the song's lowest and highest energy.
    var opens: ClosedRange<Double>?
    /// How often the last note of a phrase is thrown into the echo, 0…1.
    var throwing = 0.0
    /// Behind the beat, in seconds.
    var late: Seconds = 0
    var chords = ChordOptions()

    init(
        _ id: String, _ player: Player, patterns: [String] = [], enters: Double = 0, absent: Set<SectionKind> = [],
        register: ClosedRange<Int>? = nil, mix: PartMix? = nil
    ) {
        self.id = id
        self.player = player
        self.patterns = patterns.map { [Pattern($0)] }
        self.enters = enters
        self.absent = absent
        self.register = register ?? Voice.register(of: player.role)
        self.mix = mix ?? .usual(for: player.role)
    }

    var role: Score.Part.Role { player.role }

    static func register(of role: Score.Part.Role) -> ClosedRange<Int> {
        switch role {
        case .drums, .percussion, .effects: 0...127
        case .bass: 28...50
        case .chords: 50...74
        case .pad: 50...76
        case .arpeggio: 60...86
        case .lead: 62...84
        case .counter: 55...76
        }
    }

    /// Voices that any song can gain when a prompt wishes for an instrument its style has no place for.
    static let extras: [Voice] = [
        Voice("extra-lead", .melody, enters: 0.45, absent: [.intro]),
        Voice("extra-counter", .counter, enters: 0.5),
        Voice("extra-chords", .chords, patterns: ["x---------------", "x-----x-x-------", "x--x--x-x--x--x-"], enters: 0.34),
        Voice("extra-pad", .pad, enters: 0.3),
        Voice("extra-arpeggio", .arpeggio(.upDown, step: .eighth), enters: 0.4),
        Voice("extra-bass", .bass, patterns: ["R-------R-------", "R---r---R---5---", "R-r.R-r.R-r.5-.a"], enters: 0.36),
        Voice("extra-effects", .swells, register: 38...60),
        Voice("extra-drums", .drums, enters: 0.35),
    ]
}

/// What a voice does.
enum Player: Sendable, Hashable {
    /// Plays the style's groove.
    case drums
    /// Hand percussion: lanes of its own.
    case percussion
    case bass
    /// A note on every beat that leads to the next chord.
    case walkingBass
    /// Chords in a rhythm.
    case chords
    /// Chords held for as long as they last.
    case pad
    /// Broken chords.
    case arpeggio(ArpeggioShape, step: ArpeggioStep)
    /// The tune.
    case melody
    /// The tune a third or sixth lower.
    case harmony
    /// Long notes on thirds and sevenths against the tune.
    case counter
    /// Short figures while the tune rests.
    case answers
    /// A short figure that keeps returning over the chords.
    case riff
    /// Tonic and fifth, held.
    case drone
    /// Swells and hits where sections meet.
    case swells

    var role: Score.Part.Role {
        switch self {
        case .drums: .drums
        case .percussion: .percussion
        case .bass, .walkingBass: .bass
        case .chords: .chords
        case .pad, .drone: .pad
        case .arpeggio: .arpeggio
        case .melody: .lead
        case .harmony, .counter, .answers, .riff: .counter
        case .swells: .effects
        }
    }
}

enum ArpeggioShape: String, Sendable, CaseIterable {
    case up, down, upDown = "up-down", skip, scattered
}

enum ArpeggioStep: String, Sendable, CaseIterable {
    case sixteenth = "1/16"
    case triplet = "1/12"
    case eighth = "1/8"
    case quarter = "1/4"

    var beats: Beats {
        switch self {
        case .sixteenth: 0.25
        case .triplet: 1.0 / 3
        case .eighth: 0.5
        case .quarter: 1
        }
    }
}

/// How chords are laid out and struck.
struct ChordOptions: Sendable, Hashable {
    enum Layout: String, Sendable, CaseIterable {
        /// Within an octave or little more.
        case close
        /// The second note from above an octave lower.
        case open, drop2
        /// Four voices without parallel fifths and octaves.
        case chorale
        /// Root, fifth and octave.
        case power
    }

    var voices = 4
    var layout = Layout.close
    /// Notes ring until the chord changes.
    var hasPedal = false
    /// One string after the other.
    var isStrummed = false
    /// Of arpeggios.
    var octaves = 2
    var gate = 0.7
}
