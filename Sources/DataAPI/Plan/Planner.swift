import Core

/// Looks a request up in the catalogue and decides what to do. Pure: the same request and catalogue give the same plan.
struct Planner {
    let catalog: Catalog
    let configuration: RestConfiguration

    /// Throws `PGRST1xx` and `PGRST2xx`.
    func plan(_ request: RestRequest) throws(RestError) -> ActionPlan {
        switch request.action {
        case .read(let name, let headersOnly):
            try requireTable(name)
            let plan = try readPlan(name, request)
            let handler = try negotiate(request, target: name, plan, headersOnly: headersOnly)
            try request.preferences.check()
            return .read(plan.prepared(for: handler), headersOnly: headersOnly, handler)
        case .mutate(let name, let mutation):
            let table = try requireTable(name)
            let plan = try readPlan(name, request)
            let write = try writePlan(table, mutation, request, plan)
            try request.preferences.check()
            let handler = try negotiate(request, target: name, plan, headersOnly: request.preferences.representation != .full)
            return .write(write, plan.prepared(for: handler), mutation, handler)
        case .call(let name, let byGet, let headersOnly):
            return try callPlan(name, byGet: byGet, headersOnly: headersOnly, request)
        case .describe(let schema, let headersOnly):
            guard request.accept.contains(where: { $0 == .openAPI || $0 == .json || $0 == .any }) else {
                throw .noMediaType(request.accept)
            }
            return .describe(schema: schema, headersOnly: headersOnly)
        case .tableOptions(let name):
            return .options(Self.methods(of: try requireTable(name)))
        case .functionOptions(let name):
            let function = try catalog.function(
                name, arguments: Set(request.parameters.arguments.map { ExactText($0.name) }), contentType: request.contentType,
                isPost: false)
            return .options(function.volatility == .volatile ? ["OPTIONS", "POST"] : ["OPTIONS", "GET", "HEAD", "POST"])
        case .rootOptions:
            return .options(["OPTIONS", "GET", "HEAD"])
        }
    }

    @discardableResult
    private func requireTable(_ name: QualifiedName) throws(RestError) -> Table {
        guard let table = catalog.tables[name] else { throw .tableNotFound(name, similar: catalog.similarTable(name)) }
        return table
    }

    private func readPlan(_ table: QualifiedName, _ request: RestRequest) throws(RestError) -> ReadPlan {
        try ReadPlanner(catalog: catalog, configuration: configuration, request: request).plan(table)
    }

    private static func methods(of table: Table) -> [String] {
        var methods = ["OPTIONS", "GET", "HEAD"]
        if table.isInsertable { methods.append("POST") }
        if table.isInsertable, table.isUpdatable, !table.primaryKey.isEmpty { methods.append("PUT") }
        if table.isUpdatable { methods.append("PATCH") }
        if table.isDeletable { methods.append("DELETE") }
        return methods
    }

    // MARK: Writes

    private func writePlan(
        _ table: Table, _ mutation: RestRequest.Mutation, _ request: RestRequest, _ read: ReadPlan
    ) throws(RestError) -> WritePlan {
        let resolver = FieldResolver(catalog: catalog, table: table.name)
        let rootFilters = request.parameters.filters.filter(\.path.isEmpty).map(\.filter)
        let rootLogic = request.parameters.logic.filter(\.path.isEmpty).map(\.tree)
        var plan = WritePlan(table: table.name, kind: .delete)
        plan.primaryKey = table.primaryKey
        plan.logic = rootFilters.map { .filter(resolver.input($0.field, $0.condition), $0.condition) } + rootLogic.map(resolver.logic)
        if let representation = request.preferences.representation, representation != .minimal {
            // Of the order's names, only columns: the rest may be names that the answer itself gives.
            plan.returning = read.neededColumns(with: table.primaryKey + read.orderFields.filter { !$0.type.isEmpty }.map(\.name))
        }
        if let body = request.payload?.jsonText { (plan.body, plan.isBodyObject) = (body, request.payload?.isObject ?? false) }
        plan.usesDefaults = request.preferences.missing == .useDefaults
        func columns() throws(RestError) -> [ReadPlan.Field] {
            var fields: [ReadPlan.Field] = []
            for name in request.columns.sorted() {
                guard let field = resolver.written(name) else { throw .columnNotFound(name, in: table.name.name) }
                fields.append(field)
            }
            return fields
        }
        switch mutation {
        case .delete: break
        case .update:
            plan.columns = try columns()
            plan.kind = .update
        case .insert:
            plan.columns = try columns()
            let conflict = request.preferences.resolution.map { (request.parameters.onConflict ?? table.primaryKey, $0) }
            plan.kind = .insert(conflict: conflict, isPut: false)
            plan.logic = []
        case .upsertOne:
            guard request.parameters.logic.isEmpty, !table.primaryKey.isEmpty,
                request.parameters.filterKeys == Set(table.primaryKey.map(ExactText.init)),
                rootFilters.allSatisfy(\.condition.isPlainEquality)
            else { throw .invalidPutFilters }
            plan.columns = try columns()
            plan.kind = .insert(conflict: (table.primaryKey, .merge), isPut: true)
            plan.usesDefaults = false
        }
        return plan
    }

