import Core
import Foundation
import HTTP
import HTTPTypes
import Hummingbird

/// `/upload/resumable`: uploads in parts that go on after any interruption.
///
/// Source: tus resumable upload protocol 1.0.0, with creation, creation-with-upload, expiration and termination.
struct ResumableRoutes: Sendable {
    let core: StorageCore
    private var uploads: PartialUploads { PartialUploads(core: core) }
    private static let version = "1.0.0"

    func addRoutes(to router: RouterGroup<AppRequestContext>) {
        for base in ["upload/resumable", "upload/resumable/sign"] {
            router.on(.init(base), method: .options) { _, _ in Response(status: .noContent, headers: abilities) }
            router
                .post(.init(base)) { request, context in try await create(request, context) }
                .head("\(base)/:id") { request, context in try await state(request, context) }
                .patch("\(base)/:id") { request, context in try await part(request, context) }
                .delete("\(base)/:id") { request, context in try await cancel(request, context) }
        }
    }

    private var abilities: HTTPFields {
        [
            .tusResumable: Self.version, .tusVersion: Self.version, .tusExtension: "creation,creation-with-upload,expiration,termination",
            .tusMaxSize: String(core.limit),
        ]
    }

    private func checkVersion(_ request: Request) throws {
        guard request.headers[.tusResumable] == Self.version else {
            throw Failure(.invalid, "tus_version", "Tus-Resumable must be \(Self.version).")
        }
    }

    /// Who uploads: a key, or who signed a link for this object (`x-signature`).
    private func claims(_ request: Request, _ context: AppRequestContext, for path: ObjectPath?) async throws -> (Claims, upsert: Bool?) {
        if let token = request.headers[.signature], let path {
            let link = try await SignedLinks(signer: core.signer).check(token, for: path, .upload)
            return (link.claims, link.upsert)
        }
        return (try core.caller("storage.tus.upload", request, context).claims, nil)
    }

    // MARK: Creating

    private func create(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        try checkVersion(request)
        guard let size = request.headers[.uploadLength].flatMap({ Int($0) }), size >= 0 else {
            throw StorageFailures.invalid("Upload-Length must be a number of bytes")
        }
        let members = try Self.metadata(request.headers[.uploadMetadata] ?? "")
        guard let bucketName = members["bucketName"], let name = members["objectName"] else {
            throw StorageFailures.invalid("Upload-Metadata must name bucketName and objectName")
        }
        let path = try ObjectPath(bucket: bucketName, name: name)
        let bucket = try await core.bucket(path.bucket)
        guard size <= min(core.limit, bucket.sizeLimit ?? core.limit) else { throw StorageFailures.tooLarge }
        let (claims, upsert) = try await claims(request, context, for: path)
        let object = NewObject(
            path: path, mode: upsert ?? request.wantsUpsert ? .upsert : .insert,
            contentType: try BodyReader.checked(members["contentType"] ?? "application/octet-stream", in: bucket),
            cacheControl: BodyReader.cacheControl(members["cacheControl"]) ?? "no-cache",
            userMetadata: try members["metadata"].flatMap { try BodyReader.metadata(Array($0.utf8)) })
        try await ObjectWriter(core: core).check(object, as: .init(claims, "storage.tus.upload.create", request))
        let upload = try await uploads.begin(
            object, size: size, claims: claims, description: request.headers[.uploadMetadata])
        let base = request.uri.path.hasSuffix("/") ? String(request.uri.path.dropLast()) : request.uri.path
        var headers: HTTPFields = [.location: origin(request) + base + "/" + upload.id.text, .uploadExpires: upload.expiry.httpDate]
        var offset = 0
        if request.headers[.contentType] == "application/offset+octet-stream" {
            offset = try await uploads.append(request.body, to: upload, at: 0)
            headers[.uploadOffset] = String(offset)
        }
        if offset == size { try await uploads.complete(upload, request) }
        return answer(.created, headers)
    }

    /// This server by the name that the client reached it under, which may be another than it calls itself.
    private func origin(_ request: Request) -> String {
        let own = URLComponents(string: core.address.url)
        let scheme = request.headers[.forwardedProto].flatMap { ["http", "https"].contains($0) ? $0 : nil } ?? own?.scheme ?? "http"
        let host = request.headers[.forwardedHost] ?? request.head.authority ?? ""
        guard host.wholeMatch(of: /[A-Za-z0-9.:\[\]-]{1,255}/) != nil else { return core.address.url }
        return scheme + "://" + host + (own?.path ?? "")
    }

