import Core
import Database
import CoreFoundation
import Foundation
import HTTP
import Hummingbird
import NIOCore

/// Uploads in parts that are under way: `continuo.uploads`, and for each a file whose length says how far it is.
///
/// One request at a time writes to an upload: a lock on its file, which the system takes away with the process that holds it.
struct PartialUploads: Sendable {
    let core: StorageCore

    struct Upload: Sendable {
        var id: UUID
        var object: NewObject
        var size: Int
        var expiry: Date
        /// In whose name it goes on.
        var claims: Claims
        /// `Upload-Metadata` as it came.
        var description: String?
        /// Under which version its whole file is kept, once all of it has come.
        var keptVersion: String?
        var isCompleted = false
    }

    static var unknown: Failure { Failure(.notFound, "upload_not_found", "The upload is not there, or it has expired.") }

    private func file(_ id: UUID) -> URL { core.store.uploads.appending(path: id.text) }

    // MARK: Life

    func begin(_ object: NewObject, size: Int, claims: Claims, description: String?) async throws -> Upload {
        let upload = Upload(
            id: UUID(), object: object, size: size, expiry: .now.addingTimeInterval(Double(core.configuration.uploadLifetime)),
            claims: claims,
            description: description)
        let path = file(upload.id).path
        try await FileWork.pool.run { _ in
            let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { throw FileWork.failure() }
            close(descriptor)
        }
        do {
            _ = try await core.database.asService(
                """
                insert into continuo.uploads (id, bucket_id, name, claims, size, content_type, cache_control, user_metadata, upsert, description,
                    expires_at)
                values (\(upload.id), \(object.path.bucket), \(object.path.name), \(RawJSON(claims.json)), \(size), \(object.contentType),
                    \(object.cacheControl), \(object.userMetadata.map { RawJSON($0.text) }), \(object.mode == .upsert), \(description),
                    \(upload.expiry))
                """)
        } catch {
            unlink(path)
            throw error
        }
        return upload
    }

    /// The upload, if it is the caller's. Throws `upload_not_found`.
    func upload(_ id: UUID, for claims: Claims) async throws -> Upload {
        let rows = try await core.database.asService(
            """
            select u.bucket_id, u.name, u.claims::text as claims, u.size, u.content_type, u.cache_control, u.user_metadata, u.upsert,
                u.description, u.expires_at, u.kept_version, u.completed_at is not null as is_completed
            from continuo.uploads u where u.id = \(id) and u.expires_at > now()
            """)
        guard let row = rows.first else { throw Self.unknown }
        let json: String = try row.decode("claims")
        let members = JSONValue(parsing: json.utf8)
        guard let role = members?["role"]?.string.flatMap(Claims.Role.init(rawValue:)) else { throw Self.unknown }
        let person = members?["sub"]?.string.flatMap(UUID.init(uuidString:))
        let begunBy = Claims(role: role, userID: role == .authenticated ? person : nil, json: json)
        guard claims.role == .service || (claims.role == begunBy.role && claims.userID == begunBy.userID) else { throw Self.unknown }
        var object = NewObject(
            path: try ObjectPath(bucket: row.decode("bucket_id"), name: row.decode("name")),
            mode: try row.decode("upsert") ? .upsert : .insert)
        object.contentType = try row.decode("content_type", as: String?.self) ?? object.contentType
        object.cacheControl = try row.decode("cache_control", as: String?.self) ?? object.cacheControl
        object.userMetadata = try row.decode("user_metadata", as: JSON<JSONValue>?.self)?.value
        return Upload(
            id: id, object: object, size: try row.decode("size"), expiry: try row.decode("expires_at"), claims: begunBy,
            description: try row.decode("description"), keptVersion: try row.decode("kept_version"),
            isCompleted: try row.decode("is_completed"))
    }

    /// How many bytes are there.
    func offset(of upload: Upload) async throws -> Int {
        if upload.keptVersion != nil { return upload.size }
        let path = file(upload.id).path
        return try await FileWork.pool.run { _ in
            var status = stat()
            guard stat(path, &status) == 0 else { throw Self.unknown }
            return Int(status.st_size)
        }
    }

