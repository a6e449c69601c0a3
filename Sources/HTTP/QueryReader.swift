import Core
import Foundation
import Hummingbird
import HummingbirdCore

/// Reads query parameters and collects what is wrong with them, as `FieldReader` does for bodies.
public struct QueryReader {
    private let parameters: FlatDictionary<Substring, Substring>
    private var problems: [Failure.Field] = []

    public init(_ parameters: FlatDictionary<Substring, Substring>) {
        self.parameters = parameters
    }

    private func value(_ name: String) -> String? {
        parameters[Substring(name)].map(String.init)
    }

    public mutating func integer(_ name: String, _ range: ClosedRange<Int>) -> Int? {
        guard let text = value(name) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            problems.append(.init(name, "must be a whole number from \(range.lowerBound) to \(range.upperBound)"))
            return nil
        }
        return number
    }

    public mutating func text(_ name: String, _ length: ClosedRange<Int>) -> String? {
        guard let text = value(name) else { return nil }
        guard length.contains(text.unicodeScalars.count) else {
            problems.append(.init(name, "must have \(length.lowerBound) to \(length.upperBound) characters"))
            return nil
        }
        return text
    }

    public mutating func choice(_ name: String, _ choices: [String]) -> String? {
        guard let text = value(name) else { return nil }
        guard choices.contains(text) else {
            problems.append(.init(name, "must be one of \(choices.joined(separator: ", "))"))
            return nil
        }
        return text
    }

    /// An RFC 3339 time.
    public mutating func date(_ name: String) -> Date? {
        guard let text = value(name) else { return nil }
        let date =
            (try? Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(text))
            ?? (try? Date.ISO8601FormatStyle(includingFractionalSeconds: false).parse(text))
        if date == nil { problems.append(.init(name, "must be a time such as 2026-01-31T12:00:00Z")) }
        return date
    }

    public func finish() throws {
        guard !problems.isEmpty else { return }
        throw Failure(
            .invalid, "invalid_request", "These parameters are not valid: \(problems.map(\.name).joined(separator: ", ")).",
            fields: problems)
    }
}
