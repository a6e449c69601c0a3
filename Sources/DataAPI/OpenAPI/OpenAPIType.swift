import Core

/// What OpenAPI knows of an SQL type.
struct OpenAPIType {
    enum Kind: String {
        case string, boolean, integer, number, array
    }

    /// As PostgreSQL writes it, without length.
    let name: String
    /// Nil where any value fits.
    let kind: Kind?

    init(_ name: String) {
        self.name = name
        kind =
            switch name {
            case "boolean": .boolean
            case "smallint", "integer", "bigint": .integer
            case "numeric", "real", "double precision": .number
            case "json", "jsonb": nil
            default: name.hasSuffix("[]") ? .array : .string
            }
    }

    /// Of an array, the type of what it holds.
    var element: OpenAPIType { OpenAPIType(String(name.dropLast(2))) }

    /// How a value of this type looks in a JSON body.
    var bodyMembers: [String: JSONValue] {
        var members: [String: JSONValue] = ["format": .string(name)]
        members["type"] = kind?.json
        if kind == .array { members["items"] = .sparse(["type": element.kind?.json]) }
        return members
    }

    /// How it looks in a query string, where arrays and JSON are literals.
    var queryMembers: [String: JSONValue] {
        let isLiteral = kind == nil || kind == .array
        return ["format": .string(name), "type": isLiteral ? Kind.string.json : kind?.json ?? Kind.string.json]
    }

    /// The same for a parameter that is repeated, one time for each element.
    var repeatedQueryMembers: [String: JSONValue] {
        [
            "type": (kind ?? .string).json, "collectionFormat": "multi",
            "items": .sparse(["type": element.kind?.json, "format": .string(element.name)]),
        ]
    }

    /// The value an SQL default stands for. Text is taken as it is written, without cast and quotes; of other types, only what is JSON too.
    func value(ofDefault expression: String) -> JSONValue? {
        guard kind == .string else { return JSONValue(parsing: expression.utf8) }
        let cast = "::" + name
        let text = expression.hasSuffix(cast) ? expression.dropLast(cast.count).trimming("'") : expression[...]
        return JSONValue(parsing: "\"\(text)\"".utf8)
    }
}

extension OpenAPIType.Kind {
    var json: JSONValue { .string(rawValue) }
}

extension Substring {
    fileprivate func trimming(_ character: Character) -> Substring {
        var rest = drop { $0 == character }
        while rest.last == character { rest.removeLast() }
        return rest
    }
}
