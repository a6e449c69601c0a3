import Core
import Database

/// Reads the catalogue of the exposed schemas out of the database.
enum CatalogReader {
    /// One round trip. timezones: those known from an earlier reading; listing them is slow and they do not change.
    static func read(_ database: Database, _ configuration: RestConfiguration, timezones: Set<String>?) async throws -> Catalog {
        let schemas = configuration.schemas
        var statements = [
            CatalogQueries.relations(schemas), CatalogQueries.columns(schemas), CatalogQueries.keys,
            CatalogQueries.views(schemas + configuration.extraSearchPath), CatalogQueries.functions(schemas),
            CatalogQueries.computedRelationships, CatalogQueries.representations, CatalogQueries.mediaHandlers(schemas),
        ]
        if timezones == nil { statements.append(CatalogQueries.timezones) }
        let results = try await database.exchange(
            Exchange(role: "", preamble: ["select set_config('search_path', '', true)"], statements: statements, isOneOff: true))
        guard results.count == statements.count else { throw Database.missingRows }
        var catalog = Catalog()
        let keys = try results[2].map(Key.init)
        let lineage = try ViewLineage(results[3], exposed: Set(schemas))
        catalog.tables = try tables(results[0], columns: results[1], keys: keys, lineage: lineage)
        catalog.relationships = RelationshipFinder(keys: keys, lineage: lineage, tables: catalog.tables, exposed: Set(schemas))
            .relationships(computed: try results[5].map(computed))
        catalog.functions = Dictionary(
            grouping: try results[4].map { try Function($0, hoisted: configuration.hoistedSettings) }, by: \.name)
        for row in results[6] {
            let kind = Catalog.Representation(source: try row.decode("source"), target: try row.decode("target"))
            catalog.representations[kind] = try row.decode("function", as: String.self)
        }
        catalog.mediaHandlers = try mediaHandlers(results[7])
        catalog.timezones = try timezones ?? Set(results[8].single().decode("names", as: [String].self))
        return catalog
    }

    private static func tables(_ rows: Rows, columns: Rows, keys: [Key], lineage: ViewLineage) throws -> [QualifiedName: Table] {
        var columnsByRelation: [Int: [Table.Column]] = [:]
        for row in columns {
            columnsByRelation[try row.decode("relation"), default: []].append(try Table.Column(row))
        }
        let primaryKeys = Dictionary(keys.filter { $0.kind == "p" }.map { ($0.relation, $0) }) { first, _ in first }
        var tables: [QualifiedName: Table] = [:]
        for row in rows {
            let id = try row.decode("id", as: Int.self)
            let name = QualifiedName(try row.decode("schema"), try row.decode("name"))
            let isView = try row.decode("is_view", as: Bool.self)
            tables[name] = Table(
                name: name, description: try row.decodeIfPresent("description"), isView: isView,
                isInsertable: try row.decode("insertable"), isUpdatable: try row.decode("updatable"),
                isDeletable: try row.decode("deletable"),
                primaryKey: isView ? lineage.primaryKey(of: name, keys: keys) : (primaryKeys[id]?.columns ?? []).sorted(),
                columns: columnsByRelation[id] ?? [])
        }
        return tables
    }

    private static func computed(_ row: Row) throws -> Relationship {
        Relationship(
            table: QualifiedName(try row.decode("table_schema"), try row.decode("table")),
            foreignTable: QualifiedName(try row.decode("foreign_schema"), try row.decode("foreign_table")),
            kind: .computed(
                function: QualifiedName(try row.decode("schema"), try row.decode("name")), isToOne: try row.decode("is_to_one")))
    }

    private static func mediaHandlers(_ rows: Rows) throws -> [MediaHandlerKey: MediaHandler] {
        var handlers: [MediaHandlerKey: MediaHandler] = [
            .init(target: nil, media: .any): .init(maker: .json, media: .json),
            .init(target: nil, media: .json): .init(maker: .json, media: .json),
            .init(target: nil, media: .csv): .init(maker: .csv, media: .csv),
            .init(target: nil, media: .geoJSON): .init(maker: .geoJSON, media: .geoJSON),
        ]
        for row in rows {
            let target = QualifiedName(try row.decode("target_schema"), try row.decode("target"))
            let anything = target.name == "anyelement" ? nil : Optional(target)
            handlers[.init(target: anything, media: MediaType(try row.decode("name", as: String.self)))] = MediaHandler(
                maker: .custom(QualifiedName(try row.decode("schema"), try row.decode("function")), target: anything),
                media: MediaType(try row.decode("resolved", as: String.self)))
        }
        return handlers
    }
}

/// A primary, unique or foreign key of some table.
struct Key: Sendable {
    var name: String
    /// `p`, `u` or `f`.
    var kind: String
    var relation: Int
    var table: QualifiedName
    var numbers: [Int]
    var columns: [String]
    var foreignRelation: Int
    var foreignTable: QualifiedName
    var foreignNumbers: [Int]
    var foreignColumns: [String]

    init(_ row: Row) throws {
        name = try row.decode("name")
        kind = try row.decode("kind")
        relation = try row.decode("relation")
        table = QualifiedName(try row.decode("schema"), try row.decode("table"))
        numbers = try row.decode("numbers")
        columns = try row.decode("columns")
        foreignRelation = try row.decode("foreign_relation")
        foreignTable = QualifiedName(try row.decodeIfPresent("foreign_schema") ?? "", try row.decodeIfPresent("foreign_table") ?? "")
        foreignNumbers = try row.decode("foreign_numbers")
        foreignColumns = try row.decode("foreign_columns")
    }
}

extension Table.Column {
    fileprivate init(_ row: Row) throws {
        self.init(
            name: try row.decode("name"), description: try row.decodeIfPresent("description"), isNullable: try row.decode("is_nullable"),
            type: try row.decode("type"), nominalType: try row.decode("nominal_type"),
            baseType: try row.decodeIfPresent("base_type") ?? "", maximumLength: try row.decodeIfPresent("maximum_length"),
            defaultValue: try row.decodeIfPresent("default_value"), enumeration: try row.decode("enumeration"))
    }
}

extension Function {
    /// hoisted: names of settings that hold for the whole transaction.
    init(_ row: Row, hoisted: [String]) throws {
        let names = try row.decode("names", as: [String].self)
        let types = try row.decode("types", as: [String].self)
        let unboundedTypes = try row.decode("unbounded_types", as: [String].self)
        let required = try row.decode("required", as: [String].self)
        let variadic = try row.decode("variadic", as: [String].self)
        var settings: [(name: String, value: String)] = []
        for setting in try row.decode("settings", as: [String].self) {
            let halves = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            if halves.count == 2 { settings.append((halves[0], halves[1])) }
        }
        self.init(
            name: QualifiedName(try row.decode("schema"), try row.decode("name")), description: try row.decodeIfPresent("description"),
            parameters: names.indices.map { index in
                Parameter(
                    name: names[index], type: types[index], unboundedType: unboundedTypes[index], isRequired: required[index] == "true",
                    isVariadic: variadic[index] == "true")
            },
            returnType: QualifiedName(try row.decode("return_schema"), try row.decode("return_name")),
            returnsSet: try row.decode("returns_set"), returnsComposite: try row.decode("returns_composite"),
            volatility: Volatility(rawValue: try row.decode("volatility")) ?? .volatile,
            isolation: hoisted.contains("default_transaction_isolation")
                ? settings.first { $0.name == "default_transaction_isolation" }?.value : nil,
            settings: settings.filter { hoisted.contains($0.name) && $0.name != "default_transaction_isolation" })
    }
}
