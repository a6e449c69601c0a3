import Core

enum RestMethod: String, Sendable {
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
    case patch = "PATCH"
    case put = "PUT"
    case delete = "DELETE"
    case options = "OPTIONS"
}

/// A request as it came: nothing of it is believed yet.
struct RawRequest: Sendable {
    var method: String
    /// Behind the prefix the API is served under, still percent-encoded: `/items`.
    var path: Substring
    /// Behind the question mark; empty when there is none.
    var query: Substring
    /// Names in lower case, in order; a name may come more than once.
    var headers: [(name: String, value: String)]

    /// The first value of a header.
    func header(_ name: String) -> String? {
        headers.first { $0.name == name }?.value
    }
}

/// What a request asks for, understood but not yet looked up in the schema. Pure.
struct RestRequest: Sendable {
    enum Mutation: Sendable {
        case insert, update, upsertOne, delete
    }

    enum Action: Sendable {
        case read(QualifiedName, headersOnly: Bool)
        case mutate(QualifiedName, Mutation)
        /// `byGet`: arguments stand in the query string, and nothing may be written.
        case call(QualifiedName, byGet: Bool, headersOnly: Bool)
        case describe(schema: String, headersOnly: Bool)
        case tableOptions(QualifiedName)
        case functionOptions(QualifiedName)
        case rootOptions
    }

    var action: Action
    var schema: String
    /// Whether the answer names its schema.
    var showsProfile: Bool
    var parameters: QueryParameters
    var preferences: Preferences
    var accept: [MediaType]
    var contentType: MediaType
    /// Nil until the body is read, and where there is none.
    var payload: Payload?
    /// The columns that a mutation writes, or the names of a call's arguments in the body.
    var columns: [String] = []
    var range: RowRange
    /// As it came, for SQL to see.
    var raw: RawRequest

    init(_ raw: RawRequest, configuration: RestConfiguration, knowsTimezone: (String) -> Bool) throws(RestError) {
        self.raw = raw
        let segments = raw.path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: true)
            .map { URLEncodedForm.decoded($0, plusIsSpace: false) }
        let resource = try Resource(segments, configuration: configuration)
        (schema, showsProfile) = try Self.schema(raw, exposed: configuration.schemas)
        action = try Self.action(resource, method: raw.method, schema: schema)
        var isCallByGet = false
        if case .call(_, true, _) = action { isCallByGet = true }
        do {
            parameters = try QueryParameters(raw.query, isCallByGet: isCallByGet)
        } catch {
            throw RestError(error)
        }
        preferences = Preferences(
            headers: raw.headers.filter { $0.name == "prefer" }.map(\.value), allowsEnding: configuration.transactionEnd.allowsOverride,
            knowsTimezone: knowsTimezone)
        range = try RowRange.topLevel(
            parameters: parameters.ranges[[]] ?? .all, header: raw.header("range"), method: RestMethod(rawValue: raw.method) ?? .get)
        if case .mutate(_, .upsertOne) = action, !range.isAll { throw .putWithLimit }
        accept = MediaType.accepted(raw.header("accept"))
        contentType = raw.header("content-type").map { MediaType($0) } ?? .json
    }

    /// Whether a body says what to do.
    var takesBody: Bool {
        switch action {
        case .mutate(_, .delete), .read, .describe, .tableOptions, .functionOptions, .rootOptions, .call(_, byGet: true, _): false
        case .mutate, .call: true
        }
    }

    /// Throws `PGRST102`.
    mutating func read(_ body: [UInt8]) throws(RestError) {
        (payload, columns) = try Payload.read(
            body, contentType, action: action, columns: parameters.columns, fillsMissingKeys: preferences.missing == .useDefaults)
    }

    // MARK: Steps

    private enum Resource {
        case root, table(String), function(String)

        init(_ segments: [String], configuration: RestConfiguration) throws(RestError) {
            switch segments.count {
            case 0:
                if configuration.openAPIMode == .disabled { throw .openAPIDisabled }
                self = configuration.rootFunction.map { .function($0) } ?? .root
            case 1: self = .table(segments[0])
            case 2 where segments[0] == "rpc": self = .function(segments[1])
            default: throw .invalidPath
            }
        }
    }

    private static func schema(_ raw: RawRequest, exposed: [String]) throws(RestError) -> (String, Bool) {
        let isWrite = ["POST", "PATCH", "PUT", "DELETE"].contains(raw.method)
        if let profile = raw.header(isWrite ? "content-profile" : "accept-profile") {
            guard exposed.contains(profile) else { throw .unacceptableSchema(profile, exposed: exposed) }
            return (profile, true)
        }
        return (exposed.first ?? "public", exposed.count != 1)
    }

    private static func action(_ resource: Resource, method: String, schema: String) throws(RestError) -> Action {
        let known = RestMethod(rawValue: method)
        switch resource {
        case .function(let name):
            let name = QualifiedName(schema, name)
            switch known {
            case .get: return .call(name, byGet: true, headersOnly: false)
            case .head: return .call(name, byGet: true, headersOnly: true)
            case .post: return .call(name, byGet: false, headersOnly: false)
            case .options: return .functionOptions(name)
            default: throw .invalidCallMethod(method)
            }
        case .table(let name):
            let name = QualifiedName(schema, name)
            switch known {
            case .get: return .read(name, headersOnly: false)
            case .head: return .read(name, headersOnly: true)
            case .post: return .mutate(name, .insert)
            case .patch: return .mutate(name, .update)
            case .put: return .mutate(name, .upsertOne)
            case .delete: return .mutate(name, .delete)
            case .options: return .tableOptions(name)
            case nil: throw .unsupportedMethod(method)
            }
        case .root:
            switch known {
            case .get: return .describe(schema: schema, headersOnly: false)
            case .head: return .describe(schema: schema, headersOnly: true)
            case .options: return .rootOptions
            default: throw .unsupportedMethod(method)
            }
        }
    }
}
