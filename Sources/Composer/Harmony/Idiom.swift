import Music

/// A harmonic language: the progressions a style draws from, in major and in minor.
struct Idiom: Sendable {
    struct Table: Sendable {
        let verse: [String]
        let chorus: [String]
        let bridge: [String]
        /// What leads into a chorus.
        let build: [String]
        /// The last bar of a section; nil keeps the progression turning.
        let cadence: String?
        /// The very last chord.
        let ending: String
    }

    let id: String
    let major: Table
    let minor: Table

    func table(for key: Key) -> Table { key.isMinor ? minor : major }

    static func named(_ id: String) -> Idiom? { all.first { $0.id == id } }

    static let all: [Idiom] = [
        pop, rock, ballad, club, dark, trance, hipHop, loFi, jazz, bossa, latin, blues, funk, soul, reggae, folk, classical, film, ambient,
        synth,
    ]

    static let pop = Idiom(
        id: "pop",
        major: Table(
            verse: ["I | V | vi | IV", "I | vi | IV | V", "I | IV | vi | V", "I | iii | IV | V"],
            chorus: ["IV | I | V | vi", "I | V | vi | IV", "IV | V | vi | I/3", "vi | IV | I | V"],
            bridge: ["ii | vi | IV | V", "IV | iv | I | V/vi", "vi | iii | IV | V"], build: ["ii | IV | V | V", "IV | vi | V | V"],
            cadence: "Vsus4 V", ending: "I"),
        minor: Table(
            verse: ["i | VI | III | VII", "i | iv | VI | VII", "i | VII | VI | VII"],
            chorus: ["VI | VII | i | i", "i | VI | III | VII", "VI | III | VII | i"],
            bridge: ["iv | VI | i | VII", "VI | iv | i | V"], build: ["iv | VI | VII | V", "VI | VI | VII | V"], cadence: "V",
            ending: "i"))

    static let rock = Idiom(
        id: "rock",
        major: Table(
            verse: ["I5 | IV5 | I5 | V5", "I5 | bVII5 | IV5 | I5", "I5 | I5 | IV5 | IV5"],
            chorus: ["I | V | vi | IV", "I | IV | V | IV", "vi | IV | I | V"], bridge: ["bVII | IV | I | I", "vi | V | IV | V"],
            build: ["IV | IV | V | V"], cadence: "V", ending: "I5"),
        minor: Table(
            verse: ["i5 | i5 | VI5 | VII5", "i5 | VII5 | VI5 | VII5", "i5 | III5 | VII5 | IV5"],
            chorus: ["VI5 | VII5 | i5 | i5", "i5 | VI5 | III5 | VII5"], bridge: ["iv5 | iv5 | VI5 | VII5", "VI5 | i5 | VI5 | V5"],
            build: ["VI5 | VI5 | VII5 | VII5"], cadence: "VII5", ending: "i5"))

    static let ballad = Idiom(
        id: "ballad",
        major: Table(
            verse: ["I | V/3 | vi | IV", "Iadd9 | iii | IV | V", "I | vi | ii7 | V7", "I | IV | I/3 | V"],
            chorus: ["IV | V | iii7 | vi", "I | V/3 | vi | IV", "IV | I/3 | ii7 | V", "I | IV | vi | IV", "IV | I/3 | IV | I"],
            bridge: ["vi | iii | IV | I/3", "ii7 | V7/vi | vi | IV"], build: ["ii7 | I/3 | IV | V"], cadence: "Vsus4 V", ending: "Iadd9"),
        minor: Table(
            verse: ["i | VI | iv | V", "i | v/3 | VI | V", "i | iv | VII | III | VI | iiø7 | V | i"],
            chorus: ["i | VII | VI | V", "VI | VII | i | i/3", "i | VI | iv | V7"],
            bridge: ["iv | i | iv | V", "VI | III | iv | V7"], build: ["iv | i/3 | iiø7 | V"], cadence: "Vsus4 V7", ending: "i"))

