import Music

/// Numbers with a unit: "130 bpm", "2 minutes", "1:30", "6/8".
struct NumberPhrase: Sendable {
    enum Value: Sendable {
        case bpm(Double)
        case duration(Seconds)
        case meter(Meter)
    }

    let value: Value
    /// How many words it takes.
    let count: Int

    init?(_ words: Words, at index: Int) {
        let text = words.all[index].text
        let next = index + 1 < words.all.count ? words.all[index + 1].text : ""
        if let meter = Meter(text), (2...15).contains(meter.beats), meter.unit >= 2 {
            self.init(.meter(meter), 1)
        } else if text == "bpm" || text == "tempo", let number = Double(next), (20...400).contains(number) {
            self.init(.bpm(number), 2)
        } else if let number = NumberPhrase.number(text) {
            let after = index + 2 < words.all.count ? words.all[index + 2].text : ""
            if NumberPhrase.tempoUnits.contains(next) || next == "beats" && after == "per" {
                self.init(.bpm(number), next == "beats" ? min(4, words.all.count - index) : 2)
            } else if let unit = NumberPhrase.unit(next) {
                self.init(.duration(number * unit), 2)
            } else {
                return nil
            }
        } else if let time = NumberPhrase.clock(text) {
            self.init(.duration(time), 1)
        } else if let (number, unit) = NumberPhrase.glued(text) {
            self.init(unit == 0 ? .bpm(number) : .duration(number * unit), 1)
        } else {
            return nil
        }
    }

    private init(_ value: Value, _ count: Int) {
        self.value = value
        self.count = count
    }

    private static let tempoUnits: Set<String> = ["bpm", "beats/minute", "b/min"]

    private static func unit(_ word: String) -> Seconds? {
        switch word {
        case "second", "seconds", "sec", "secs", "sekunden", "segundos", "secondes", "secondi": 1
        case "minute", "minutes", "min", "mins", "minuten", "minutos", "minuti": 60
        default: nil
        }
    }

    private static func number(_ text: String) -> Double? {
        if let index = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"].firstIndex(of: text) {
            return Double(index + 1)
        }
        guard text.first?.isNumber == true, let number = Double(text), number.isFinite, number > 0, number < 10_000 else { return nil }
        return number
    }

    /// "1:30"
    private static func clock(_ text: String) -> Seconds? {
        let halves = text.split(separator: ":")
        guard halves.count == 2, halves[1].count == 2, let minutes = Int(halves[0]), let seconds = Int(halves[1]) else { return nil }
        guard (0...60).contains(minutes), (0..<60).contains(seconds) else { return nil }
        return Double(minutes * 60 + seconds)
    }

    /// "130bpm", "90sec", "2min". A bare "90s" is a decade.
    private static func glued(_ text: String) -> (Double, Seconds)? {
        let digits = text.prefix { $0.isNumber || $0 == "." }
        guard !digits.isEmpty, let number = number(String(digits)) else { return nil }
        let rest = String(text.dropFirst(digits.count))
        if rest == "bpm" { return (number, 0) }
        return unit(rest).map { (number, $0) }
    }

    /// A number without needless decimals.
    static func text(_ number: Double) -> String {
        number == number.rounded() ? "\(Int(number))" : "\((number * 100).rounded() / 100)"
    }
}
