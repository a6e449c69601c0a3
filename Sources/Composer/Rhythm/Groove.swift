/// The drums of a style: one lane per sound.
struct Groove: Sendable {
    let lanes: [Lane]
    let fill: Fill
    /// Whether builds end in a snare roll.
    let rolls: Bool
    /// Whether sections begin with a crash.
    let crashes: Bool

    init(fill: Fill, rolls: Bool = false, crashes: Bool = true, _ lanes: [Lane]) {
        self.lanes = lanes
        self.fill = fill
        self.rolls = rolls
        self.crashes = crashes
    }

    enum Fill: Sendable {
        case toms, snare, electronic, brushes, hats, none
    }
}

/// One drum: its patterns and the energies between which it plays.
///
/// x hit, X accent, o soft, g ghost, ? sometimes, r two thirty-seconds, t three in an eighth.
struct Lane: Sendable {
    /// General MIDI percussion key.
    let key: Int
    /// The seed chooses one per kind of section.
    let patterns: [String]
    let enters: Double
    let leaves: Double
    /// Multiplies velocity.
    let level: Double

    init(_ key: Int, _ patterns: [String], from enters: Double = 0, until leaves: Double = 2, level: Double = 1) {
        self.key = key
        self.patterns = patterns
        self.enters = enters
        self.leaves = leaves
        self.level = level
    }

    // General MIDI percussion keys.
    static let kick = 36
    static let rim = 37
    static let snare = 38
    static let clap = 39
    static let electricSnare = 40
    static let closedHat = 42
    static let pedalHat = 44
    static let openHat = 46
    static let crash = 49
    static let highTom = 50
    static let midTom = 47
    static let lowTom = 45
    static let floorTom = 43
    static let ride = 51
    static let rideBell = 53
    static let tambourine = 54
    static let splash = 55
    static let cowbell = 56
    static let bongoHigh = 60
    static let bongoLow = 61
    static let congaMute = 62
    static let congaOpen = 63
    static let congaLow = 64
    static let timbale = 65
    static let agogo = 67
    static let cabasa = 69
    static let maracas = 70
    static let claves = 75
    static let woodblock = 76
    static let shaker = 82
    static let triangle = 81
}
