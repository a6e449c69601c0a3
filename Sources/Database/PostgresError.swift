import CLibPQ
public import Core

/// What PostgreSQL (or libpq, on a lost connection) reported. Lives in `Failure.underlying`; only logs and debug descriptions read it.
///
/// PostgreSQL quotes values in every `detail` and, for data errors (class 22), in `message`: those never enter a description.
public struct PostgresError: Error, Sendable {
    /// SQLSTATE, five characters (PostgreSQL documentation, appendix A). Where libpq has no word of the server's: `08001` for a connection
    /// that did not come about, `08006` for one that broke.
    public var sqlState: String
    public var severity: String
    public var message: String
    public var detail: String?
    public var hint: String?
    public var schema: String?
    public var table: String?
    public var column: String?
    public var constraint: String?
    /// The server's C function that raised it: the only way to tell some errors of one class apart.
    var routine: String?
    /// The statement with its `$n`.
    public var statement: String?

    package init(sqlState: String, severity: String = "ERROR", message: String, statement: String? = nil) {
        self.sqlState = sqlState
        self.severity = severity
        self.message = message
        self.statement = statement
    }

    init(result: OpaquePointer, statement: String?) {
        // The field codes of postgres_ext.h, which are macros of character constants and so do not reach Swift.
        func field(_ code: Unicode.Scalar) -> String? {
            PQresultErrorField(result, Int32(code.value)).map { String(cString: $0) }
        }
        self.init(
            sqlState: field("C") ?? "08006", severity: field("V") ?? field("S") ?? "ERROR",
            message: field("M") ?? String(cString: PQresultErrorMessage(result)), statement: statement)
        detail = field("D")
        hint = field("H")
        schema = field("s")
        table = field("t")
        column = field("c")
        constraint = field("n")
        routine = field("R")
    }

    /// A connection that broke, in libpq's own words.
    init(lostConnection message: String) {
        self.init(sqlState: "08006", severity: "FATAL", message: message.trimmingNewlines)
    }

    /// A connection that could not be made, in libpq's own words.
    init(refusedConnection message: String) {
        self.init(sqlState: "08001", severity: "FATAL", message: message.trimmingNewlines)
    }

    /// Whether the same transaction, begun anew, may succeed: serialization failure or deadlock.
    public var isRetryable: Bool { sqlState == "40001" || sqlState == "40P01" }

    /// A prepared statement that no longer fits: its result type changed with the schema, or the server forgot it.
    var isStalePlan: Bool {
        sqlState == "26000"
            || (sqlState == "0A000" && (routine == "RevalidateCachedQuery" || message.contains("cached plan must not change")))
    }
}

extension PostgresError: CustomStringConvertible, CustomDebugStringConvertible {
    public var description: String { "PostgreSQL refused the statement (SQLSTATE \(sqlState))" }

    public var debugDescription: String {
        var text = "PostgreSQL \(severity) \(sqlState)"
        if !sqlState.hasPrefix("22") { text += ": \(message)" }
        if let hint { text += "; hint: \(hint)" }
        if let constraint { text += "; constraint: \(constraint)" }
        if let table { text += "; table: \(schema.map { $0 + "." } ?? "")\(table)" }
        if let column { text += "; column: \(column)" }
        if let statement { text += "; statement: \(statement)" }
        return text
    }
}

extension PostgresError {
    /// The failure a caller sees: its kind and code by SQLSTATE, with a text that shows nothing of the database's inside.
    public var failure: Failure {
        switch sqlState {
        case "53100":
            Failure(
                .unavailable, "database_unavailable", "The disk that holds the database is full.",
                hint: "Free some space there; what was stored before is safe.", underlying: self)
        case _ where sqlState.hasPrefix("08") || sqlState.hasPrefix("57P") || sqlState.hasPrefix("53"):
            Failure(
                .unavailable, "database_unavailable", "The database cannot be reached right now.", hint: "Try again in a moment.",
                underlying: self)
        case _ where isStalePlan:
            Failure(
                .unavailable, "database_unavailable", "The database was changed at this moment.", hint: "Try again in a moment.",
                underlying: self)
        case "23505", "23503", "23P01":
            Failure(.conflict, "database_conflict", "This conflicts with what is stored already.", underlying: self)
        case "42501":
            Failure(.forbidden, "database_refused", "This is not allowed.", underlying: self)
        case "57014":
            Failure(.unavailable, "database_timeout", "The database took too long.", hint: "Try again in a moment.", underlying: self)
        case _ where sqlState.hasPrefix("22") || sqlState == "23514" || sqlState == "23502":
            Failure(.invalid, "database_invalid", "A value is not one that can be stored.", underlying: self)
        default:
            Failure(.unexpected, "database_error", "The database could not do this.", underlying: self)
        }
    }
}

extension Failure {
    /// PostgreSQL's report, where there is one.
    public var postgresError: PostgresError? { underlying as? PostgresError }
}

extension String {
    var trimmingNewlines: String {
        var text = Substring(self)
        while let last = text.last, last.isNewline { text.removeLast() }
        return String(text.replacing("\n", with: " "))
    }
}

extension PostgresError {
    /// Whether libpq, not the server, reported it: the connection broke.
    package var isConnectionLoss: Bool { sqlState == "08006" && severity == "FATAL" }

    /// Whether there was no connection to begin with.
    package var isConnectionRefusal: Bool { sqlState == "08001" && severity == "FATAL" }
}
