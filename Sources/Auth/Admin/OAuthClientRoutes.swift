import Core
import Crypto
import Database
import Foundation
import HTTP
import HTTPTypes
import Hummingbird

/// `/admin/oauth/clients`: the register of applications, for who holds the service key. Source: RFC 7591, section 2 (client metadata).
struct OAuthClientRoutes: Sendable {
    let core: AuthCore

    func addRoutes(to router: RouterGroup<AppRequestContext>) {
        router
            .get("admin/oauth/clients") { request, context in try await list(request, context) }
            .post("admin/oauth/clients") { request, context in try await register(request, context) }
            .get("admin/oauth/clients/:id") { _, context in try await show(context) }
            .put("admin/oauth/clients/:id") { request, context in try await update(request, context) }
            .delete("admin/oauth/clients/:id") { _, context in try await remove(context) }
            .post("admin/oauth/clients/:id/regenerate_secret") { _, context in try await renewSecret(context) }
    }

    private static let columns: SQL = """
        c.id, c.registration_type::text as registration_type, c.redirect_uris, c.grant_types, c.client_name, c.client_uri, c.logo_uri,
        c.client_type::text as client_type, c.token_endpoint_auth_method, c.created_at, c.updated_at
        """

    /// secret: shown once, when it is made.
    private static func json(_ row: Row, secret: String? = nil) throws -> JSONValue {
        func list(_ name: String) throws -> JSONValue {
            .array(try row.decode(name, as: String.self).split(separator: ",").map { .string(String($0)) })
        }
        var members: [String: JSONValue] = [
            "client_id": .string(try row.decode("id", as: UUID.self).text), "client_type": .string(try row.decode("client_type")),
            "token_endpoint_auth_method": .string(try row.decode("token_endpoint_auth_method")),
            "registration_type": .string(try row.decode("registration_type")), "redirect_uris": try list("redirect_uris"),
            "grant_types": try list("grant_types"), "response_types": ["code"],
            "created_at": .string(try row.decode("created_at", as: Date.self).rfc3339),
            "updated_at": .string(try row.decode("updated_at", as: Date.self).rfc3339),
        ]
        for name in ["client_name", "client_uri", "logo_uri"] {
            if let text = try row.decode(name, as: String?.self) { members[name] = .string(text) }
        }
        if let secret { members["client_secret"] = .string(secret) }
        return .object(members)
    }

    private static func hash(_ secret: String) -> String { Base64URL.text(Array(SHA256.hash(data: Data(secret.utf8)))) }

    // MARK: Reading

    private func list(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        try context.requireAdmin()
        let page = try Page(request)
        let rows = try await core.database.asService(
            """
            select \(sql: Self.columns), count(*) over () as total from auth.oauth_clients c where c.deleted_at is null
            order by c.created_at desc, c.id limit \(page.size) offset \(page.offset)
            """)
        let clients: JSONValue = ["clients": .array(try rows.map { try Self.json($0) }), "aud": "authenticated"]
        var response = Response.json(clients.text)
        page.addHeaders(to: &response, total: try rows.first?.decode("total") ?? 0, path: request.uri.path)
        return response
    }

    private func show(_ context: AppRequestContext) async throws -> Response {
        try context.requireAdmin()
        let row = try await core.database.asService(
            "select \(sql: Self.columns) from auth.oauth_clients c where c.id = \(try Self.id(context)) and c.deleted_at is null"
        ).first
        return Response.json(try Self.json(try found(row)).text)
    }

    private static func id(_ context: AppRequestContext) throws -> UUID {
        guard let id = context.parameters.get("id").flatMap(UUID.init(uuidString:)) else {
            throw Failure(.invalid, "validation_failed", "client_id must be an UUID")
        }
        return id
    }

    private func found(_ row: Row?) throws -> Row {
        guard let row else { throw Failure(.notFound, "oauth_client_not_found", "OAuth client not found") }
        return row
    }

    // MARK: Changing

