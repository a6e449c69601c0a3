import Core
import Crypto
import Database
import Foundation

/// The codes that were sent and still hold: `auth.one_time_tokens`, and the columns of `auth.users` that mirror them.
struct Codes: Sendable {
    let secret: SymmetricKey
    /// Seconds.
    let lifetime: Int

    /// In front of a hash whose link answers with a code of its own, which only the holder of a verifier can use.
    static let proofKeyPrefix = "pkce_"

    /// A fresh code in place of the one before. address: what the code is sent to. provider: where the person signed in whom the mail asks.
    ///
    /// Of several who claim an address that nobody proved yet, the last one's mail is answered: what others linked to it before is undone, or
    /// they would share the account of whoever answers.
    func issue(
        _ purpose: OneTimeCode.Purpose, for user: AuthUser, address: String, hasProofKey: Bool = false, provider: String = "email",
        in transaction: Transaction
    ) async throws -> (code: OneTimeCode, hash: String) {
        // One at a time for each person: two requests at once would both find the place of the old code empty.
        _ = try await transaction.query("select id from auth.users where id = \(user.id) for update")
        if !user.isConfirmed, purpose == .confirmation || purpose == .recovery {
            try await Users().dropIdentities(of: user.id, except: provider, in: transaction)
        }
        let code = OneTimeCode(for: address, secret: secret)
        let hash = (hasProofKey ? Self.proofKeyPrefix : "") + code.hash
        _ = try await transaction.pipeline([
            "delete from auth.one_time_tokens where user_id = \(user.id) and token_type = \(purpose.rawValue)::auth.one_time_token_type",
            """
            insert into auth.one_time_tokens (user_id, token_type, token_hash, relates_to, created_at, updated_at)
            values (\(user.id), \(purpose.rawValue)::auth.one_time_token_type, \(hash), \(address),
                now() at time zone 'UTC', now() at time zone 'UTC')
            """,
            Self.mirror(purpose, hash, of: user.id),
        ])
        return (code, hash)
    }

    /// The person whose code this is, locked, and what the code was for; the code is used up. Nil for wrong and old ones.
    func redeem(
        _ hashes: [String], for purposes: [OneTimeCode.Purpose], in transaction: Transaction
    ) async throws -> (user: AuthUser, purpose: OneTimeCode.Purpose, address: String)? {
        // The person first, as `issue` does: taken in another order, two requests could wait for each other.
        _ = try await transaction.query(
            """
            select u.id from auth.users u
            where u.id in (select t.user_id from auth.one_time_tokens t where t.token_hash = any(\(hashes))) for update of u
            """)
        let found = try await transaction.query(
            """
            select t.user_id, t.token_type::text as purpose, t.relates_to,
                t.created_at > (now() at time zone 'UTC') - \(lifetime) * interval '1 second' as holds
            from auth.one_time_tokens t
            where t.token_hash = any(\(hashes)) and t.token_type::text = any(\(purposes.map(\.rawValue)))
            """
        ).first
        guard let found, let purpose = OneTimeCode.Purpose(rawValue: try found.decode("purpose")) else { return nil }
        let id: UUID = try found.decode("user_id")
        guard try found.decode("holds") else { return nil }
        try await withdraw(purpose, of: id, in: transaction)
        let rows = try await transaction.query(
            "select \(sql: AuthUser.columns) from auth.users u where u.id = \(id) and u.deleted_at is null")
        guard let user = try rows.first.map(AuthUser.init) else { return nil }
        return (user, purpose, try found.decode("relates_to"))
    }

    func withdraw(_ purpose: OneTimeCode.Purpose, of id: UUID, in transaction: Transaction) async throws {
        _ = try await transaction.pipeline([
            "delete from auth.one_time_tokens where user_id = \(id) and token_type = \(purpose.rawValue)::auth.one_time_token_type",
            Self.clear(purpose, of: id),
        ])
    }

    /// The columns of `auth.users` that triggers and other people's queries look at.
    private static func mirror(_ purpose: OneTimeCode.Purpose, _ hash: String, of id: UUID) -> SQL {
        switch purpose {
        case .confirmation: "update auth.users set confirmation_token = \(hash), confirmation_sent_at = now() where id = \(id)"
        case .recovery: "update auth.users set recovery_token = \(hash), recovery_sent_at = now() where id = \(id)"
        case .reauthentication: "update auth.users set reauthentication_token = \(hash), reauthentication_sent_at = now() where id = \(id)"
        case .newAddress: "update auth.users set email_change_token_new = \(hash), email_change_sent_at = now() where id = \(id)"
        case .currentAddress: "update auth.users set email_change_token_current = \(hash), email_change_sent_at = now() where id = \(id)"
        }
    }

    private static func clear(_ purpose: OneTimeCode.Purpose, of id: UUID) -> SQL {
        switch purpose {
        case .confirmation: "update auth.users set confirmation_token = '' where id = \(id)"
        case .recovery: "update auth.users set recovery_token = '' where id = \(id)"
        case .reauthentication: "update auth.users set reauthentication_token = '' where id = \(id)"
        case .newAddress: "update auth.users set email_change_token_new = '' where id = \(id)"
        case .currentAddress: "update auth.users set email_change_token_current = '' where id = \(id)"
        }
    }
}
