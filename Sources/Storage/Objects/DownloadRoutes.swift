import Core
import Database
import Foundation
import HTTP
import HTTPTypes
import Hummingbird

/// Objects as they are: under policies, out of public buckets, and by signed links.
struct DownloadRoutes: Sendable {
    let core: StorageCore

    func addRoutes(to router: RouterGroup<AppRequestContext>) {
        for (path, segments) in [("object", 3), ("object/authenticated", 4), ("render/image/authenticated", 5)] {
            router.get("\(path)/:bucket/**") { request, context in
                let caller = try core.caller("storage.object.get_authenticated", request, context)
                let path = try ObjectPath(request, after: segments)
                return try await send(request) { try await core.object(path, as: caller) }
            }
        }
        for (path, segments) in [("object/info", 4), ("object/info/authenticated", 5)] {
            router.get("\(path)/:bucket/**") { request, context in
                let caller = try core.caller("storage.object.info_authenticated", request, context)
                return Response.json(try await core.object(.init(request, after: segments), as: caller).description.text)
            }
        }
        router
            .post("object/sign/:bucket") { request, context in try await signSeveral(request, context) }
            .post("object/sign/:bucket/**") { request, context in try await sign(request, context) }
    }

    /// What needs no key.
    func addOpenRoutes(to router: RouterGroup<AppRequestContext>) {
        for (path, segments) in [("object/public", 4), ("render/image/public", 5)] {
            router.get("\(path)/:bucket/**") { request, _ in
                let path = try ObjectPath(request, after: segments)
                return try await send(request) { try await publicObject(path) }
            }
        }
        router.get("object/info/public/:bucket/**") { request, _ in
            Response.json(try await publicObject(.init(request, after: 5)).description.text)
        }
        for (path, segments) in [("object/sign", 4), ("render/image/sign", 5)] {
            router.get("\(path)/:bucket/**") { request, _ in
                let path = try ObjectPath(request, after: segments)
                let token = request.uri.queryParameters["token"].map(String.init) ?? ""
                _ = try await SignedLinks(signer: core.signer).check(token, for: path, .download)
                return try await send(request) { try await core.object(path) }
            }
        }
    }

    private func publicObject(_ path: ObjectPath) async throws -> StoredObject {
        guard try await core.bucket(path.bucket).isPublic else { throw StorageFailures.noBucket }
        return try await core.object(path)
    }

    // MARK: Sending

    private func send(_ request: Request, _ find: () async throws -> StoredObject) async throws -> Response {
        do {
            return try await send(try await find(), request)
        } catch let failure as Failure where failure.code == "object_not_found" {
            // It may have been replaced between row and file: once more, with the row as it is now.
            return try await send(try await find(), request)
        }
    }

    private func send(_ object: StoredObject, _ request: Request) async throws -> Response {
        let content = ContentResponse(
            size: object.size, contentType: object.contentType, entityTag: object.entityTag,
            modified: object.updatedAt ?? Date(timeIntervalSince1970: 0), cacheControl: object.cacheControl,
            disposition: Self.disposition(request, object))
        var response = try await content.response(to: request) { range in
            guard let version = object.version else { throw StorageFailures.noObject }
            return try await core.store.files.bytes(of: version, size: object.size, range: range).responseBody
        }
        // What people uploaded is shown apart from everything: a page among it can run no script and reach nothing of this site.
        response.headers[.contentSecurityPolicy] =
            "sandbox; default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'"
        response.headers[.robots] = "none"
        response.headers[.vary] = "Origin, Authorization"
        return response
    }

    /// `?download` saves under the object's own name, `?download=name` under another.
    private static func disposition(_ request: Request, _ object: StoredObject) -> String? {
        guard let query = request.uri.query, query.utf8.count > 0,
            let asked = URLEncodedForm.pairs(Substring(query)).first(where: { $0.name == "download" })
        else { return nil }
        guard let name = asked.value, !name.isEmpty else { return "attachment;" }
        let encoded = URLEncodedForm.encoded(String(name.prefix(255)))
        return "attachment; filename=\(encoded); filename*=UTF-8''\(encoded)"
    }

    // MARK: Signing

    private func seconds(_ body: StorageBody) throws -> Int {
        guard let seconds = try body.integer("expiresIn", 1...SignedLinks.longestLifetime) else {
            throw StorageFailures.invalid("body must have required property 'expiresIn'")
        }
        return seconds
    }

    private func sign(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        let caller = try core.caller("storage.object.sign", request, context)
        let path = try ObjectPath(request, after: 4)
        let seconds = try seconds(try await StorageBody(request))
        _ = try await core.object(path, as: caller)
        return Response.json(JSONValue.object(["signedURL": .string(try await link(path, seconds))]).text)
    }

    private func signSeveral(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        let caller = try core.caller("storage.object.sign_many", request, context)
        let segments = request.uri.path.split(separator: "/")
        let bucket = ObjectPath.decoded(segments.last ?? "")
        try ObjectPath.check(bucket: bucket)
        let body = try await StorageBody(request)
        let seconds = try seconds(body)
        guard let names = try body.texts("paths", most: 1000), !names.isEmpty else {
            throw StorageFailures.invalid("body must have required property 'paths'")
        }
        let rows = try await core.run(
            "select o.name from storage.objects o where o.bucket_id = \(bucket) and o.name = any (\(names)::text[])", as: caller)
        let known = Set(try rows.map { try $0.decode("name", as: String.self) })
        var links: [JSONValue] = []
        for name in names {
            let path = known.contains(name) ? try? ObjectPath(bucket: bucket, name: name) : nil
            let link = if let path { JSONValue.string(try await link(path, seconds)) } else { JSONValue.null }
            let error: JSONValue = path == nil ? "Either the object does not exist or you do not have access to it" : .null
            links.append(["error": error, "path": .string(name), "signedURL": link])
        }
        return Response.json(JSONValue.array(links).text)
    }

    private func link(_ path: ObjectPath, _ seconds: Int) async throws -> String {
        "/object/sign/\(path.encoded)?token=\(try await SignedLinks(signer: core.signer).download(path, seconds: seconds))"
    }
}

extension HTTPField.Name {
    static let robots = HTTPField.Name(parsed: "x-robots-tag") ?? .server
}
