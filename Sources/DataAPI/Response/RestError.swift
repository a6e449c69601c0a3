import Core

/// What went wrong, in PostgREST's words: status, code, message, details, hint.
/// Source: PostgREST 14 documentation, "Errors". PostgreSQL's own errors are in `RestError+database`.
struct RestError: Error, Sendable {
    var status: Int
    var code: String
    var message: String
    /// Text, or for ambiguous relationships a list of them.
    var details: JSONValue?
    var hint: String?
    var headers: [(name: String, value: String)] = []
    /// What it gives away: where the one who asks may not know of all of it, `withheld` is said instead.
    var disclosed: [Disclosure] = []

    enum Disclosure: Hashable, Sendable {
        case table(QualifiedName)
        case function(QualifiedName)
    }

    /// Words for the status where PostgreSQL gave some.
    var reason: String?

    init(_ status: Int, _ code: String, _ message: String, details: String? = nil, hint: String? = nil) {
        self.status = status
        self.code = code
        self.message = message
        self.details = details.map(JSONValue.string)
        self.hint = hint
    }

    /// The same error with nothing that has to be looked up: names that the client gave itself stay.
    var withheld: RestError {
        var error = self
        error.hint = nil
        if code == "PGRST201" { error.details = nil }
        if code == "PGRST203" { error.message = "Could not choose the best candidate function between several of this name" }
        return error
    }

    /// The body where `client-error-verbosity` is `minimal`.
    var terseBody: String { #"{"code":\#(JSONText.string(code)),"message":\#(JSONText.string(message))}"# }

    /// The body: all four members, null when there is nothing to say.
    var body: String {
        func text(_ value: String?) -> String { value.map(JSONText.string) ?? "null" }
        return #"{"code":\#(text(code)),"details":\#(details?.text ?? "null"),"hint":\#(text(hint)),"message":\#(text(message))}"#
    }
}

// MARK: The request (1xx)

extension RestError {
    init(_ failure: ParseFailure) {
        self.init(400, "PGRST100", failure.message, details: failure.details)
    }

    static func invalidCallMethod(_ method: String) -> RestError {
        RestError(405, "PGRST101", "Cannot use the \(method) method on RPC")
    }

    static func invalidBody(_ message: String) -> RestError {
        RestError(400, "PGRST102", message)
    }

    static var invalidEncoding: RestError {
        RestError(400, "22021", "invalid byte sequence for encoding \"UTF8\"")
    }

    static var unreadableBody: RestError { invalidBody("The request body could not be read") }

    static var bodyTooLarge: RestError {
        RestError(413, "PGRST102", "The request body is larger than this server takes", hint: "Send it in several requests.")
    }

    private static func invalidRange(_ details: String) -> RestError {
        RestError(416, "PGRST103", "Requested range not satisfiable", details: details)
    }

    static var negativeLimit: RestError { invalidRange("Limit should be greater than or equal to zero.") }

    static var invertedRange: RestError {
        invalidRange("The lower boundary must be lower than or equal to the upper boundary in the Range header.")
    }

    static func outOfBounds(offset: Int, total: Int) -> RestError {
        invalidRange("An offset of \(offset) was requested, but there are only \(total) rows.")
    }

    static var invalidPutFilters: RestError {
        RestError(405, "PGRST105", "Filters must include all and only primary key columns with 'eq' operators")
    }

    static func unacceptableSchema(_ schema: String, exposed: [String]) -> RestError {
        RestError(
            406, "PGRST106", "Invalid schema: \(schema)",
            hint: "Only the following schemas are exposed: \(exposed.joined(separator: ", "))")
    }

    static func noMediaType(_ accepted: [MediaType]) -> RestError {
        RestError(406, "PGRST107", "None of these media types are available: \(accepted.map(\.name).joined(separator: ", "))")
    }

    static func notEmbedded(_ resource: String) -> RestError {
        RestError(
            400, "PGRST108", "'\(resource)' is not an embedded resource in this request",
            hint: "Verify that '\(resource)' is included in the 'select' query parameter.")
    }

