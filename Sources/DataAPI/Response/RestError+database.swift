import Core
import Database

extension RestError {
    /// What SQL may answer with: not what only announces an answer (RFC 9110, section 15.2).
    static let finalStatuses = 200...999

    /// A failed statement, or a database that cannot be reached. `isAnonymous`: whether nobody in particular asked.
    init(_ error: any Error, isAnonymous: Bool) {
        switch error {
        case let error as RestError:
            self = error
        case let failure as Failure:
            self.init(failure, isAnonymous: isAnonymous)
        default:
            self.init(500, "PGRSTX00", "Internal error")
        }
    }

    private init(_ failure: Failure, isAnonymous: Bool) {
        if let error = failure.postgresError {
            self.init(error, isAnonymous: isAnonymous)
            return
        }
        switch failure.code {
        case "database_busy":
            self.init(504, "PGRST003", "Timed out acquiring connection from connection pool.")
        case "database_invalid":
            self.init(400, "22021", "invalid byte sequence for encoding \"UTF8\": 0x00")
        default:
            if failure.kind == .unavailable {
                self.init(503, "PGRST000", "Database connection error. Retrying the connection.")
            } else {
                self.init(500, "PGRSTX00", "Internal error")
            }
        }
    }

    private init(_ error: PostgresError, isAnonymous: Bool) {
        if error.isConnectionRefusal {
            self.init(503, "PGRST000", "Database connection error. Retrying the connection.")
            return
        }
        if error.isConnectionLoss {
            self.init(503, "PGRST001", "Database client error. Retrying the connection.")
            return
        }
        if error.sqlState == "PGRST" {
            self = Self.raised(error)
            return
        }
        self.init(
            Self.status(of: error, isAnonymous: isAnonymous), error.sqlState, error.message, details: error.detail, hint: error.hint)
        if status == 401 { headers = [("WWW-Authenticate", "Bearer")] }
        if error.sqlState.hasPrefix("PT") { reason = error.message }
    }

    /// The table of PostgREST's documentation, "HTTP Status Codes".
    private static func status(of error: PostgresError, isAnonymous: Bool) -> Int {
        let state = error.sqlState
        switch state {
        case "23503", "23505": return 409
        case "25006": return 405
        case "21000": return error.message.hasSuffix("requires a WHERE clause") ? 400 : 500
        case "22023": return error.message.hasPrefix("role") && error.message.hasSuffix("does not exist") ? 401 : 400
        case "53400": return 500
        case "57P01": return 503
        case "P0001": return 400
        case "42883": return error.message.hasPrefix("function xmlagg(") ? 406 : 404
        case "42P01": return 404
        case "42P17": return 500
        case "42501": return isAnonymous ? 401 : 403
        case _ where state.hasPrefix("PT"):
            guard let status = Int(state.dropFirst(2)), finalStatuses.contains(status) else { return 500 }
            return status
        default: break
        }
        switch state.prefix(2) {
        case "08", "53": return 503
        case "0L", "0P", "28": return 403
        case "09", "25", "2D", "38", "39", "3B", "40", "54", "55", "57", "58", "F0", "HV", "P0", "XX": return 500
        default: return 400
        }
    }

    /// `RAISE SQLSTATE 'PGRST'`: the whole answer, as JSON in message and detail.
    private static func raised(_ error: PostgresError) -> RestError {
        let unreadable = RestError(500, "PGRST121", "Could not parse JSON in the \"RAISE SQLSTATE 'PGRST'\" error")
        func refuse(_ details: String, _ hint: String) -> RestError {
            var refused = unreadable
            refused.details = .string(details)
            refused.hint = hint
            return refused
        }
        let detailHint = "DETAIL must be a JSON object with obligatory keys: 'status', 'headers' and optional key: 'status_text'."
        guard let message = JSONValue(parsing: error.message.utf8), let code = message["code"]?.string,
            let text = message["message"]?.string
        else {
            return refuse(
                "Invalid JSON value for MESSAGE: '\(error.message)'",
                "MESSAGE must be a JSON object with obligatory keys: 'code', 'message' and optional keys: 'details', 'hint'.")
        }
        guard let detail = error.detail else { return refuse("DETAIL is missing in the RAISE statement", detailHint) }
        guard let answer = JSONValue(parsing: detail.utf8), let status = answer["status"]?.number.flatMap({ Int(exactly: $0) }),
            finalStatuses.contains(status), let headers = answer["headers"]?.object
        else { return refuse("Invalid JSON value for DETAIL: '\(detail)'", detailHint) }
        var raised = RestError(status, code, text, details: message["details"]?.string, hint: message["hint"]?.string)
        raised.headers = headers.compactMap { name, value in value.string.map { (name, $0) } }.sorted { $0.0 < $1.0 }
        raised.reason = answer["status_text"]?.string
        return raised
    }
}
