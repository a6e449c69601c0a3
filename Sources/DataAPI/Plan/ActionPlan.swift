/// What will be done for a request: everything but the SQL.
enum ActionPlan: Sendable {
    case read(ReadPlan, headersOnly: Bool, MediaHandler)
    case write(WritePlan, ReadPlan, RestRequest.Mutation, MediaHandler)
    case call(CallPlan, ReadPlan, headersOnly: Bool, MediaHandler)
    case describe(schema: String, headersOnly: Bool)
    /// The methods that a resource takes; nothing is asked of the database.
    case options([String])
}

/// A write. The rows it returns are what the read plan then selects from.
struct WritePlan: Sendable {
    enum Kind: Sendable {
        /// conflict: the columns whose equality makes two rows the same, and what then happens.
        /// isPut: the filters also hold for the body.
        case insert(conflict: (columns: [String], resolution: Preferences.Resolution)?, isPut: Bool)
        case update
        case delete
    }

    var table: QualifiedName
    var kind: Kind
    var columns: [ReadPlan.Field] = []
    /// JSON text: an object or an array of them.
    var body = "[]"
    var isBodyObject = false
    var usesDefaults = false
    var logic: [ReadPlan.Logic] = []
    /// What is given back of each row: columns, `*` for all, empty for nothing.
    var returning: [String] = []
    var primaryKey: [String] = []
}

/// A call of a function. What it returns is what the read plan then selects from.
struct CallPlan: Sendable {
    enum Arguments: Sendable {
        case none
        /// From the query string or a form: each a text or, for a variadic parameter, several.
        case direct([(parameter: Function.Parameter, values: [String])])
        /// The parameters that the body names.
        case json(String, [Function.Parameter], isObject: Bool)
        /// The whole body for the one unnamed parameter.
        case whole([UInt8], Function.Parameter)
    }

    var function: Function
    var arguments: Arguments
    var mayWrite: Bool
    /// The columns that are read, those that filters and the order mention among them; `*` for all.
    var returning: [String] = []
}
