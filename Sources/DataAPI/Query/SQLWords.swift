import Core
import Database

// How names, fields and conditions are written. Names are quoted, values are bound; nothing a client sent is ever text.

extension SQL {
    static func name(_ name: String) -> SQL {
        "\(identifier: name.cutAtNull)"
    }

    static func name(_ name: QualifiedName) -> SQL {
        name.schema.isEmpty ? .name(name.name) : "\(identifier: name.schema.cutAtNull).\(identifier: name.name.cutAtNull)"
    }

    static func name(_ source: ReadPlan.SourceName) -> SQL {
        switch source {
        case .table(let name): .name(name)
        case .alias(let alias): .name(alias)
        }
    }

    static func column(_ name: String, of source: ReadPlan.SourceName) -> SQL {
        name == "*" ? .name(source) + ".*" : .name(source) + "." + .name(name)
    }

    static func column(_ column: ReadPlan.Column) -> SQL {
        .column(column.name, of: column.table)
    }

    static func bind(_ value: String) -> SQL { "\(value)" }

    /// A text out of the catalogue, where a parameter would have no type.
    static func literal(_ text: String) -> SQL {
        let quoted = "'" + text.cutAtNull.replacing(byte: "'", with: "''") + "'"
        return .trusted(quoted.utf8.contains(UInt8(ascii: "\\")) ? " E" + quoted.replacing(byte: "\\", with: "\\\\") : quoted)
    }

    /// SQL out of the catalogue or out of a closed list.
    static func trusted(_ text: String) -> SQL { SQL(unsafeSQL: text) }

    func wrapped(in function: String?) -> SQL {
        guard let function else { return self }
        return .trusted(function) + "(" + self + ")"
    }
}

extension String {
    /// PostgreSQL's names end at a zero character.
    var cutAtNull: String {
        utf8.contains(0) ? String(decoding: utf8.prefix { $0 != 0 }, as: UTF8.self) : self
    }
}

// MARK: Fields

extension ReadPlan.Field {
    /// Its value, where it stands in a row of `source`.
    func sql(of source: ReadPlan.SourceName) -> SQL {
        var value: SQL
        if isWholeRow {
            if case .alias(let alias) = source { value = .name(alias) } else { value = .name(source) }
        } else {
            value = .column(name, of: source)
            if !steps.isEmpty {
                if asJSON { value = "to_jsonb(" + value + ")" }
                for step in steps { value += step.sql }
            }
        }
        guard let textSearch else { return value }
        return "to_tsvector(" + textSearch.sql + value + ")"
    }

    /// As `sql(of:)`, in the form that is shown.
    func shownSQL(of source: ReadPlan.SourceName) -> SQL {
        sql(of: source).wrapped(in: transform)
    }
}

extension ReadPlan.TextSearch {
    fileprivate var sql: SQL { language.map { .bind($0) + ", " } ?? "" }
}

extension JSONStep {
    fileprivate var sql: SQL {
        let arrow: SQL = asText ? "->>" : "->"
        switch operand {
        case .key(let key): return arrow + .bind(key)
        case .index(let index): return arrow + .bind(index) + "::int"
        }
    }
}

extension ReadPlan.SelectField {
    func sql(of source: ReadPlan.SourceName) -> SQL {
        var value = field.shownSQL(of: source).cast(to: cast)
        if let aggregate { value = value.aggregated(by: aggregate, cast: aggregateCast) }
        if let alias { value += " AS " + .name(alias) }
        return value
    }
}

extension ReadPlan.SpreadField {
    func sql(of source: String) -> SQL {
        var value = SQL.column(name, of: .alias(source))
        if let aggregate { value = value.aggregated(by: aggregate, cast: aggregateCast) }
        if let alias { value += " AS " + .name(alias) }
        return value
    }
}

