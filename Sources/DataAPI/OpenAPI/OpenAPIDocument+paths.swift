import Core

extension OpenAPIDocument {
    var paths: JSONValue? {
        .members(
            [("/", Self.rootPath)] + tables.map { ("/" + $0.name.name, Self.path(of: $0)) }
                + functions.map { ("/rpc/" + $0.name.name, Self.path(of: $0)) })
    }

    private static var rootPath: JSONValue {
        [
            "get": .sparse([
                "tags": .strings(["Introspection"]),
                "summary": "OpenAPI description (this document)",
                "produces": .strings([MediaType.openAPI, .json].map(\.name)),
                "responses": responses([200: "OK"]),
            ])
        ]
    }

    private static func responses(_ descriptions: [Int: String]) -> JSONValue? {
        .members(descriptions.map { (String($0), ["description": .string($1)]) })
    }

    private static func operation(tag: String, comment: String?) -> [String: JSONValue] {
        var members: [String: JSONValue] = [:]
        members["tags"] = .strings([tag])
        guard let comment = comment.map(OpenAPIComment.init) else { return members }
        members["summary"] = .string(comment.title)
        if !comment.description.isEmpty { members["description"] = .string(comment.description) }
        return members
    }
}

extension OpenAPIDocument {
    /// What writes is shown as soon as one kind of writing is possible.
    private static func path(of table: Table) -> JSONValue {
        let filters = filterKeys(of: table)
        let body = bodyKey(of: table)
        var methods = ["get": reading(table)]
        if table.isInsertable || table.isUpdatable || table.isDeletable {
            methods["post"] = writing(table, [body, "select", "preferPost"], [201: "Created"])
            methods["patch"] = writing(table, filters + [body, "preferReturn"], [204: "No Content"])
            methods["delete"] = writing(table, filters + ["preferReturn"], [204: "No Content"])
        }
        return .object(methods)
    }

    private static func reading(_ table: Table) -> JSONValue {
        let rows: JSONValue = ["type": "array", "items": .reference(to: "definitions/" + table.name.name)]
        var members = operation(tag: table.name.name, comment: table.description)
        members["parameters"] = references(
            to: filterKeys(of: table) + ["select", "order", "range", "rangeUnit", "offset", "limit", "preferCount"])
        members["responses"] = [
            "200": ["description": "OK", "schema": rows],
            "206": ["description": "Partial Content"],
        ]
        return .object(members)
    }

    private static func writing(_ table: Table, _ parameters: [String], _ answers: [Int: String]) -> JSONValue {
        var members = operation(tag: table.name.name, comment: table.description)
        members["parameters"] = references(to: parameters)
        members["responses"] = responses(answers)
        return .object(members)
    }

    private static func references(to parameters: [String]) -> JSONValue? {
        .elements(parameters.map { .reference(to: "parameters/" + $0) })
    }
}

extension OpenAPIDocument {
    /// What may change the database is not to be got.
    private static func path(of function: Function) -> JSONValue {
        .sparse([
            "get": function.volatility == .volatile ? nil : call(function, .elements(function.parameters.map(queryParameter))),
            "post": call(function, .array([bodyParameter(of: function), .reference(to: "parameters/preferParams")])),
        ])
    }

    private static func call(_ function: Function, _ parameters: JSONValue?) -> JSONValue {
        var members = operation(tag: "(rpc) " + function.name.name, comment: function.description)
        members["produces"] = .strings([MediaType.json, .object(stripsNulls: true), .object(stripsNulls: false)].map(\.name))
        members["parameters"] = parameters
        members["responses"] = responses([200: "OK"])
        return .object(members)
    }

    private static func queryParameter(_ parameter: Function.Parameter) -> JSONValue {
        let type = OpenAPIType(parameter.type)
        var members = parameter.isVariadic ? type.repeatedQueryMembers : type.queryMembers
        members["name"] = .string(parameter.name)
        members["in"] = "query"
        members["required"] = .bool(parameter.isRequired)
        return .object(members)
    }

    private static func bodyParameter(of function: Function) -> JSONValue {
        let properties = function.parameters.map { ($0.name, JSONValue.object(OpenAPIType($0.type).bodyMembers)) }
        let schema = JSONValue.sparse([
            "type": "object",
            "description": function.description.map { .string($0) },
            "properties": .members(properties),
            "required": .strings(function.parameters.filter(\.isRequired).map(\.name)),
        ])
        return ["in": "body", "name": "args", "required": .bool(true), "schema": schema]
    }
}
