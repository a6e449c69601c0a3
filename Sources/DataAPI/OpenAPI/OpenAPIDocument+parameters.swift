import Core

extension OpenAPIDocument {
    /// Those that paths refer to by name.
    var parameters: JSONValue? {
        .members(Self.sharedParameters + tables.flatMap(Self.parameters))
    }

    /// The keys of the filters on each column.
    static func filterKeys(of table: Table) -> [String] {
        table.columns.map { "rowFilter.\(table.name.name).\($0.name)" }
    }

    static func bodyKey(of table: Table) -> String { "body." + table.name.name }

    private static var sharedParameters: [(String, JSONValue)] {
        [
            ("preferParams", preference([])),
            ("preferReturn", preference(returnChoices)),
            ("preferCount", preference(["count=none"])),
            ("preferPost", preference(returnChoices + ["resolution=ignore-duplicates", "resolution=merge-duplicates"])),
            ("select", optional("select", in: "query", "Filtering Columns")),
            ("on_conflict", optional("on_conflict", in: "query", "On Conflict")),
            ("order", optional("order", in: "query", "Ordering")),
            ("range", optional("Range", in: "header", paging)),
            ("rangeUnit", optional("Range-Unit", in: "header", paging, ["default": "items"])),
            ("offset", optional("offset", in: "query", paging)),
            ("limit", optional("limit", in: "query", paging)),
        ]
    }

    private static let paging = "Limiting and Pagination"
    private static let returnChoices = ["return=representation", "return=minimal", "return=none"]

    private static func parameters(of table: Table) -> [(String, JSONValue)] {
        let filters = table.columns.map { optional($0.name, in: "query", $0.description) }
        return [(bodyKey(of: table), body(of: table))] + zip(filterKeys(of: table), filters)
    }

    private static func body(of table: Table) -> JSONValue {
        let name = table.name.name
        return [
            "in": "body", "name": .string(name), "description": .string(name), "required": .bool(false),
            "schema": .reference(to: "definitions/" + name),
        ]
    }

    private static func preference(_ choices: [String]) -> JSONValue {
        optional("Prefer", in: "header", "Preference", ["enum": .strings(choices)])
    }

    /// A text that may be left out.
    private static func optional(
        _ name: String, in place: String, _ description: String?, _ more: [String: JSONValue?] = [:]
    ) -> JSONValue {
        let members: [String: JSONValue?] = [
            "name": .string(name), "in": .string(place), "type": "string", "required": .bool(false),
            "description": description.map { .string($0) },
        ]
        return .sparse(members.merging(more) { _, new in new })
    }
}
