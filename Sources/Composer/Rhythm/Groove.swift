import Music

/// The drums of a style: one lane per sound, and what happens where phrases end.
struct Groove: Sendable {
    enum Fill: String, Sendable, CaseIterable {
        case toms, snare, electronic, brushes, hats, none
    }

    var lanes: [Lane] = []
    var fill = Fill.none
    /// Bars that may replace the last of a phrase; without any, fills are made up.
    var fills: [[Lane]] = []
    /// Whether builds end in a snare roll.
    var rolls = false
    /// Whether sections begin with a crash.
    var crashes = false
    /// How often everybody rests for the last beat before a chorus, 0…1.
    var stops = 0.0
    /// Seconds by which a sound is late (negative: early), by key.
    var late: [Int: Seconds] = [:]

    /// For styles that have no drums of their own.
    static let plain = Groove(
        lanes: [
            Lane(36, ["X.......X.......", "X.....x.X......."], from: 0.35), Lane(38, ["....X.......X..."], from: 0.4),
            Lane(42, ["x.x.x.x.x.x.x.x."], from: 0.35, level: 0.65),
        ], fill: .toms)
}

/// One drum: its patterns and the energies between which it plays.
///
/// x hit, X accent, o soft, g ghost, ? sometimes, r two thirty-seconds, t three in an eighth, f flam.
struct Lane: Sendable {
    /// General MIDI percussion key.
    let key: Int
    /// The seed chooses one per kind of section.
    let patterns: [Pattern]
    let enters: Double
    let leaves: Double
    /// Multiplies velocity.
    let level: Double

    init(
        _ key: Int, _ patterns: [String], meter: Meter = .common, from enters: Double = 0, until leaves: Double = 2, level: Double = 1
    ) {
        self.key = key
        self.patterns = patterns.map { Pattern($0, meter: meter) }
        self.enters = enters
        self.leaves = leaves
        self.level = level
    }

    static let kick = 36
    static let snare = 38
    static let clap = 39
    static let secondSnare = 40
    static let closedHat = 42
    static let crash = 49
    static let symbols: Set<Character> = ["x", "X", "o", "g", "?", "r", "t", "f", "."]

    /// General MIDI percussion keys by the names that style files use.
    static let keys: [String: Int] = [
        "kick": 36, "rim": 37, "snare": 38, "clap": 39, "snare-2": 40, "floor-tom": 43, "hat": 42, "pedal-hat": 44, "low-tom": 45,
        "open-hat": 46, "mid-tom": 47, "crash": 49, "high-tom": 50, "ride": 51, "ride-bell": 53, "tambourine": 54, "splash": 55,
        "cowbell": 56, "bongo-high": 60, "bongo-low": 61, "conga-mute": 62, "conga-open": 63, "conga-low": 64, "timbale-high": 65,
        "timbale-low": 66, "agogo-high": 67, "agogo-low": 68, "cabasa": 69, "maracas": 70, "whistle": 71, "guiro": 73, "claves": 75,
        "woodblock": 76, "cuica-mute": 78, "cuica-open": 79, "triangle-mute": 80, "triangle": 81, "shaker": 82, "castanets": 85,
        "surdo-mute": 86, "surdo-open": 87,
    ]
}
