import Core

extension JSONValue {
    /// An object of those members that have a value.
    static func sparse(_ members: [String: JSONValue?]) -> JSONValue {
        .object(members.compactMapValues { $0 })
    }

    /// An object, of whose members with one name the last stays; nil when there are none.
    static func members(_ pairs: [(String, JSONValue)]) -> JSONValue? {
        pairs.isEmpty ? nil : .object(Dictionary(pairs) { _, last in last })
    }

    /// Nil when there are none.
    static func strings(_ texts: [String]) -> JSONValue? {
        elements(texts.map { .string($0) })
    }

    /// Nil when there are none.
    static func elements(_ values: [JSONValue]) -> JSONValue? {
        values.isEmpty ? nil : .array(values)
    }

    static func reference(to path: String) -> JSONValue {
        ["$ref": .string("#/" + path)]
    }
}
