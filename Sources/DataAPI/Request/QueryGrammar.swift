/// The little languages of a query string: select, filters, logic trees, order, columns.
/// Source: PostgREST 14 documentation, "Tables and Views", and supabase's clients.
enum QueryGrammar {
    typealias Parser = TextParser
    typealias Mismatch = TextParser.Mismatch

    static func select(_ text: String) throws(ParseFailure) -> [SelectItem] {
        if let known = SelectMemory.items(of: text) { return known }
        let items = try parseSelect(text)
        SelectMemory.remember(text, items)
        return items
    }

    private static func parseSelect(_ text: String) throws(ParseFailure) -> [SelectItem] {
        try Parser.parse(text, as: "failed to parse select parameter (\(text))") { p throws(Mismatch) in
            try p.selectItems(orNone: true, depth: 0)
        }
    }

    /// `key=value` as a filter. `allowsPlainValues`: on functions called by GET, what has no operator is an argument.
    static func filter(
        _ key: String, _ value: String, allowsPlainValues: Bool
    ) throws(ParseFailure) -> (path: [String], field: FieldPath, condition: Condition?) {
        let (path, field) = try treePath(key)
        let condition: Condition?
        do {
            condition = try Parser.parse(value, as: "failed to parse filter (\(value))") { p throws(Mismatch) in
                try p.condition { p throws(Mismatch) in try p.characters(where: { _ in true }) }
            }
        } catch {
            guard allowsPlainValues else { throw error }
            condition = nil
        }
        return (path, field, condition)
    }

    static func order(_ key: String, _ value: String) throws(ParseFailure) -> (path: [String], terms: [OrderTerm]) {
        let (path, _) = try treePath(key)
        let terms = try Parser.parse(value, as: "failed to parse order (\(value))") { p throws(Mismatch) in try p.orderTerms() }
        return (path, terms)
    }

    static func logic(_ key: String, _ value: String) throws(ParseFailure) -> (path: [String], tree: LogicTree) {
        let names = try Parser.parse(key, as: "failed to parse logic path (\(key))") { p throws(Mismatch) in
            try p.list(separatedBy: { p throws(Mismatch) in try p.delimiter() }) { p throws(Mismatch) in try p.fieldName() }
        }
        let operation = names.last ?? ""
        let text = (names.contains("not") ? "not." : "") + operation + value
        let tree = try Parser.parse(text, as: "failed to parse logic tree (\(value))") { p throws(Mismatch) in try p.logicTree(depth: 0) }
        return (names.dropLast().filter { $0 != "not" }, tree)
    }

    static func columns(_ text: String, parameter: String) throws(ParseFailure) -> [String] {
        try Parser.parse(text, as: "failed to parse \(parameter) parameter (\(text))") { p throws(Mismatch) in
            try p.list(separatedBy: { p throws(Mismatch) in try p.lexeme { p throws(Mismatch) in try p.character(",") } }) {
                p throws(Mismatch) in try p.fieldName()
            }
        }
    }

    /// `a.b.column->key`: the embedded resources, and the field in the last of them.
    static func treePath(_ key: String) throws(ParseFailure) -> (path: [String], field: FieldPath) {
        try Parser.parse(key, as: "failed to parse tree path (\(key))") { p throws(Mismatch) in
            var names = try p.list(separatedBy: { p throws(Mismatch) in try p.delimiter() }) { p throws(Mismatch) in try p.fieldName() }
            let last = names.removeLast()
            return (names, FieldPath(last, try p.jsonPath()))
        }
    }
}

extension TextParser {
    /// Nested deeper than anybody writes by hand: a bound on the stack.
    static let maximumDepth = 100

    // MARK: Names

    mutating func spaces() {
        _ = try? characters(where: { $0 == " " || $0 == "\t" })
    }

    mutating func lexeme<Output>(_ body: (inout Self) throws(Mismatch) -> Output) throws(Mismatch) -> Output {
        spaces()
        let output = try body(&self)
        spaces()
        return output
    }

    mutating func delimiter() throws(Mismatch) {
        try label("delimiter (.)") { p throws(Mismatch) in try p.character(".") }
    }

    mutating func identifier() throws(Mismatch) -> String {
        try characters(atLeast: 1, ["letter", "digit"], where: Self.isIdentifier).trimmingSpaces
    }

