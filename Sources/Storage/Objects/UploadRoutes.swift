import Core
import Database
import Foundation
import HTTP
import HTTPTypes
import Hummingbird

/// Uploads in one piece: `POST` and `PUT /object/{bucket}/{name}`, and with a signature.
struct UploadRoutes: Sendable {
    let core: StorageCore
    private var writer: ObjectWriter { ObjectWriter(core: core) }

    func addRoutes(to router: RouterGroup<AppRequestContext>) {
        router
            .post("object/:bucket/**") { request, context in
                let mode: NewObject.Mode = request.wantsUpsert ? .upsert : .insert
                return try await upload(request, core.caller("storage.object.upload", request, context), .init(request, after: 3), mode)
            }
            .put("object/:bucket/**") { request, context in
                let caller = try core.caller("storage.object.upload_update", request, context)
                return try await upload(request, caller, .init(request, after: 3), .replace)
            }
            .post("object/upload/sign/:bucket/**") { request, context in try await sign(request, context) }
    }

    /// Without a key: the signature stands for it.
    func addSignedRoutes(to router: RouterGroup<AppRequestContext>) {
        router.put("object/upload/sign/:bucket/**") { request, _ in
            let path = try ObjectPath(request, after: 5)
            let token = request.uri.queryParameters["token"].map(String.init) ?? ""
            let signed = try await SignedLinks(signer: core.signer).check(token, for: path, .upload)
            let caller = StorageCore.Caller(signed.claims, "storage.object.upload_signed", request)
            return try await upload(request, caller, path, signed.upsert == true ? .upsert : .insert)
        }
    }

    /// Bodies shorter than this are read before anybody asks whether they may be kept: the question would cost more.
    private static let short = 1 << 20

    private func upload(
        _ request: Request, _ caller: StorageCore.Caller, _ path: ObjectPath, _ mode: NewObject.Mode
    ) async throws -> Response {
        let bucket = try await core.bucket(path.bucket)
        var object = NewObject(path: path, mode: mode)
        let length = request.headers[.contentLength].flatMap { Int($0) } ?? .max
        if length > Self.short { try await writer.check(object, as: caller) }
        var draft = try await DraftFile(in: core.store.drafts)
        let id: UUID
        do {
            object = try await BodyReader(bucket, limit: core.limit).read(request, into: &draft, for: object)
            id = try await writer.save(object, draft.url, size: draft.size, as: caller)
        } catch {
            await draft.discard()
            throw error
        }
        return Response.json(JSONValue.object(["Id": .string(id.text), "Key": .string(path.text)]).text)
    }

    /// A link by which somebody else may upload in the caller's name, once the policies let the caller.
    private func sign(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        let caller = try core.caller("storage.object.sign_upload_url", request, context)
        let path = try ObjectPath(request, after: 5)
        _ = try await core.bucket(path.bucket)
        try await writer.check(NewObject(path: path, mode: request.wantsUpsert ? .upsert : .insert), as: caller)
        let token = try await SignedLinks(signer: core.signer).upload(
            path, owner: caller.claims.userID, role: caller.claims.role, upsert: request.wantsUpsert,
            seconds: core.configuration.uploadLinkLifetime)
        let url = "/object/upload/sign/\(path.encoded)?token=\(token)"
        return Response.json(JSONValue.object(["url": .string(url), "token": .string(token)]).text)
    }
}

extension Request {
    var wantsUpsert: Bool { headers[.upsert]?.lowercased() == "true" }
}
