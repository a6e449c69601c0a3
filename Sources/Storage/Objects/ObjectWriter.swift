import Core
import Database
import Foundation
import HTTP

/// What shall become of bytes that arrive.
struct NewObject: Sendable {
    /// What may be there already.
    enum Mode: Sendable {
        /// Nothing: throws `object_exists`.
        case insert
        /// Anything: it is replaced.
        case upsert
        /// An object: throws `object_not_found` without.
        case replace
    }

    var path: ObjectPath
    var mode: Mode
    var contentType = "application/octet-stream"
    var cacheControl = "no-cache"
    var userMetadata: JSONValue?
}

/// Puts rows to files: the caller's policies decide, and the old version goes with the old row.
struct ObjectWriter: Sendable {
    let core: StorageCore

    /// Refuses what policies would refuse in the end, before anybody sends bytes for nothing.
    func check(_ object: NewObject, as caller: StorageCore.Caller) async throws {
        try await core.rehearse(as: caller) { transaction in
            _ = try await Self.write(
                object, ObjectMetadata(version: UUID().text, size: 0, contentType: object.contentType, cacheControl: object.cacheControl),
                as: caller.claims, in: transaction)
        }
    }

    /// Keeps a finished file and makes it visible. The object's id.
    func save(_ object: NewObject, _ file: URL, size: Int, as caller: StorageCore.Caller) async throws -> UUID {
        let metadata = ObjectMetadata(
            version: UUID().text, size: size, contentType: object.contentType, cacheControl: object.cacheControl)
        try await core.store.files.keep(file, as: metadata.version, size: size)
        return try await publish(object, metadata, as: caller)
    }

    /// Makes a version that is kept visible, or gives it up.
    func publish(_ object: NewObject, _ metadata: ObjectMetadata, as caller: StorageCore.Caller) async throws -> UUID {
        let id: UUID
        do {
            id = try await core.transaction(as: caller) { transaction in
                try await Self.write(object, metadata, as: caller.claims, in: transaction)
            }
        } catch let failure as Failure {
            // Where the outcome is not known the row may stand: the sweep looks later.
            if failure.kind != .unavailable, failure.kind != .unexpected { try? await core.store.files.remove([metadata.version]) }
            throw failure
        }
        if object.mode != .insert { await core.store.clearSoon(core.database) }
        return id
    }

    private static func write(
        _ object: NewObject, _ metadata: ObjectMetadata, as claims: Claims, in transaction: Transaction
    ) async throws -> UUID {
        let (path, owner) = (object.path, claims.userID)
        let userMetadata = object.userMetadata.map { RawJSON($0.text) }
        let id = UUID()
        let insertion: SQL = """
            insert into storage.objects (id, bucket_id, name, owner, owner_id, version, metadata, user_metadata)
            values (\(id), \(path.bucket), \(path.name), \(owner), \(owner?.text), \(metadata.version), \(metadata.json), \(userMetadata))
            """
        switch object.mode {
        case .insert:
            // Without RETURNING: to add something, nobody has to be able to see it.
            _ = try await transaction.query(insertion)
            return id
        case .upsert:
            return try await transaction.query(
                """
                \(sql: insertion)
                on conflict (bucket_id, name) do update set version = excluded.version, metadata = excluded.metadata,
                    user_metadata = excluded.user_metadata, owner = excluded.owner, owner_id = excluded.owner_id
                returning id
                """
            ).single().value()
        case .replace:
            let rows = try await transaction.query(
                """
                update storage.objects set version = \(metadata.version), metadata = \(metadata.json), user_metadata = \(userMetadata),
                    owner = \(owner), owner_id = \(owner?.text)
                where bucket_id = \(path.bucket) and name = \(path.name) returning id
                """)
            guard let row = rows.first else { throw StorageFailures.noObject }
            return try row.value()
        }
    }
}
