import Core
import Crypto
import Database
import Foundation
import HTTP
import Hummingbird

/// From a provider's word to a person here.
struct SocialSignIn: Sendable {
    let core: AuthCore

    /// The person, or a mail that must be answered first: nobody signs in with an address that is not shown to be theirs.
    enum Outcome: Sendable {
        case proved(AuthUser)
        case mustConfirm(Postbox.Draft, provider: String)
    }

    // MARK: ID tokens

    /// A session for a token that a provider's own client got, as apps on telephones do.
    func signIn(_ body: AuthBody, _ request: Request, _ context: AppRequestContext) async throws -> Session {
        guard let token = try body.filledText("id_token") else { throw Failure(.invalid, "validation_failed", "id_token required") }
        let name = try body.filledText("provider") ?? ""
        guard let provider = core.providers[name], case .openID(let issuer) = provider.dialect else {
            throw Failure(.invalid, "provider_disabled", "Provider (issuer \"\(name.prefix(50))\") is not enabled")
        }
        try await core.limits.take(.passwords, context.clientNetwork)
        let claims = try await core.issuers.claims(of: token, issuer: issuer, clientIDs: provider.clientIDs)
        try Self.check(nonce: try body.filledText("nonce"), with: claims["nonce"]?.string)
        let profile = try ProviderProfile(claims, of: provider, issuer: issuer)
        let asked = CodeRequest(redirect: request.wantedRedirect, proofKey: nil, clientAddress: context.clientAddress)
        let device = request.device(context)
        let (session, outcome) = try await core.database.asService { transaction -> (Session?, Outcome) in
            let outcome = try await accept(profile, from: provider, linksTo: nil, asked, in: transaction)
            guard case .proved(let user) = outcome else { return (nil, outcome) }
            return (try await core.sessions.begin(for: user, method: "oauth", on: device, in: transaction), outcome)
        }
        if let session { return session }
        throw try await unconfirmed(outcome)
    }

    /// Apps send the nonce, providers sign its hash.
    private static func check(nonce given: String?, with carried: String?) throws {
        switch (given, carried) {
        case (nil, nil): return
        case (let given?, let carried?):
            let hash = Hexadecimal.text(Array(SHA256.hash(data: Data(given.utf8))))
            guard hash.utf8.isEqualInConstantTime(to: carried.utf8) || given.utf8.isEqualInConstantTime(to: carried.utf8) else {
                throw Failure(.invalid, "bad_nonce", "Nonces mismatch")
            }
        default:
            throw Failure(.invalid, "bad_nonce", "Passed nonce and nonce in id_token should either both exist or not.")
        }
    }

    // MARK: Persons

    /// Sends the mail that is due, and says so.
    func unconfirmed(_ outcome: Outcome) async throws -> Failure {
        guard case .mustConfirm(let draft, let provider) = outcome else { return Users.notFound }
        try await core.limits.takeMail(.confirmation, to: draft.to, interval: core.configuration.mailInterval)
        try await core.postbox.send([draft])
        return Failure(
            .unprocessable, "provider_email_needs_verification",
            "Unverified email with \(provider). A confirmation email has been sent to your \(provider) email")
    }

    /// Finds or makes the person whom a provider names, or adds the identity to the one who asks for it.
    ///
    /// Who is known by the provider's id is that person, whatever the address says now. An address joins accounts only where the provider
    /// knows that it is theirs.
    func accept(
        _ profile: ProviderProfile, from provider: Provider, linksTo: UUID?, _ asked: CodeRequest, in transaction: Transaction
    ) async throws -> Outcome {
        // One at a time for each identity: two at once would both find nobody.
        _ = try await transaction.query(
            "select pg_advisory_xact_lock(hashtextextended(\("identity " + profile.provider + " " + profile.subject), 0))")
        let owner: UUID? = try await transaction.query(
            "select user_id from auth.identities where provider = \(profile.provider) and provider_id = \(profile.subject)"
        ).first?.decode("user_id")
        let user: AuthUser
        if let linksTo {
            if let owner {
                throw Failure(
                    .unprocessable, "identity_already_exists",
                    owner == linksTo ? "Identity is already linked" : "Identity is already linked to another user")
            }
            user = try await link(profile, to: try await core.users.require(linksTo, in: transaction), in: transaction)
        } else if let owner {
            guard let known = try await core.users.find(owner, in: transaction) else { throw Users.notFound }
            user = known
        } else {
            user = try await person(for: profile, from: provider, asked, in: transaction)
        }
        if user.isBanned { throw Failure(.forbidden, "user_banned", "User is banned") }
        try await core.users.set(profile, of: user.id, in: transaction)
        let proved = try await core.users.require(user.id, in: transaction)
        if !proved.isConfirmed, !proved.email.isEmpty, !core.configuration.confirmsAutomatically {
            let draft = try await CodeFlows(core: core).draft(
                .confirmation, for: proved, to: proved.email, purpose: .confirmation, asked, detail: "Signing in with \(profile.provider)",
                provider: profile.provider, in: transaction)
            return .mustConfirm(draft, provider: profile.provider)
        }
        try await core.audit.note(
            .login, actor: proved, traits: ["provider": .string(profile.provider)], from: asked.clientAddress, in: transaction)
        return .proved(proved)
    }

