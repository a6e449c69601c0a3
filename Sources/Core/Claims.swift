import Foundation

/// Who is asking, as PostgreSQL's row-level security sees them: the database role, and the verified JWT claims as JSON.
///
/// `Database` sets both for the length of one transaction (`role`, `request.jwt.claims`), as Supabase does.
public struct Claims: Sendable, Hashable {
    /// The three API roles of a Supabase database. Nothing else may be impersonated.
    public enum Role: String, Sendable, CaseIterable {
        case anonymous = "anon"
        case authenticated = "authenticated"
        case service = "service_role"
    }

    public var role: Role
    /// The person (claim `sub`); nil for the bare keys.
    public var userID: UUID?
    /// The whole claims object, exactly as signed.
    public var json: String

    public init(role: Role, userID: UUID?, json: String) {
        self.role = role
        self.userID = userID
        self.json = json
    }

    /// The least a signed-in person's claims can be: used by workers and tests that act for a known person.
    public init(userID: UUID) {
        let id = userID.uuidString.lowercased()
        self.init(role: .authenticated, userID: userID, json: #"{"sub":"\#(id)","role":"authenticated"}"#)
    }

    public static let anonymous = Claims(role: .anonymous, userID: nil, json: #"{"role":"anon"}"#)
    public static let service = Claims(role: .service, userID: nil, json: #"{"role":"service_role"}"#)
}
