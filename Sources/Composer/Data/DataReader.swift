import Music

/// A mistake in a style or instrument file.
public struct DataProblem: Sendable, Hashable, CustomStringConvertible {
    public let file: String
    public let line: Int
    public let message: String

    public var description: String { "\(file):\(line): \(message)" }
}

/// Turns words of one file into values, and remembers what could not be read.
struct DataReader {
    let file: String
    private(set) var problems: [DataProblem] = []

    init(file: String) {
        self.file = file
    }

    mutating func report(_ line: Int, _ message: String) {
        problems.append(DataProblem(file: file, line: line, message: message))
    }

    mutating func report(_ entry: Outline, _ message: String) { report(entry.line, message) }

    // MARK: Single values

    /// A number with an optional unit: "62%" is 0.62, "4 ms" is 0.004; "Hz", "s", "dB", "LU" and "cents" say what is meant anyway.
    static func number(_ text: some StringProtocol) -> Double? {
        let trimmed = text.trimmingSpaces()
        for (unit, factor) in [("%", 0.01), ("ms", 0.001), ("Hz", 1), ("dB", 1), ("LU", 1), ("bpm", 1), ("s", 1)]
        where trimmed.hasSuffix(unit) {
            return finite(trimmed.dropLast(unit.count).trimmingSpaces()).map { $0 * factor }
        }
        return finite(trimmed)
    }

    private static func finite(_ text: String) -> Double? {
        guard let value = Double(text), value.isFinite else { return nil }
        return value
    }

    mutating func number(_ entry: Outline, in range: ClosedRange<Double>, or usual: Double = 0) -> Double {
        guard let value = DataReader.number(entry.value), range.contains(value) else {
            report(entry, "“\(entry.keyword)” needs a number from \(range.lowerBound) to \(range.upperBound), not “\(entry.value)”")
            return usual
        }
        return value
    }

    /// "120-127", also with a unit behind.
    mutating func range(_ entry: Outline, in limits: ClosedRange<Double>) -> ClosedRange<Double> {
        let ends = entry.value.split(separator: "-", maxSplits: 1).compactMap { DataReader.number($0) }
        guard ends.count == 2, ends[0] <= ends[1], limits.contains(ends[0]), limits.contains(ends[1]) else {
            report(entry, "“\(entry.keyword)” needs a range within \(limits.lowerBound)-\(limits.upperBound), not “\(entry.value)”")
            return limits
        }
        return ends[0]...ends[1]
    }

    mutating func notes(_ entry: Outline) -> ClosedRange<Int> {
        let range = range(entry, in: 0...127)
        return Int(range.lowerBound)...Int(range.upperBound)
    }

    static func list(_ text: String) -> [String] {
        text.split(separator: ",").map { $0.trimmingSpaces() }.filter { !$0.isEmpty }
    }

    /// A list of names of an enumeration's cases.
    mutating func cases<Value: RawRepresentable>(_ entry: Outline, _ type: Value.Type) -> [Value] where Value.RawValue == String {
        DataReader.list(entry.value).compactMap { name in
            if let value = Value(rawValue: name) { return value }
            report(entry, "“\(name)” is not known for “\(entry.keyword)”")
            return nil
        }
    }

    // MARK: Named values

    /// Values by name: "resonance 25% envelope 2.4" or, between commas, "gain -4, pan 0.3". What has no name comes under "".
    ///
    /// flags: names that take no value (they become 1). A value may have a unit as a word of its own: "decay 60 ms".
    mutating func values(_ entry: Outline, _ text: some StringProtocol, names: Set<String>, flags: Set<String> = []) -> [String: Double] {
        var result: [String: Double] = [:]
        let words = text.split(whereSeparator: { $0 == " " || $0 == "," }).map { String($0) }
        var index = 0
        func value(at position: Int) -> (value: Double, count: Int)? {
            guard position < words.count else { return nil }
            if position + 1 < words.count, ["ms", "Hz", "s", "dB"].contains(words[position + 1]),
                let value = DataReader.number(words[position] + words[position + 1])
            {
                return (value, 2)
            }
            return DataReader.number(words[position]).map { ($0, 1) }
        }
        while index < words.count {
            let word = words[index]
            if flags.contains(word) {
                result[word] = 1
                index += 1
            } else if names.contains(word), let found = value(at: index + 1) {
                result[word] = found.value
                index += 1 + found.count
            } else if names.contains(""), let found = value(at: index) {
                result[""] = found.value
                index += found.count
            } else {
                report(entry, "“\(word)” was not expected in “\(entry.keyword) \(entry.value)”")
                index += 1
            }
        }
        return result
    }
}
