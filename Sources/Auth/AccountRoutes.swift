import Core
import Database
import Foundation
import HTTP
import HTTPTypes
import Hummingbird

/// `/signup`, `/user`, `/user/identities`: what a person does with an account of their own.
struct AccountRoutes: Sendable {
    let core: AuthCore
    private var flows: CodeFlows { CodeFlows(core: core) }

    func addRoutes(to router: RouterGroup<AppRequestContext>) {
        router
            .post("signup") { request, context in try await signUp(request, context) }
            .get("user") { _, context in try Response.json(await core.person(of: try context.requirePerson())) }
            .put("user") { request, context in try await update(request, context) }
            .delete("user/identities/:id") { _, context in try await removeIdentity(context) }
    }

    // MARK: Signing up

    private func signUp(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        try context.requireKey()
        let body = try await AuthBody(request, allowsEmpty: true)
        guard core.configuration.allowsSignUp else {
            throw Failure(.unprocessable, "signup_disabled", "Signups not allowed for this instance")
        }
        let metadata = try body.metadata() ?? .object([:])
        let password = try body.text("password")
        try CodeRoutes.refusePhone(body)
        guard let email = try body.filledText("email") else {
            guard password?.isEmpty ?? true else {
                throw Failure(.invalid, "validation_failed", "To signup, please provide your email")
            }
            return try await signUpAnonymously(metadata, request, context)
        }
        guard let password, !password.isEmpty else { throw Failure(.invalid, "validation_failed", "Signup requires a valid password") }
        try await core.limits.take(.codeRequests, context.clientNetwork)
        return try await signUp(
            email: EmailAddress.checked(email), password: password, metadata: metadata, request.codeRequest(body, context),
            on: request.device(context))
    }

    /// A person without address or password, who can become permanent later.
    private func signUpAnonymously(_ metadata: JSONValue, _ request: Request, _ context: AppRequestContext) async throws -> Response {
        guard core.configuration.allowsAnonymous else {
            throw Failure(.unprocessable, "anonymous_provider_disabled", "Anonymous sign-ins are disabled")
        }
        try await core.limits.take(.anonymous, context.clientNetwork)
        let device = request.device(context)
        return try await core.database.asService { transaction in
            let user = try await core.users.insert(.init(userMetadata: metadata), in: transaction)
            try await core.audit.note(
                .userSignedUp, actor: user, traits: ["provider": "anonymous"], from: context.clientAddress, in: transaction)
            return try Response.json(await core.sessions.begin(for: user, method: "anonymous", on: device, in: transaction))
        }
    }

    /// A session, or the bare user where the address must be confirmed first. Who is there already is not given away then.
    private func signUp(
        email: String, password: String, metadata: JSONValue, _ asked: CodeRequest, on device: Device
    ) async throws -> Response {
        try core.check(password: password)
        let confirms = core.configuration.confirmsAutomatically
        if !confirms { try await core.limits.takeMail(.confirmation, to: email, interval: core.configuration.mailInterval) }
        let hash = try await core.hasher.hash(password)
        let (response, drafts) = try await core.database.asService { transaction -> (Response, [Postbox.Draft]) in
            if let known = try await core.users.find(email: email, in: transaction) {
                if confirms { throw Failure(.unprocessable, "user_already_exists", "User already registered") }
                if known.isConfirmed { return (try Response.json(AuthUser.lookAlike(email, metadata: metadata)), []) }
                // Of several who claim an address, it is the last one's mail that is answered, and so the last one's password that holds.
                try await core.users.set(passwordHash: hash, of: known.id, in: transaction)
                let draft = try await flows.draft(.confirmation, for: known, to: email, purpose: .confirmation, asked, in: transaction)
                try await core.users.merge(userMetadata: metadata, of: known.id, in: transaction)
                return (try Response.json(try await core.users.require(known.id, in: transaction)), [draft])
            }
            let user: AuthUser
            do {
                user = try await core.users.insert(
                    .init(email: email, passwordHash: hash, isConfirmed: confirms, userMetadata: metadata), in: transaction)
            } catch let failure as Failure where failure.code == "email_exists" {
                throw Failure(.unprocessable, "user_already_exists", "User already registered", underlying: failure)
            }
            try await core.audit.note(.userSignedUp, actor: user, traits: ["provider": "email"], from: asked.clientAddress, in: transaction)
            if confirms {
                return (try Response.json(await core.sessions.begin(for: user, method: "password", on: device, in: transaction)), [])
            }
            let draft = try await flows.draft(.confirmation, for: user, to: email, purpose: .confirmation, asked, in: transaction)
            return (try Response.json(try await core.users.require(user.id, in: transaction)), [draft])
        }
        try await core.postbox.send(drafts)
        return response
    }

    // MARK: Changing