    /// Pairs of a key and base 64 of its value (tus, "Upload-Metadata").
    private static func metadata(_ header: String) throws -> [String: String] {
        guard header.utf8.count <= 65_536 else { throw StorageFailures.invalid("Upload-Metadata is too long") }
        var members: [String: String] = [:]
        for pair in header.split(separator: ",") {
            let words = pair.split(separator: " ", omittingEmptySubsequences: true)
            guard let key = words.first else { continue }
            guard words.count < 3, let data = Data(base64Encoded: words.count > 1 ? String(words[1]) : ""),
                let value = String(validating: data, as: UTF8.self)
            else { throw StorageFailures.invalid("Upload-Metadata must be keys and base 64 of their values") }
            members[String(key)] = value
        }
        return members
    }

    // MARK: Going on

    private func upload(_ request: Request, _ context: AppRequestContext) async throws -> PartialUploads.Upload {
        try checkVersion(request)
        guard let id = context.parameters.get("id").flatMap(UUID.init(uuidString:)) else { throw PartialUploads.unknown }
        if let token = request.headers[.signature] {
            // The link names its object; the upload must be of the same.
            let upload = try await uploads.upload(id, for: .service)
            let link = try await SignedLinks(signer: core.signer).check(token, for: upload.object.path, .upload)
            guard link.claims.userID == upload.claims.userID, link.claims.role == upload.claims.role else { throw PartialUploads.unknown }
            return upload
        }
        return try await uploads.upload(id, for: core.caller("storage.tus.upload", request, context).claims)
    }

    private func state(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        let upload = try await upload(request, context)
        // All of it has come, and something kept it from becoming an object: whoever asks believes that it is one.
        if upload.keptVersion != nil { try await uploads.complete(upload, request) }
        var headers: HTTPFields = [
            .uploadOffset: String(try await uploads.offset(of: upload)), .uploadLength: String(upload.size),
            .uploadExpires: upload.expiry.httpDate,
        ]
        headers[.uploadMetadata] = upload.description
        return answer(.ok, headers)
    }

    private func part(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        guard request.headers[.contentType] == "application/offset+octet-stream" else {
            throw Failure(.unsupportedMedia, "unsupported_media_type", "A part comes as application/offset+octet-stream.")
        }
        let upload = try await upload(request, context)
        guard let offset = request.headers[.uploadOffset].flatMap({ Int($0) }), offset >= 0 else {
            throw StorageFailures.invalid("Upload-Offset must be a number of bytes")
        }
        if upload.keptVersion != nil, offset != upload.size {
            throw Failure(.conflict, "upload_offset", "The upload is at \(upload.size), not at \(offset).")
        }
        let length = upload.keptVersion != nil ? upload.size : try await uploads.append(request.body, to: upload, at: offset)
        if length == upload.size { try await uploads.complete(upload, request) }
        return answer(.noContent, [.uploadOffset: String(length), .uploadExpires: upload.expiry.httpDate])
    }

    private func cancel(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        let upload = try await upload(request, context)
        try await uploads.end(upload.id)
        return answer(.noContent, [:])
    }

    private func answer(_ status: HTTPResponse.Status, _ headers: HTTPFields) -> Response {
        var headers = headers
        headers[.tusResumable] = Self.version
        headers[.cacheControl] = "no-store"
        return Response(status: status, headers: headers)
    }
}

extension HTTPField.Name {
    static let forwardedHost = HTTPField.Name(parsed: "x-forwarded-host") ?? .server
    static let forwardedProto = HTTPField.Name(parsed: "x-forwarded-proto") ?? .server
    static let signature = HTTPField.Name(parsed: "x-signature") ?? .server
    static let tusExtension = HTTPField.Name(parsed: "tus-extension") ?? .server
    static let tusMaxSize = HTTPField.Name(parsed: "tus-max-size") ?? .server
    static let tusVersion = HTTPField.Name(parsed: "tus-version") ?? .server
    static let uploadExpires = HTTPField.Name(parsed: "upload-expires") ?? .server
    static let uploadLength = HTTPField.Name(parsed: "upload-length") ?? .server
    static let uploadMetadata = HTTPField.Name(parsed: "upload-metadata") ?? .server
    static let uploadOffset = HTTPField.Name(parsed: "upload-offset") ?? .server
}
