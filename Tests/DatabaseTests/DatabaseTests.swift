import Core
import Database
import TestSupport
import Testing

@Suite struct DatabaseTests {
    @Test func `a statement runs as the person in the claims and the role is gone afterwards`() async throws {
        try await TestDatabase.withDatabase { database, ownerURL in
            let row = try await database.asService("select current_user::text, session_user::text").single()
            #expect(try row.decode("current_user", as: String.self) == "service_role")
            #expect(try row.decode("session_user", as: String.self) == "authenticator")
        }
    }
}
