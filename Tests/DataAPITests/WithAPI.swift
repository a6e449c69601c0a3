import Database
import TestSupport

/// An empty database with a login role, the role that asks, and these objects.
func withAPI(
    _ sql: String, _ settings: [String: String] = [:],
    _ body: @Sendable (TestServer, _ owner: @escaping @Sendable (String) async throws -> Rows) async throws -> Void
) async throws {
    _ = try await CaseServers.shared.databaseURL()
    try await TestDatabase.withEmptyDatabase { ownerURL in
        try await TestDatabase.owner(ownerURL, "create schema api; grant usage on schema api to case_anon;\n" + sql)
        let login = ownerURL.replacing("user='\(TestDatabase.ownerRole)'", with: "user='authenticator'")
        let all = ["db-schemas": "api", "db-anon-role": "case_anon"].merging(settings) { _, new in new }
        try await TestRestServer.withServer(login, all) { server in
            try await body(server) { try await TestDatabase.owner(ownerURL, $0) }
        }
    }
}
