/// Finds how tables and views belong together: from foreign keys, through views, in both directions, and across junction tables. Pure.
struct RelationshipFinder {
    private let keys: [Key]
    private let lineage: ViewLineage
    private let tables: [QualifiedName: Table]
    private let exposed: Set<String>

    init(keys: [Key], lineage: ViewLineage, tables: [QualifiedName: Table], exposed: Set<String>) {
        self.keys = keys
        self.lineage = lineage
        self.tables = tables
        self.exposed = exposed
    }

    /// All of them, by the table they start from. Computed ones take the place of detected ones of their name.
    func relationships(computed: [Relationship]) -> [Catalog.RelationshipKey: [Relationship]] {
        let direct = fromKeys()
        let all = direct + inverses(of: direct) + acrossJunctions(direct)
        struct Pair: Hashable {
            var table: QualifiedName
            var target: QualifiedName
        }
        var byPair = Dictionary(grouping: all) { Pair(table: $0.table, target: $0.foreignTable) }
        for relationship in computed {
            if case .computed(let function, _) = relationship.kind {
                byPair[Pair(table: relationship.table, target: function)] = [relationship]
            }
        }
        var found: [Catalog.RelationshipKey: [Relationship]] = [:]
        for (pair, relationships) in byPair where exposed.contains(pair.table.schema) {
            let visible = relationships.filter { exposed.contains($0.foreignTable.schema) && !hasHiddenJunction($0) }
            found[.init(table: pair.table, foreignSchema: pair.target.schema), default: []] += visible
        }
        return found.mapValues { $0.sorted { sortKey($0).lexicographicallyPrecedes(sortKey($1)) } }
    }

    // MARK: From keys to relationships

    /// Many-to-one and one-to-one, from tables and from views that show the key.
    private func fromKeys() -> [Relationship] {
        var unique: [Int: Set<[Int]>] = [:]
        for key in keys where key.kind != "f" { unique[key.relation, default: []].insert(key.numbers.sorted()) }
        let viewsOfRelation = viewsByRelation()
        var found: [Relationship] = []
        for key in keys where key.kind == "f" {
            let isOneToOne = unique[key.relation]?.contains(key.numbers.sorted()) ?? false
            func relationship(
                _ table: QualifiedName, _ columns: [String], _ foreign: QualifiedName, _ foreignColumns: [String], _ fromView: Bool,
                _ toView: Bool
            ) -> Relationship {
                let pairs = zip(columns, foreignColumns).map { Relationship.ColumnPair(column: $0, foreignColumn: $1) }
                return Relationship(
                    table: table, foreignTable: foreign,
                    kind: isOneToOne
                        ? .oneToOne(constraint: key.name, pairs, isParent: false) : .manyToOne(constraint: key.name, pairs),
                    isFromView: fromView, isToView: toView)
            }
            let sources = (viewsOfRelation[key.relation] ?? []).flatMap { view in
                lineage.columns(of: view, showing: key.numbers, of: key.relation).map { (view, $0) }
            }
            let targets = (viewsOfRelation[key.foreignRelation] ?? []).flatMap { view in
                lineage.columns(of: view, showing: key.foreignNumbers, of: key.foreignRelation).map { (view, $0) }
            }
            found.append(relationship(key.table, key.columns, key.foreignTable, key.foreignColumns, false, false))
            found += sources.map { relationship($0.0, $0.1, key.foreignTable, key.foreignColumns, true, false) }
            found += targets.map { relationship(key.table, key.columns, $0.0, $0.1, false, true) }
            for source in sources {
                found += targets.map { relationship(source.0, source.1, $0.0, $0.1, true, true) }
            }
        }
        return found
    }

    private func viewsByRelation() -> [Int: [QualifiedName]] {
        var views: [Int: [QualifiedName]] = [:]
        for (view, appearances) in lineage.views.sorted(by: { $0.key < $1.key }) {
            for relation in Set(appearances.keys.map(\.relation)) { views[relation, default: []].append(view) }
        }
        return views
    }

    private func inverses(of relationships: [Relationship]) -> [Relationship] {
        relationships.compactMap { relationship in
            var inverse = relationship
            (inverse.table, inverse.foreignTable) = (relationship.foreignTable, relationship.table)
            (inverse.isFromView, inverse.isToView) = (relationship.isToView, relationship.isFromView)
            switch relationship.kind {
            case .manyToOne(let constraint, let columns):
                inverse.kind = .oneToMany(constraint: constraint, columns.map(\.swapped))
            case .oneToOne(let constraint, let columns, let isParent):
                inverse.kind = .oneToOne(constraint: constraint, columns.map(\.swapped), isParent: !isParent)
            default: return nil
            }
            return inverse
        }
    }

    /// Two tables are many-to-many when a third has keys to both and those keys are part of its primary key.
    private func acrossJunctions(_ relationships: [Relationship]) -> [Relationship] {
        var bySource: [QualifiedName: [Relationship]] = [:]
        for relationship in relationships {
            if case .manyToOne = relationship.kind { bySource[relationship.table, default: []].append(relationship) }
        }
        var found: [Relationship] = []
        let primaryKeys = Dictionary(keys.filter { $0.kind == "p" }.map { ($0.table, $0.columns) }) { first, _ in first }
        for (junction, keys) in bySource {
            let primaryKey = Set(primaryKeys[junction] ?? tables[junction]?.primaryKey ?? [])
            guard !primaryKey.isEmpty else { continue }
            for first in keys {
                for second in keys where first.constraint != second.constraint {
                    guard let columns = first.columns, let others = second.columns, let constraint = first.constraint,
                        let otherConstraint = second.constraint,
                        primaryKey.isSuperset(of: columns.map(\.column) + others.map(\.column))
                    else { continue }
                    found.append(
                        Relationship(
                            table: first.foreignTable, foreignTable: second.foreignTable,
                            kind: .manyToMany(
                                .init(
                                    table: junction, sourceConstraint: constraint, targetConstraint: otherConstraint,
                                    sourceColumns: columns.map(\.swapped), targetColumns: others.map(\.swapped))),
                            isFromView: first.isToView, isToView: second.isToView))
                }
            }
        }
        return found
    }

    private func hasHiddenJunction(_ relationship: Relationship) -> Bool {
        if case .manyToMany(let junction) = relationship.kind { !exposed.contains(junction.table.schema) } else { false }
    }

    /// An order that does not depend on how the catalogue was read.
    private func sortKey(_ relationship: Relationship) -> [String] {
        let kind: [String]
        switch relationship.kind {
        case .oneToMany(let constraint, let columns): kind = ["0", constraint] + columns.flatMap { [$0.column, $0.foreignColumn] }
        case .manyToOne(let constraint, let columns): kind = ["1", constraint] + columns.flatMap { [$0.column, $0.foreignColumn] }
        case .oneToOne(let constraint, let columns, _): kind = ["2", constraint] + columns.flatMap { [$0.column, $0.foreignColumn] }
        case .manyToMany(let junction):
            kind = ["3", junction.table.schema, junction.table.name, junction.sourceConstraint, junction.targetConstraint]
        case .computed(let function, _): kind = ["4", function.schema, function.name]
        }
        return [relationship.table.name, relationship.foreignTable.schema, relationship.foreignTable.name] + kind
    }
}
