/// Turns the reading part of a request into a plan, against the catalogue. Pure.
struct ReadPlanner {
    let catalog: Catalog
    let configuration: RestConfiguration
    let request: RestRequest
    private let isMutation: Bool
    private let readsSource: Bool

    init(catalog: Catalog, configuration: RestConfiguration, request: RestRequest) {
        self.catalog = catalog
        self.configuration = configuration
        self.request = request
        switch request.action {
        case .mutate: (isMutation, readsSource) = (true, true)
        case .call: (isMutation, readsSource) = (false, true)
        default: (isMutation, readsSource) = (false, false)
        }
    }

    /// table: what is read, or written, or returned by the function.
    func plan(_ table: QualifiedName) throws(RestError) -> ReadPlan {
        var root = Self.tree(table, request.parameters.select)
        try distribute(into: &root)
        if readsSource { (root.readsSource, root.alias) = (true, table.name) }
        root = try relate(root, parent: nil)
        resolve(&root)
        try applyAggregates(&root)
        if !isMutation { Self.restrict(&root, to: configuration.maximumRows) }
        return root
    }

    // MARK: The tree as it was asked for

    private static func tree(_ table: QualifiedName, _ items: [SelectItem]) -> ReadPlan {
        node(table.schema, target: table.name, items, depth: 0)
    }

    private static func node(_ schema: String, target: String, _ items: [SelectItem], depth: Int) -> ReadPlan {
        var plan = ReadPlan(table: QualifiedName(schema, target), name: target)
        plan.depth = depth
        plan.items = items
        for case .embed(let embed) in items {
            var child = node(schema, target: embed.target, embed.items, depth: depth + 1)
            child.requestedAlias = embed.alias
            child.hint = embed.hint
            child.join = embed.join
            child.isSpread = embed.isSpread
            plan.children.append(child)
        }
        return plan
    }

    /// Hands filters, orders and ranges to the resources they are addressed to.
    private func distribute(into root: inout ReadPlan) throws(RestError) {
        for (path, filter) in request.parameters.filters where !isMutation || !path.isEmpty {
            try Self.update(&root, at: path) { $0.rawFilters.append(filter) }
        }
        for (path, terms) in request.parameters.order {
            // Of several for one resource, the first counts.
            try Self.update(&root, at: path) { if $0.rawOrder.isEmpty { $0.rawOrder = terms } }
        }
        if !isMutation {
            for (path, range) in request.parameters.ranges where !path.isEmpty {
                try Self.update(&root, at: path) { $0.range = range }
            }
            root.range = request.range
        }
        for (path, tree) in request.parameters.logic where !isMutation || !path.isEmpty {
            try Self.update(&root, at: path) { $0.rawLogic.append(tree) }
        }
    }

    private static func update(
        _ plan: inout ReadPlan, at path: [String], _ change: (inout ReadPlan) -> Void
    ) throws(RestError) {
        guard let first = path.first else {
            change(&plan)
            return
        }
        guard let index = plan.children.firstIndex(where: { $0.requestedAlias == first || $0.name == first }) else {
            throw .notEmbedded(first)
        }
        try update(&plan.children[index], at: Array(path.dropFirst()), change)
    }

    private static func restrict(_ plan: inout ReadPlan, to maximum: Int?) {
        if plan.range.limit != 0 { plan.range = plan.range.restricted(to: maximum) }
        for index in plan.children.indices { restrict(&plan.children[index], to: maximum) }
    }

    // MARK: Relationships

    private func relate(_ plan: ReadPlan, parent: ReadPlan?) throws(RestError) -> ReadPlan {
        var plan = plan
        if let parent {
            let origin = plan.depth == 1 ? parent.alias ?? parent.table.name : parent.table.name
            let relationship = try catalog.relationship(
                schema: request.schema, from: origin, to: plan.name, hint: plan.hint)
            let parentName: ReadPlan.SourceName = parent.alias.map { .alias($0) } ?? .table(parent.table)
            plan.relationship = relationship
            plan.table = relationship.foreignTable
            plan.parent = parentName
            plan.aggregateAlias = Self.alias("\(relationship.table.name)_\(plan.publicName)", plan.depth)
            if case .manyToMany = relationship.kind {} else { plan.alias = Self.alias(relationship.foreignTable.name, plan.depth) }
            plan.joinConditions = Self.joinConditions(relationship, alias: plan.alias, parent: parent.alias)
            if plan.isSpread { plan.spread = relationship.isToOne ? .toOne : .toMany(extra: [], order: []) }
        }
        let snapshot = plan
        for index in plan.children.indices { plan.children[index] = try relate(plan.children[index], parent: snapshot) }
        return plan
    }

    /// A name for use inside the query. PostgreSQL cuts names after 63 bytes, so a long one is cut here, with a mark of its own.
    private static func alias(_ name: String, _ depth: Int) -> String {
        let alias = "\(name)_\(depth)"
        guard alias.utf8.count > 63 else { return alias }
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in alias.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return "\(String(name.unicodeScalars.prefix(8)))_\(String(hash, radix: 16))_\(depth)"
    }

    private static func joinConditions(
        _ relationship: Relationship, alias: String?, parent: String?
    ) -> [ReadPlan.JoinCondition] {
        let parentName: ReadPlan.SourceName = parent.map { .alias($0) } ?? .table(relationship.table)
        switch relationship.kind {
        case .computed: return []
        case .manyToMany(let junction):
            let target = junction.targetColumns.map { pair in
                ReadPlan.JoinCondition(
                    left: .init(table: .table(junction.table), name: pair.foreignColumn),
                    right: .init(table: .table(relationship.foreignTable), name: pair.column))
            }
            let source = junction.sourceColumns.map { pair in
                ReadPlan.JoinCondition(
                    left: .init(table: .table(junction.table), name: pair.foreignColumn),
                    right: .init(table: parentName, name: pair.column))
            }
            return target + source
        case .manyToOne(_, let columns), .oneToMany(_, let columns), .oneToOne(_, let columns, _):
            let own: ReadPlan.SourceName = alias.map { .alias($0) } ?? .table(relationship.foreignTable)
            return columns.map { pair in
                ReadPlan.JoinCondition(
                    left: .init(table: own, name: pair.foreignColumn), right: .init(table: parentName, name: pair.column))
            }
        }
    }
}
