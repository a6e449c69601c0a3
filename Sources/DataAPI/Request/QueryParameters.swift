import Core

/// A query string, parsed: select, filters, logic, order, ranges, columns, and the arguments of a function.
struct QueryParameters: Sendable {
    /// Sorted by name and encoded anew, for `Content-Location`.
    var canonical = ""
    /// What has no operator, on functions called by GET.
    var arguments: [(name: String, value: String)] = []
    var ranges: [[String]: RowRange] = [:]
    var order: [(path: [String], terms: [OrderTerm])] = []
    var logic: [(path: [String], tree: LogicTree)] = []
    var columns: [String]?
    var select: [SelectItem] = []
    var filters: [(path: [String], filter: Filter)] = []
    /// The names that filters are given for, as they stand in the query string.
    var filterKeys: Set<ExactText> = []
    var onConflict: [String]?

    /// `query`: what stands behind the question mark. `isCallByGet`: values without an operator are arguments.
    init(_ query: Substring, isCallByGet: Bool = false) throws(ParseFailure) {
        let pairs = URLEncodedForm.pairs(query)
        canonical = URLEncodedForm.canonical(pairs)
        var limits: [String: (limit: String?, offset: String?)] = [:]
        var selectText: String?
        for (key, value) in pairs {
            guard let value else { continue }
            switch key {
            case "select": selectText = selectText ?? value
            case "columns": if columns == nil { columns = try QueryGrammar.columns(value, parameter: "columns").uniqueExactly() }
            case "on_conflict": if onConflict == nil { onConflict = try QueryGrammar.columns(value, parameter: "on_conflict") }
            default:
                let dot = key.lastIndex(of: ".")
                let last = dot.map { key[key.index(after: $0)...] } ?? key[...]
                let parent = dot.map { String(key[..<$0]) } ?? ""
                switch last {
                case "limit": limits[parent, default: (nil, nil)].limit = value
                case "offset": limits[parent, default: (nil, nil)].offset = value
                case "order": order.append(try QueryGrammar.order(key, value))
                case "and", "or": logic.append(try QueryGrammar.logic(key, value))
                default: try addFilter(key, value, isCallByGet: isCallByGet)
                }
            }
        }
        for (parent, values) in limits {
            let path = parent.isEmpty ? [] : try Self.path(parent)
            ranges[path] = RowRange(limit: values.limit, offset: values.offset)
        }
        select = try QueryGrammar.select(selectText ?? "*")
    }

    private mutating func addFilter(_ key: String, _ value: String, isCallByGet: Bool) throws(ParseFailure) {
        let (path, field, condition) = try QueryGrammar.filter(key, value, allowsPlainValues: isCallByGet)
        guard let condition else {
            arguments.append((field.name, value))
            return
        }
        filterKeys.insert(ExactText(key))
        filters.append((path, Filter(field: field, condition: condition)))
    }

    private static func path(_ parent: String) throws(ParseFailure) -> [String] {
        let (path, field) = try QueryGrammar.treePath(parent)
        return path + [field.name]
    }
}
