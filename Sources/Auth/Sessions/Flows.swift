import Core
import Database
import Foundation

/// Sign-ins under way whose end only the holder of a verifier can reach: `auth.flow_state`.
struct Flows: Sendable {
    /// Seconds between the link and the exchange of its code.
    static let lifetime = 300

    /// What a provider gives for use with itself, sealed as long as it is kept.
    struct ProviderTokens: Sendable {
        var access: String?
        var refresh: String?
    }

    /// The code that will end the flow. `method`: how the person will have proved themselves: `email/signup`, `magiclink`, `recovery`,
    /// `email_change`, `invite`, `oauth`.
    func begin(
        _ key: ProofKey, for user: UUID?, provider: String = "email", method: String, tokens: ProviderTokens = ProviderTokens(),
        in transaction: Transaction
    ) async throws -> String {
        let code = UUID().uuidString.lowercased()
        _ = try await transaction.query(
            """
            insert into auth.flow_state (id, user_id, auth_code, code_challenge_method, code_challenge, provider_type,
                authentication_method, provider_access_token, provider_refresh_token, created_at, updated_at)
            values (\(UUID()), \(user), \(code), \(key.method.rawValue)::auth.code_challenge_method, \(key.challenge),
                \(provider), \(method), \(tokens.access), \(tokens.refresh), now(), now())
            """)
        return code
    }

    /// The code that the person's newest flow of this kind is to be ended with. Nil where there is none.
    func code(for user: UUID, method: String, in transaction: Transaction) async throws -> String? {
        try await transaction.query(
            """
            update auth.flow_state set auth_code_issued_at = now(), updated_at = now()
            where id = (select f.id from auth.flow_state f where f.user_id = \(user) and f.authentication_method = \(method)
                order by f.created_at desc limit 1)
            returning auth_code
            """
        ).first?.decode("auth_code")
    }

    /// The person, and how they proved themselves. The code is used up, whether the verifier fits or not.
    func exchange(_ code: String, verifier: String, in transaction: Transaction) async throws -> Exchange {
        guard
            let row = try await transaction.query(
                """
                delete from auth.flow_state where auth_code = \(code) and user_id is not null
                returning user_id, code_challenge, code_challenge_method::text as method, authentication_method, provider_access_token, provider_refresh_token,
                    coalesce(auth_code_issued_at, created_at) > now() - \(Self.lifetime) * interval '1 second' as holds
                """
            ).first
        else { return .unknown }
        guard try row.decode("holds") else { return .expired }
        guard let method = ProofKey.Method(rawValue: try row.decode("method")) else { return .unknown }
        let key = ProofKey(challenge: try row.decode("code_challenge"), method: method)
        guard key.isAnswered(by: verifier) else { return .wrongVerifier }
        return .person(
            try row.decode("user_id"), method: try row.decode("authentication_method"),
            tokens: ProviderTokens(
                access: try row.decode("provider_access_token"), refresh: try row.decode("provider_refresh_token")))
    }

    /// What came of an exchange: values, not errors, so that a used code stays used.
    enum Exchange: Sendable {
        case person(UUID, method: String, tokens: ProviderTokens)
        case unknown, expired, wrongVerifier
    }
}
