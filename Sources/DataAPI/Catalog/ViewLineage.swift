import Database

/// Which table columns the columns of views come from, through views upon views.
struct ViewLineage: Sendable {
    /// A column of a table (or of a view below), and the columns of one view that show it.
    struct Appearance: Hashable, Sendable {
        var relation: Int
        var column: Int
    }

    private(set) var views: [QualifiedName: [Appearance: [String]]] = [:]

    /// rows: as `CatalogQueries.views` gives them. exposed: the schemas whose views matter.
    init(_ rows: Rows, exposed: Set<String>) throws {
        struct View {
            var name: QualifiedName
            var columns: [String]
            var origins: [Int: [NodeTree.Origin]]
        }
        var known: [Int: View] = [:]
        for row in rows {
            let origins = NodeTree.origins(try row.decode("definition", as: String.self))
            known[try row.decode("id")] = View(
                name: QualifiedName(try row.decode("schema"), try row.decode("name")),
                columns: try row.decodeIfPresent("columns", as: [String].self) ?? [],
                origins: Dictionary(grouping: origins, by: \.column))
        }
        /// Everything a view's column can be traced to, in order of depth. Views cannot refer to each other in a circle, but a rule
        /// edited by hand might: hence the path.
        func trace(_ view: Int, _ column: Int, path: [Int]) -> [Appearance] {
            guard let origins = known[view]?.origins[column], !path.contains(view) else { return [] }
            return origins.flatMap { origin in
                [Appearance(relation: Int(origin.table), column: origin.tableColumn)]
                    + trace(Int(origin.table), origin.tableColumn, path: path + [view])
            }
        }
        for (id, view) in known where exposed.contains(view.name.schema) {
            var appearances: [Appearance: [String]] = [:]
            for number in view.origins.keys.sorted() where view.columns.indices.contains(number - 1) {
                for appearance in trace(id, number, path: []) { appearances[appearance, default: []].append(view.columns[number - 1]) }
            }
            views[view.name] = appearances
        }
    }

    /// The ways in which a view shows all these columns of a table: for each way, the view's columns in the same order.
    func columns(of view: QualifiedName, showing numbers: [Int], of relation: Int) -> [[String]] {
        guard let appearances = views[view] else { return [] }
        var ways: [[String]] = [[]]
        for number in numbers {
            guard let shown = appearances[Appearance(relation: relation, column: number)] else { return [] }
            ways = ways.flatMap { way in shown.map { way + [$0] } }
            // A view that shows a key column over and over is answered for its first appearances.
            if ways.count > 64 { ways = Array(ways.prefix(64)) }
        }
        return ways
    }

    /// The first column for each part of a primary key that the view shows whole.
    func primaryKey(of view: QualifiedName, keys: [Key]) -> [String] {
        var columns: [String] = []
        for key in keys where key.kind == "p" {
            if let way = self.columns(of: view, showing: key.numbers, of: key.relation).first { columns += way }
        }
        return columns
    }
}
