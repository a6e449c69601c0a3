/// What a parser met and what it could have met, at one position.
struct Expectations {
    var position = 0
    /// What stood there; empty for the end of the text.
    var found: String?
    /// What a rule forbade, which says more than `found`.
    var unexpected: [String] = []
    var expected: [String] = []

    var isEmpty: Bool { found == nil && unexpected.isEmpty && expected.isEmpty }

    init(position: Int = 0, found: String? = nil, expected: [String] = []) {
        self.position = position
        self.found = found
        self.expected = expected
    }

    /// The one that got further wins; at the same place they add up.
    mutating func merge(_ other: Expectations) {
        if other.isEmpty { return }
        if isEmpty || other.position > position {
            self = other
        } else if other.position == position {
            found = found ?? other.found
            unexpected += other.unexpected
            expected += other.expected
        }
    }

    func failure(in text: [Unicode.Scalar], name: String) -> ParseFailure {
        var (line, column) = (1, 1)
        for scalar in text.prefix(position) {
            switch scalar {
            case "\n": (line, column) = (line + 1, 1)
            case "\t": column += 8 - (column - 1) % 8
            default: column += 1
            }
        }
        var details: [String] = []
        if !unexpected.isEmpty {
            details.append("unexpected " + enumeration(unexpected))
        } else if let found {
            details.append("unexpected " + (found.isEmpty ? "end of input" : found))
        }
        if !expected.isEmpty { details.append("expecting " + enumeration(expected)) }
        if details.isEmpty { details = ["unknown parse error"] }
        return ParseFailure(message: "\"\(name)\" (line \(line), column \(column))", details: details.joined(separator: " "))
    }

    private func enumeration(_ items: [String]) -> String {
        var unique: [String] = []
        for item in items where !item.isEmpty && !unique.contains(item) { unique.append(item) }
        guard let last = unique.popLast() else { return "" }
        return unique.isEmpty ? last : unique.joined(separator: ", ") + " or " + last
    }
}

/// A text that no grammar takes: where, and why.
struct ParseFailure: Error, Hashable {
    var message: String
    var details: String
}

/// Characters and strings as they are written in Haskell, and so in PostgREST's messages.
enum HaskellText {
    static func character(_ scalar: Unicode.Scalar) -> String {
        scalar == "'" ? "'\\''" : scalar == "\"" ? "'\"'" : "'\(escaped(scalar))'"
    }

    static func string(_ text: String) -> String {
        "\"" + text.unicodeScalars.map { $0 == "\"" ? "\\\"" : escaped($0) }.joined() + "\""
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\\": "\\\\"
        case "\n": "\\n"
        case "\r": "\\r"
        case "\t": "\\t"
        case _ where scalar.value < 32 || scalar.value > 126: "\\\(scalar.value)"
        default: String(scalar)
        }
    }
}
