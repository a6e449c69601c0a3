import Core
import Foundation
import HTTP
import HTTPTypes
import NIOCore
import Storage

/// The second server: a Supabase project with this product's migrations, or another Continuo.
public struct SyncTarget: Sendable {
    /// Such as "https://abc.supabase.co".
    public let url: String
    private let key: String
    private let client = OutgoingClient(timeout: .seconds(60))
    /// Bytes of a part: what Supabase takes, no more and no less.
    static let part = 6 * 1_048_576

    /// Throws `invalid_setting`.
    public init(url: String, key: String) throws {
        guard let parts = URLComponents(string: url), let host = parts.host, OutgoingClient.isPrivate(parts.scheme, host) else {
            throw Failure(.invalid, "invalid_setting", "sync-url must be an https address.", hint: "Such as https://<project>.supabase.co.")
        }
        guard !key.isEmpty else { throw Failure(.invalid, "invalid_setting", "sync-url needs sync-key, the service key there.") }
        self.url = url.hasSuffix("/") ? String(url.dropLast()) : url
        self.key = key
    }

    private func ask(
        _ path: String, method: HTTPRequest.Method = .get, json: JSONValue? = nil, headers: [String: String] = [:], body: [UInt8]? = nil
    ) async throws -> OutgoingClient.Answer {
        var all = ["Authorization": "Bearer \(key)", "apikey": key]
        if json != nil { all["Content-Type"] = "application/json" }
        return try await client.send(
            path.hasPrefix("http") ? path : url + path, method: method, headers: all.merging(headers) { $1 },
            body: body ?? json.map { Array($0.text.utf8) })
    }

    /// In the other server's words, as far as they may be shown: they name no secret of ours.
    private func refusal(_ what: String, _ answer: OutgoingClient.Answer) -> Failure {
        let said = answer.json?["message"]?.string ?? answer.json?["msg"]?.string ?? ""
        return Failure(
            answer.status >= 500 ? .unavailable : .conflict, answer.status >= 500 ? "remote_unreachable" : "sync_refused",
            "The second server refused \(what) (\(answer.status)): \(said.prefix(300))",
            hint: "Has it the same migrations, and is sync-key its service key?")
    }

    // MARK: People

    struct Person: Sendable {
        var id: UUID
        var email: String?
        var name: String?
    }

    /// Whose song it is there: the same id, or who has the same address already.
    func person(_ person: Person) async throws -> UUID {
        let known = try await ask("/auth/v1/admin/users/\(person.id.text)")
        if known.isSuccess { return person.id }
        // An address that nobody can have (RFC 2606) stands for those who have none.
        let email = person.email ?? "anonymous-\(person.id.text)@continuo.invalid"
        let made = try await ask(
            "/auth/v1/admin/users", method: .post,
            json: [
                "id": .string(person.id.text), "email": .string(email), "email_confirm": .bool(person.email != nil),
                "user_metadata": .object(person.name.map { ["display_name": .string($0)] } ?? [:]),
            ])
        if made.isSuccess { return person.id }
        guard made.status == 422 || made.status == 409 else { throw refusal("the account", made) }
        for page in 1...1000 {
            let list = try await ask("/auth/v1/admin/users?page=\(page)&per_page=1000&filter=\(URLEncodedForm.encoded(email))")
            guard list.isSuccess, case .array(let users)? = list.json?["users"] else { throw refusal("the list of accounts", list) }
            if let same = users.first(where: { $0["email"]?.string?.lowercased() == email.lowercased() }),
                let id = same["id"]?.string.flatMap(UUID.init(uuidString:))
            {
                return id
            }
            if users.count < 1000 { break }
        }
        throw refusal("the account", made)
    }

    // MARK: Files

    /// An upload in parts that was begun.
    struct Upload: Sendable {
        var url: String
        var version: String
    }