    private func register(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        try context.requireAdmin()
        let body = try await AuthBody(request)
        guard let redirects = try Self.redirects(body) else {
            throw Failure(.invalid, "validation_failed", "redirect_uris is required")
        }
        guard let name = try body.filledText("client_name") else { throw Failure(.invalid, "validation_failed", "client_name is required") }
        let isPublic = try body.text("token_endpoint_auth_method") == "none" || body.text("client_type") == "public"
        let secret = isPublic ? nil : randomText(bytes: 32)
        let row = try await core.database.asService(
            """
            insert into auth.oauth_clients as c (id, client_secret_hash, registration_type, redirect_uris, grant_types, client_name, client_uri,
                logo_uri, client_type, token_endpoint_auth_method)
            values (\(UUID()), \(secret.map(Self.hash)), 'manual', \(redirects), \(try Self.grants(body) ?? "authorization_code,refresh_token"),
                \(name), \(try Self.address("client_uri", body)), \(try Self.address("logo_uri", body)),
                \(isPublic ? "public" : "confidential")::auth.oauth_client_type,
                \(isPublic ? "none" : try body.filledText("token_endpoint_auth_method") ?? "client_secret_basic"))
            returning \(sql: Self.columns)
            """
        ).single()
        return Response.json(try Self.json(row, secret: secret).text, status: .created)
    }

    private func update(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        try context.requireAdmin()
        let body = try await AuthBody(request)
        let row = try await core.database.asService(
            """
            update auth.oauth_clients c set redirect_uris = coalesce(\(try Self.redirects(body)), c.redirect_uris),
                grant_types = coalesce(\(try Self.grants(body)), c.grant_types),
                client_name = coalesce(\(try body.filledText("client_name")), c.client_name),
                client_uri = coalesce(\(try Self.address("client_uri", body)), c.client_uri),
                logo_uri = coalesce(\(try Self.address("logo_uri", body)), c.logo_uri), updated_at = now()
            where c.id = \(try Self.id(context)) and c.deleted_at is null returning \(sql: Self.columns)
            """
        ).first
        return Response.json(try Self.json(try found(row)).text)
    }

    private func remove(_ context: AppRequestContext) async throws -> Response {
        try context.requireAdmin()
        _ = try found(
            try await core.database.asService(
                "update auth.oauth_clients set deleted_at = now() where id = \(try Self.id(context)) and deleted_at is null returning id"
            ).first)
        return Response.noContent
    }

    private func renewSecret(_ context: AppRequestContext) async throws -> Response {
        try context.requireAdmin()
        let secret = randomText(bytes: 32)
        let row = try await core.database.asService(
            """
            update auth.oauth_clients c set client_secret_hash = \(Self.hash(secret)), updated_at = now()
            where c.id = \(try Self.id(context)) and c.deleted_at is null and c.client_type = 'confidential' returning \(sql: Self.columns)
            """
        ).first
        return Response.json(try Self.json(try found(row), secret: secret).text)
    }

    // MARK: Members

    /// Where the application may be sent back to: whole addresses, no fragments (RFC 6749, section 3.1.2).
    private static func redirects(_ body: AuthBody) throws -> String? {
        guard let texts = try body.texts("redirect_uris") else { return nil }
        guard (1...10).contains(texts.count) else {
            throw Failure(.invalid, "validation_failed", "redirect_uris must be 1 to 10 addresses")
        }
        for text in texts {
            guard text.utf8.count <= 2048, !text.contains(","), let url = URLComponents(string: text), url.fragment == nil,
                let scheme = url.scheme?.lowercased(), !["javascript", "data", "vbscript", "file"].contains(scheme),
                scheme != "http" || OutgoingClient.isPrivate(scheme, url.host ?? "")
            else { throw Failure(.invalid, "validation_failed", "redirect_uris must be https addresses, or http on this machine") }
        }
        return texts.joined(separator: ",")
    }

    private static func grants(_ body: AuthBody) throws -> String? {
        guard let texts = try body.texts("grant_types") else { return nil }
        guard !texts.isEmpty, texts.allSatisfy(["authorization_code", "refresh_token"].contains) else {
            throw Failure(.invalid, "validation_failed", "grant_types must be authorization_code or refresh_token")
        }
        return texts.joined(separator: ",")
    }

    private static func address(_ name: String, _ body: AuthBody) throws -> String? {
        guard let text = try body.filledText(name) else { return nil }
        guard text.utf8.count <= 2048, let url = URLComponents(string: text), ["https", "http"].contains(url.scheme?.lowercased()),
            url.host?.isEmpty == false
        else { throw Failure(.invalid, "validation_failed", "\(name) must be an address") }
        return text
    }
}
