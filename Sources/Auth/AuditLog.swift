import Core
import Database
import Foundation
import HTTP

/// What happened to accounts: `auth.audit_log_entries`, in the form GoTrue gives them.
struct AuditLog: Sendable {
    enum Action: String, Sendable {
        case login, logout
        case userSignedUp = "user_signedup"
        case userInvited = "user_invited"
        case userDeleted = "user_deleted"
        case userModified = "user_modified"
        case recoveryRequested = "user_recovery_requested"
        case reauthenticationRequested = "user_reauthenticate_requested"
        case passwordUpdated = "user_updated_password"
        case factorEnrolled = "factor_in_progress"
        case factorRemoved = "factor_unenrolled"
        case factorVerified = "verification_attempted"

        var kind: String {
            switch self {
            case .login, .logout: "account"
            case .userSignedUp, .userInvited, .userDeleted: "team"
            case .factorEnrolled, .factorRemoved, .factorVerified: "factor"
            default: "user"
            }
        }
    }

    /// actor: who did it; nil for the service.
    func note(
        _ action: Action, actor: AuthUser?, traits: [String: JSONValue] = [:], from address: String?, in transaction: Transaction
    ) async throws {
        var payload: [String: JSONValue] = [
            "action": .string(action.rawValue), "log_type": .string(action.kind), "timestamp": .string(Date.now.rfc3339),
            "actor_id": .string(actor?.id.uuidString.lowercased() ?? "00000000-0000-0000-0000-000000000000"),
            "actor_username": .string(actor?.email ?? "service_role"), "actor_via_sso": .bool(actor?.isSSOUser ?? false),
        ]
        if !traits.isEmpty { payload["traits"] = .object(traits) }
        _ = try await transaction.query(
            """
            insert into auth.audit_log_entries (instance_id, id, payload, created_at, ip_address)
            values ('00000000-0000-0000-0000-000000000000', \(UUID()), \(JSONValue.object(payload).text)::json, now(), \(address ?? ""))
            """)
    }
}
