import Music

/// A harmonic language: the progressions a style draws from, in major and in minor, and how far they may be varied.
struct Harmony: Sendable {
    struct Table: Sendable {
        var verse: [Progression] = []
        var chorus: [Progression] = []
        var bridge: [Progression] = []
        /// What leads into a chorus.
        var build: [Progression] = []
        /// The last bar of a section; nil keeps the progression turning.
        var cadence: Progression?
        /// The very last chord.
        var ending: RomanNumeral?
    }

    enum Variation: String, Sendable, CaseIterable {
        /// Another chord of the same function.
        case diatonic
        /// A dominant before a chord other than the tonic.
        case secondary
        /// From the parallel key.
        case borrowed
        /// The dominant a tritone away.
        case tritone
        /// A fourth that resolves.
        case suspended
        /// Basses that move by step.
        case inverted
        case none
    }

    var major = Table()
    var minor = Table()
    var variations: [Variation] = []
    /// Semitones by which the last chorus rises, and in what share of songs, 0…1.
    var lift = (semitones: 0, chance: 0.0)

    func table(for key: Key) -> Table { key.isMinor ? minor : major }
}
