import Core

extension Catalog {
    /// The relationship that an embed means. Throws `PGRST200` when there is none, `PGRST201` when there are several.
    ///
    /// target: a table, a view, the name of a foreign key, or one of its columns. hint: a foreign key, a column of either side, or the junction.
    func relationship(
        schema: String, from origin: String, to target: String, hint: String?
    ) throws(RestError) -> Relationship {
        let key = RelationshipKey(table: QualifiedName(schema, origin), foreignSchema: schema)
        let candidates = (relationships[key] ?? []).filter { $0.matches(target: target, hint: hint) }
        guard let first = candidates.first else {
            throw .noRelationship(from: origin, to: target, hint: hint, schema: schema, catalog: self)
        }
        guard candidates.count == 1 else { throw .ambiguousRelationship(from: origin, to: target, candidates) }
        return first
    }
}

extension Relationship {
    fileprivate func matches(target: String, hint: String?) -> Bool {
        if case .computed(let function, _) = kind { return function.name.isExactly(target) }
        if isSelf { return matchesSelf(target: target, hint: hint) }
        guard let hint else {
            return target == foreignTable.name || (target == constraint && !isToView) || (target == singleColumn && !isToView)
        }
        guard target == foreignTable.name else { return false }
        if case .manyToMany(let junction) = kind { return hint == junction.table.name }
        return hint == constraint || hint == singleColumn || hint == singleForeignColumn
    }

    /// One key, two directions: the table's name means the many, the key's column the one.
    private func matchesSelf(target: String, hint: String?) -> Bool {
        switch kind {
        case .oneToMany: target == foreignTable.name && (hint == nil || hint == singleForeignColumn)
        case .manyToOne: hint == nil && target == singleColumn
        default: false
        }
    }

    private var singleColumn: String? { columns?.count == 1 ? columns?[0].column : nil }
    private var singleForeignColumn: String? { columns?.count == 1 ? columns?[0].foreignColumn : nil }
}