    private static func isIdentifier(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "_", " ", "$": true
        default: scalar.value >= 128 && scalar.properties.isAlphabetic
        }
    }

    /// A name in quotes, or words joined by dashes (which must not be arrows).
    mutating func fieldName() throws(Mismatch) -> String {
        try label("field name (* or [a..z0..9_$])") { p throws(Mismatch) in
            try p.either { p throws(Mismatch) in
                try p.quotedValue()
            } or: { p throws(Mismatch) in
                try p.joinedByDashes { p throws(Mismatch) in try p.identifier() }
            }
        }
    }

    private mutating func joinedByDashes(_ part: (inout Self) throws(Mismatch) -> String) throws(Mismatch) -> String {
        try list(
            separatedBy: { p throws(Mismatch) in
                try p.attempt { p throws(Mismatch) in
                    try p.character("-")
                    try p.notFollowed(by: "\">\"", where: { $0 == ">" })
                }
            }, part
        ).joined(separator: "-")
    }

    mutating func quotedValue() throws(Mismatch) -> String {
        try character("\"")
        var value = String.UnicodeScalarView()
        let scalars = try many { p throws(Mismatch) in
            try p.either { p throws(Mismatch) in
                try p.character(where: { $0 != "\\" && $0 != "\"" })
            } or: { p throws(Mismatch) in
                try p.character("\\")
                return try p.character(where: { _ in true })
            }
        }
        value.append(contentsOf: scalars)
        try character("\"")
        return String(value)
    }

    mutating func field() throws(Mismatch) -> FieldPath {
        try lexeme { p throws(Mismatch) in FieldPath(try p.fieldName(), try p.jsonPath()) }
    }

    mutating func jsonPath() throws(Mismatch) -> [JSONStep] {
        try many { p throws(Mismatch) in
            let asText = try p.either { p throws(Mismatch) in
                try p.attempt { p throws(Mismatch) in try p.word("->>") }
                return true
            } or: { p throws(Mismatch) in
                try p.attempt { p throws(Mismatch) in try p.word("->") }
                return false
            }
            return try p.either { p throws(Mismatch) in
                try p.attempt { p throws(Mismatch) in JSONStep(.index(try p.jsonIndex()), asText: asText) }
            } or: { p throws(Mismatch) in
                try p.attempt { p throws(Mismatch) in JSONStep(.key(try p.jsonKey()), asText: asText) }
            }
        }
    }

    private mutating func jsonIndex() throws(Mismatch) -> String {
        let isNegative = try optional { p throws(Mismatch) in try p.character("-") } != nil
        let digits = try characters(atLeast: 1, ["digit"], where: { ("0"..."9").contains($0) })
        try either { p throws(Mismatch) in
            try p.lookAhead { p throws(Mismatch) in try p.attempt { p throws(Mismatch) in try p.word("->") } }
        } or: { p throws(Mismatch) in
            try p.either { p throws(Mismatch) in
                try p.lookAhead { p throws(Mismatch) in try p.attempt { p throws(Mismatch) in try p.word("::") } }
            } or: { p throws(Mismatch) in
                try p.either { p throws(Mismatch) in
                    try p.lookAhead { p throws(Mismatch) in try p.word(".") }
                } or: { p throws(Mismatch) in
                    try p.either { p throws(Mismatch) in
                        try p.lookAhead { p throws(Mismatch) in try p.word(",") }
                    } or: { p throws(Mismatch) in
                        try p.end()
                    }
                }
            }
        }
        return (isNegative ? "-" : "+") + digits
    }

    private mutating func jsonKey() throws(Mismatch) -> String {
        try label("any non reserved character different from: .,>()") { p throws(Mismatch) in
            try p.either { p throws(Mismatch) in
                try p.quotedValue()
            } or: { p throws(Mismatch) in
                try p.joinedByDashes { p throws(Mismatch) in
                    try p.characters(atLeast: 1, where: { !"(-:.,>)".unicodeScalars.contains($0) }).trimmingSpaces
                }
            }
        }
    }
}

extension String {
    /// Without white space at its ends.
    var trimmingSpaces: String {
        func isPlain(_ byte: UInt8?) -> Bool { byte.map { $0 > 32 && $0 < 128 } ?? true }
        if isPlain(utf8.first), isPlain(utf8.last) { return self }
        var text = unicodeScalars[...]
        while let first = text.first, first.properties.isWhitespace { text.removeFirst() }
        while let last = text.last, last.properties.isWhitespace { text.removeLast() }
        return String(text)
    }
}
