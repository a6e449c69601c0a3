extension Idiom {
    static let jazz = Idiom(
        id: "jazz",
        major: Table(
            verse: ["Imaj7 | vi7 | ii7 | V7", "Imaj7 | V7/ii | ii7 | V7 | iii7 | V7/ii | ii7 V7 | Imaj7", "I69 | V7/ii | ii7 | V7"],
            chorus: [
                "Imaj7 | vi7 | ii7 | V7 | iii7 | V7/ii | ii7 | V7", "Imaj7 | Imaj7 | ii7 | V7 | Imaj7 | V7/ii | ii7 V7 | I69",
                "I69 | I69 | V7/V | V7/V | ii7 | V7 | I69 | ii7 V7", "Imaj7 | IV7 | I69 V7/ii | ii7 V7 | I69 | IV7 | ii7 V7 | I69",
                "Imaj7 | V7/vi | vi7 | V7/ii | ii7 | V7 | Imaj7 V7/ii | ii7 V7",
                "ii7 | V7 | Imaj7 | IVmaj7 | viiø7 | V7/vi | vi7 V7/ii | ii7 V7",
            ],
            bridge: ["V7/vi | V7/vi | V7/ii | V7/ii | V7/V | V7/V | ii7 | V7", "iv7 | bVII7 | Imaj7 | Imaj7 | vi7 | V7/V | ii7 | V7"],
            build: ["ii7 | ii7 | V7 | V7"], cadence: "ii7 V7", ending: "I69"),
        minor: Table(
            verse: ["i7 | VImaj7 | iiø7 | V7b9", "i7 | iv7 | VII7 | IIImaj7 | VImaj7 | iiø7 | V7b9 | i7"],
            chorus: [
                "i7 | iiø7 V7b9 | i7 | V7/iv | iv7 | iv7 | iiø7 | V7b9", "iv7 | VII7 | IIImaj7 | VImaj7 | iiø7 | V7b9 | i7 | V7b9",
            ],
            bridge: ["V7/iv | V7/iv | iv7 | iv7 | VII7 | IIImaj7 | iiø7 | V7b9"], build: ["iiø7 | iiø7 | V7b9 | V7b9"],
            cadence: "iiø7 V7b9", ending: "i69"))

    static let bossa = Idiom(
        id: "bossa",
        major: Table(
            verse: ["Imaj9 | Imaj9 | V9/V | V9/V | ii9 | V13 | Imaj9 | V7b9", "Imaj7 | vi9 | ii9 | V13"],
            chorus: [
                "ii9 | V13 | iii7 | V7b9/ii | ii9 | V7b9 | Imaj9 | Imaj9", "IVmaj9 | iv6 | iii7 | V7b9/ii | ii9 | V13 | Imaj9 | V7b9",
            ],
            bridge: ["bVImaj7 | bVImaj7 | iv9 | bVII13 | iii7 | V7b9/ii | ii9 | V7b9"], build: ["ii9 | ii9 | V13 | V7b9"],
            cadence: "ii9 V7b9", ending: "Imaj9"),
        minor: Table(
            verse: ["i9 | i9 | iiø7 | V7b9", "i9 | iv9 | iiø7 | V7b9"],
            chorus: ["iv9 | VII13 | IIImaj9 | VImaj9 | iiø7 | V7b9 | i9 | i9"],
            bridge: ["VImaj9 | v7 | iv9 | V7b9/iv | iv9 | VII9 | iiø7 | V7b9"],
            build: ["iiø7 | iiø7 | V7b9 | V7b9"], cadence: "iiø7 V7b9", ending: "i69"))

    static let blues = Idiom(
        id: "blues",
        major: Table(
            verse: ["I7 | IV7 | I7 | I7 | IV7 | IV7 | I7 | I7 | V7 | IV7 | I7 | V7"],
            chorus: ["I7 | IV7 | I7 | I7 | IV7 | IV7 | I7 | V7/ii | ii7 | V7 | I7 V7/ii | ii7 V7"],
            bridge: ["IV7 | IV7 | I7 | I7 | V7/V | V7/V | V7 | V7"],
            build: ["IV7 | IV7 | V7 | V7"], cadence: nil, ending: "I9"),
        minor: Table(
            verse: ["i7 | i7 | i7 | i7 | iv7 | iv7 | i7 | i7 | VI7 | V7 | i7 | V7"],
            chorus: ["i7 | iv7 | i7 | i7 | iv7 | iv7 | i7 | i7 | iiø7 | V7 | i7 | V7"],
            bridge: ["iv7 | iv7 | i7 | i7 | VI7 | VI7 | V7 | V7"],
            build: ["iv7 | iv7 | V7 | V7"], cadence: nil, ending: "i7"))

    static let funk = Idiom(
        id: "funk",
        major: Table(
            verse: ["I9 | I9 | IV9 | I9", "I69 | I69 | ii7 | V9", "I69 | I69 | I69 | IV9"],
            chorus: ["IV9 | IV9 | I9 | V9", "I69 | vi7 | ii7 | V9", "IV9 | I69 | ii7 | I69"],
            bridge: ["vi7 | V9 | IV9 | V9", "ii7 | iii7 | IV9 | V9"], build: ["IV9 | IV9 | V9 | V9"], cadence: "V7#9", ending: "I9"),
        minor: Table(
            verse: ["i7 | i7 | iv7 | i7", "i9 | i9 | i9 | V7#9", "i9 | i9 | i9 | iv9"],
            chorus: ["iv7 | iv7 | i7 | i7", "VImaj7 | VII | i7 | i7", "i7 | iv7 | i7 | V7#9"],
            bridge: ["iv7 | v7 | VImaj7 | VII"], build: ["iv7 | iv7 | v7 | V7#9"], cadence: "V7#9", ending: "i9"))

    static let latin = Idiom(
        id: "latin",
        major: Table(
            verse: ["I | IV | I | V7", "I | I | ii | V7", "I | vi | IV | V7"], chorus: ["I | IV | V7 | I", "IV | I | V7 | I"],
            bridge: ["vi | ii | V7 | I", "iv | I | V7/V | V7"], build: ["IV | IV | V7 | V7"], cadence: "V7", ending: "I6"),
        minor: Table(
            verse: ["i | iv | i | V7", "i | i | iv | i", "i | iv | V7 | i"],
            chorus: ["iv | i | V7 | i", "i | VII | VI | V7", "i | iv | V7 | i"],
            bridge: ["iv | VII | III | VI | iiø7 | V7 | i | i", "VI | VII | i | V7"], build: ["iv | iv | V7 | V7"], cadence: "V7",
            ending: "i6"))

    static let soul = Idiom(
        id: "soul",
        major: Table(
            verse: ["Imaj7 | iii7 | IVmaj7 | V9sus4", "Imaj9 | vi9 | ii9 | V9sus4", "Imaj7 | V7/vi | vi7 | IVmaj7"],
            chorus: ["IVmaj7 | iii7 | ii7 | V9sus4", "Imaj7 | I7 | IVmaj7 | iv6", "vi7 | ii7 | IVmaj7 | V9sus4"],
            bridge: ["iii7 | vi7 | ii7 | V7", "iv7 | bVII9 | Imaj7 | V7/ii"], build: ["ii7 | iii7 | IVmaj7 | V9sus4"], cadence: "V9sus4",
            ending: "Imaj9"),
        minor: Table(
            verse: ["i9 | iv9 | i9 | v7", "i7 | VImaj7 | iv7 | V7#9"], chorus: ["VImaj7 | VII | i9 | i9", "iv9 | VII9 | i9 | VImaj7"],
            bridge: ["iv7 | v7 | VImaj7 | V7#9"], build: ["iv7 | v7 | VImaj7 | VII"], cadence: "V7#9", ending: "i9"))

    static let reggae = Idiom(
        id: "reggae",
        major: Table(
            verse: ["I | IV | I | IV", "I | V | vi | IV", "I | I | ii | V"],
            chorus: ["I | IV | I | V", "IV | V | I | I", "IV | I | IV | I"],
            bridge: ["vi | ii | vi | V"], build: ["IV | IV | V | V"], cadence: "V", ending: "I"),
        minor: Table(
            verse: ["i | iv | i | iv", "i | VII | i | VII"], chorus: ["i | VI | VII | i", "iv | i | VII | i"],
            bridge: ["VI | VII | iv | v"],
            build: ["iv | iv | VII | VII"], cadence: "v", ending: "i"))

    static let folk = Idiom(
        id: "folk",
        major: Table(
            verse: ["I | IV | I | V", "I | I | IV | I", "I | V/3 | vi | IV", "I | I | IV | I | vi | IV | V | V"],
            chorus: ["IV | V | I | vi", "IV | I | V | I"],
            bridge: ["vi | iii | IV | V", "ii | IV | I | V"], build: ["IV | IV | V | V"], cadence: "V", ending: "I"),
        minor: Table(
            verse: ["i | VII | i | v", "i | VI | III | VII", "i | i | VII | VII"], chorus: ["III | VII | i | v", "VI | VII | i | i"],
            bridge: ["iv | i | VII | III"], build: ["iv | iv | v | v"], cadence: "V", ending: "i"))

    static let classical = Idiom(
        id: "classical",
        major: Table(
            verse: ["I | V7 | I | IV I/5 | ii | V7/V | V7 | I", "I | ii/3 | V7 | I | vi | ii/3 | I/5 V7 | I"],
            chorus: ["I | vi | IV | ii | V7 | V7/vi | vi IV | V7", "I | V7/IV | IV | V7 | I/3 | ii/3 | I/5 V7 | I"],
            bridge: ["vi | V7/vi | vi | ii | V7/V | V | V7/V | V7", "i | V7 | i | bVI | iv | i/5 | V7/V | V7"],
            build: ["ii/3 | V7/V | V | V7"], cadence: "I/5 V7", ending: "I"),
        minor: Table(
            verse: ["i | V7 | i | iv | i/5 | V7 | VI | iv V7", "i | iv | V7 | i | VI | iiø7 | i/5 V7 | i"],
            chorus: ["i | V7/iv | iv | V7 | i | VI | iiø7 | V7", "i | VII | III | VI | iv | iiø7 | V | V7"],
            bridge: ["III | VII | III | V7/iv | iv | iiø7 | V7/V | V7", "VI | III | iv | i | VI | iiø7 | V | V7"],
            build: ["iv | V7/V | V | V7"], cadence: "i/5 V7", ending: "i"))

    static let film = Idiom(
        id: "film",
        major: Table(
            verse: ["I | I | IV | I/3", "Iadd9 | v | IV | I", "I | iii | vi | IV", "I | IV | I | IV"],
            chorus: ["I | V | ii | IV", "I | bVI | bVII | I", "vi | IV | I | V", "I | IV | vi | IV"],
            bridge: ["bVI | bIII | iv | V", "iv | I | iv | V"], build: ["ii | IV | V | V"], cadence: "Vsus4 V", ending: "I"),
        minor: Table(
            verse: ["i | VI | i | v", "i | i | VI | iv", "i | III | VI | V"],
            chorus: ["i | VI | III | VII", "i | VI | iv | V", "VI | VII | i | v"],
            bridge: ["VI | III | iv | V", "iv | VI | bII | V"], build: ["iv | VI | V | V"], cadence: "V", ending: "i"))

    static let ambient = Idiom(
        id: "ambient",
        major: Table(
            verse: ["Imaj9 | Imaj9 | IVmaj9 | IVmaj9", "Iadd9 | Iadd9 | vi9 | vi9", "Isus2 | Isus2 | IVmaj7 | IVmaj7"],
            chorus: ["IVmaj9 | IVmaj9 | iii7 | vi9", "vi9 | IVmaj9 | Iadd9 | V9sus4"], bridge: ["ii9 | ii9 | IVmaj9 | Isus2"],
            build: ["IVmaj9 | IVmaj9 | V9sus4 | V9sus4"], cadence: nil, ending: "Iadd9"),
        minor: Table(
            verse: ["i9 | i9 | VImaj7 | VImaj7", "iadd9 | iadd9 | iv9 | iv9", "isus2 | isus2 | VImaj9 | VImaj9"],
            chorus: ["VImaj9 | VII | i9 | i9", "iv9 | VImaj7 | iadd9 | iadd9"], bridge: ["IIImaj7 | VImaj9 | iv9 | isus2"],
            build: ["VImaj9 | VImaj9 | VII | VII"], cadence: nil, ending: "iadd9"))

    static let synth = Idiom(
        id: "synth",
        major: Table(
            verse: ["I | I | vi | IV", "I | I | IV | IV", "I | V | ii | IV"],
            chorus: ["IV | V | I | vi", "I | vi | IV | V", "I | IV | vi | V"], bridge: ["ii | iii | IV | V"],
            build: ["IV | IV | V | V"], cadence: "Vsus4 V", ending: "Iadd9"),
        minor: Table(
            verse: ["i | i | VI | VII", "i | VI | III | VII", "i | VII | VI | VI"],
            chorus: ["VI | VII | i | III", "i | VI | VII | v", "iv | VI | i | VII"],
            bridge: ["iv | VI | III | VII"], build: ["VI | VI | VII | VII"], cadence: "VII", ending: "iadd9"))
}
