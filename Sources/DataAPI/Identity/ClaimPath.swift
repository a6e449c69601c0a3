import Core

/// Where in a token's claims the role stands: `.role`, `.roles[0]`, `."https://example.com/roles"[?(@ == "admin")]`.
/// Source: PostgREST 14 documentation, "JWT Role Extraction".
struct ClaimPath: Sendable {
    fileprivate enum Comparison: String, Sendable, CaseIterable {
        case startsWith = "^=="
        case endsWith = "==^"
        case contains = "*=="
        case notEqual = "!="
        case equal = "=="
    }

    private enum Step: Sendable {
        case key(String)
        case index(Int)
        case first(Comparison, String)
    }

    private var steps: [Step] = []

    /// Throws `invalid_setting`.
    init(_ text: String) throws {
        var rest = text.unicodeScalars[...]
        func refuse() -> Failure {
            Failure(
                .invalid, "invalid_setting", "jwt-role-claim-key is no path into a token: \(text)", hint: "Write it as .role or .roles[0].")
        }
        func quoted() throws -> String {
            guard rest.popFirst() == "\"", let end = rest.firstIndex(of: "\"") else { throw refuse() }
            defer { rest = rest[rest.index(after: end)...] }
            return String(rest[..<end])
        }
        while let first = rest.popFirst() {
            switch first {
            case ".":
                if rest.first == "\"" {
                    steps.append(.key(try quoted()))
                } else {
                    let name = rest.prefix { $0.properties.isAlphabetic || ("0"..."9").contains($0) || "_$@".unicodeScalars.contains($0) }
                    guard !name.isEmpty else { throw refuse() }
                    rest = rest.dropFirst(name.count)
                    steps.append(.key(String(name)))
                }
            case "[" where rest.first == "?":
                guard rest.starts(with: "?(@".unicodeScalars) else { throw refuse() }
                rest = rest.dropFirst(3).drop { $0 == " " }
                guard let comparison = Comparison.allCases.first(where: { rest.starts(with: $0.rawValue.unicodeScalars) }) else {
                    throw refuse()
                }
                rest = rest.dropFirst(comparison.rawValue.unicodeScalars.count).drop { $0 == " " }
                steps.append(.first(comparison, try quoted()))
                guard rest.starts(with: ")]".unicodeScalars) else { throw refuse() }
                rest = rest.dropFirst(2)
            case "[":
                let digits = rest.prefix { ("0"..."9").contains($0) }
                guard let index = Int(String(digits)) else { throw refuse() }
                rest = rest.dropFirst(digits.count)
                guard rest.popFirst() == "]" else { throw refuse() }
                steps.append(.index(index))
            default: throw refuse()
            }
        }
        guard !steps.isEmpty else { throw refuse() }
    }

    /// What stands there; nil when there is nothing.
    func value(in claims: JSONValue) -> String? {
        var value = claims
        for step in steps {
            switch (step, value) {
            case (.key(let name), .object(let members)):
                guard let member = members[name] else { return nil }
                value = member
            case (.index(let index), .array(let items)):
                guard items.indices.contains(index) else { return nil }
                value = items[index]
            case (.first(let comparison, let text), .array(let items)):
                guard let item = items.first(where: { $0.string.map { comparison.holds($0, text) } ?? false }) else { return nil }
                value = item
            default: return nil
            }
        }
        if case .null = value { return nil }
        return value.string ?? value.text
    }
}

extension ClaimPath.Comparison {
    fileprivate func holds(_ text: String, _ wanted: String) -> Bool {
        switch self {
        case .startsWith: text.hasPrefix(wanted)
        case .endsWith: text.hasSuffix(wanted)
        case .contains: text.contains(wanted)
        case .notEqual: text != wanted
        case .equal: text == wanted
        }
    }
}
