import Core

/// What the exposed schemas hold, as far as requests may name it: PostgREST's schema cache. A value; a reload makes another.
struct Catalog: Sendable {
    var tables: [QualifiedName: Table] = [:]
    /// By the table they start from; those that end in one schema.
    var relationships: [RelationshipKey: [Relationship]] = [:]
    var functions: [QualifiedName: [Function]] = [:]
    /// Functions that turn a domain into JSON or text, and back.
    var representations: [Representation: String] = [:]
    var mediaHandlers: [MediaHandlerKey: MediaHandler] = [:]
    var timezones: Set<String> = []

    struct RelationshipKey: Hashable, Sendable {
        var table: QualifiedName
        var foreignSchema: String
    }

    /// From one type to another, as they are written in SQL.
    struct Representation: Hashable, Sendable {
        var source: String
        var target: String
    }
}

/// A name with its schema; both as they are in the database, without quotes.
struct QualifiedName: Hashable, Sendable, Comparable {
    var schema: String
    var name: String

    init(_ schema: String, _ name: String) {
        self.schema = schema
        self.name = name
    }

    static func == (left: QualifiedName, right: QualifiedName) -> Bool {
        left.name.isExactly(right.name) && left.schema.isExactly(right.schema)
    }

    func hash(into hasher: inout Hasher) {
        ExactText(name).hash(into: &hasher)
    }

    static func < (left: QualifiedName, right: QualifiedName) -> Bool {
        (ExactText(left.schema), ExactText(left.name)) < (ExactText(right.schema), ExactText(right.name))
    }
}

/// Anything with columns: table, view, materialised view, foreign or partitioned table.
struct Table: Hashable, Sendable {
    struct Column: Hashable, Sendable {
        var name: String
        var description: String?
        var isNullable: Bool
        /// As documentation shows it: of a domain, its base type.
        var type: String
        /// As SQL names it.
        var nominalType: String
        /// The type under all domains.
        var baseType: String
        var maximumLength: Int?
        /// An SQL expression.
        var defaultValue: String?
        var enumeration: [String]
    }

    var name: QualifiedName
    var description: String?
    var isView: Bool
    var isInsertable: Bool
    var isUpdatable: Bool
    var isDeletable: Bool
    var primaryKey: [String]
    var columns: [Column]
    private let places: [ExactText: Int]

    init(
        name: QualifiedName, description: String?, isView: Bool, isInsertable: Bool, isUpdatable: Bool, isDeletable: Bool,
        primaryKey: [String], columns: [Column]
    ) {
        self.name = name
        self.description = description
        self.isView = isView
        self.isInsertable = isInsertable
        self.isUpdatable = isUpdatable
        self.isDeletable = isDeletable
        self.primaryKey = primaryKey
        self.columns = columns
        places = Dictionary(columns.enumerated().map { (ExactText($1.name), $0) }) { first, _ in first }
    }

    subscript(column: String) -> Column? { places[ExactText(column)].map { columns[$0] } }
}

/// How the rows of one table belong to those of another.
struct Relationship: Hashable, Sendable {
    struct ColumnPair: Hashable, Sendable {
        var column: String
        var foreignColumn: String

        var swapped: ColumnPair { ColumnPair(column: foreignColumn, foreignColumn: column) }
    }

    /// The table between two others.
    struct Junction: Hashable, Sendable {
        var table: QualifiedName
        var sourceConstraint: String
        var targetConstraint: String
        /// From the source's columns to the junction's.
        var sourceColumns: [ColumnPair]
        /// From the target's columns to the junction's.
        var targetColumns: [ColumnPair]
    }

    enum Kind: Hashable, Sendable {
        case manyToOne(constraint: String, [ColumnPair])
        case oneToMany(constraint: String, [ColumnPair])
        /// `isParent`: whether the key is on the other side.
        case oneToOne(constraint: String, [ColumnPair], isParent: Bool)
        case manyToMany(Junction)
        /// A function of the row.
        case computed(function: QualifiedName, isToOne: Bool)
    }

    var table: QualifiedName
    var foreignTable: QualifiedName
    var kind: Kind
    var isFromView = false
    var isToView = false

    var isSelf: Bool { table == foreignTable }

    var isToOne: Bool {
        switch kind {
        case .manyToOne, .oneToOne: true
        case .oneToMany, .manyToMany: false
        case .computed(_, let isToOne): isToOne
        }
    }

    /// The columns of both sides, where a key connects them directly.
    var columns: [ColumnPair]? {
        switch kind {
        case .manyToOne(_, let columns), .oneToMany(_, let columns), .oneToOne(_, let columns, _): columns
        case .manyToMany, .computed: nil
        }
    }

    var constraint: String? {
        switch kind {
        case .manyToOne(let constraint, _), .oneToMany(let constraint, _), .oneToOne(let constraint, _, _): constraint
        case .manyToMany, .computed: nil
        }
    }
}

/// A function that can be called by name.
struct Function: Hashable, Sendable {
    struct Parameter: Hashable, Sendable {
        /// Empty when it has none.
        var name: String
        var type: String
        /// Of types with a length, the same without.
        var unboundedType: String
        var isRequired: Bool
        var isVariadic: Bool
    }

    enum Volatility: String, Hashable, Sendable {
        case volatile = "v"
        case stable = "s"
        case immutable = "i"
    }

    var name: QualifiedName
    var description: String?
    var parameters: [Parameter]
    var returnType: QualifiedName
    var returnsSet: Bool
    var returnsComposite: Bool
    var volatility: Volatility
    var isolation: String?
    /// Settings that hold for the whole transaction.
    var settings: [(name: String, value: String)]

    var returnsVoid: Bool { !returnsSet && !returnsComposite && returnType == QualifiedName("pg_catalog", "void") }

    static func == (left: Function, right: Function) -> Bool {
        left.name == right.name && left.parameters == right.parameters && left.returnType == right.returnType
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(parameters)
    }
}

/// Which rows of what are turned into which media type.
struct MediaHandlerKey: Hashable, Sendable {
    /// Nil for any.
    var target: QualifiedName?
    var media: MediaType
}

/// What makes the body out of rows, and the media type it has then.
struct MediaHandler: Hashable, Sendable {
    enum Maker: Hashable, Sendable {
        case json
        case object(stripsNulls: Bool)
        case arrayWithoutNulls
        case geoJSON
        case csv
        /// An aggregate, or a cast function, of the person's own.
        case custom(QualifiedName, target: QualifiedName?)
        /// No body is wanted.
        case nothing
    }

    var maker: Maker
    var media: MediaType
}
