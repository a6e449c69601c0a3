import CLibPQ
import Core
import Foundation

/// Makes connections with libpq's blocking calls, on a thread of their own.
enum Connector {
    /// What a new pool connection must look like.
    struct Target: Sendable {
        var url: String
        var applicationName: String
        var sessionSettings: [String: String] = [:]
        var allowsSuperuser = false
    }

    /// Connects, checks that the login role is no superuser, and fixes what the text formats depend on. Blocks.
    /// Throws `database_unavailable`, or `database_login_superuser`.
    static func connectForPool(_ target: Target) throws -> Handover {
        let connection = try connect(target)
        do {
            var statement: SQL = "select (select r.rolsuper from pg_catalog.pg_roles r where r.rolname = session_user) as is_superuser"
            for (name, value) in target.sessionSettings.sorted(by: { $0.key < $1.key }) {
                statement += ", set_config(\(name), \(value), false)"
            }
            if try query(connection, statement).single().decode("is_superuser", as: Bool.self), !target.allowsSuperuser {
                throw Failure(
                    .unavailable, "database_login_superuser", "The database login is a superuser, which requests may not run as.",
                    hint: "Connect as a role like Supabase's authenticator: noinherit, granted anon, authenticated and service_role.")
            }
            guard PQsetnonblocking(connection, 1) == 0, PQenterPipelineMode(connection) == 1 else {
                throw PostgresError(lostConnection: String(cString: PQerrorMessage(connection))).failure
            }
            return Handover(connection) { PQfinish($0) }
        } catch {
            PQfinish(connection)
            throw error
        }
    }

    /// A plain connection; the caller ends it with `PQfinish`. Blocks, ten seconds at most unless the URL says otherwise.
    static func connect(_ target: Target) throws -> OpaquePointer {
        // Later entries win: our defaults stand before the URL, what we insist on after it.
        let settings = [
            ("connect_timeout", "10"), ("keepalives_idle", "30"), ("fallback_application_name", target.applicationName),
            ("dbname", target.url), ("client_encoding", "UTF8"),
        ]
        let keys = settings.map { strdup($0.0) } + [nil]
        let values = settings.map { strdup($0.1) } + [nil]
        defer { (keys + values).forEach { free($0) } }
        guard
            let connection = PQconnectdbParams(
                keys.map { UnsafePointer($0) }, values.map { UnsafePointer($0) }, 1)
        else { throw PostgresError(refusedConnection: "out of memory").failure }
        PQsetNoticeProcessor(connection, { _, _ in }, nil)
        guard PQstatus(connection) == CONNECTION_OK else {
            defer { PQfinish(connection) }
            throw PostgresError(refusedConnection: String(cString: PQerrorMessage(connection))).failure
        }
        return connection
    }

    /// Runs statements and waits for them; the last one's rows. Blocks.
    @discardableResult
    static func query(_ connection: OpaquePointer, _ text: String) throws -> Rows {
        try rows(PQexec(connection, text), of: text, on: connection)
    }

    /// Runs one statement with its binds and waits for it. Blocks.
    @discardableResult
    static func query(_ connection: OpaquePointer, _ sql: SQL) throws -> Rows {
        let statement = try sql.encoded()
        let result = statement.parameters.withPointers { values in
            PQexecParams(connection, statement.text, Int32(values.count), nil, values, nil, nil, 0)
        }
        return try rows(result, of: statement.text, on: connection)
    }

    private static func rows(_ result: OpaquePointer?, of text: String, on connection: OpaquePointer) throws -> Rows {
        guard let result else { throw PostgresError(lostConnection: String(cString: PQerrorMessage(connection))).failure }
        switch PQresultStatus(result) {
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
            return Rows(ResultStorage(result))
        default:
            defer { PQclear(result) }
            throw PostgresError(result: result, statement: text).failure
        }
    }
}
