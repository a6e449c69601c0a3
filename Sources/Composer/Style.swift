import Music

/// A way of making music, as data: read from a file in `composer/styles`, whose format is described in `docs/reference/styles.md`.
public struct Style: Sendable, Identifiable {
    /// Stable, lower-case, hyphenated.
    public let id: String
    public var name = ""
    /// One sentence on what one hears.
    public var about = ""
    /// The phrases in a prompt that ask for it.
    public var words: [String] = []
    /// Quarter notes per minute.
    public var tempo: ClosedRange<Double> = 90...120
    /// The usual one first; patterns are written in it.
    public var meters: [Meter] = []
    /// Modes to choose from, the usual one first.
    public var modes: [Key.Mode] = []
    var swing = Swing.straight
    /// Standard deviation of the players' timing, in seconds.
    var looseness: Seconds = 0.004
    /// The least time the last chord rings.
    var ring: Seconds = 2.5
    var harmony = Harmony()
    var forms: [Form] = []
    var melody = MelodyIdiom()
    var groove: Groove?
    var voices: [Voice] = []
    public var mix = SongMix()

    init(id: String) {
        self.id = id
    }

    public var meter: Meter { meters.first ?? .common }

    func voice(_ id: String) -> Voice? { voices.first { $0.id == id } ?? Voice.extras.first { $0.id == id } }
}

/// How far the second of each pair of notes is late.
struct Swing: Sendable, Hashable {
    /// Where the off-beat falls within its pair: 0.5 straight … 0.7.
    var amount: Double
    /// The length of a pair: 1 swings eighths, 0.5 swings sixteenths.
    var pair: Beats

    static let straight = Swing(amount: 0.5, pair: 0.5)
}

/// How a style's tunes go.
struct MelodyIdiom: Sendable, Hashable {
    enum Scale: String, Sendable, CaseIterable {
        case key, pentatonic, blues, harmonic, phrygianDominant = "phrygian dominant", chords
    }

    enum Shape: String, Sendable, CaseIterable {
        case arch, rise, fall, wave, flat
    }

    enum Ornament: String, Sendable, CaseIterable {
        case grace, turn, trill, slide, double, run
    }

    /// Notes per beat.
    var density = 1.0
    /// Each 0…1.
    var syncopation = 0.4
    var leaps = 0.2
    var repeats = 0.15
    var pickups = 0.25
    var legato = 0.85
    var scale = Scale.key
    /// How likely a note that has room for it is adorned.
    var ornaments: [Ornament: Double] = [:]
    var shapes: [Shape] = [.arch, .rise, .fall, .wave]
}