    private func person(
        for profile: ProviderProfile, from provider: Provider, _ asked: CodeRequest, in transaction: Transaction
    ) async throws -> AuthUser {
        if profile.email == nil, !provider.isAddressOptional {
            throw Failure(
                .unprocessable, "email_address_not_provided", "Error getting user email from external provider",
                hint: "Let it share the address, or set email_optional.")
        }
        var email = profile.email
        if let address = email, let known = try await core.users.find(email: address, in: transaction) {
            if profile.isVerified {
                if !known.isConfirmed { try await core.users.takeOver(known, in: transaction) }
                return try await core.users.require(known.id, in: transaction)
            }
            // Somebody else's, for all that is known.
            guard core.configuration.confirmsAutomatically || provider.isAddressOptional else {
                throw Failure(
                    .unprocessable, "provider_email_needs_verification",
                    "Unverified email with \(provider.name). Verify the email with \(provider.name) in order to sign in")
            }
            email = nil
        }
        guard core.configuration.allowsSignUp else {
            throw Failure(.unprocessable, "signup_disabled", "Signups not allowed for this instance")
        }
        let user = try await core.users.insert(
            .init(
                email: email, isConfirmed: profile.isVerified || core.configuration.confirmsAutomatically, provider: profile.provider),
            in: transaction)
        try await core.audit.note(
            .userSignedUp, actor: user, traits: ["provider": .string(profile.provider)], from: asked.clientAddress, in: transaction)
        return user
    }

    /// Somebody without an address gets the one that the provider vouches for, and stays.
    private func link(_ profile: ProviderProfile, to user: AuthUser, in transaction: Transaction) async throws -> AuthUser {
        if user.email.isEmpty, profile.isVerified, let email = profile.email,
            try await core.users.find(email: email, in: transaction) == nil
        {
            _ = try await transaction.query(
                "update auth.users set email = \(email), email_confirmed_at = now(), updated_at = now() where id = \(user.id)")
        }
        _ = try await transaction.query("update auth.users set is_anonymous = false where id = \(user.id)")
        return user
    }
}

extension Users {
    /// The identity as the provider describes it now, and what of it the person's metadata shows.
    func set(_ profile: ProviderProfile, of id: UUID, in transaction: Transaction) async throws {
        _ = try await transaction.query(
            """
            insert into auth.identities (provider_id, user_id, identity_data, provider, last_sign_in_at, created_at, updated_at)
            values (\(profile.subject), \(id), \(RawJSON(profile.data.text)), \(profile.provider), now(), now(), now())
            on conflict (provider_id, provider) do update
                set identity_data = excluded.identity_data, last_sign_in_at = now(), updated_at = now()
            """)
        let names = try await transaction.query(
            "select provider from auth.identities where user_id = \(id) group by provider order by min(created_at), provider"
        ).map { try $0.decode("provider", as: String.self) }
        let app: JSONValue = [
            "provider": .string(names.first ?? profile.provider), "providers": .array(names.map(JSONValue.string)),
        ]
        try await merge(userMetadata: profile.data, appMetadata: app, of: id, in: transaction)
    }

    /// Takes away what outside providers said of somebody who never proved their address, but for one of them.
    func dropIdentities(of id: UUID, except provider: String, in transaction: Transaction) async throws {
        let dropped = try await transaction.query(
            "delete from auth.identities where user_id = \(id) and provider not in ('email', \(provider)) returning id")
        guard !dropped.isEmpty else { return }
        _ = try await transaction.pipeline([
            "delete from auth.sessions where user_id = \(id)",
            "delete from auth.mfa_factors where user_id = \(id)",
            """
            update auth.users set raw_user_meta_data = '{}', updated_at = now(),
                raw_app_meta_data = jsonb_build_object('provider', \(provider)::text, 'providers', jsonb_build_array(\(provider)::text))
            where id = \(id)
            """,
        ])
    }

    /// Whoever claimed an address before it was shown to be theirs loses what they set up for it: password, identities and sessions.
    func takeOver(_ user: AuthUser, in transaction: Transaction) async throws {
        try await set(passwordHash: nil, of: user.id, in: transaction)
        _ = try await transaction.pipeline([
            "delete from auth.sessions where user_id = \(user.id)",
            "delete from auth.mfa_factors where user_id = \(user.id)",
            "delete from auth.identities where user_id = \(user.id)",
            """
            update auth.users set email_confirmed_at = now(), raw_user_meta_data = '{}', raw_app_meta_data = '{}', updated_at = now()
            where id = \(user.id)
            """,
        ])
    }
}