    static let club = Idiom(
        id: "club",
        major: Table(
            verse: ["Imaj7 | Imaj7 | vi7 | vi7", "ii7 | ii7 | Imaj7 | Imaj7"], chorus: ["IVmaj7 | V | vi7 | iii7", "vi7 | IVmaj7 | I | V"],
            bridge: ["IVmaj7 | iii7 | ii7 | V"], build: ["IV | IV | V | V"], cadence: nil, ending: "Imaj9"),
        minor: Table(
            verse: ["i7 | i7 | VImaj7 | VImaj7", "i7 | iv7 | i7 | iv7", "i9 | i9 | iv7 | v7"],
            chorus: ["i7 | VImaj7 | III | VII", "VImaj7 | v7 | i7 | i7", "iv7 | v7 | i7 | i7"], bridge: ["VImaj7 | VII | iv7 | v7"],
            build: ["iv7 | iv7 | v7 | v7"], cadence: nil, ending: "i9"))

    static let dark = Idiom(
        id: "dark",
        major: Table(
            verse: ["I | I | I | bVII", "I | I | bVI | bVII"], chorus: ["I | bVII | bVI | bVII"], bridge: ["iv | iv | I | I"],
            build: ["bVI | bVI | bVII | bVII"], cadence: nil, ending: "I5"),
        minor: Table(
            verse: ["i | i | i | i", "i | i | i | VI", "i | i | bII | i"],
            chorus: ["i | i | VI | VII", "i | i | bII | i", "i | i | iv | i"],
            bridge: ["VI | VI | i | i", "iv | iv | VI | i"], build: ["i | i | VII | VII"], cadence: nil, ending: "i5"))

    static let trance = Idiom(
        id: "trance",
        major: Table(
            verse: ["I | I | vi | vi", "vi | vi | IV | V"], chorus: ["vi | IV | I | V", "IV | V | vi | I"], bridge: ["ii | vi | IV | V"],
            build: ["IV | IV | V | V"], cadence: nil, ending: "Iadd9"),
        minor: Table(
            verse: ["i | i | VI | VII", "i | i | i | VII"], chorus: ["i | VI | III | VII", "VI | VII | i | III", "VI | VII | v | i"],
            bridge: ["VI | VI | iv | VII", "iv | VI | III | VII"], build: ["VI | VI | VII | VII"], cadence: nil, ending: "iadd9"))

    static let hipHop = Idiom(
        id: "hip-hop",
        major: Table(
            verse: ["Imaj7 | vi7 | ii7 | V7", "IVmaj7 | iii7 | vi7 | vi7"], chorus: ["IVmaj7 | iii7 | ii7 | Imaj7"],
            bridge: ["ii7 | iii7 | IVmaj7 | V7"], build: ["ii7 | ii7 | V7 | V7"], cadence: nil, ending: "Imaj7"),
        minor: Table(
            verse: ["i | i | VI | V", "i | VI | i | v", "i | iv | VI | V"], chorus: ["i | VI | iv | V", "VI | VII | i | i"],
            bridge: ["iv | iv | i | V"], build: ["VI | VI | V | V"], cadence: nil, ending: "i"))

    static let loFi = Idiom(
        id: "lo-fi",
        major: Table(
            verse: ["ii9 | V13 | Imaj9 | vi9", "Imaj9 | iii7 | IVmaj9 | iv6", "IVmaj9 | iii7 | ii9 | Imaj9"],
            chorus: ["IVmaj9 | V7/vi | vi9 | ii9", "ii9 | V9 | iii7 | vi9"], bridge: ["iv7 | bVII9 | Imaj9 | vi9"],
            build: ["ii9 | ii9 | V9sus4 | V13"],
            cadence: nil, ending: "Imaj9"),
        minor: Table(
            verse: ["i9 | iv9 | VImaj7 | V7#9", "i9 | VImaj7 | iiø7 | V7b9", "iv9 | v7 | i9 | i9"],
            chorus: ["VImaj9 | v7 | iv9 | i9", "iv9 | VII9 | IIImaj7 | VImaj7"], bridge: ["iiø7 | V7b9 | i9 | i9"],
            build: ["iv9 | iv9 | iiø7 | V7b9"], cadence: nil, ending: "i9"))
}
