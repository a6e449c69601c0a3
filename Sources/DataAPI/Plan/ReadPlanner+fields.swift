extension ReadPlanner {
    /// Looks up the fields of the whole tree, once its tables are known.
    func resolve(_ plan: inout ReadPlan) {
        let resolver = FieldResolver(catalog: catalog, table: plan.table)
        plan.fields = plan.items.compactMap { item in
            guard case .field(let field) = item else { return nil }
            return ReadPlan.SelectField(
                field: resolver.output(field.path), aggregate: field.aggregate, aggregateCast: field.aggregateCast, cast: field.cast,
                alias: field.alias)
        }
        // In PostgREST's order, which its users see in execution plans.
        plan.logic = plan.rawLogic.reversed().map(resolver.logic)
        plan.logic = plan.rawFilters.map { .filter(resolver.input($0.field, $0.condition), $0.condition) } + plan.logic
        plan.order = plan.rawOrder.map { term in
            ReadPlan.Order(
                relation: term.relation,
                field: term.relation == nil ? resolver.field(term.field) : ReadPlan.Field(name: term.field.name, steps: term.field.steps),
                direction: term.direction, nulls: term.nulls)
        }
        for index in plan.children.indices { resolve(&plan.children[index]) }
    }
}

/// Looks up the fields of one table.
struct FieldResolver {
    let catalog: Catalog
    let table: QualifiedName

    /// A field as it is; unknown names are left to PostgreSQL, which also knows computed columns.
    func field(_ path: FieldPath) -> ReadPlan.Field {
        guard let column = catalog.tables[table]?[path.name] else {
            return ReadPlan.Field(name: path.name, steps: path.steps, asJSON: true)
        }
        var field = self.field(column)
        field.steps = path.steps
        field.asJSON = column.nominalType != "json" && column.nominalType != "jsonb"
        return field
    }

    func field(_ column: Table.Column) -> ReadPlan.Field {
        ReadPlan.Field(
            name: column.name, type: column.nominalType, baseType: column.baseType, defaultValue: column.defaultValue)
    }

    /// A field to be shown: a domain may have its own form in JSON.
    func output(_ path: FieldPath) -> ReadPlan.Field {
        let field = field(path)
        return transformed(field, from: field.type, to: "json")
    }

    func output(_ column: Table.Column) -> ReadPlan.Field {
        transformed(field(column), from: column.nominalType, to: "json")
    }

    /// A field to be compared with text: a domain may have a form of its own for that.
    func input(_ path: FieldPath, _ condition: Condition) -> ReadPlan.Field {
        var field = field(path)
        if case .search(_, let language, _) = condition.operation, !field.baseType.isEmpty, field.baseType != "tsvector" {
            field.textSearch = .init(language: language)
        }
        return transformed(field, from: "text", to: field.type)
    }

    /// A column to be written from JSON. Nil when there is no such column.
    func written(_ name: String) -> ReadPlan.Field? {
        guard let column = catalog.tables[table]?[name] else { return nil }
        return transformed(field(column), from: "json", to: column.nominalType)
    }

    func logic(_ tree: LogicTree) -> ReadPlan.Logic {
        switch tree {
        case .filter(let filter): .filter(input(filter.field, filter.condition), filter.condition)
        case .group(let isNegated, let connective, let members): .group(isNegated: isNegated, connective, members.map(logic))
        }
    }

    var hasRepresentations: Bool {
        catalog.tables[table]?.columns.contains {
            catalog.representations[.init(source: $0.nominalType, target: "json")] != nil
        } ?? false
    }

    private func transformed(_ field: ReadPlan.Field, from source: String, to target: String) -> ReadPlan.Field {
        guard !catalog.representations.isEmpty, let function = catalog.representations[.init(source: source, target: target)] else {
            return field
        }
        var field = field
        field.type = source
        field.transform = function
        return field
    }
}