    // MARK: Calls

    private func callPlan(
        _ name: QualifiedName, byGet: Bool, headersOnly: Bool, _ request: RestRequest
    ) throws(RestError) -> ActionPlan {
        let names = Set((byGet ? request.parameters.arguments.map(\.name) : request.columns).map(ExactText.init))
        let function = try catalog.function(name, arguments: names, contentType: request.contentType, isPost: !byGet)
        let result = QualifiedName(name.schema, function.returnsComposite ? function.returnType.name : function.name.name)
        let read = try readPlan(result, request)
        var plan = CallPlan(
            function: function, arguments: try arguments(of: function, names, byGet: byGet, request),
            mayWrite: !byGet && function.volatility == .volatile)
        plan.returning = read.neededColumns(with: read.filterFields + read.orderFields.map(\.name))
        let handler = try negotiate(request, target: result, read, headersOnly: headersOnly)
        try request.preferences.check()
        if request.preferences.handling == .strict, request.preferences.maxAffected != nil, !function.returnsSet {
            throw .maxAffectedOnSingle
        }
        return .call(plan, read.prepared(for: handler), headersOnly: headersOnly, handler)
    }

    private func arguments(
        of function: Function, _ names: Set<ExactText>, byGet: Bool, _ request: RestRequest
    ) throws(RestError) -> CallPlan.Arguments {
        var direct: [(name: String, value: String)]?
        if byGet { direct = request.parameters.arguments }
        if case .arguments(let pairs) = request.payload { direct = pairs }
        if function.parameters.count == 1, function.parameters[0].name.isEmpty {
            let parameter = function.parameters[0]
            if let direct { return .whole(Array(JSONText.object(direct.map { ($0.name, $0.value) }).utf8), parameter) }
            if case .raw(let bytes) = request.payload {
                if parameter.type != "bytea", String(validating: bytes, as: UTF8.self) == nil { throw .invalidEncoding }
                return .whole(bytes, parameter)
            }
            return .whole(Array((request.payload?.jsonText ?? "").utf8), parameter)
        }
        let parameters = function.parameters.filter { names.contains(ExactText($0.name)) }
        if parameters.isEmpty { return .none }
        guard let direct else {
            return .json(request.payload?.jsonText ?? "{}", parameters, isObject: request.payload?.isObject ?? true)
        }
        return .direct(
            parameters.map { parameter in
                let values = direct.filter { $0.name.isExactly(parameter.name) }.map(\.value)
                // Of a repeated argument that takes one value, the last counts.
                return (parameter, parameter.isVariadic ? values : values.suffix(1))
            })
    }
}

extension Condition {
    fileprivate var isPlainEquality: Bool {
        if case .compare(.eq, nil, _) = operation, !isNegated { true } else { false }
    }
}

extension ReadPlan {
    /// Where rows become text by themselves, embedded resources are jsonb, whose text is always written alike.
    fileprivate func prepared(for handler: MediaHandler) -> ReadPlan {
        switch handler.maker {
        case .csv, .custom:
            var plan = self
            ReadPlanner.makeComparable(&plan)
            return plan
        default: return self
        }
    }

    /// The columns that a write or call must give back so that this plan can select from them, besides those that something else needs.
    /// `*` where all are needed, nothing where none is.
    func neededColumns(with others: [String]) -> [String] {
        var needed = fields.map(\.field.name)
        for child in children {
            switch child.relationship?.kind {
            case .computed: return ["*"]
            case .manyToMany(let junction): needed += junction.sourceColumns.map(\.column)
            default: needed += (child.relationship?.columns ?? []).map(\.column)
            }
        }
        return needed.contains("*") ? ["*"] : (needed + others).uniqueExactly()
    }

    /// What rows are ordered by, so far as it is theirs.
    fileprivate var orderFields: [ReadPlan.Field] { order.filter { $0.relation == nil }.map(\.field) }

    /// Names that filters of any level mention.
    fileprivate var filterFields: [String] {
        func names(_ logic: Logic) -> [String] {
            switch logic {
            case .filter(let field, _): [field.name]
            case .hasEmbed: []
            case .group(_, _, let members): members.flatMap(names)
            }
        }
        return logic.flatMap(names)
    }
}
