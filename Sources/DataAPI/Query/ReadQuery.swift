import Database

extension ReadPlan {
    /// The rows of the resource, embedded ones included.
    var query: SQL {
        let source = sourceName
        var selects = (fields.isEmpty && children.isEmpty ? [SelectField(field: Field(name: "*"))] : fields).map { $0.sql(of: source) }
        if case .toMany(let extra, _) = spread {
            selects += extra.map { $0.field.sql(of: $0.relation.map { .alias($0) } ?? source) }
        }
        selects += embedSelects.flatMap { $0.sql(comparable: isComparable) }
        var sql = "SELECT " + selects.joined(", ") + from
        for (select, child) in zip(embedSelects, children) { sql += child.join(as: select, comparable: isComparable) }
        sql += whereClause + groupClause + order.sql(of: source) + range.sql
        return sql
    }

    /// As many rows as there are without limit; only what may change their number is looked at.
    var countQuery: SQL {
        let source = sourceName
        var conditions = logic.map { logic in
            logic.sql(of: source) { alias, isNegated in
                guard let child = children.first(where: { $0.aggregateAlias == alias }) else { return "true" }
                return (isNegated ? "NOT EXISTS (" : "EXISTS (") + child.countQuery + ")"
            }
        }
        conditions += joinConditions.map(\.sql)
        conditions += children.filter { $0.join == .inner }.map { "EXISTS (" + $0.countQuery + ")" }
        return "SELECT 1" + from + (conditions.isEmpty ? "" : " WHERE " + conditions.joined(" AND "))
    }

    private var from: SQL {
        var sql: SQL = " FROM "
        switch relationship?.kind {
        case .computed(let function, _):
            // The cast tells overloads apart when the argument is a row of a write or a call.
            sql += .name(function) + "(" + .name(parentName) + "::" + .name(relationship?.table ?? table) + ")"
        default:
            sql += readsSource ? "pgrst_source" : .name(table)
        }
        if let alias { sql += " AS " + .name(alias) }
        if case .manyToMany(let junction) = relationship?.kind { sql += ", " + .name(junction.table) }
        return sql
    }

    /// The parent's row as a value.
    private var parentName: SourceName {
        if case .table(let name) = parent { .alias(name.name) } else { parent ?? .table(table) }
    }

    private var whereClause: SQL {
        let conditions = logic.map { $0.sql(of: sourceName) } + joinConditions.map(\.sql)
        return conditions.isEmpty ? "" : " WHERE " + conditions.joined(" AND ")
    }

    // MARK: Groups

    private var isGrouped: Bool {
        fields.contains { $0.aggregate != nil }
            || embedSelects.contains { select in
                if case .spread(_, let fields) = select { fields.contains { $0.aggregate != nil } } else { false }
            }
    }

    /// By the places of what is selected: a name could also be that of a column which is not.
    private var groupClause: SQL {
        guard isGrouped else { return "" }
        var isAggregate = fields.map { $0.aggregate != nil }
        for select in embedSelects {
            switch select {
            case .json(_, _, _, let isEmpty): if !isEmpty { isAggregate.append(false) }
            case .spread(_, let fields): isAggregate += fields.map { $0.aggregate != nil }
            }
        }
        let places = isAggregate.indices.filter { !isAggregate[$0] }.map { String($0 + 1) }
        return places.isEmpty ? "" : " GROUP BY " + .trusted(places.joined(separator: ", "))
    }

    // MARK: Embedded resources

    /// Beside its parent's rows.
    private func join(as select: EmbedSelect, comparable: Bool) -> SQL {
        let alias = SQL.name(aggregateAlias)
        let start: SQL = join == .inner ? " INNER JOIN LATERAL (" : " LEFT JOIN LATERAL ("
        func joined(_ query: SQL, on condition: SQL) -> SQL { start + query + ") AS " + alias + " ON " + condition }
        let rows = "json_agg(" + alias + ")" + (comparable ? "::jsonb" : "") + " AS " + alias
        let isThere: SQL = join == .inner ? alias + " IS NOT NULL" : "TRUE"
        switch select {
        case .json(_, _, isToOne: true, _):
            return joined(query, on: "TRUE")
        case .json:
            return joined("SELECT " + rows + " FROM (" + query + ") AS " + alias, on: isThere)
        case .spread(_, let fields):
            guard case .toMany(_, let order) = spread else { return joined(query, on: "TRUE") }
            let arrays = fields.map { field -> SQL in
                let value = SQL.column(field.name, of: .alias(aggregateAlias)) + order.sql(of: .alias(aggregateAlias))
                return "COALESCE(json_agg(" + value + "), '[]')::jsonb AS " + .name(field.alias ?? field.name)
            }
            return joined("SELECT " + ([rows] + arrays).joined(", ") + " FROM (" + query + ") AS " + alias, on: isThere)
        }
    }
}

extension ReadPlan.EmbedSelect {
    /// `comparable`: as jsonb, which can be grouped by.
    fileprivate func sql(comparable: Bool) -> [SQL] {
        switch self {
        case .json(_, _, _, isEmpty: true): return []
        case .json(let name, let alias, isToOne: true, _):
            return ["row_to_json(" + .name(alias) + ".*)" + (comparable ? "::jsonb" : "") + " AS " + .name(name)]
        case .json(let name, let alias, _, _):
            return ["COALESCE(" + .column(alias, of: .alias(alias)) + ", '[]') AS " + .name(name)]
        case .spread(let alias, let fields):
            return fields.map { $0.sql(of: alias) }
        }
    }
}

extension ReadPlan.JoinCondition {
    fileprivate var sql: SQL { .column(left) + " = " + .column(right) }
}
