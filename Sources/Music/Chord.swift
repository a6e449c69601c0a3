/// A chord by its root, quality, extensions and bass: "F#m7", "Bbmaj9/D".
public struct Chord: Codable, Sendable, Hashable {
    /// The triad (or what stands in its place).
    public enum Quality: String, Codable, Sendable, CaseIterable {
        case major, minor, diminished, augmented
        case suspendedSecond = "sus2"
        case suspendedFourth = "sus4"
        case power

        /// Semitones above the root.
        public var intervals: [Int] {
            switch self {
            case .major: [0, 4, 7]
            case .minor: [0, 3, 7]
            case .diminished: [0, 3, 6]
            case .augmented: [0, 4, 8]
            case .suspendedSecond: [0, 2, 7]
            case .suspendedFourth: [0, 5, 7]
            case .power: [0, 7]
            }
        }
    }

    /// A note added to the triad, by its usual name.
    public enum Extension: String, Codable, Sendable, CaseIterable {
        case sixth = "6"
        case diminishedSeventh = "dim7"
        case seventh = "7"
        case majorSeventh = "maj7"
        case flatNinth = "b9"
        case ninth = "9"
        case sharpNinth = "#9"
        case eleventh = "11"
        case sharpEleventh = "#11"
        case flatThirteenth = "b13"
        case thirteenth = "13"

        /// Semitones above the root, 9…21.
        public var interval: Int {
            switch self {
            case .sixth, .diminishedSeventh: 9
            case .seventh: 10
            case .majorSeventh: 11
            case .flatNinth: 13
            case .ninth: 14
            case .sharpNinth: 15
            case .eleventh: 17
            case .sharpEleventh: 18
            case .flatThirteenth: 20
            case .thirteenth: 21
            }
        }

        var isSeventh: Bool { self == .seventh || self == .majorSeventh || self == .diminishedSeventh }
    }

    public var root: PitchClass
    public var quality: Quality
    /// From low to high.
    public var extensions: [Extension]
    /// What the bass plays where that is not the root.
    public var bass: PitchClass?

    public init(_ root: PitchClass, _ quality: Quality, _ extensions: [Extension] = [], bass: PitchClass? = nil) {
        self.root = root
        self.quality = quality
        self.extensions = extensions
        self.bass = bass == root ? nil : bass
    }

    /// Semitones above the root, ascending; extensions lie above the octave where their names say so.
    public var intervals: [Int] { quality.intervals + extensions.map(\.interval) }

    /// The sounding pitch classes in the order root, triad, extensions; the bass is not among them unless it is a chord tone.
    public var pitchClasses: [PitchClass] { intervals.map { root + $0 } }

    public func contains(_ pitchClass: PitchClass) -> Bool { pitchClasses.contains(pitchClass) }

    /// What the bass plays.
    public var bassNote: PitchClass { bass ?? root }
}

extension Chord: CustomStringConvertible {
    public var description: String { symbol { $0.description } }

    /// The chord symbol with its notes spelled as in `key`.
    public func name(in key: Key) -> String { symbol { $0.name(flats: key.prefersFlats) } }

    private func symbol(_ name: (PitchClass) -> String) -> String {
        var text = name(root) + suffix
        if let bass { text += "/" + name(bass) }
        return text
    }

    private var suffix: String {
        let seventh = extensions.first { $0.isSeventh }
        let rest = extensions.filter { !$0.isSeventh }
        // "9" and "13" imply the seventh below them; without one they are additions.
        let plain = rest.last { $0 == .ninth || $0 == .eleventh || $0 == .thirteenth }
        let altered = rest.filter { $0 != .sixth && $0 != .ninth && $0 != .eleventh && $0 != .thirteenth }.map(\.rawValue).joined()
        let six = rest.contains(.sixth) ? "6" : ""
        switch (quality, seventh) {
        case (.diminished, .seventh): return "m7b5" + altered
        case (.diminished, .diminishedSeventh): return "dim7" + altered
        case (_, nil): return prefix + six + (plain.map { six.isEmpty ? "add" + $0.rawValue : "/" + $0.rawValue } ?? "") + tail + altered
        case (_, .majorSeventh): return prefix + "maj" + (plain?.rawValue ?? "7") + tail + altered
        default: return prefix + (plain?.rawValue ?? "7") + tail + altered
        }
    }

    private var prefix: String {
        switch quality {
        case .minor: "m"
        case .diminished: "dim"
        case .augmented: "aug"
        case .power: "5"
        case .major, .suspendedSecond, .suspendedFourth: ""
        }
    }

    private var tail: String {
        quality == .suspendedSecond || quality == .suspendedFourth ? quality.rawValue : ""
    }
}
