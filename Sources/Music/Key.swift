/// A tonic and a mode: "F# minor", "D dorian". Encoded as that text.
public struct Key: Sendable, Hashable {
    /// The scales a key can stand on, named as musicians name them.
    public enum Mode: String, Sendable, Hashable, CaseIterable {
        case major, minor, dorian, phrygian, lydian, mixolydian, locrian
        case harmonicMinor = "harmonic minor"
        case melodicMinor = "melodic minor"

        /// Semitones above the tonic, seven of them, ascending from 0.
        public var steps: [Int] {
            switch self {
            case .major: [0, 2, 4, 5, 7, 9, 11]
            case .minor: [0, 2, 3, 5, 7, 8, 10]
            case .dorian: [0, 2, 3, 5, 7, 9, 10]
            case .phrygian: [0, 1, 3, 5, 7, 8, 10]
            case .lydian: [0, 2, 4, 6, 7, 9, 11]
            case .mixolydian: [0, 2, 4, 5, 7, 9, 10]
            case .locrian: [0, 1, 3, 5, 6, 8, 10]
            case .harmonicMinor: [0, 2, 3, 5, 7, 8, 11]
            case .melodicMinor: [0, 2, 3, 5, 7, 9, 11]
            }
        }

        /// Whether the third above the tonic is minor.
        public var isMinor: Bool { steps[2] == 3 }

        /// How far above the tonic of its parent major key this mode's tonic lies, for key signatures.
        var parentOffset: Int {
            switch self {
            case .major: 0
            case .dorian: 2
            case .phrygian: 4
            case .lydian: 5
            case .mixolydian: 7
            case .minor, .harmonicMinor, .melodicMinor: 9
            case .locrian: 11
            }
        }
    }

    public var tonic: PitchClass
    public var mode: Mode

    public init(_ tonic: PitchClass, _ mode: Mode) {
        self.tonic = tonic
        self.mode = mode
    }

    public var isMinor: Bool { mode.isMinor }

    /// The seven pitch classes of the scale, from the tonic up.
    public var scale: [PitchClass] { mode.steps.map { tonic + $0 } }

    public func contains(_ pitchClass: PitchClass) -> Bool {
        mode.steps.contains(pitchClass.interval(above: tonic))
    }

    /// The number of sharps (positive) or flats (negative) in the key signature, −6…+6.
    public var signature: Int {
        let parent = (tonic.semitone - mode.parentOffset + 12) % 12
        let fifths = (parent * 7) % 12
        // Six sharps and six flats are the same keys: F# major, but E flat minor.
        return fifths > 6 || (fifths == 6 && isMinor) ? fifths - 12 : fifths
    }

    /// Whether names in this key are spelled with flats.
    public var prefersFlats: Bool { signature < 0 }

    /// The MIDI note of a scale degree. degree: any number of scale steps above (or below) the tonic at or above `base`.
    public func pitch(degree: Int, above base: Int) -> Int {
        let octave = degree >= 0 ? degree / 7 : (degree - 6) / 7
        let lowest = base + tonic.interval(above: PitchClass(base))
        return lowest + octave * 12 + mode.steps[degree - octave * 7]
    }

    /// The nearest note of the scale to a MIDI note; the lower one of two equally near.
    public func nearest(to pitch: Int) -> Int {
        for distance in 0..<7 {
            if contains(PitchClass(pitch - distance)) { return pitch - distance }
            if contains(PitchClass(pitch + distance)) { return pitch + distance }
        }
        return pitch
    }
}

extension Key: LosslessStringConvertible {
    public var description: String { "\(tonic.name(flats: prefersFlats)) \(mode.rawValue)" }

    /// "F# minor", "Bb", "am", "C maj", "E flat major", "D dorian", "G harmonic minor", with sharps and flats as `#`, `b`, `♯`, `♭` or words.
    ///
    /// A bare tonic is major.
    public init?(_ text: String) {
        var words = text.split(whereSeparator: { $0 == " " || $0 == "-" || $0 == "_" || $0 == "\t" }).map { String($0) }
        guard var tonicText = words.first else { return nil }
        words.removeFirst()
        if let word = words.first?.lowercased(), word == "sharp" || word == "flat" {
            tonicText += word == "sharp" ? "#" : "b"
            words.removeFirst()
        }
        var modeText = words.joined(separator: " ").lowercased()
        if PitchClass(tonicText) == nil {
            // "Am", "C#min", "Ebmaj": the mode is glued to the tonic.
            var split = tonicText.index(after: tonicText.startIndex)
            while split < tonicText.endIndex, "#♯b♭".contains(tonicText[split]) { split = tonicText.index(after: split) }
            guard modeText.isEmpty else { return nil }
            modeText = tonicText[split...] == "M" ? "major" : tonicText[split...].lowercased()
            tonicText = String(tonicText[..<split])
        }
        guard let tonic = PitchClass(tonicText), let mode = Key.mode(named: modeText) else { return nil }
        self.init(tonic, mode)
    }

    private static func mode(named name: String) -> Mode? {
        switch name {
        case "", "maj", "major", "ionian", "dur": .major
        case "m", "min", "minor", "aeolian", "natural minor", "moll": .minor
        default: Mode(rawValue: name)
        }
    }
}

extension Key: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let key = Key(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "“\(text)” is not the name of a key.")
        }
        self = key
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
