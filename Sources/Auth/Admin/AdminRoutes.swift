import Core
import Database
import Foundation
import HTTP
import HTTPTypes
import Hummingbird

/// `/admin/…` and `/invite`: everybody's accounts, for who holds the service key.
struct AdminRoutes: Sendable {
    let core: AuthCore
    private var flows: CodeFlows { CodeFlows(core: core) }
    private var people: Administration { Administration(core: core) }

    func addRoutes(to router: RouterGroup<AppRequestContext>) {
        router
            .get("admin/users") { request, context in try await list(request, context) }
            .post("admin/users") { request, context in try await create(request, context) }
            .get("admin/users/:id") { _, context in try await show(context) }
            .put("admin/users/:id") { request, context in try await update(request, context) }
            .delete("admin/users/:id") { request, context in try await remove(request, context) }
            .get("admin/users/:id/factors") { _, context in try await factors(context) }
            .delete("admin/users/:id/factors/:factor") { _, context in try await removeFactor(context) }
            .post("invite") { request, context in try await invite(request, context) }
            .post("admin/generate_link") { request, context in try await generateLink(request, context) }
            .get("admin/audit") { request, context in try await auditLog(request, context) }
    }

    // MARK: Reading

    private func list(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        try context.requireAdmin()
        let page = try Page(request)
        let filter = request.uri.queryParameters["filter"].map(String.init).flatMap { $0.isEmpty ? nil : $0 }
        let (users, total) = try await people.list(page, filter: filter)
        var response = try Response.json(UserList(users: users))
        page.addHeaders(to: &response, total: total, path: request.uri.path)
        return response
    }

    private struct UserList: Encodable {
        var users: [AuthUser]
        var aud = "authenticated"
    }

    private func show(_ context: AppRequestContext) async throws -> Response {
        try context.requireAdmin()
        let id = try Self.userID(context)
        return try Response.json(await core.database.asService { try await core.users.require(id, in: $0) })
    }

    private func factors(_ context: AppRequestContext) async throws -> Response {
        try context.requireAdmin()
        let id = try Self.userID(context)
        return try Response.json(await core.database.asService { try await core.users.require(id, in: $0) }.factors ?? [])
    }

    private func auditLog(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        try context.requireAdmin()
        let page = try Page(request)
        let results = try await core.database.asService { transaction in
            try await transaction.pipeline([
                "select count(*) from auth.audit_log_entries",
                """
                select coalesce(json_agg(json_build_object('id', e.id, 'payload', e.payload, 'created_at', e.created_at,
                    'ip_address', e.ip_address) order by e.created_at desc, e.id), '[]')::text
                from (select * from auth.audit_log_entries order by created_at desc, id limit \(page.size) offset \(page.offset)) e
                """,
            ])
        }
        var response = Response.json(try results[1].single().value(as: String.self))
        page.addHeaders(to: &response, total: try results[0].single().value(as: Int.self), path: request.uri.path)
        return response
    }

    // MARK: Writing

    private func create(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        try context.requireAdmin()
        let attributes = try UserAttributes(try await AuthBody(request))
        return try Response.json(await people.create(attributes, from: context.clientAddress))
    }

    private func update(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        try context.requireAdmin()
        let id = try Self.userID(context)
        let attributes = try UserAttributes(try await AuthBody(request))
        return try Response.json(await people.update(id, attributes, from: context.clientAddress))
    }

    private func remove(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        try context.requireAdmin()
        let id = try Self.userID(context)
        let isSoft = try await AuthBody(request, allowsEmpty: true).flag("should_soft_delete") ?? false
        try await people.remove(id, isSoft: isSoft, from: context.clientAddress)
        return Response.json("{}")
    }

    private func removeFactor(_ context: AppRequestContext) async throws -> Response {
        try context.requireAdmin()
        let id = try Self.userID(context)
        guard let factor = context.parameters.get("factor").flatMap(UUID.init(uuidString:)) else { throw Factors.notFound }
        try await core.database.asService { transaction in
            try await Factors(core: core).remove(factor, of: id, actor: nil, in: transaction)
        }
        return Response.json(JSONValue.object(["id": .string(factor.text)]).text)
    }

    // MARK: Links

    private func invite(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        try context.requireAdmin()
        let body = try await AuthBody(request)
        let email = try EmailAddress.checked(body.text("email") ?? "")
        let metadata = try body.metadata() ?? .object([:])
        let asked = CodeRequest(redirect: request.wantedRedirect, clientAddress: context.clientAddress)
        let (user, draft) = try await core.database.asService { transaction in
            try await invited(email, metadata: metadata, asked, in: transaction)
        }
        try await core.postbox.send([draft])
        return try Response.json(user)
    }

    private func invited(
        _ email: String, metadata: JSONValue, _ asked: CodeRequest, in transaction: Transaction
    ) async throws -> (AuthUser, Postbox.Draft) {
        let user: AuthUser
        if let known = try await core.users.find(email: email, in: transaction) {
            guard !known.isConfirmed else {
                throw Failure(.unprocessable, "email_exists", "A user with this email address has already been registered")
            }
            user = known
            try await core.users.set(passwordHash: nil, of: known.id, in: transaction)
        } else {
            user = try await core.users.insert(.init(email: email, userMetadata: metadata, isInvited: true), in: transaction)
        }
        try await core.audit.note(
            .userInvited, actor: nil, traits: ["user_email": .string(email)], from: asked.clientAddress, in: transaction)
        let draft = try await flows.draft(.invite, for: user, to: email, purpose: .confirmation, asked, in: transaction)
        _ = try await transaction.query("update auth.users set invited_at = now() where id = \(user.id)")
        return (try await core.users.require(user.id, in: transaction), draft)
    }

    /// The link that a mail would hold, for administrators who write their own.
    private func generateLink(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        try context.requireAdmin()
        let body = try await AuthBody(request)
        let asked = CodeRequest(
            redirect: try body.filledText("redirect_to") ?? request.wantedRedirect, clientAddress: context.clientAddress)
        let maker = LinkMaker(core: core, asked: asked, email: try EmailAddress.checked(body.text("email") ?? ""))
        let type = try body.text("type") ?? ""
        let newEmail = try body.filledText("new_email").map(EmailAddress.checked)
        let metadata = try body.metadata() ?? .object([:])
        var passwordHash: String?
        if type == "signup" {
            guard let password = try body.filledText("password") else {
                throw Failure(.invalid, "validation_failed", "Signup requires a valid password")
            }
            try core.check(password: password)
            passwordHash = try await core.hasher.hash(password)
        }
        let hash = passwordHash
        let (user, draft) = try await core.database.asService { transaction -> (AuthUser, Postbox.Draft) in
            if type == "invite" { return try await invited(maker.email, metadata: metadata, asked, in: transaction) }
            return try await maker.make(type, newEmail: newEmail, passwordHash: hash, metadata: metadata, in: transaction)
        }
        return try Response.json(GeneratedLink(user: user, type: type, draft: draft, postbox: core.postbox))
    }

    static func userID(_ context: AppRequestContext) throws -> UUID {
        guard let id = context.parameters.get("id").flatMap(UUID.init(uuidString:)) else {
            throw Failure(.notFound, "validation_failed", "user_id must be an UUID")
        }
        return id
    }
}
