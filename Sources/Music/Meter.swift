/// A time signature: "4/4", "3/4", "6/8" …
public struct Meter: Codable, Sendable, Hashable, CustomStringConvertible, LosslessStringConvertible {
    /// 1…32.
    public var beats: Int
    /// The note value of one beat: 1, 2, 4, 8 or 16.
    public var unit: Int

    public init(_ beats: Int, _ unit: Int) {
        self.beats = beats
        self.unit = unit
    }

    public init?(_ text: String) {
        let halves = text.split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count == 2, let beats = Int(halves[0]), let unit = Int(halves[1]) else { return nil }
        guard (1...32).contains(beats), [1, 2, 4, 8, 16].contains(unit) else { return nil }
        self.init(beats, unit)
    }

    public var description: String { "\(beats)/\(unit)" }

    /// The length of one bar in quarter notes.
    public var bar: Beats { Double(beats) * 4 / Double(unit) }

    public static let common = Meter(4, 4)
}
