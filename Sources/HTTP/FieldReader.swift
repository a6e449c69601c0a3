import Core
import Foundation

/// Reads the fields of a JSON object and collects everything that is wrong with them, so that one answer names it all.
public struct FieldReader {
    private let members: [String: JSONValue]
    private var problems: [Failure.Field] = []

    /// known: the names there are; any other is a problem of its own.
    public init(_ members: [String: JSONValue], known: [String]) {
        self.members = members
        // A few names are enough to see what is meant.
        for name in members.keys.filter({ !known.contains($0) }).sorted().prefix(20) {
            problems.append(.init(String(name.prefix(64)), "is not a known field"))
        }
    }

    public mutating func refuse(_ name: String, _ message: String) {
        problems.append(.init(name, message))
    }

    public func hasProblem(_ name: String) -> Bool {
        problems.contains { $0.name == name }
    }

    private func value(_ name: String) -> JSONValue? {
        if case .null? = members[name] { return nil }
        return members[name]
    }

    /// length: allowed number of Unicode scalars, as PostgreSQL counts characters; white space at both ends not counted.
    public mutating func text(_ name: String, _ length: ClosedRange<Int>, required: Bool = false) -> String? {
        guard let value = value(name) else {
            if required { refuse(name, "is required") }
            return nil
        }
        guard case .string(let raw) = value else {
            refuse(name, "must be text")
            return nil
        }
        let text = raw.trimmingCharacters(in: .whitespacesAndNewlines)
        let count = text.unicodeScalars.count
        guard length.contains(count) else {
            refuse(name, "must have \(length.lowerBound) to \(length.upperBound) characters; it has \(count)")
            return nil
        }
        guard !text.unicodeScalars.contains("\0") else {
            refuse(name, "must not contain a null character")
            return nil
        }
        return text
    }

    public mutating func number(_ name: String, _ range: ClosedRange<Double>) -> Double? {
        guard let value = value(name) else { return nil }
        guard case .number(let number) = value, range.contains(number) else {
            refuse(name, "must be a number from \(Self.show(range.lowerBound)) to \(Self.show(range.upperBound))")
            return nil
        }
        return number
    }

    public mutating func integer(_ name: String, _ range: ClosedRange<Int>) -> Int? {
        guard let value = value(name) else { return nil }
        guard case .number(let number) = value, let integer = Int(exactly: number), range.contains(integer) else {
            refuse(name, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return integer
    }

    public mutating func flag(_ name: String) -> Bool? {
        guard let value = value(name) else { return nil }
        guard case .bool(let flag) = value else {
            refuse(name, "must be true or false")
            return nil
        }
        return flag
    }

    public mutating func choice(_ name: String, _ choices: [String]) -> String? {
        guard let value = value(name) else { return nil }
        guard case .string(let text) = value, choices.contains(text) else {
            refuse(name, "must be one of \(choices.joined(separator: ", "))")
            return nil
        }
        return text
    }

    public mutating func id(_ name: String) -> UUID? {
        guard let value = value(name) else { return nil }
        guard case .string(let text) = value, let id = UUID(uuidString: text) else {
            refuse(name, "must be a UUID")
            return nil
        }
        return id
    }

    /// Throws `invalid_request` when anything was wrong.
    public func finish() throws {
        guard !problems.isEmpty else { return }
        let names = problems.map(\.name).joined(separator: ", ")
        throw Failure(.invalid, "invalid_request", "These fields are not valid: \(names).", fields: problems)
    }

    private static func show(_ number: Double) -> String {
        Int(exactly: number).map(String.init) ?? String(number)
    }
}
