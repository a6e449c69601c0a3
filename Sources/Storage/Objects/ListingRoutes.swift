import Core
import Database
import Foundation
import HTTP
import Hummingbird

/// `/object/list` and `/object/list-v2`.
struct ListingRoutes: Sendable {
    let core: StorageCore

    func addRoutes(to router: RouterGroup<AppRequestContext>) {
        router
            .post("object/list/:bucket") { request, context in try await list(request, context) }
            .post("object/list-v2/:bucket") { request, context in try await page(request, context) }
    }

    private func bucket(_ request: Request) throws -> String {
        let bucket = ObjectPath.decoded(request.uri.path.split(separator: "/").last ?? "")
        try ObjectPath.check(bucket: bucket)
        return bucket
    }

    private struct Order {
        var column = "name"
        var isDescending = false

        init(_ body: StorageBody, columns: [String]) throws {
            guard let members = body.members["sortBy"]?.object else { return }
            column = members["column"]?.string ?? column
            guard columns.contains(column) else {
                throw StorageFailures.invalid("body/sortBy/column must be one of \(columns.joined(separator: ", "))")
            }
            isDescending = members["order"]?.string?.lowercased() == "desc"
        }
    }

    /// One level, by number of entries to leave out.
    private func list(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        let caller = try core.caller("storage.object.list", request, context)
        let bucket = try bucket(request)
        let body = try await StorageBody(request)
        let order = try Order(body, columns: ["name", "updated_at", "created_at", "last_accessed_at"])
        var prefix = String(try (body.text("prefix") ?? "").trimmingPrefix("/"))
        if !prefix.isEmpty, !prefix.hasSuffix("/") { prefix += "/" }
        let rows = try await core.run(
            """
            select * from storage.search(\(prefix), \(bucket), \(try body.integer("limit", 0...10_000) ?? 100), \(Levels.count(prefix)),
                \(try body.integer("offset", 0...100_000_000) ?? 0), \(try body.text("search") ?? ""), \(order.column),
                \(order.isDescending ? "desc" : "asc"))
            """, as: caller)
        return Response.json(JSONValue.array(try rows.map { .object(try Self.members($0)) }).text)
    }

    private enum Levels {
        static func count(_ prefix: String) -> Int { prefix.utf8.count { $0 == UInt8(ascii: "/") } + 1 }
    }

    /// What both listings show of an object; all but the name is null for folders.
    private static func members(_ row: Row) throws -> [String: JSONValue] {
        func time(_ name: String) throws -> JSONValue { .text(try row.decode(name, as: Date?.self)?.rfc3339) }
        return [
            "name": .string(try row.decode("name")), "id": .text(try row.decode("id", as: UUID?.self)?.text),
            "updated_at": try time("updated_at"), "created_at": try time("created_at"), "last_accessed_at": try time("last_accessed_at"),
            "metadata": try row.decode("metadata", as: JSON<JSONValue>?.self)?.value ?? .null,
        ]
    }

    // MARK: By cursor

    /// Where a page ended. Opaque to clients.
    private struct Cursor: Codable {
        var name: String
        /// Microseconds are kept: PostgreSQL's own text.
        var time: String?

        init?(_ text: String) {
            guard text.utf8.count <= 4096, let data = Base64URL.bytes(text), let cursor = try? JSONDecoder().decode(Cursor.self, from: data)
            else { return nil }
            self = cursor
        }

        init(name: String, time: String? = nil) {
            self.name = name
            self.time = time
        }

        var text: String { Base64URL.text((try? JSONEncoder().encode(self)) ?? Data()) }
    }

    /// Full names, from a place onwards: what is added or removed elsewhere moves nothing.
    private func page(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        let caller = try core.caller("storage.object.list_v2", request, context)
        let bucket = try bucket(request)
        let body = try await StorageBody(request)
        let order = try Order(body, columns: ["name", "updated_at", "created_at"])
        let prefix = String(try (body.text("prefix") ?? "").trimmingPrefix("/"))
        let limit = min(try body.integer("limit", 1...100_000) ?? 1000, 1000)
        let hasLevels = try body.flag("with_delimiter") ?? false
        let cursor = try body.text("cursor").flatMap { $0.isEmpty ? nil : $0 }.map { text in
            guard let cursor = Cursor(text) else { throw StorageFailures.invalid("body/cursor is not one of this listing") }
            return cursor
        }
        let page =
            order.column == "name"
            ? try await byName(bucket, prefix, cursor, hasLevels, limit, order, caller)
            : try await byTime(bucket, prefix, cursor, hasLevels, limit, order, caller)
        var answer: [String: JSONValue] = [
            "hasNext": .bool(page.next != nil), "folders": .array(page.folders), "objects": .array(page.objects),
        ]
        if let next = page.next { answer["nextCursor"] = .string(next.text) }
        return Response.json(JSONValue.object(answer).text)
    }

    private struct Page {
        var folders: [JSONValue] = []
        var objects: [JSONValue] = []
        var next: Cursor?

        mutating func add(folder name: String) {
            let name = name.hasSuffix("/") ? String(name.dropLast()) : name
            folders.append(["name": .string(name), "key": .string(name + "/")])
        }

