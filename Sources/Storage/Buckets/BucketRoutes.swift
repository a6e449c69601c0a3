import Core
import Database
import HTTP
import Hummingbird

/// `/bucket`: what holds objects.
struct BucketRoutes: Sendable {
    let core: StorageCore

    func addRoutes(to router: RouterGroup<AppRequestContext>) {
        router
            .get("bucket") { request, context in try await list(request, context) }
            .post("bucket") { request, context in try await create(request, context) }
            .get("bucket/:bucket") { request, context in
                Response.json(try await bucket(request, core.caller("storage.bucket.get", request, context)).members.text)
            }
            .put("bucket/:bucket") { request, context in try await update(request, context) }
            .post("bucket/:bucket/empty") { request, context in try await empty(request, context) }
            .delete("bucket/:bucket") { request, context in try await delete(request, context) }
    }

    private func list(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        let query = request.uri.queryParameters
        func number(_ name: Substring, _ most: Int) throws -> Int? {
            guard let text = query[name] else { return nil }
            guard let number = Int(text), (0...most).contains(number) else {
                throw StorageFailures.invalid("querystring/\(name) must be an integer from 0 to \(most)")
            }
            return number
        }
        let column = query["sortColumn"].map(String.init) ?? "name"
        guard ["id", "name", "created_at", "updated_at"].contains(column) else {
            throw StorageFailures.invalid("querystring/sortColumn must be id, name, created_at or updated_at")
        }
        let isDescending = query["sortOrder"]?.lowercased() == "desc"
        let search = query["search"].map { SQLPattern.containing(String($0)) }
        let rows = try await core.run(
            """
            select \(sql: Bucket.columns) from storage.buckets b where \(search)::text is null or b.name ilike \(search)
            order by b.\(identifier: column) \(sql: isDescending ? "desc" : "asc"), b.id
            limit \(try number("limit", 10_000)) offset \(try number("offset", 1_000_000_000) ?? 0)
            """, as: core.caller("storage.bucket.list", request, context))
        return Response.json(JSONValue.array(try rows.map { try Bucket($0).members }).text)
    }

    /// The bucket of the path, as far as the caller may see it.
    private func bucket(_ request: Request, _ caller: StorageCore.Caller) async throws -> Bucket {
        let segments = request.uri.path.split(separator: "/")
        let id = segments.count > 3 ? ObjectPath.decoded(segments[3]) : ""
        guard let row = try await core.run("select \(sql: Bucket.columns) from storage.buckets b where b.id = \(id)", as: caller).first
        else {
            throw StorageFailures.noBucket
        }
        return try Bucket(row)
    }

    private func create(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        let caller = try core.caller("storage.bucket.create", request, context)
        let body = try await StorageBody(request)
        let name = try body.required("name")
        let id = try body.text("id") ?? name
        try ObjectPath.check(bucket: id)
        try ObjectPath.check(bucket: name)
        let (limit, types) = (try sizeLimit(body), try contentTypes(body))
        _ = try await core.run(
            """
            insert into storage.buckets (id, name, owner, owner_id, public, file_size_limit, allowed_mime_types)
            values (\(id), \(name), \(caller.claims.userID), \(caller.claims.userID?.text), \(try body.flag("public") ?? false), \(limit),
                \(types)::text[])
            """, as: caller)
        return Response.json(JSONValue.object(["name": .string(id)]).text)
    }

    private func update(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        let caller = try core.caller("storage.bucket.update", request, context)
        let body = try await StorageBody(request)
        let known = try await bucket(request, caller)
        let limit = body.members["file_size_limit"] == nil ? known.sizeLimit : try sizeLimit(body)
        let types = body.members["allowed_mime_types"] == nil ? known.contentTypes : try contentTypes(body)
        let rows = try await core.run(
            """
            update storage.buckets b set public = \(try body.flag("public") ?? known.isPublic), file_size_limit = \(limit),
                allowed_mime_types = \(types)::text[], updated_at = now()
            where b.id = \(known.id) returning b.id
            """, as: caller)
        guard !rows.isEmpty else { throw StorageFailures.noBucket }
        return Response.json(#"{"message":"Successfully updated"}"#)
    }

    private func empty(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        let caller = try core.caller("storage.bucket.empty", request, context)
        let bucket = try await bucket(request, caller)
        var isMore = true
        while isMore {
            let rows = try await core.run(
                """
                delete from storage.objects where id in (
                    select o.id from storage.objects o where o.bucket_id = \(bucket.id) limit 10000
                ) returning 1
                """, as: caller)
            isMore = rows.count == 10_000
        }
        await core.store.clearSoon(core.database)
        return Response.json(#"{"message":"Empty bucket has been queued. Completion may take up to an hour."}"#)
    }

    private func delete(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        let caller = try core.caller("storage.bucket.delete", request, context)
        let bucket = try await bucket(request, caller)
        // Also what the caller does not see keeps a bucket.
        let isUsed: Bool = try await core.database.asService(
            "select exists (select from storage.objects where bucket_id = \(bucket.id))"
        ).single().value()
        let notEmpty = Failure(.conflict, "bucket_not_empty", "The bucket you tried to delete is not empty")
        guard !isUsed else { throw notEmpty }
        do {
            let rows = try await core.run("delete from storage.buckets where id = \(bucket.id) returning id", as: caller)
            guard !rows.isEmpty else { throw StorageFailures.noBucket }
        } catch let failure as Failure where failure.code == "bucket_not_found" && failure.underlying != nil {
            // Somebody put an object into it at this moment.
            throw notEmpty
        }
        return Response.json(#"{"message":"Successfully deleted"}"#)
    }

    // MARK: Members

    private func sizeLimit(_ body: StorageBody) throws -> Int? {
        let limit: Int?
        switch body.members["file_size_limit"] {
        case nil, .null?: return nil
        case .number(let number)?: limit = Int(exactly: number)
        case .string(let text)?: limit = Bucket.bytes(text)
        default: limit = nil
        }
        guard let limit, limit >= 0 else { throw StorageFailures.invalid("body/file_size_limit must be bytes, or text such as 20mb") }
        guard limit <= core.limit else { throw StorageFailures.tooLarge }
        return limit == 0 ? nil : limit
    }

    private func contentTypes(_ body: StorageBody) throws -> [String]? {
        guard let types = try body.texts("allowed_mime_types", most: 200), !types.isEmpty else { return nil }
        for type in types where type.wholeMatch(of: /[a-zA-Z*][a-zA-Z0-9!#$&^_.+-]*(\/[a-zA-Z0-9!#$&^_.+*-]+)?/) == nil {
            throw StorageFailures.badType(type)
        }
        return types
    }
}
