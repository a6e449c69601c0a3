/// A pitch without its octave: 0 is C, 11 is B. Written as a name ("F#", "Bb").
public struct PitchClass: Sendable, Hashable, Comparable {
    /// 0…11.
    public let semitone: Int

    /// Any number of semitones above C, folded into one octave.
    public init(_ semitone: Int) {
        self.semitone = ((semitone % 12) + 12) % 12
    }

    /// The pitch class of a MIDI note number.
    public init(of pitch: UInt8) {
        self.init(Int(pitch))
    }

    public static func < (left: PitchClass, right: PitchClass) -> Bool { left.semitone < right.semitone }

    public static func + (left: PitchClass, semitones: Int) -> PitchClass { PitchClass(left.semitone + semitones) }

    /// How many semitones one must go up from `other` to reach this one, 0…11.
    public func interval(above other: PitchClass) -> Int { ((semitone - other.semitone) % 12 + 12) % 12 }

    /// The name with a sharp or a flat for the black keys.
    public func name(flats: Bool) -> String {
        flats ? PitchClass.flatNames[semitone] : PitchClass.sharpNames[semitone]
    }

    private static let sharpNames = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"]
    private static let flatNames = ["C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B"]
    private static let commonNames = ["C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"]
    private static let letters: [Character: Int] = ["C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11]
}

extension PitchClass: LosslessStringConvertible {
    public var description: String { PitchClass.commonNames[semitone] }

    /// A letter A…G in either case, then any number of `#`, `♯`, `b`, `♭`.
    public init?(_ text: String) {
        guard let letter = text.first?.uppercased().first, var semitone = PitchClass.letters[letter] else { return nil }
        for character in text.dropFirst() {
            switch character {
            case "#", "♯": semitone += 1
            case "b", "♭": semitone -= 1
            default: return nil
            }
        }
        self.init(semitone)
    }
}

extension PitchClass: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = PitchClass(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "“\(text)” is not the name of a pitch class.")
        }
        self = value
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
