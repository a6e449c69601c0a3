import Core

extension OpenAPIDocument {
    /// The rows of all tables.
    var definitions: JSONValue? {
        .members(tables.map { ($0.name.name, definition(of: $0)) })
    }

    private func definition(of table: Table) -> JSONValue {
        .sparse([
            "type": "object",
            "description": table.description.map { .string($0) },
            "properties": .members(table.columns.map { ($0.name, property($0, of: table)) }),
            "required": .strings(table.columns.filter { !$0.isNullable }.map(\.name)),
        ])
    }

    private func property(_ column: Table.Column, of table: Table) -> JSONValue {
        let type = OpenAPIType(column.type)
        var members = type.bodyMembers
        members["default"] = column.defaultValue.flatMap(type.value(ofDefault:))
        members["description"] = description(of: column, in: table).map { .string($0) }
        members["enum"] = .strings(column.enumeration)
        members["maxLength"] = column.maximumLength.map { .number(Double($0)) }
        return .object(members)
    }

    /// The column's comment, and which keys it belongs to. Clients look for the tags in the text.
    private func description(of column: Table.Column, in table: Table) -> String? {
        var notes: [String] = []
        if table.primaryKey.contains(column.name) { notes.append("This is a Primary Key.<pk/>") }
        if let (table, column) = target(of: column.name, in: table) {
            notes.append("This is a Foreign Key to `\(table).\(column)`.<fk table='\(table)' column='\(column)'/>")
        }
        guard !notes.isEmpty else { return column.description }
        let note = (["Note:"] + notes).joined(separator: "\n")
        return column.description.map { $0 + "\n\n" + note } ?? note
    }

    /// What a foreign key of this column alone points to; tables before views.
    private func target(of column: String, in table: Table) -> (table: String, column: String)? {
        let found = relationships[Catalog.RelationshipKey(table: table.name, foreignSchema: schema)] ?? []
        for relationship in found.filter({ !$0.isToView }) + found.filter(\.isToView) {
            if let pair = relationship.simpleKey, pair.column == column {
                return (relationship.foreignTable.name, pair.foreignColumn)
            }
        }
        return nil
    }
}

extension Relationship {
    /// The columns of a foreign key that stands in the source table and has one column.
    fileprivate var simpleKey: ColumnPair? {
        switch kind {
        case .manyToOne(_, let columns), .oneToOne(_, let columns, isParent: false): columns.count == 1 ? columns.first : nil
        case .oneToMany, .oneToOne, .manyToMany, .computed: nil
        }
    }
}
