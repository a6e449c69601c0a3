import Core
import Database
import Foundation

/// People for tests: real rows in `auth.users`, with everything that triggers make of them.
public enum TestPerson {
    /// A new person who can do what any signed-in person can.
    public static func make(in ownerURL: String) async throws -> Claims {
        let id = UUID()
        try await TestDatabase.owner(
            ownerURL,
            sql: """
                insert into auth.users (id, aud, role, email, raw_app_meta_data, raw_user_meta_data, is_anonymous, created_at, updated_at)
                values (\(id), 'authenticated', 'authenticated', \("\(id.uuidString.lowercased())@example.com"), '{}', '{}', false, now(), now())
                """)
        return Claims(userID: id)
    }
}
