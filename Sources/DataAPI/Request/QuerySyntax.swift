// What a query string says, as values: the language of PostgREST's parameters, before any of it is looked up in the schema.

/// A step into a JSON value: `->key`, `->>0`.
struct JSONStep: Hashable, Sendable {
    enum Operand: Hashable, Sendable {
        case key(String)
        /// With its sign.
        case index(String)
    }

    var operand: Operand
    /// `->>`: the value as text.
    var asText: Bool

    init(_ operand: Operand, asText: Bool) {
        self.operand = operand
        self.asText = asText
    }
}

/// A column, or a place inside its JSON.
struct FieldPath: Hashable, Sendable {
    var name: String
    var steps: [JSONStep]

    init(_ name: String, _ steps: [JSONStep] = []) {
        self.name = name
        self.steps = steps
    }
}

enum Aggregate: String, Hashable, Sendable, CaseIterable {
    case sum, avg, count, max, min
}

enum JoinKind: Hashable, Sendable {
    case inner, left
}

/// One item of `select=`.
indirect enum SelectItem: Hashable, Sendable {
    struct Field: Hashable, Sendable {
        var path: FieldPath
        var aggregate: Aggregate?
        var aggregateCast: String?
        var cast: String?
        var alias: String?
    }

    /// `alias:target!hint!inner(…)`, and `...target(…)`.
    struct Embed: Hashable, Sendable {
        var target: String
        var alias: String?
        var hint: String?
        var join: JoinKind?
        var isSpread = false
        var items: [SelectItem] = []
    }

    case field(Field)
    case embed(Embed)
}

enum ComparisonOperator: String, Hashable, Sendable, CaseIterable {
    case eq, gte, gt, lte, lt, like, ilike, match, imatch

    var sql: String {
        switch self {
        case .eq: "="
        case .gte: ">="
        case .gt: ">"
        case .lte: "<="
        case .lt: "<"
        case .like: "like"
        case .ilike: "ilike"
        case .match: "~"
        case .imatch: "~*"
        }
    }
}

enum SetOperator: String, Hashable, Sendable, CaseIterable {
    case neq, cs, cd, ov, sl, sr, nxr, nxl, adj

    var sql: String {
        switch self {
        case .neq: "<>"
        case .cs: "@>"
        case .cd: "<@"
        case .ov: "&&"
        case .sl: "<<"
        case .sr: ">>"
        case .nxr: "&<"
        case .nxl: "&>"
        case .adj: "-|-"
        }
    }
}

enum TextSearchOperator: String, Hashable, Sendable, CaseIterable {
    case fts, plfts, phfts, wfts

    var function: String {
        switch self {
        case .fts: "to_tsquery"
        case .plfts: "plainto_tsquery"
        case .phfts: "phraseto_tsquery"
        case .wfts: "websearch_to_tsquery"
        }
    }
}

enum Quantifier: String, Hashable, Sendable {
    case any, all
}

enum IsValue: String, Hashable, Sendable, CaseIterable {
    case null, notNull, isTrue, isFalse, unknown

    var sql: String {
        switch self {
        case .null: "NULL"
        case .notNull: "NOT NULL"
        case .isTrue: "TRUE"
        case .isFalse: "FALSE"
        case .unknown: "UNKNOWN"
        }
    }
}

/// What a filter demands of its field.
struct Condition: Hashable, Sendable {
    enum Operation: Hashable, Sendable {
        case compare(ComparisonOperator, Quantifier?, String)
        case relate(SetOperator, String)
        case isDistinct(String)
        case list([String])
        case `is`(IsValue)
        case search(TextSearchOperator, language: String?, String)
    }

    var isNegated: Bool
    var operation: Operation
}

struct Filter: Hashable, Sendable {
    var field: FieldPath
    var condition: Condition
}

indirect enum LogicTree: Hashable, Sendable {
    enum Connective: String, Hashable, Sendable {
        case and = " AND "
        case or = " OR "
    }

    case filter(Filter)
    case group(isNegated: Bool, Connective, [LogicTree])
}

struct OrderTerm: Hashable, Sendable {
    enum Direction: String, Hashable, Sendable {
        case ascending = "ASC"
        case descending = "DESC"
    }

    enum Nulls: String, Hashable, Sendable {
        case first = "NULLS FIRST"
        case last = "NULLS LAST"
    }

    /// The embedded resource whose field orders the parents.
    var relation: String?
    var field: FieldPath
    var direction: Direction?
    var nulls: Nulls?
}
