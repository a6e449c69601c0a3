import Music

/// A way of making music, as data: tempo, harmony, form, groove and band.
public struct Style: Sendable, Identifiable {
    /// Stable, lower-case, hyphenated.
    public let id: String
    public let name: String
    /// The words in a prompt that ask for it.
    public let words: [String]
    /// Quarter notes per minute.
    public let tempo: ClosedRange<Double>
    public let meter: Meter
    let swing: Swing
    /// Modes to choose from, the usual one first.
    let modes: [Key.Mode]
    let idiom: Idiom
    let form: Form
    let groove: Groove?
    let voices: [Voice]
    /// Standard deviation of the players' timing, in seconds.
    let looseness: Seconds
    /// The least time the last chord rings.
    let ring: Seconds

    init(
        id: String, name: String, words: [String], tempo: ClosedRange<Double>, meter: Meter = .common, swing: Swing = .straight,
        modes: [Key.Mode], idiom: Idiom, form: Form, groove: Groove?, voices: [Voice], looseness: Seconds = 0.004, ring: Seconds = 2.5
    ) {
        self.id = id
        self.name = name
        self.words = words
        self.tempo = tempo
        self.meter = meter
        self.swing = swing
        self.modes = modes
        self.idiom = idiom
        self.form = form
        self.groove = groove
        self.voices = voices
        self.looseness = looseness
        self.ring = ring
    }
}

/// How far the second of each pair of notes is late.
struct Swing: Sendable, Hashable {
    /// Where the off-beat falls within its pair: 0.5 straight … 0.7.
    let amount: Double
    /// The length of a pair: 1 swings eighths, 0.5 swings sixteenths.
    let pair: Beats

    static let straight = Swing(amount: 0.5, pair: 0.5)
    static func eighths(_ amount: Double) -> Swing { Swing(amount: amount, pair: 1) }
    static func sixteenths(_ amount: Double) -> Swing { Swing(amount: amount, pair: 0.5) }
}

/// One player of a style's band: which instruments may play it, what it does, when it joins.
struct Voice: Sendable {
    let id: String
    let role: Score.Part.Role
    /// Ids of the instrument catalogue; the seed chooses.
    let instruments: [String]
    let player: Player
    /// Plays where the energy is at least this.
    let enters: Double
    /// Sections it stays out of.
    let absent: [SectionKind]
    /// MIDI notes it likes to stay within.
    let register: ClosedRange<Int>
    let mix: PartMix

    init(
        _ id: String, _ role: Score.Part.Role, _ instruments: [String], _ player: Player, enters: Double = 0, absent: [SectionKind] = [],
        register: ClosedRange<Int>? = nil, mix: PartMix? = nil
    ) {
        self.id = id
        self.role = role
        self.instruments = instruments
        self.player = player
        self.enters = enters
        self.absent = absent
        self.register = register ?? Voice.register(of: role)
        self.mix = mix ?? .usual(for: role)
    }

    private static func register(of role: Score.Part.Role) -> ClosedRange<Int> {
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
}

/// What a voice does. Patterns are strings of sixteenths; `Grid` reads them.
enum Player: Sendable {
    /// Plays the style's groove.
    case drums
    /// Hand percussion: lanes like those of the groove.
    case percussion([Lane])
    /// Bass patterns from low to high energy: R root, r soft root, 8 octave, 5 fifth, 3 third, 7 seventh, a approach, - hold.
    case bass([String])
    /// A note on every beat that leads to the next chord.
    case walkingBass
    /// Chord patterns from low to high energy: x chord, X accented, 1…5 single notes of the voicing, B low root, C root and chord, - hold.
    case comping([String], voices: Int = 4, pedal: Bool = false, strum: Bool = false)
    /// Chords held for as long as they last.
    case pad(voices: Int = 4)
    /// Broken chords. step: length in sixteenths; octaves: 1…2.
    case arpeggio(ArpeggioShape, step: Int = 1, octaves: Int = 2, gate: Double = 0.7)
    /// The tune. density: notes per beat, about 0.5…2.5.
    case lead(density: Double)
    /// A short figure that keeps returning over the chords: x note, X accented, - hold.
    case riff([String])
    /// Long notes on thirds and sevenths against the tune.
    case counter
    /// The tune a third or sixth lower.
    case harmony
    /// Swells and hits where sections meet.
    case transitions
}

enum ArpeggioShape: Sendable {
    case up, down, upDown, skip, scattered
}