        mutating func add(object row: Row) throws {
            var members = try ListingRoutes.members(row)
            members["key"] = members["name"]
            objects.append(.object(members))
        }
    }

    private func byName(
        _ bucket: String, _ prefix: String, _ cursor: Cursor?, _ hasLevels: Bool, _ limit: Int, _ order: Order, _ caller: StorageCore.Caller
    ) async throws -> Page {
        let place = cursor.map { $0.name.hasSuffix("/") && !order.isDescending ? $0.name + Self.top : $0.name }
        let rows = try await core.run(
            Self.walk(bucket, prefix, from: place, hasLevels, limit: limit + 1, isDescending: order.isDescending), as: caller)
        var page = Page()
        for row in rows.prefix(limit) {
            let name: String = try row.decode("name")
            if try row.decode("is_folder") { page.add(folder: name) } else { try page.add(object: row) }
            page.next = Cursor(name: name)
        }
        if rows.count <= limit { page.next = nil }
        return page
    }

    /// Greater than whatever follows a prefix: the last character there is.
    private static let top = "\u{10FFFF}"

    /// Objects in byte order, behind a place; with levels, what lies deeper shows as a folder and its inside is jumped over, so that a page
    /// costs what is in it and not what the bucket holds.
    private static func walk(
        _ bucket: String, _ prefix: String, from place: String?, _ hasLevels: Bool, limit: Int, isDescending: Bool
    ) -> SQL {
        let direction: SQL = isDescending ? "desc" : "asc"
        let comparison: SQL = isDescending ? "<" : ">"
        func objects(behind place: SQL?, limit: Int) -> SQL {
            """
            select o.name, o.id, o.updated_at, o.created_at, o.last_accessed_at, o.metadata, substr(o.name, length(\(prefix)) + 1) as rest
            from storage.objects o
            where o.bucket_id = \(bucket) and o.name collate "C" >= \(prefix) and o.name collate "C" < \(prefix + top)
                \(sql: place.map { "and o.name collate \"C\" \(sql: comparison) \(sql: $0)" } ?? "")
            order by o.name collate "C" \(sql: direction) limit \(limit)
            """
        }
        let start: SQL? = place.map { "\($0)" }
        guard hasLevels else { return "select o.*, false as is_folder from (\(sql: objects(behind: start, limit: limit))) o" }
        func entry(_ object: SQL) -> SQL {
            """
            select case when strpos(o.rest, '/') > 0 then \(prefix) || split_part(o.rest, '/', 1) || '/' else o.name end as name,
                o.id, o.updated_at, o.created_at, o.last_accessed_at, o.metadata, strpos(o.rest, '/') > 0 as is_folder
            from (\(sql: object)) o
            """
        }
        let next: SQL = isDescending ? "w.name" : "(case when w.is_folder then w.name || \(top) else w.name end)"
        return """
            with recursive walk as (
                (\(sql: entry(objects(behind: start, limit: 1))))
                union all
                select n.* from walk w cross join lateral (\(sql: entry(objects(behind: next, limit: 1)))) n
            )
            select * from walk limit \(limit)
            """
    }

    /// Folders have no time: those come first, all on the first page.
    private func byTime(
        _ bucket: String, _ prefix: String, _ cursor: Cursor?, _ hasLevels: Bool, _ limit: Int, _ order: Order, _ caller: StorageCore.Caller
    ) async throws -> Page {
        var page = Page()
        if cursor == nil, hasLevels {
            let folders = try await core.run(
                """
                select distinct \(prefix) || split_part(substr(o.name, length(\(prefix)) + 1), '/', 1) as name from storage.objects o
                where o.bucket_id = \(bucket) and starts_with(o.name, \(prefix)) and strpos(substr(o.name, length(\(prefix)) + 1), '/') > 0
                order by 1 limit 10000
                """, as: caller)
            for row in folders { page.add(folder: try row.decode("name")) }
        }
        let direction: SQL = order.isDescending ? "desc" : "asc"
        let comparison: SQL = order.isDescending ? "<" : ">"
        let column: SQL = "o.\(identifier: order.column)"
        let behind: SQL =
            cursor.map { "and (\(sql: column), o.name collate \"C\") \(sql: comparison) (\($0.time)::timestamptz, \($0.name))" } ?? ""
        let rows = try await core.run(
            """
            select o.name, o.id, o.updated_at, o.created_at, o.last_accessed_at, o.metadata, \(sql: column)::text as time
            from storage.objects o
            where o.bucket_id = \(bucket) and starts_with(o.name, \(prefix))
                and (not \(hasLevels) or strpos(substr(o.name, length(\(prefix)) + 1), '/') = 0) \(sql: behind)
            order by \(sql: column) \(sql: direction), o.name collate "C" \(sql: direction) limit \(limit + 1)
            """, as: caller)
        for row in rows.prefix(limit) {
            try page.add(object: row)
            page.next = Cursor(name: try row.decode("name"), time: try row.decode("time"))
        }
        if rows.count <= limit { page.next = nil }
        return page
    }
}