    func end(_ id: UUID) async throws {
        _ = try await core.database.asService("delete from continuo.uploads where id = \(id)")
        let path = file(id).path
        try await FileWork.pool.run { _ in _ = unlink(path) }
    }

    // MARK: Parts

    /// Appends what the request brings, as far as it comes: what arrived stays, also when the client breaks off. The new length.
    ///
    /// Throws `upload_locked` while another request writes, `upload_offset` when the part begins elsewhere, `object_too_large`.
    func append(_ body: RequestBody, to upload: Upload, at offset: Int) async throws -> Int {
        var part = try await PartFile(file(upload.id), at: offset)
        do {
            for try await buffer in IncomingBody(body) {
                guard part.length + buffer.readableBytes <= upload.size else { throw StorageFailures.tooLarge }
                try await part.write(buffer)
            }
        } catch {
            try await part.finish()
            throw error
        }
        try await part.finish()
        return part.length
    }

    /// Makes a whole upload an object. It may be asked for again, whatever came of it before: the version is noted before the file moves, and
    /// the upload stays known until it expires, since the client may have lost the answer.
    func complete(_ upload: Upload, _ request: Request) async throws {
        guard !upload.isCompleted else { return }
        let version: String = try await core.database.asService(
            """
            update continuo.uploads set kept_version = coalesce(kept_version, \(UUID().text)) where id = \(upload.id)
            returning kept_version
            """
        ).single().value()
        let path = file(upload.id)
        if access(path.path, F_OK) == 0 { try await core.store.files.keep(path, as: version, size: upload.size) }
        let isPublished = try await !core.database.asService("select 1 from storage.objects where version = \(version)").isEmpty
        if !isPublished {
            let metadata = ObjectMetadata(
                version: version, size: upload.size, contentType: upload.object.contentType, cacheControl: upload.object.cacheControl)
            do {
                _ = try await ObjectWriter(core: core).publish(
                    upload.object, metadata, as: .init(upload.claims, "storage.tus.upload.part", request))
            } catch let failure as Failure where failure.kind != .unavailable && failure.kind != .unexpected {
                try await end(upload.id)
                throw failure
            }
        }
        _ = try await core.database.asService("update continuo.uploads set completed_at = now() where id = \(upload.id)")
    }
}

/// A file that grows at its end, locked meanwhile.
private struct PartFile: ~Copyable {
    private let descriptor: Int32
    private(set) var length: Int
    private var pending = ByteBuffer()

    init(_ url: URL, at offset: Int) async throws {
        (descriptor, length) = try await FileWork.pool.run { _ in
            let descriptor = open(url.path, O_WRONLY | O_APPEND | O_CLOEXEC)
            guard descriptor >= 0 else { throw PartialUploads.unknown }
            do {
                guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
                    throw Failure(.conflict, "upload_locked", "Another request is writing to this upload.", hint: "Try again in a moment.")
                }
                var status = stat()
                guard fstat(descriptor, &status) == 0, status.st_nlink > 0 else { throw PartialUploads.unknown }
                guard Int(status.st_size) == offset else {
                    throw Failure(.conflict, "upload_offset", "The upload is at \(status.st_size), not at \(offset).")
                }
            } catch {
                close(descriptor)
                throw error
            }
            return (descriptor, offset)
        }
    }

    deinit {
        close(descriptor)
    }

    mutating func write(_ buffer: ByteBuffer) async throws {
        pending.writeImmutableBuffer(buffer)
        length += buffer.readableBytes
        if pending.readableBytes >= 1 << 19 { try await flush() }
    }

    /// The block goes in whole or not at all: half of one would be written again behind itself.
    private mutating func flush() async throws {
        guard pending.readableBytes > 0 else { return }
        let (bytes, descriptor, before) = (pending, descriptor, length - pending.readableBytes)
        pending.clear()
        do {
            try await FileWork.pool.run { _ in
                do {
                    try DraftFile.append(bytes, to: descriptor)
                } catch {
                    ftruncate(descriptor, off_t(before))
                    throw error
                }
            }
        } catch {
            length = before
            throw error
        }
    }

    /// What came is durable: the client will not send it again.
    mutating func finish() async throws {
        try await flush()
        let descriptor = descriptor
        try await FileWork.pool.run { _ in
            guard fsync(descriptor) == 0 else { throw FileWork.failure() }
        }
    }
}