    /// Puts a file into bucket `music`, in one piece or in parts, from where an earlier upload of the same version ended. False when the
    /// time was up. begun: told of a new upload before anything is sent to it, so that it can be gone on with whatever happens.
    func push(
        _ object: ObjectStore.Owned, as path: String, from upload: Upload?, until deadline: ContinuousClock.Instant,
        begun: (Upload) async throws -> Void, bytes: (_ from: Int, _ count: Int) async throws -> [UInt8]
    ) async throws -> Bool {
        if object.size <= Self.part {
            let answer = try await ask(
                "/storage/v1/object/music/\(path)", method: .post,
                headers: ["x-upsert": "true", "Content-Type": object.contentType, "Cache-Control": "max-age=3600"],
                body: try await bytes(0, object.size))
            guard answer.isSuccess else { throw refusal("the file", answer) }
            return true
        }
        var (url, place) = ("", 0)
        if let upload, upload.version == object.versionName, let offset = try await client.offset(of: upload.url, headers: tus) {
            (url, place) = (upload.url, offset)
        } else {
            url = try await begin(object, path)
            try await begun(Upload(url: url, version: object.versionName))
        }
        while place < object.size {
            let part = try await bytes(place, min(Self.part, object.size - place))
            let answer = try await ask(
                url, method: .patch,
                headers: tus.merging(["Upload-Offset": String(place), "Content-Type": "application/offset+octet-stream"]) { $1 }, body: part
            )
            guard answer.isSuccess else { throw refusal("a part of the file", answer) }
            place += part.count
            if place < object.size, ContinuousClock.now > deadline { return false }
        }
        return true
    }

    private var tus: [String: String] { ["Tus-Resumable": "1.0.0", "Authorization": "Bearer \(key)", "apikey": key] }

    private func begin(_ object: ObjectStore.Owned, _ path: String) async throws -> String {
        func word(_ text: String) -> String { Data(text.utf8).base64EncodedString() }
        let metadata = [
            "bucketName \(word("music"))", "objectName \(word(path))", "contentType \(word(object.contentType))",
            "cacheControl \(word("3600"))",
        ]
        let headers = ["Upload-Length": String(object.size), "Upload-Metadata": metadata.joined(separator: ","), "x-upsert": "true"]
        let answer = try await ask("/storage/v1/upload/resumable", method: .post, headers: tus.merging(headers) { $1 })
        guard answer.isSuccess, let place = answer.headers["location"] else { throw refusal("the file", answer) }
        // Whatever it calls itself: the key goes to the server that it is meant for.
        guard let path = URLComponents(string: place)?.percentEncodedPath, path.hasPrefix("/") else { throw refusal("the file", answer) }
        return url + path
    }

    func removeObject(_ path: String) async throws {
        let answer = try await ask("/storage/v1/object/music", method: .delete, json: ["prefixes": .array([.string(path)])])
        guard answer.isSuccess else { throw refusal("to delete the file", answer) }
    }

    // MARK: Rows

    func upsert(_ row: JSONValue, person: UUID, path: String) async throws {
        guard var members = row.object else { return }
        members["user_id"] = .string(person.text)
        members["storage_path"] = .string(path)
        let answer = try await ask(
            "/rest/v1/songs?on_conflict=id", method: .post, json: .object(members),
            headers: ["Prefer": "resolution=merge-duplicates,return=minimal"])
        guard answer.isSuccess else { throw refusal("the row", answer) }
    }

    /// The copy of a song that is gone here.
    func remove(_ song: UUID, path: String?, upload: Upload?) async throws {
        if let upload { _ = try? await ask(upload.url, method: .delete, headers: tus) }
        // The file first, by the storage there: a row that goes takes along what names its file.
        if let path { try await removeObject(path) }
        let answer = try await ask("/rest/v1/songs?id=eq.\(song.text)", method: .delete, headers: ["Prefer": "return=minimal"])
        guard answer.isSuccess else { throw refusal("to delete the row", answer) }
    }
}

extension OutgoingClient {
    /// How far an upload in parts is; nil where it is not known any more (tus 1.0, "Head").
    fileprivate func offset(of upload: String, headers: [String: String]) async throws -> Int? {
        let answer = try await send(upload, method: .head, headers: headers)
        guard answer.isSuccess else { return nil }
        return answer.headers["upload-offset"].flatMap { Int($0) }
    }
}
