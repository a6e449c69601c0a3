import AsyncHTTPClient
import Core
import Database
import Foundation
import HTTP
import HTTPTypes
import NIOCore
import NIOHTTP1

/// Versions as objects of one bucket in another Supabase-compatible storage, which may be another Continuo.
struct RemoteFiles: ObjectFiles {
    /// Such as "https://abc.supabase.co/storage/v1", without a slash at its end.
    let address: String
    /// Of the role service_role there.
    let key: String
    let bucket: String
    private let client = OutgoingClient(timeout: .seconds(20), longestAnswer: 4_000_000)
    private let installation: InstallationName

    /// url: with or without "/storage/v1". Throws `invalid_setting`.
    init(_ remote: ObjectStore.Remote, bucket: String = "continuo-files") throws {
        let (url, key) = (remote.url, remote.key)
        guard let parts = URLComponents(string: url), let host = parts.host, OutgoingClient.isPrivate(parts.scheme, host) else {
            throw Failure(
                .invalid, "invalid_setting", "storage-url must be an https address.", hint: "Such as https://<project>.supabase.co.")
        }
        guard !key.isEmpty else {
            throw Failure(.invalid, "invalid_setting", "storage-url needs storage-key, the service key there.")
        }
        let base = url.hasSuffix("/") ? String(url.dropLast()) : url
        address = base.hasSuffix("/storage/v1") ? base : base + "/storage/v1"
        self.key = key
        self.bucket = bucket
        installation = InstallationName(database: remote.database)
    }

    private var headers: [String: String] { ["Authorization": "Bearer \(key)", "apikey": key] }

    /// Each installation's files lie apart: several may share a bucket, and none sweeps another's.
    private func name(_ version: String) async throws -> String { "\(try await installation.text)/\(version.prefix(2))/\(version)" }

    /// The id in `continuo.installation`, asked for once.
    private actor InstallationName {
        private let database: Database
        private var known: String?

        init(database: Database) { self.database = database }

        var text: String {
            get async throws {
                if let known { return known }
                let id: UUID = try await database.asService("select id from continuo.installation").single().value()
                known = id.text
                return id.text
            }
        }
    }

    /// Makes the bucket where it is not there yet.
    func prepare() async throws {
        let known = try await client.send(address + "/bucket/\(bucket)", headers: headers)
        if known.isSuccess { return }
        let answer = try await post("/bucket", ["id": .string(bucket), "name": .string(bucket), "public": .bool(false)])
        guard answer.isSuccess || answer.json?["statusCode"]?.string == "409" else { throw refused(answer) }
    }

    private func post(_ path: String, _ body: JSONValue, method: HTTPRequest.Method = .post) async throws -> OutgoingClient.Answer {
        try await client.send(
            address + path, method: method, headers: headers.merging(["Content-Type": "application/json"]) { $1 },
            body: Array(body.text.utf8))
    }

    private func refused(_ answer: OutgoingClient.Answer) -> Failure {
        Failure(
            .unavailable, "remote_storage_refused", "The remote storage refused: status \(answer.status).",
            hint: "Check storage-url and storage-key.",
            underlying: RemoteAnswer(text: String(decoding: answer.body.prefix(500), as: UTF8.self)))
    }

    /// What the other side said, for the log.
    private struct RemoteAnswer: Error { let text: String }

    func keep(_ file: URL, as version: String, size: Int) async throws {
        // Sent again, it replaces itself: the name is this version's alone.
        for attempt in 0..<3 {
            do {
                try await send(file, as: version, size: size)
                unlink(file.path)
                return
            } catch let failure as Failure where attempt < 2 && failure.code == "remote_unreachable" {
                try await Task.sleep(for: .milliseconds(200 << attempt))
            }
        }
    }

