import Core
import Database
import Foundation
import HTTP

/// Second proofs: `auth.mfa_factors` and `auth.mfa_challenges`.
struct Factors: Sendable {
    let core: AuthCore

    /// Unverified ones are left from tries; so many people may have at all.
    static let most = 10
    /// Seconds for which a challenge can be answered.
    static let challengeLifetime = 300

    static var notFound: Failure { Failure(.notFound, "mfa_factor_not_found", "Factor not found") }

    // MARK: Enrolling

    func enroll(_ user: AuthUser, friendlyName: String, in transaction: Transaction) async throws -> (id: UUID, code: TimeBasedCode) {
        _ = try await transaction.query("select id from auth.users where id = \(user.id) for update")
        _ = try await transaction.query(
            "delete from auth.mfa_factors where user_id = \(user.id) and status = 'unverified' and created_at < now() - interval '5 minutes'"
        )
        let count = try await transaction.query("select count(*) from auth.mfa_factors where user_id = \(user.id)")
            .single().value(as: Int.self)
        guard count < Self.most else {
            throw Failure(
                .unprocessable, "too_many_enrolled_mfa_factors", "Maximum number of verified factors reached, unenroll to continue")
        }
        let (id, code) = (UUID(), TimeBasedCode(secret: randomBytes(20)))
        do {
            _ = try await transaction.query(
                """
                insert into auth.mfa_factors (id, user_id, friendly_name, factor_type, status, secret, created_at, updated_at)
                values (\(id), \(user.id), \(friendlyName), 'totp', 'unverified', \(code.base32), now(), now())
                """)
        } catch let failure as Failure where failure.code == "database_conflict" {
            throw Failure(
                .unprocessable, "mfa_factor_name_conflict",
                "A factor with the friendly name \"\(friendlyName)\" for this user already exists", underlying: failure)
        }
        try await core.audit.note(.factorEnrolled, actor: user, traits: ["factor_id": .string(id.text)], from: nil, in: transaction)
        return (id, code)
    }

    // MARK: Proving

    func challenge(_ factor: UUID, of user: AuthUser, from address: String?, in transaction: Transaction) async throws -> (
        id: UUID, expiresAt: Int
    ) {
        let known = try await transaction.query("select id from auth.mfa_factors where id = \(factor) and user_id = \(user.id)")
        guard !known.isEmpty else { throw Self.notFound }
        let id = UUID()
        _ = try await transaction.pipeline([
            """
            insert into auth.mfa_challenges (id, factor_id, created_at, ip_address)
            values (\(id), \(factor), now(), coalesce(\(address)::inet, '127.0.0.1'))
            """,
            "update auth.mfa_factors set last_challenged_at = clock_timestamp() where id = \(factor)",
        ])
        return (id, Int(Date.now.timeIntervalSince1970) + Self.challengeLifetime)
    }

    /// Throws `mfa_verification_failed`, `mfa_challenge_expired`. A code holds once.
    func verify(
        _ digits: String, challenge: UUID, factor: UUID, of user: AuthUser, session: UUID, in transaction: Transaction
    ) async throws -> Session {
        // Locked first and read then: what another request has just used up is seen.
        _ = try await transaction.query("select id from auth.users where id = \(user.id) for update")
        let found = try await transaction.query(
            """
            select f.secret, f.status = 'verified' as is_verified,
                exists (select from auth.mfa_factors o where o.user_id = f.user_id and o.status = 'verified') as has_verified,
                coalesce((select s.aal from auth.sessions s where s.id = \(session)), 'aal1') = 'aal2' as is_proved,
                c.id is not null as is_known, c.verified_at is null as is_open,
                c.created_at > now() - \(Self.challengeLifetime) * interval '1 second' as holds,
                exists (select from auth.mfa_challenges u where u.factor_id = f.id and u.otp_code = \(digits)
                    and u.verified_at > now() - interval '2 minutes') as is_used
            from auth.mfa_factors f left join auth.mfa_challenges c on c.factor_id = f.id and c.id = \(challenge)
            where f.id = \(factor) and f.user_id = \(user.id) and f.factor_type = 'totp'
            """
        ).first
        guard let found, let code = try found.decode("secret", as: String?.self).flatMap(TimeBasedCode.init(base32:)) else {
            throw Self.notFound
        }
        guard try found.decode("is_known") else {
            throw Failure(.notFound, "mfa_challenge_not_found", "MFA factor with the provided challenge ID not found")
        }
        guard try found.decode("holds"), try found.decode("is_open") else {
            throw Failure(
                .unprocessable, "mfa_challenge_expired",
                "MFA challenge \(challenge.text) has expired, verify against another challenge or create a new challenge.")
        }
        // A factor that somebody else began must not stand in for the one that was proved since.
        if try !found.decode("is_verified", as: Bool.self), try found.decode("has_verified"), try !found.decode("is_proved", as: Bool.self)
        {
            throw Failure(.forbidden, "insufficient_aal", "AAL2 required to verify a new factor")
        }
        guard code.step(of: digits, at: .now) != nil, try !found.decode("is_used", as: Bool.self) else {
            throw Failure(.unprocessable, "mfa_verification_failed", "Invalid TOTP code entered")
        }
        _ = try await transaction.pipeline([
            "update auth.mfa_challenges set verified_at = now(), otp_code = \(digits) where id = \(challenge)",
            "update auth.mfa_factors set status = 'verified', updated_at = now() where id = \(factor)",
            "delete from auth.mfa_factors where user_id = \(user.id) and status = 'unverified' and id <> \(factor)",
        ])
        try await core.audit.note(.factorVerified, actor: user, traits: ["factor_id": .string(factor.text)], from: nil, in: transaction)
        return try await core.sessions.raise(session, of: user, by: factor, in: transaction)
    }

    // MARK: Removing

    /// Sessions that rest on it count for less again.
    func remove(_ factor: UUID, of user: UUID, actor: AuthUser?, in transaction: Transaction) async throws {
        let gone = try await transaction.query("delete from auth.mfa_factors where id = \(factor) and user_id = \(user) returning id")
        guard !gone.isEmpty else { throw Self.notFound }
        _ = try await transaction.pipeline([
            """
            delete from auth.mfa_amr_claims where authentication_method = 'totp'
                and session_id in (select s.id from auth.sessions s where s.user_id = \(user) and s.factor_id = \(factor))
            """,
            "update auth.sessions set aal = 'aal1', factor_id = null, updated_at = now() where user_id = \(user) and factor_id = \(factor)",
        ])
        try await core.audit.note(.factorRemoved, actor: actor, traits: ["factor_id": .string(factor.text)], from: nil, in: transaction)
    }
}
