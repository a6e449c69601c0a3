/// What is read of one resource, and of those embedded in it: everything looked up, nothing yet written as SQL.
struct ReadPlan: Sendable {
    /// A column, a computed column, or a place in its JSON, and how its value is turned into what is wanted.
    struct Field: Hashable, Sendable {
        var name: String
        var steps: [JSONStep] = []
        /// Wrapped in `to_jsonb` before its steps are taken.
        var asJSON = false
        /// Turned into a text search vector first, with this configuration or the standard one.
        var textSearch: TextSearch?
        /// Empty where the column is not known: a computed column, or one of an unknown table.
        var type = ""
        var baseType = ""
        /// The function that converts between the column's domain and JSON or text.
        var transform: String?
        var defaultValue: String?
        /// The whole row, as `count()` of an embedded resource needs it.
        var isWholeRow = false
    }

    struct TextSearch: Hashable, Sendable {
        var language: String?
    }

    struct SelectField: Hashable, Sendable {
        var field: Field
        var aggregate: Aggregate?
        var aggregateCast: String?
        var cast: String?
        var alias: String?

        /// The name it has in the result.
        var name: String { alias ?? field.name }
    }

    indirect enum Logic: Hashable, Sendable {
        case filter(Field, Condition)
        /// Whether an embedded resource is there, by its name inside the query.
        case hasEmbed(String, isNegated: Bool)
        case group(isNegated: Bool, LogicTree.Connective, [Logic])
    }

    struct Order: Hashable, Sendable {
        /// The embedded resource, by its name inside the query, whose field it is.
        var relation: String?
        var field: Field
        var direction: OrderTerm.Direction?
        var nulls: OrderTerm.Nulls?
    }

    struct JoinCondition: Hashable, Sendable {
        var left: Column
        var right: Column
    }

    struct Column: Hashable, Sendable {
        var table: SourceName
        var name: String
    }

    /// How a row source is called where its columns are used.
    enum SourceName: Hashable, Sendable {
        case table(QualifiedName)
        case alias(String)
    }

    /// Columns lifted into the parent.
    enum Spread: Hashable, Sendable {
        case toOne
        /// What is selected besides, so that the arrays can be ordered by it; and that order.
        case toMany(extra: [ExtraSelect], order: [Order])
    }

    struct ExtraSelect: Hashable, Sendable {
        /// The embedded resource whose field it is; nil for the resource itself.
        var relation: String?
        var field: SelectField
    }

    /// What a resource takes from one embedded in it.
    enum EmbedSelect: Hashable, Sendable {
        case json(name: String, alias: String, isToOne: Bool, isEmpty: Bool)
        case spread(alias: String, fields: [SpreadField])

        var alias: String {
            switch self {
            case .json(_, let alias, _, _), .spread(let alias, _): alias
            }
        }
    }

    struct SpreadField: Hashable, Sendable {
        var name: String
        var aggregate: Aggregate?
        var aggregateCast: String?
        var alias: String?
    }

    /// As the catalogue knows it.
    var table: QualifiedName
    /// Whether the rows come from the statement before, a write or a call, and not from the table.
    var readsSource = false
    var alias: String?
    var fields: [SelectField] = []
    var logic: [Logic] = []
    var order: [Order] = []
    var range = RowRange.all

    // Embedded resources only:
    /// As the request names it.
    var name: String
    var requestedAlias: String?
    var hint: String?
    var join: JoinKind?
    var isSpread = false
    var spread: Spread?
    var relationship: Relationship?
    /// What the parent is called in the query, which a computed relationship is called with.
    var parent: SourceName?
    /// Its name inside the query.
    var aggregateAlias = ""
    var joinConditions: [JoinCondition] = []
    var embedSelects: [EmbedSelect] = []
    /// Embedded resources as jsonb, which can be grouped by.
    var isComparable = false
    var depth = 0
    var children: [ReadPlan] = []

    // From the request, until they are looked up:
    var items: [SelectItem] = []
    var rawFilters: [Filter] = []
    var rawLogic: [LogicTree] = []
    var rawOrder: [OrderTerm] = []

    /// The name that requests use for it.
    var publicName: String { requestedAlias ?? name }

    /// What its columns are qualified with.
    var sourceName: SourceName {
        if let relationship, case .computed(let function, _) = relationship.kind { return .alias(alias ?? function.name) }
        if let alias { return .alias(alias) }
        return .table(table)
    }

    var selectsEverything: Bool {
        children.isEmpty && fields.count == 1 && fields[0].field.name == "*" && fields[0].aggregate == nil
    }
}