extension SQL {
    /// A cast's type is letters, digits, `_`, `$` and spaces: the parser takes nothing else. Quoting it would make `int` unknown.
    fileprivate func cast(to type: String?) -> SQL {
        guard let type else { return self }
        return "CAST(" + self + " AS " + .trusted(type) + ")"
    }

    fileprivate func aggregated(by aggregate: Aggregate, cast type: String?) -> SQL {
        (.trusted(aggregate.rawValue) + "(" + self + ")").cast(to: type)
    }
}

// MARK: Conditions

extension ReadPlan.Logic {
    /// `hasEmbed` writes whether an embedded resource is there.
    func sql(of source: ReadPlan.SourceName, hasEmbed: (String, Bool) -> SQL) -> SQL {
        switch self {
        case .filter(let field, let condition): return condition.sql(on: field, of: source)
        case .hasEmbed(let alias, let isNegated): return hasEmbed(alias, isNegated)
        case .group(let isNegated, let connective, let members):
            let inner = members.map { $0.sql(of: source, hasEmbed: hasEmbed) }.joined(.trusted(connective.rawValue))
            return (isNegated ? "NOT (" : "(") + inner + ")"
        }
    }

    func sql(of source: ReadPlan.SourceName) -> SQL {
        sql(of: source) { alias, isNegated in .name(alias) + (isNegated ? " IS NOT DISTINCT FROM NULL" : " IS DISTINCT FROM NULL") }
    }
}

extension Condition {
    func sql(on field: ReadPlan.Field, of source: ReadPlan.SourceName) -> SQL {
        (isNegated ? "NOT " : "") + field.sql(of: source) + comparison(field)
    }

    private func comparison(_ field: ReadPlan.Field) -> SQL {
        func value(_ text: String) -> SQL { SQL.bind(text).wrapped(in: field.transform) }
        switch operation {
        case .compare(let comparison, let quantifier, let text):
            var right: SQL
            switch comparison {
            case .like, .ilike: right = .bind(text.replacing(byte: "*", with: "%"))
            default: right = value(text)
            }
            if let quantifier { right = .trusted(quantifier.rawValue.uppercased()) + "(" + right + ")" }
            return .trusted(" \(comparison.sql) ") + right
        case .relate(let relation, let text): return .trusted(" \(relation.sql) ") + value(text)
        case .isDistinct(let text): return " IS DISTINCT FROM " + .bind(text)
        case .is(let value): return .trusted(" IS \(value.sql)")
        case .list(let values):
            if values == [""] { return " = ANY('{}')" }
            let array = "\(values)" as SQL
            guard let transform = field.transform else { return " = ANY(" + array + ")" }
            return " = ANY(SELECT " + ("unnest(" + array + "::text[])" as SQL).wrapped(in: transform) + ")"
        case .search(let search, let language, let text):
            return .trusted(" @@ \(search.function)(") + (language.map { .bind($0) + ", " } ?? "") + .bind(text) + ")"
        }
    }
}

extension ReadPlan.Order {
    func sql(of source: ReadPlan.SourceName) -> SQL {
        var term = field.sql(of: relation.map { .alias($0) } ?? source)
        if let direction { term += .trusted(" \(direction.rawValue)") }
        if let nulls { term += .trusted(" \(nulls.rawValue)") }
        return term
    }
}

extension [ReadPlan.Order] {
    /// With its keywords; empty when there is no order.
    func sql(of source: ReadPlan.SourceName) -> SQL {
        isEmpty ? "" : " ORDER BY " + map { $0.sql(of: source) }.joined(", ")
    }
}

extension RowRange {
    /// With its keywords; empty when all rows are wanted.
    ///
    /// The limit stands in the text: PostgreSQL guesses a bound one, finds its generic plan dear, and plans the statement anew each time.
    var sql: SQL {
        if isAll { return "" }
        let limit: SQL = limit.map { " LIMIT \(unsafeSQL: String($0))" } ?? ""
        return offset == 0 ? limit : limit + " OFFSET " + .bind(String(offset))
    }
}
