import Core
import Database
import Foundation
import HTTP
import Hummingbird

/// Moving, copying and deleting.
struct ChangeRoutes: Sendable {
    let core: StorageCore

    func addRoutes(to router: RouterGroup<AppRequestContext>) {
        router
            .post("object/move") { request, context in try await move(request, context) }
            .post("object/copy") { request, context in try await copy(request, context) }
            .delete("object/:bucket/**") { request, context in
                let path = try ObjectPath(request, after: 3)
                let rows = try await delete(
                    path.bucket, [path.name], core.caller("storage.object.delete", request, context))
                guard !rows.isEmpty else { throw StorageFailures.noObject }
                return Response.json(#"{"message":"Successfully deleted"}"#)
            }
            .delete("object/:bucket") { request, context in
                let caller = try core.caller("storage.object.delete_many", request, context)
                guard let names = try await StorageBody(request).texts("prefixes", most: 1000), !names.isEmpty else {
                    throw StorageFailures.invalid("body/prefixes must NOT have fewer than 1 items")
                }
                let bucket = ObjectPath.decoded(request.uri.path.split(separator: "/").last ?? "")
                let rows = try await delete(bucket, names, caller)
                return Response.json(JSONValue.array(rows.map { .object($0.members) }).text)
            }
    }

    private func delete(_ bucket: String, _ names: [String], _ caller: StorageCore.Caller) async throws -> [StoredObject] {
        let rows = try await core.run(
            """
            delete from storage.objects o where o.bucket_id = \(bucket) and o.name = any (\(names)::text[])
            returning \(sql: StoredObject.columns)
            """, as: caller
        ).map(StoredObject.init)
        if !rows.isEmpty { await core.store.clearSoon(core.database) }
        return rows
    }

    /// From where to where.
    private func places(_ body: StorageBody) throws -> (from: ObjectPath, to: ObjectPath) {
        let bucket = try body.required("bucketId")
        return (
            try ObjectPath(bucket: bucket, name: body.required("sourceKey")),
            try ObjectPath(bucket: body.text("destinationBucket") ?? bucket, name: body.required("destinationKey"))
        )
    }

    /// What another bucket takes, it takes by this way too.
    private func check(_ object: StoredObject, fits place: ObjectPath) async throws {
        guard object.bucket != place.bucket else { return }
        let bucket = try await core.bucket(place.bucket)
        guard bucket.takes(object.contentType) else { throw StorageFailures.badType(object.contentType) }
        if let limit = bucket.sizeLimit, object.size > limit { throw StorageFailures.tooLarge }
    }

    private func move(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        let caller = try core.caller("storage.object.move", request, context)
        let (from, to) = try places(try await StorageBody(request))
        // What was looked at is what moves: replaced in between, it is looked at again.
        for _ in 0..<5 {
            let object = try await core.object(from, as: caller)
            try await check(object, fits: to)
            let rows = try await core.run(
                """
                update storage.objects set bucket_id = \(to.bucket), name = \(to.name)
                where id = \(object.id) and bucket_id = \(from.bucket) and name = \(from.name)
                    and version is not distinct from \(object.version)
                returning id
                """, as: caller)
            guard let id: UUID = try rows.first?.value() else { continue }
            let answer: JSONValue = ["message": "Successfully moved", "Id": .string(id.text), "Key": .string(to.text)]
            return Response.json(answer.text)
        }
        throw StorageFailures.noObject
    }

    private func copy(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        let caller = try core.caller("storage.object.copy", request, context)
        let body = try await StorageBody(request)
        let (from, to) = try places(body)
        do {
            return try await copy(from, to, body, request, caller)
        } catch let failure as Failure where failure.code == "object_not_found" {
            // It may have been replaced between row and file: once more, with the row as it is now.
            return try await copy(from, to, body, request, caller)
        }
    }

    private func copy(
        _ from: ObjectPath, _ to: ObjectPath, _ body: StorageBody, _ request: Request, _ caller: StorageCore.Caller
    ) async throws -> Response {
        let source = try await core.object(from, as: caller)
        guard let version = source.version else { throw StorageFailures.noObject }
        try await check(source, fits: to)
        var object = NewObject(
            path: to, mode: request.wantsUpsert ? .upsert : .insert, contentType: source.contentType, cacheControl: source.cacheControl,
            userMetadata: source.userMetadata)
        if try body.flag("copyMetadata") == false {
            let given = body.members["metadata"]
            object.userMetadata = nil
            object.cacheControl = BodyReader.cacheControl(given?["cacheControl"]?.string) ?? object.cacheControl
            if let type = given?["mimetype"]?.string {
                object.contentType = try BodyReader.checked(type, in: try await core.bucket(to.bucket))
            }
        }
        let writer = ObjectWriter(core: core)
        try await writer.check(object, as: caller)
        let metadata = ObjectMetadata(
            version: UUID().text, size: source.size, contentType: object.contentType, cacheControl: object.cacheControl)
        try await core.store.files.copy(version, to: metadata.version)
        let id = try await writer.publish(object, metadata, as: caller)
        var members: [String: JSONValue] = ["Id": .string(id.text), "Key": .string(to.text)]
        // The row, if the caller may see what it made.
        if let copied = try? await core.object(to, as: caller) { members.merge(copied.members) { known, _ in known } }
        return Response.json(JSONValue.object(members).text)
    }
}
