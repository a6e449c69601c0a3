import CLibPQ

/// Statements as the owner, one connection each: for set-up, tests and maintenance commands. Requests have no business here.
package enum OwnerAccess {
    /// Runs a text of one or more statements; the last one's rows. Throws as `Database` does.
    @discardableResult
    package static func run(_ ownerURL: String, _ text: String) async throws -> Rows {
        try await BlockingThread.run {
            let connection = try Connector.connect(.init(url: ownerURL, applicationName: "continuo owner"))
            defer { PQfinish(connection) }
            return try Connector.query(connection, text)
        }
    }

    /// Runs one statement with binds.
    @discardableResult
    package static func run(_ ownerURL: String, sql: SQL) async throws -> Rows {
        try await BlockingThread.run {
            let connection = try Connector.connect(.init(url: ownerURL, applicationName: "continuo owner"))
            defer { PQfinish(connection) }
            return try Connector.query(connection, sql)
        }
    }
}