    private func send(_ file: URL, as version: String, size: Int) async throws {
        var request = HTTPClientRequest(url: "\(address)/object/\(bucket)/\(try await name(version))")
        request.method = .POST
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        request.headers.add(name: "Content-Type", value: "application/octet-stream")
        request.headers.add(name: "x-upsert", value: "true")
        request.body = .stream(FileBlocks(file: try await OpenFile(file.path, range: 0..<size)), length: .known(Int64(size)))
        let answer: OutgoingClient.Answer
        do {
            let response = try await OutgoingClient.shared.execute(request, timeout: .hours(6))
            let body = try await response.body.collect(upTo: 1 << 20)
            answer = .init(status: Int(response.status.code), body: Array(body.readableBytesView))
        } catch let failure as Failure {
            throw failure
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw Failure(.unavailable, "remote_unreachable", "The remote storage could not be reached.", underlying: error)
        }
        if answer.status == 404 || answer.json?["error"]?.string == "Bucket not found" {
            try await prepare()
            throw Failure(.unavailable, "remote_unreachable", "The remote storage had no bucket yet.")
        }
        guard answer.isSuccess else { throw refused(answer) }
    }

    func bytes(of version: String, size: Int, range: ClosedRange<Int>?) async throws -> ObjectBytes {
        guard size > 0 else { return .whole(ByteBuffer()) }
        var request = HTTPClientRequest(url: "\(address)/object/authenticated/\(bucket)/\(try await name(version))")
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let range { request.headers.add(name: "Range", value: "bytes=\(range.lowerBound)-\(range.upperBound)") }
        let response: HTTPClientResponse
        do {
            response = try await OutgoingClient.shared.execute(request, timeout: .hours(6))
        } catch {
            throw Failure(.unavailable, "remote_unreachable", "The remote storage could not be reached.", underlying: error)
        }
        guard response.status == (range == nil ? .ok : .partialContent) else {
            let body = try? await response.body.collect(upTo: 1 << 16)
            if body.flatMap({ JSONValue(parsing: $0.readableBytesView) })?["code"] == "NoSuchKey" { throw StorageFailures.noObject }
            throw Failure(
                .unavailable, "remote_storage_refused", "The remote storage does not give the file: status \(response.status.code).",
                underlying: RemoteAnswer(text: body.map { String(buffer: $0) } ?? ""))
        }
        return .remote(response.body, length: range?.count ?? size)
    }

    func copy(_ version: String, to other: String) async throws {
        let answer = try await post(
            "/object/copy",
            ["bucketId": .string(bucket), "sourceKey": .string(try await name(version)), "destinationKey": .string(try await name(other))])
        if answer.json?["statusCode"]?.string == "404" { throw StorageFailures.noObject }
        guard answer.isSuccess else { throw refused(answer) }
    }

    func remove(_ versions: [String]) async throws {
        for start in stride(from: 0, to: versions.count, by: 500) {
            var names: [JSONValue] = []
            for version in versions[start..<min(start + 500, versions.count)] { names.append(.string(try await name(version))) }
            let answer = try await post("/object/\(bucket)", ["prefixes": .array(names)], method: .delete)
            guard answer.isSuccess else { throw refused(answer) }
        }
    }

    func versions(before date: Date, _ body: ([String]) async throws -> Void) async throws {
        var cursor: String?
        repeat {
            var asked: [String: JSONValue] = [
                "prefix": .string(try await installation.text + "/"), "limit": .number(1000), "with_delimiter": .bool(false),
            ]
            if let cursor { asked["cursor"] = .string(cursor) }
            let answer = try await post("/object/list-v2/\(bucket)", .object(asked))
            guard answer.isSuccess, case .array(let objects)? = answer.json?["objects"] else { throw refused(answer) }
            let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
            let old = objects.filter { object in
                guard let text = object["created_at"]?.string,
                    let created = (try? style.parse(text)) ?? (try? Date(text, strategy: .iso8601))
                else { return false }
                return created < date
            }
            try await body(old.compactMap { $0["name"]?.string?.split(separator: "/").last.map(String.init) })
            cursor = answer.json?["hasNext"] == .bool(true) ? answer.json?["nextCursor"]?.string : nil
        } while cursor != nil
    }
}