    /// Changes password, metadata or address. An anonymous person with an address becomes permanent.
    private func update(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        let token = try context.requirePerson()
        let user = try await core.person(of: token)
        let body = try await AuthBody(request)
        try CodeRoutes.refusePhone(body)
        let metadata = try body.metadata()
        let email = try body.filledText("email").map(EmailAddress.checked).flatMap { $0 == user.email ? nil : $0 }
        let password = try body.text("password")
        if email != nil || password != nil {
            try requireFullProof(user)
            try await core.limits.take(.changes, user.id.text)
            if user.isAnonymous, user.email.isEmpty, email == nil {
                throw Failure(
                    .unprocessable, "validation_failed",
                    "Updating password of an anonymous user without an email or phone is not allowed")
            }
        }
        if email != nil { try await core.limits.take(.codeRequests, context.clientNetwork) }
        if let email, !core.configuration.confirmsAutomatically {
            try await core.limits.takeMail(.emailChange, to: email, interval: core.configuration.mailInterval)
        }
        let hash = try await password.asyncMap { try await newHash($0, of: user, current: body.text("current_password")) }
        let nonce = try body.filledText("nonce")
        let asked = try request.codeRequest(body, context)
        if user.isSSOUser, email != nil || password != nil {
            throw Failure(.unprocessable, "user_sso_managed", "Updating email, phone, password of a SSO account only possible via SSO")
        }
        try check(metadata, with: user)
        let (changed, drafts) = try await core.database.asService { transaction -> (AuthUser, [Postbox.Draft]) in
            if let hash {
                if let nonce { try await check(nonce: nonce, of: user, in: transaction) }
                try await core.users.set(passwordHash: hash, of: user.id, in: transaction)
                // A new password ends what was begun with the old one elsewhere.
                _ = try await transaction.query(
                    """
                    delete from auth.sessions where user_id = \(user.id)
                        and id is distinct from \(token.sessionID.flatMap(UUID.init(uuidString:)))::uuid
                    """)
                try await core.audit.note(.passwordUpdated, actor: user, from: context.clientAddress, in: transaction)
            }
            try await core.users.merge(userMetadata: metadata, of: user.id, in: transaction)
            try await core.audit.note(.userModified, actor: user, from: context.clientAddress, in: transaction)
            var drafts: [Postbox.Draft] = []
            if let email {
                if try await core.users.find(email: email, in: transaction) != nil {
                    throw Failure(.unprocessable, "email_exists", "A user with this email address has already been registered")
                }
                if core.configuration.confirmsAutomatically {
                    try await core.users.change(user, email: email, in: transaction)
                } else {
                    drafts = try await flows.emailChange(of: user, to: email, asked, in: transaction)
                }
            }
            return (try await core.users.require(user.id, in: transaction), drafts)
        }
        try await core.postbox.send(drafts)
        return try Response.json(changed)
    }

    /// Whoever has a second proof gives it before what the first one rests on is changed.
    private func requireFullProof(_ user: AuthUser) throws {
        guard user.hasVerifiedFactor, user.sessionLevel != "aal2" else { return }
        throw Failure(
            .unauthenticated, "insufficient_aal", "AAL2 session is required to update email or password when MFA is enabled.")
    }

    private func newHash(_ password: String, of user: AuthUser, current: String?) async throws -> String {
        try core.check(password: password)
        if let old = user.passwordHash {
            if let current, try await !core.hasher.verify(current, against: old) {
                throw Failure(.invalid, "current_password_invalid", "Current password is incorrect")
            }
            if try await core.hasher.verify(password, against: old) {
                throw Failure(.unprocessable, "same_password", "New password should be different from the old password.")
            }
        }
        return try await core.hasher.hash(password)
    }

    private func check(_ metadata: JSONValue?, with user: AuthUser) throws {
        guard case .object(let change)? = metadata, let known = user.userMetadata.object else { return }
        guard JSONValue.object(known.merging(change) { $1 }).text.utf8.count <= AuthBody.longestMetadata else {
            throw Failure(
                .invalid, "validation_failed", "data must be at most \(AuthBody.longestMetadata) bytes of JSON with what is kept already")
        }
    }

    private func check(nonce: String, of user: AuthUser, in transaction: Transaction) async throws {
        let hashes = flows.hashes(digits: nonce, address: user.email)
        guard let found = try await core.codes.redeem(hashes, for: [.reauthentication], in: transaction), found.user.id == user.id else {
            throw Failure(.unprocessable, "reauthentication_not_valid", "Nonce has expired or is invalid")
        }
    }

    // MARK: Identities

    private func removeIdentity(_ context: AppRequestContext) async throws -> Response {
        let user = try await core.person(of: try context.requirePerson())
        guard let id = context.parameters.get("id").flatMap(UUID.init(uuidString:)) else {
            throw Failure(.notFound, "validation_failed", "identity_id must be an UUID")
        }
        return try await core.database.asService { transaction in
            let identities = try await transaction.query(
                "select i.id, i.provider from auth.identities i where i.user_id = \(user.id) order by i.created_at for update")
            guard let place = try identities.firstIndex(where: { try $0.decode("id", as: UUID.self) == id }) else {
                throw Failure(.unprocessable, "identity_not_found", "Identity doesn't exist")
            }
            guard identities.count > 1 else {
                throw Failure(
                    .unprocessable, "single_identity_not_deletable", "User must have at least 1 identity after unlinking")
            }
            let provider: String = try identities[place].decode("provider")
            let rest = try identities.map { try $0.decode("provider", as: String.self) }.enumerated().filter { $0.offset != place }.map(
                \.element)
            _ = try await transaction.query("delete from auth.identities where id = \(id)")
            let app: JSONValue = ["provider": .string(rest[0]), "providers": .array(rest.map(JSONValue.string))]
            try await core.users.merge(userMetadata: nil, appMetadata: app, of: user.id, in: transaction)
            try await core.audit.note(
                .userModified, actor: user, traits: ["unlinked": .string(provider)], from: context.clientAddress, in: transaction)
            return Response.json("{}")
        }
    }
}

extension AuthUser {
    /// What a sign-up with an address that is taken answers: nothing of it is true but the address.
    static func lookAlike(_ email: String, metadata: JSONValue) -> AuthUser {
        AuthUser(
            id: UUID(), email: email, phone: "", confirmationSentAt: .now,
            appMetadata: ["provider": "email", "providers": ["email"]], userMetadata: metadata, identities: [], createdAt: .now,
            updatedAt: .now, isAnonymous: false, isSSOUser: false)
    }
}

extension Optional {
    fileprivate func asyncMap<Result>(_ transform: (Wrapped) async throws -> Result) async rethrows -> Result? {
        if let self { try await transform(self) } else { nil }
    }
}
