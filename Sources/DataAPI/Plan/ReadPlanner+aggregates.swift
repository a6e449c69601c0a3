// What has to know the whole tree: names, stars, filters and orders on embedded resources, aggregates and spreads.

extension ReadPlanner {
    func applyAggregates(_ root: inout ReadPlan) throws(RestError) {
        expandStars(&root, hasAggregate: false)
        addAliases(&root)
        try addRelatedOrders(&root)
        try addEmbedFilters(&root)
        addEmbedSelects(&root)
        try validateAggregates(root)
        if Self.hasAggregates(root) { Self.makeComparable(&root) }
        _ = hoistAggregates(&root)
        try orderSpreads(&root)
    }

    // MARK: Stars and names

    /// `*` stands for every column where PostgreSQL's own would not do: beside aggregates, in arrays of spreads, and where domains have
    /// forms of their own.
    private func expandStars(_ plan: inout ReadPlan, hasAggregate: Bool) {
        var hasAggregate = hasAggregate || plan.fields.contains { $0.aggregate != nil }
        if case .toMany = plan.spread { hasAggregate = true }
        let resolver = FieldResolver(catalog: catalog, table: plan.table)
        if hasAggregate || resolver.hasRepresentations {
            let columns = catalog.tables[plan.table]?.columns
            let isSpread = plan.isSpread
            plan.fields = plan.fields.flatMap { select -> [ReadPlan.SelectField] in
                guard select.field.name == "*", select.field.steps.isEmpty else { return [select] }
                if select.aggregate == .count, isSpread {
                    var whole = select
                    whole.field.isWholeRow = true
                    return [whole]
                }
                guard select.aggregate == nil, let columns else { return [select] }
                return columns.map { column in
                    var expanded = select
                    expanded.field = resolver.output(column)
                    return expanded
                }
            }
        }
        for index in plan.children.indices { expandStars(&plan.children[index], hasAggregate: hasAggregate) }
    }

    private func addAliases(_ plan: inout ReadPlan) {
        let isSpread = plan.isSpread
        plan.fields = plan.fields.map { select in
            var select = select
            if select.alias == nil {
                if let aggregate = select.aggregate {
                    if isSpread { select.alias = aggregate.rawValue }
                } else if !select.field.steps.isEmpty {
                    select.alias = select.field.lastKey
                } else if select.field.transform != nil {
                    select.alias = select.field.name
                }
            }
            return select
        }
        for index in plan.children.indices { addAliases(&plan.children[index]) }
    }

    // MARK: Embedded resources in orders and filters

    private func addRelatedOrders(_ plan: inout ReadPlan) throws(RestError) {
        for index in plan.order.indices {
            guard let relation = plan.order[index].relation else { continue }
            guard let child = plan.children.first(where: { $0.publicName == relation }) else { throw .notEmbedded(relation) }
            guard child.relationship?.isToOne == true else { throw .orderNotToOne(plan.table.name, child.publicName) }
            plan.order[index].relation = child.aggregateAlias
        }
        for index in plan.children.indices { try addRelatedOrders(&plan.children[index]) }
    }

    /// `child=is.null` asks whether there is an embedded row, not for a column.
    private func addEmbedFilters(_ plan: inout ReadPlan) throws(RestError) {
        let children = plan.children
        func translate(_ logic: ReadPlan.Logic) throws(RestError) -> ReadPlan.Logic {
            switch logic {
            case .hasEmbed: return logic
            case .group(let isNegated, let connective, let members):
                var translated: [ReadPlan.Logic] = []
                for member in members { translated.append(try translate(member)) }
                return .group(isNegated: isNegated, connective, translated)
            case .filter(let field, let condition):
                guard field.steps.isEmpty, let child = children.first(where: { $0.publicName == field.name }) else { return logic }
                switch condition.operation {
                case .is(.null): return .hasEmbed(child.aggregateAlias, isNegated: !condition.isNegated)
                case .is(.notNull): return .hasEmbed(child.aggregateAlias, isNegated: condition.isNegated)
                // A column of that name is meant, where there is one.
                default:
                    if field.type.isEmpty { throw .unacceptableFilter(field.name) }
                    return logic
                }
            }
        }
        for index in plan.logic.indices { plan.logic[index] = try translate(plan.logic[index]) }
        for index in plan.children.indices { try addEmbedFilters(&plan.children[index]) }
    }

    private func addEmbedSelects(_ plan: inout ReadPlan) {
        for index in plan.children.indices { addEmbedSelects(&plan.children[index]) }
        plan.embedSelects = plan.children.map { child in
            if child.isSpread { return .spread(alias: child.aggregateAlias, fields: Self.spreadFields(of: child)) }
            return .json(
                name: child.publicName, alias: child.aggregateAlias, isToOne: child.relationship?.isToOne ?? true,
                isEmpty: Self.selectsNothing(child))
        }
    }

