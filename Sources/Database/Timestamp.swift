import Foundation

/// PostgreSQL's text form of points in time, to and from `Date`, in microseconds and without a calendar or formatter.
///
/// The day arithmetic is Howard Hinnant's `days_from_civil` (chrono-compatible low-level date algorithms), proleptic Gregorian.
enum Timestamp {
    /// `2026-11-21 09:30:00.123456+00`
    static func text(of date: Date) -> String {
        date == .distantFuture ? "infinity" : date == .distantPast ? "-infinity" : text(of: date, separator: " ", zone: "+00")
    }

    /// `2026-11-21T09:30:00.123456Z`
    static func iso8601(_ date: Date) -> String {
        text(of: date, separator: "T", zone: "Z")
    }

    private static func text(of date: Date, separator: String, zone: String) -> String {
        let limit = 6.0e18
        let microseconds = Int64(max(-limit, min(limit, (date.timeIntervalSince1970 * 1_000_000).rounded())))
        let (days, rest) = flooredDivision(microseconds, 86_400_000_000)
        let (year, month, day) = civil(fromDays: days)
        let seconds = rest / 1_000_000
        let clock = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { padded($0, 2) }.joined(separator: ":")
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))\(separator)\(clock).\(padded(rest % 1_000_000, 6))\(zone)"
    }

    /// Reads `YYYY-MM-DD[( |T)HH:MM:SS[.f…][Z|±HH[:MM[:SS]]]]`; nil for anything else. No zone means UTC.
    static func date(from text: UnsafeBufferPointer<UInt8>) -> Date? {
        if text.elementsEqual("infinity".utf8) { return .distantFuture }
        if text.elementsEqual("-infinity".utf8) { return .distantPast }
        var scanner = Scanner(text: text)
        guard let year = scanner.number(), scanner.skip("-"), let month = scanner.number(), scanner.skip("-"), let day = scanner.number(),
            year < 190_000, (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        var microseconds = days(fromYear: year, month: month, day: day) * 86_400_000_000
        if !scanner.isAtEnd {
            guard scanner.skip(" ") || scanner.skip("T"), let hour = scanner.number(), scanner.skip(":"), let minute = scanner.number()
            else { return nil }
            var second: Int64 = 0
            if scanner.skip(":") {
                guard let number = scanner.number() else { return nil }
                second = number
            }
            guard hour <= 24, minute < 60, second <= 60 else { return nil }
            microseconds += (hour * 3600 + minute * 60 + second) * 1_000_000
            if scanner.skip(".") { microseconds += scanner.fraction() }
            guard let zone = scanner.zone(), scanner.isAtEnd else { return nil }
            microseconds -= zone * 1_000_000
        }
        let (seconds, rest) = flooredDivision(microseconds, 1_000_000)
        return Date(timeIntervalSince1970: Double(seconds) + Double(rest) / 1_000_000)
    }

    private struct Scanner {
        let text: UnsafeBufferPointer<UInt8>
        var index = 0

        init(text: UnsafeBufferPointer<UInt8>) {
            self.text = text
        }

        var isAtEnd: Bool { index == text.count }

        mutating func skip(_ character: Unicode.Scalar) -> Bool {
            guard index < text.count, text[index] == UInt8(ascii: character) else { return false }
            index += 1
            return true
        }

        /// Up to nine digits.
        mutating func number() -> Int64? {
            let start = index
            var value: Int64 = 0
            while index < text.count, index - start < 9, (48...57).contains(text[index]) {
                value = value * 10 + Int64(text[index] - 48)
                index += 1
            }
            return index > start ? value : nil
        }

        /// Digits after the point as microseconds; what is finer is dropped.
        mutating func fraction() -> Int64 {
            var value: Int64 = 0
            var unit: Int64 = 100_000
            while index < text.count, (48...57).contains(text[index]) {
                value += Int64(text[index] - 48) * unit
                unit /= 10
                index += 1
            }
            return value
        }

        /// Seconds east of Greenwich.
        mutating func zone() -> Int64? {
            if isAtEnd || skip("Z") { return 0 }
            let sign: Int64 = skip("-") ? -1 : 1
            if sign == 1, !skip("+") { return nil }
            guard let hours = number() else { return nil }
            if hours > 99 { return sign * (hours / 100 * 3600 + hours % 100 * 60) }
            var seconds = hours * 3600
            if skip(":") { seconds += (number() ?? 0) * 60 }
            if skip(":") { seconds += number() ?? 0 }
            return sign * seconds
        }
    }

    private static func flooredDivision(_ value: Int64, _ divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let remainder = (value % divisor + divisor) % divisor
        return ((value - remainder) / divisor, remainder)
    }

    private static func days(fromYear year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = flooredDivision(shifted, 400).quotient
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func civil(fromDays days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = flooredDivision(shifted, 146_097).quotient
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    private static func padded(_ value: Int64, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
