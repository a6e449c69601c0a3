import Core

// Errors of looking things up, with what was probably meant.

extension Catalog {
    func similarTable(_ name: QualifiedName) -> QualifiedName? {
        let names = tables.keys.filter { $0.schema == name.schema }.map(\.name)
        return FuzzySet(names).best(name.name, minimumScore: 0.75).map { QualifiedName(name.schema, $0) }
    }
}

extension RestError {
    // MARK: Relationships

    static func noRelationship(from origin: String, to target: String, hint: String?, schema: String, catalog: Catalog) -> RestError {
        let using = hint.map { " using the hint '\($0)'" } ?? ""
        return RestError(
            400, "PGRST200", "Could not find a relationship between '\(origin)' and '\(target)' in the schema cache",
            details: "Searched for a foreign key relationship between '\(origin)' and '\(target)'\(using) in the schema '\(schema)', "
                + "but no matches were found.",
            hint: nil
        ).suggesting(from: origin, to: target, schema: schema, catalog: catalog)
    }

    private func suggesting(from origin: String, to target: String, schema: String, catalog: Catalog) -> RestError {
        let key = Catalog.RelationshipKey(table: QualifiedName(schema, origin), foreignSchema: schema)
        var error = self
        func suggest(_ meant: String?, insteadOf name: String) {
            guard let meant else { return }
            error.hint = "Perhaps you meant '\(meant)' instead of '\(name)'."
            error.disclosed = [.table(QualifiedName(schema, meant))]
        }
        if let known = catalog.relationships[key] {
            suggest(FuzzySet(known.map(\.foreignTable.name)).matches(target).first { $0.score < 1 }?.name, insteadOf: target)
        } else {
            let origins = catalog.relationships.keys.filter { $0.foreignSchema == schema }.map(\.table.name)
            suggest(FuzzySet(origins).best(origin), insteadOf: origin)
        }
        return error
    }

    static func ambiguousRelationship(from origin: String, to target: String, _ candidates: [Relationship]) -> RestError {
        var error = RestError(
            300, "PGRST201", "Could not embed because more than one relationship was found for '\(origin)' and '\(target)'",
            hint: "Try changing '\(target)' to one of the following: "
                + candidates.map { "'\($0.foreignTable.name)!\($0.hintName)'" }.joined(separator: ", ")
                + ". Find the desired relationship in the 'details' key.")
        error.details = .array(candidates.map(\.summary))
        error.disclosed = candidates.flatMap { candidate -> [Disclosure] in
            var tables = [Disclosure.table(candidate.foreignTable)]
            if case .manyToMany(let junction) = candidate.kind { tables.append(.table(junction.table)) }
            return tables
        }
        return error
    }

    // MARK: Functions

    static func noFunction(
        _ name: QualifiedName, arguments: [String], contentType: MediaType, isPost: Bool, catalog: Catalog
    ) -> RestError {
        let function = "\(name.schema).\(name.name)"
        let list = arguments.joined(separator: ", ")
        let wholeBody: String? = isPost ? [.plainText: "text", .xml: "xml", .octetStream: "bytea"][contentType] : nil
        let parameters = arguments.isEmpty ? " without parameters" : "(\(list))"
        var searched = arguments.isEmpty ? " without parameters" : " with parameter\(arguments.count > 1 ? "s" : "") \(list)"
        if let wholeBody {
            searched = " with a single unnamed \(wholeBody) parameter"
        } else if isPost, contentType == .json {
            searched += " or with a single unnamed json/jsonb parameter"
        }
        return RestError(
            404, "PGRST202", "Could not find the function \(function)\(wholeBody == nil ? parameters : "") in the schema cache",
            details: "Searched for the function \(function)\(searched), but no matches were found in the schema cache.",
            hint: nil
        ).suggesting(wholeBody == nil, name, arguments: arguments, catalog: catalog)
    }

    private func suggesting(_ isWanted: Bool, _ name: QualifiedName, arguments: [String], catalog: Catalog) -> RestError {
        guard isWanted else { return self }
        var error = self
        let start = "Perhaps you meant to call the function \(name.schema)."
        func list(_ names: [String]) -> String { "(\(names.sorted().joined(separator: ", ")))" }
        guard let overloads = catalog.functions[name] else {
            let names = catalog.functions.keys.filter { $0.schema == name.schema }.map(\.name)
            if let meant = FuzzySet(names).best(name.name, minimumScore: 0.75) {
                error.hint = start + meant
                error.disclosed = [.function(QualifiedName(name.schema, meant))]
            }
            return error
        }
        error.hint = FuzzySet(overloads.map { list($0.parameters.map(\.name)) }).best(list(arguments)).map { start + name.name + $0 }
        error.disclosed = [.function(name)]
        return error
    }

    static func ambiguousFunction(_ candidates: [Function]) -> RestError {
        let signatures = candidates.map { function in
            "\(function.name.schema).\(function.name.name)("
                + function.parameters.map { "\($0.name) => \($0.type)" }.joined(separator: ", ") + ")"
        }
        var error = RestError(
            300, "PGRST203", "Could not choose the best candidate function between: \(signatures.joined(separator: ", "))",
            hint: "Try renaming the parameters or the function itself in the database so function overloading can be resolved")
        error.disclosed = candidates.first.map { [.function($0.name)] } ?? []
        return error
    }
}

extension Relationship {
    /// What tells it from others between the same tables.
    fileprivate var hintName: String {
        if case .manyToMany(let junction) = kind { junction.table.name } else { constraint ?? "" }
    }

    fileprivate var summary: JSONValue {
        func list(_ names: [String]) -> String { "(\(names.joined(separator: ", ")))" }
        let cardinality: String
        let description: String
        switch kind {
        case .manyToMany(let junction):
            cardinality = "many-to-many"
            description =
                "\(junction.table.name) using \(junction.sourceConstraint)\(list(junction.sourceColumns.map(\.foreignColumn)))"
                + " and \(junction.targetConstraint)\(list(junction.targetColumns.map(\.foreignColumn)))"
        case .manyToOne(let constraint, let columns), .oneToMany(let constraint, let columns), .oneToOne(let constraint, let columns, _):
            if case .manyToOne = kind {
                cardinality = "many-to-one"
            } else if case .oneToMany = kind {
                cardinality = "one-to-many"
            } else {
                cardinality = "one-to-one"
            }
            description =
                "\(constraint) using \(table.name)\(list(columns.map(\.column)))"
                + " and \(foreignTable.name)\(list(columns.map(\.foreignColumn)))"
        case .computed: return .object([:])
        }
        return [
            "cardinality": .string(cardinality), "relationship": .string(description),
            "embedding": .string("\(table.name) with \(foreignTable.name)"),
        ]
    }
}