    /// `rel()`, also around others of its kind.
    private static func selectsNothing(_ plan: ReadPlan) -> Bool {
        plan.fields.isEmpty && plan.children.allSatisfy(selectsNothing)
    }

    private static func spreadFields(of plan: ReadPlan) -> [ReadPlan.SpreadField] {
        plan.fields.map { ReadPlan.SpreadField(name: $0.name) }
            + plan.embedSelects.flatMap { select -> [ReadPlan.SpreadField] in
                switch select {
                case .json(_, _, _, isEmpty: true): []
                case .json(let name, _, _, _): [ReadPlan.SpreadField(name: name)]
                case .spread(_, let fields): fields.map { ReadPlan.SpreadField(name: $0.alias ?? $0.name) }
                }
            }
    }

    // MARK: Aggregates

    private static func hasAggregates(_ plan: ReadPlan) -> Bool {
        plan.fields.contains { $0.aggregate != nil } || plan.children.contains(where: hasAggregates)
    }

    static func makeComparable(_ plan: inout ReadPlan) {
        plan.isComparable = true
        for index in plan.children.indices { makeComparable(&plan.children[index]) }
    }

    private func validateAggregates(_ plan: ReadPlan) throws(RestError) {
        if !configuration.aggregatesEnabled, plan.fields.contains(where: { $0.aggregate != nil }) { throw .aggregatesNotAllowed }
        for child in plan.children { try validateAggregates(child) }
    }

    private struct HoistedAggregate {
        var alias: String
        var name: String
        var aggregate: Aggregate
        var cast: String?
        var resultAlias: String?
    }

    /// An aggregate in a spread resource means the parents' rows, grouped: it moves up to the first resource that is no spread.
    private func hoistAggregates(_ plan: inout ReadPlan) -> [HoistedAggregate] {
        var fromChildren: [HoistedAggregate] = []
        for index in plan.children.indices { fromChildren += hoistAggregates(&plan.children[index]) }
        guard plan.depth > 0, case .toOne = plan.spread else {
            plan.embedSelects = plan.embedSelects.map { select in
                guard case .spread(let alias, let fields) = select else { return select }
                return .spread(
                    alias: alias,
                    fields: fields.map { field in
                        guard let hoisted = fromChildren.first(where: { $0.alias == alias && $0.name == field.name }) else { return field }
                        return ReadPlan.SpreadField(
                            name: field.name, aggregate: hoisted.aggregate, aggregateCast: hoisted.cast, alias: hoisted.resultAlias)
                    })
            }
            return []
        }
        var hoisted: [HoistedAggregate] = []
        for index in plan.fields.indices {
            guard let aggregate = plan.fields[index].aggregate else { continue }
            hoisted.append(
                HoistedAggregate(
                    alias: plan.aggregateAlias, name: plan.fields[index].name, aggregate: aggregate,
                    cast: plan.fields[index].aggregateCast, resultAlias: plan.fields[index].alias))
            plan.fields[index].aggregate = nil
            plan.fields[index].aggregateCast = nil
        }
        return hoisted
            + fromChildren.map { child in
                var child = child
                child.alias = plan.aggregateAlias
                return child
            }
    }

    /// The arrays of a to-many spread are ordered where they are made; what they are ordered by is selected for that.
    private func orderSpreads(_ plan: inout ReadPlan) throws(RestError) {
        if case .toMany = plan.spread {
            let aggregatesInEmbeds = plan.embedSelects.contains { select in
                if case .spread(_, let fields) = select { fields.contains { $0.aggregate != nil } } else { false }
            }
            guard !aggregatesInEmbeds, !plan.fields.contains(where: { $0.aggregate != nil }) else {
                throw .notImplemented("Aggregates are not implemented for one-to-many or many-to-many spreads.")
            }
            var extra: [ReadPlan.ExtraSelect] = []
            var order: [ReadPlan.Order] = []
            for (number, term) in plan.order.enumerated() {
                let alias = "\(plan.aggregateAlias)_\(term.field.name)_\(number + 1)"
                extra.append(.init(relation: term.relation, field: .init(field: term.field, alias: alias)))
                order.append(.init(field: .init(name: alias), direction: term.direction, nulls: term.nulls))
            }
            plan.order = []
            plan.spread = .toMany(extra: extra, order: order)
        }
        for index in plan.children.indices { try orderSpreads(&plan.children[index]) }
    }
}

extension ReadPlan.Field {
    /// The name a JSON path gives its value: the last key in it, or the column.
    fileprivate var lastKey: String {
        for step in steps.reversed() {
            if case .key(let key) = step.operand { return key }
        }
        return name
    }
}