    static var invalidResponseHeaders: RestError {
        RestError(
            500, "PGRST111", "response.headers guc must be a JSON array composed of objects with a single key and a string value")
    }

    static var invalidResponseStatus: RestError {
        RestError(500, "PGRST112", "response.status guc must be a valid status code")
    }

    static var putWithLimit: RestError {
        RestError(400, "PGRST114", "limit/offset querystring parameters are not allowed for PUT")
    }

    static var putMismatch: RestError {
        RestError(400, "PGRST115", "Payload values do not match URL in primary key column(s)")
    }

    static func notSingular(_ rows: Int) -> RestError {
        RestError(
            406, "PGRST116", "Cannot coerce the result to a single JSON object", details: "The result contains \(rows) rows")
    }

    static func unsupportedMethod(_ method: String) -> RestError {
        RestError(405, "PGRST117", "Unsupported HTTP method: \(method)")
    }

    static func orderNotToOne(_ origin: String, _ target: String) -> RestError {
        RestError(
            400, "PGRST118", "A related order on '\(target)' is not possible",
            details: "'\(origin)' and '\(target)' do not form a many-to-one or one-to-one relationship")
    }

    static func unacceptableFilter(_ target: String) -> RestError {
        RestError(
            400, "PGRST120", "Bad operator on the '\(target)' embedded resource",
            details: "Only is null or not is null filters are allowed on embedded resources")
    }

    static func invalidPreferences(_ preferences: [String]) -> RestError {
        RestError(
            400, "PGRST122", "Invalid preferences given with handling=strict",
            details: "Invalid preferences: \(preferences.joined(separator: ", "))")
    }

    static var aggregatesNotAllowed: RestError {
        RestError(400, "PGRST123", "Use of aggregate functions is not allowed")
    }

    static func tooManyAffected(_ rows: Int) -> RestError {
        RestError(
            400, "PGRST124", "Query result exceeds max-affected preference constraint", details: "The query affects \(rows) rows")
    }

    static var invalidPath: RestError { RestError(404, "PGRST125", "Invalid path specified in request URL") }

    static var openAPIDisabled: RestError { RestError(404, "PGRST126", "Root endpoint metadata is disabled") }

    static func notImplemented(_ details: String) -> RestError {
        RestError(400, "PGRST127", "Feature not implemented", details: details)
    }

    static var maxAffectedOnSingle: RestError {
        RestError(
            400, "PGRST128",
            "Function must return SETOF or TABLE when max-affected preference is used with handling=strict")
    }
}

// MARK: The schema (2xx); hints are in `RestError+hints`

extension RestError {
    static func columnNotFound(_ column: String, in table: String) -> RestError {
        RestError(400, "PGRST204", "Could not find the '\(column)' column of '\(table)' in the schema cache")
    }

    /// similar: the table that was probably meant.
    static func tableNotFound(_ name: QualifiedName, similar: QualifiedName?) -> RestError {
        var error = RestError(
            404, "PGRST205", "Could not find the table '\(name.schema).\(name.name)' in the schema cache",
            hint: similar.map { "Perhaps you meant the table '\($0.schema).\($0.name)'" })
        error.disclosed = similar.map { [.table($0)] } ?? []
        return error
    }
}

// MARK: The token (3xx)

extension RestError {
    static var noSecret: RestError { RestError(500, "PGRST300", "Server lacks JWT secret") }

    static func undecodableToken(_ message: String, details: String? = nil) -> RestError {
        RestError(401, "PGRST301", message, details: details).challenging(message)
    }

    static var tokenRequired: RestError {
        var error = RestError(401, "PGRST302", "Anonymous access is disabled")
        error.headers = [("WWW-Authenticate", "Bearer")]
        return error
    }

    static func invalidClaims(_ message: String) -> RestError {
        RestError(401, "PGRST303", message).challenging(message)
    }

    /// RFC 6750, section 3.
    private func challenging(_ description: String) -> RestError {
        var error = self
        error.headers = [("WWW-Authenticate", "Bearer error=\"invalid_token\", error_description=\(JSONText.string(description))")]
        return error
    }
}
