import Music

/// A chord relative to a key, in the notation of harmony textbooks: "ii7", "bVII", "V7/vi", "viiø7", "I/3" (third in the bass).
///
/// Upper case is major, lower case minor. Degrees count in the key's own scale: VI is F in A minor and F# in A major.
struct RomanNumeral: Sendable, Hashable {
    /// 0…6.
    let degree: Int
    /// Semitones added to the degree: −1 for b, +1 for #.
    let alteration: Int
    let quality: Chord.Quality
    let extensions: [Chord.Extension]
    /// The degree this chord is the dominant (or other function) of.
    private let target: [RomanNumeral]
    /// Index of the chord tone in the bass.
    let inversion: Int

    var isApplied: Bool { !target.isEmpty }
    var hasSeventh: Bool { extensions.contains { $0 == .seventh || $0 == .majorSeventh } }

    private static let numerals: [(String, Int)] = [("VII", 6), ("III", 2), ("VI", 5), ("IV", 3), ("II", 1), ("V", 4), ("I", 0)]
    private static let suffixes: [(String, Chord.Quality?, [Chord.Extension])] = [
        ("", nil, []), ("°", .diminished, []), ("°7", .diminished, [.diminishedSeventh]), ("ø7", .diminished, [.seventh]),
        ("+", .augmented, []), ("maj7", nil, [.majorSeventh]), ("maj9", nil, [.majorSeventh, .ninth]), ("6", nil, [.sixth]),
        ("69", nil, [.sixth, .ninth]), ("7", nil, [.seventh]), ("9", nil, [.seventh, .ninth]), ("11", nil, [.seventh, .eleventh]),
        ("13", nil, [.seventh, .thirteenth]), ("7b9", nil, [.seventh, .flatNinth]), ("7#9", nil, [.seventh, .sharpNinth]),
        ("add9", nil, [.ninth]), ("sus4", .suspendedFourth, []), ("sus2", .suspendedSecond, []),
        ("7sus4", .suspendedFourth, [.seventh]), ("9sus4", .suspendedFourth, [.seventh, .ninth]), ("5", .power, []),
    ]

    init?(_ text: String) {
        let halves = text.split(separator: "/", maxSplits: 1).map { String($0) }
        guard var rest = halves.first.map({ Substring($0) }) else { return nil }
        var alteration = 0
        if rest.first == "b" || rest.first == "#" { alteration = rest.removeFirst() == "b" ? -1 : 1 }
        var found: (degree: Int, isMinor: Bool)?
        for (numeral, degree) in RomanNumeral.numerals where rest.uppercased().hasPrefix(numeral) {
            let written = rest.prefix(numeral.count)
            guard written == numeral || written == numeral.lowercased() else { continue }
            found = (degree, written != numeral)
            rest = rest.dropFirst(numeral.count)
            break
        }
        guard let found, let suffix = RomanNumeral.suffixes.first(where: { $0.0 == rest }) else { return nil }
        self.degree = found.degree
        self.alteration = alteration
        quality = suffix.1 ?? (found.isMinor ? .minor : .major)
        extensions = suffix.2
        guard halves.count == 2 else {
            inversion = 0
            target = []
            return
        }
        if let tone = ["1": 0, "3": 1, "5": 2, "7": 3][halves[1]] {
            inversion = tone
            target = []
        } else {
            guard let goal = RomanNumeral(halves[1]) else { return nil }
            inversion = 0
            target = [goal]
        }
    }

    /// The chord in a key. In the church modes other than major and minor, the chord is built from the mode's own scale on this degree.
    func chord(in key: Key) -> Chord {
        if let goal = target.first {
            let tonic = goal.chord(in: key)
            return RomanNumeral.plain(self).chord(in: Key(tonic.root, tonic.quality == .minor ? .minor : .major))
        }
        switch key.mode {
        case .major, .minor, .harmonicMinor, .melodicMinor: return literal(in: key)
        case .dorian, .phrygian, .lydian, .mixolydian, .locrian: return alteration == 0 ? diatonic(in: key) : literal(in: key)
        }
    }

    private static func plain(_ numeral: RomanNumeral) -> RomanNumeral {
        RomanNumeral(
            degree: numeral.degree, alteration: numeral.alteration, quality: numeral.quality, extensions: numeral.extensions, target: [],
            inversion: 0)
    }

    private init(
        degree: Int, alteration: Int, quality: Chord.Quality, extensions: [Chord.Extension], target: [RomanNumeral], inversion: Int
    ) {
        self.degree = degree
        self.alteration = alteration
        self.quality = quality
        self.extensions = extensions
        self.target = target
        self.inversion = inversion
    }

    private func literal(in key: Key) -> Chord {
        let steps = (key.isMinor ? Key.Mode.minor : Key.Mode.major).steps
        return inverted(Chord(key.tonic + steps[degree] + alteration, quality, extensions))
    }

    private func diatonic(in key: Key) -> Chord {
        let steps = key.mode.steps
        let parallel = (key.isMinor ? Key.Mode.minor : Key.Mode.major).steps[degree] + alteration
        let nearest =
            abs(steps[degree] - parallel) <= 1 ? degree : (0..<7).min { abs(steps[$0] - parallel) < abs(steps[$1] - parallel) } ?? degree
        func interval(_ third: Int) -> Int {
            let index = nearest + 2 * third
            return steps[index % 7] + 12 * (index / 7) - steps[nearest]
        }
        let triad: Chord.Quality =
            switch (interval(1), interval(2)) {
            case (4, 7): .major
            case (3, 7): .minor
            case (3, 6): .diminished
            default: .augmented
            }
        // What the mode would make a diminished chord of is borrowed instead.
        if triad == .diminished, quality != .diminished { return literal(in: key) }
        let keepsThird = quality != .suspendedFourth && quality != .suspendedSecond && quality != .power
        var added: [Chord.Extension] = []
        if extensions.contains(where: { $0 == .seventh || $0 == .majorSeventh }) {
            added = [interval(3) == 11 ? .majorSeventh : .seventh]
        }
        return inverted(Chord(key.tonic + steps[nearest], keepsThird ? triad : quality, added))
    }

    private func inverted(_ chord: Chord) -> Chord {
        let tones = chord.pitchClasses
        guard inversion > 0, inversion < tones.count else { return chord }
        return Chord(chord.root, chord.quality, chord.extensions, bass: tones[inversion])
    }
}

/// A chord progression as text: bars separated by "|", chords that share a bar by spaces.
struct Progression: Sendable, Hashable {
    var bars: [[RomanNumeral]]

    init(bars: [[RomanNumeral]]) {
        self.bars = bars
    }

    init(_ text: String) {
        bars = text.split(separator: "|").map { bar in bar.split(separator: " ").compactMap { RomanNumeral(String($0)) } }
    }

    /// Whether every word of the text is a chord.
    static func isWellFormed(_ text: String) -> Bool {
        !text.isEmpty
            && text.split(separator: "|").allSatisfy { bar in
                let words = bar.split(separator: " ")
                return !words.isEmpty && words.allSatisfy { RomanNumeral(String($0)) != nil }
            }
    }
}
