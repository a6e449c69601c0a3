import Core
import Database
import Foundation
import Logging
import NIOCore

/// The files behind `storage.objects`, and how they come and go with its rows.
///
/// Every version of an object is one file, named by a fresh UUID and never changed; the row names the version. So a file is
/// complete before a row points to it, a row never points to half a file, and names that people choose never touch the disk.
/// A version that leaves the table is noted there in the same transaction (`continuo.discarded_files`); `clear` removes its file, at once or
/// after a crash. What no row ever named is removed by `sweep`.
public struct ObjectStore: Sendable {
    /// A file that is in place and durable, but that no row names yet.
    public struct StagedFile: Sendable {
        public var version: UUID
        public var size: Int
        public var mimeType: String
    }

    /// Where the bytes are: on this disk, or in another storage.
    let files: any ObjectFiles
    /// Always on this machine: uploads under way.
    let local: LocalFiles
    let logger: Logger
    private let clearing = Turn()

    /// Another storage that keeps the files.
    public struct Remote: Sendable {
        var url: String
        var key: String
        var database: Database

        /// key: the service key there. `database`: knows the installation's id, under which the files lie.
        public init(url: String, key: String, database: Database) {
            self.url = url
            self.key = key
            self.database = database
        }
    }

    /// folder: `storage/` in the data folder. Throws `invalid_setting`.
    public init(folder: URL, remote: Remote? = nil, logger: Logger) throws {
        local = try LocalFiles(folder: folder)
        files = try remote.map { try RemoteFiles($0) } ?? local
        self.logger = logger
        for folder in [drafts, uploads] {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        }
    }

    /// Files that are being written.
    var drafts: URL { local.folder.appending(path: ".drafts") }
    /// Uploads in parts.
    var uploads: URL { local.folder.appending(path: ".uploads") }

    /// Whether nothing was ever stored here.
    public var isEmpty: Bool { local.isEmpty }

    /// Where the bytes of a version are, if they are on this machine.
    public func file(of version: UUID) -> URL { local.file(of: version.text) }

    // MARK: Coming

    /// Brings in a finished file that somebody else goes on using. Blocks while it works.
    public func stage(_ source: URL, mimeType: String) throws -> StagedFile {
        let version = UUID()
        try local.link(source, as: version.text)
        let size = try FileManager.default.attributesOfItem(atPath: file(of: version).path)[.size] as? Int ?? 0
        return StagedFile(version: version, size: size, mimeType: mimeType)
    }

    /// Hands a staged file to where files are kept, if that is elsewhere.
    public func place(_ staged: StagedFile) async throws {
        guard files is RemoteFiles else { return }
        try await files.keep(file(of: staged.version), as: staged.version.text, size: staged.size)
    }

    /// Makes a staged file visible as `bucket/name`, in the caller's transaction.
    public func insert(_ file: StagedFile, bucket: String, name: String, owner: UUID?, in transaction: Transaction) async throws {
        let metadata = ObjectMetadata(
            version: file.version.text, size: file.size, contentType: file.mimeType, cacheControl: "max-age=3600")
        _ = try await transaction.query(
            """
            insert into storage.objects (bucket_id, name, owner, owner_id, version, metadata)
            values (\(bucket), \(name), \(owner), \(owner?.text), \(metadata.version), \(metadata.json))
            """)
    }

    // MARK: What is one person's

    /// An object that somebody owns.
    public struct Owned: Sendable {
        public var bucket: String
        public var name: String
        public var size: Int
        public var contentType: String
        public var updatedAt: Date
        var version: String?

        /// Names the state of the file: another file, another name.
        public var versionName: String { version ?? "" }

        init(_ object: StoredObject) {
            (bucket, name, size, contentType) = (object.bucket, object.name, object.size, object.contentType)
            updatedAt = object.updatedAt ?? .now
            version = object.version
        }
    }

    /// A page of the objects that are a person's: they put them there, or they lie in a folder of theirs or of an artist that they own. As far
    /// as the person may see them. after: the last of the page before.
    public func objects(of person: UUID, as claims: Claims, after last: Owned?, in database: Database) async throws -> [Owned] {
        let rows = try await database.asUser(
            claims,
            """
            select \(sql: StoredObject.columns) from storage.objects o
            where (o.owner = \(person) or o.owner_id = \(person.text)
                or (o.bucket_id in ('music', 'avatars') and (storage.foldername(o.name))[1] = \(person.text))
                or (o.bucket_id = 'dawa-exports' and (storage.foldername(o.name))[2] in (
                    select a.slug from public.artists a join public.user_artists m on m.artist_id = a.id
                    where m.user_id = \(person) and m.role = 'owner')))
                and (o.bucket_id, o.name collate "C") > (\(last?.bucket ?? ""), \(last?.name ?? ""))
            order by o.bucket_id, o.name collate "C" limit 200
            """)
        return try rows.map { Owned(try StoredObject($0)) }
    }

    /// The object of a path such as "music/<person>/<song>.wav", whoever owns it. Nil where there is none.
    public func object(_ path: String, in database: Database) async throws -> Owned? {
        let halves = path.split(separator: "/", maxSplits: 1).map(String.init)
        guard halves.count == 2 else { return nil }
        return try await database.asService(
            "select \(sql: StoredObject.columns) from storage.objects o where o.bucket_id = \(halves[0]) and o.name = \(halves[1])"
        ).first.map { Owned(try StoredObject($0)) }
    }

    /// A part of an object's bytes, in memory: for parts that are small.
    public func bytes(of object: Owned, from offset: Int, count: Int) async throws -> [UInt8] {
        guard let version = object.version else { throw StorageFailures.noObject }
        guard count > 0 else { return [] }
        var output: [UInt8] = []
        output.reserveCapacity(count)
        let bytes = try await files.bytes(of: version, size: object.size, range: offset...(offset + count - 1))
        try await bytes.forEach { output += $0.readableBytesView }
        return output
    }

    /// Throws `object_not_found`.
    public func bytes(of object: Owned) async throws -> ObjectBytes {
        guard let version = object.version else { throw StorageFailures.noObject }
        return try await files.bytes(of: version, size: object.size, range: nil)
    }

    // MARK: Going

    /// Removes the files of versions that have left the table. Several at once take different ones, and no connection to the database is held
    /// while files are removed, which takes a while where another storage keeps them.
    public func clear(_ database: Database) async throws {
        var isMore = true
        while isMore {
            let rows = try await database.asService(
                """
                update continuo.discarded_files d set taken_until = now() + interval '5 minutes'
                where d.version in (
                    select f.version from continuo.discarded_files f where f.taken_until < now()
                    order by f.discarded_at limit 500 for update skip locked
                )
                returning d.version, exists (select from storage.objects o where o.version = d.version) as is_named
                """)
            let versions = try rows.map { try $0.decode("version", as: String.self) }
            guard !versions.isEmpty else { return }
            // A row may name it again: somebody moved it by hand.
            let unnamed = try rows.filter { try !$0.decode("is_named", as: Bool.self) }.map { try $0.decode("version", as: String.self) }
            do {
                try await files.remove(unnamed)
            } catch {
                _ = try? await database.asService(
                    "update continuo.discarded_files set taken_until = '-infinity' where version = any (\(versions)::text[])")
                throw error
            }
            _ = try await database.asService("delete from continuo.discarded_files where version = any (\(versions)::text[])")
            isMore = versions.count == 500
        }
    }

    /// As `clear`, for the end of a request: what cannot be removed now is removed later. One request at a time does it for all.
    public func clearSoon(_ database: Database) async {
        guard await clearing.begin() else { return }
        do {
            try await clear(database)
        } catch {
            logger.warning("files that no object names wait to be removed: \(error)")
        }
        await clearing.end()
    }

    /// Whether somebody is at it.
    private actor Turn {
        private var isTaken = false

        func begin() -> Bool {
            defer { isTaken = true }
            return !isTaken
        }

        func end() { isTaken = false }
    }

    /// Removes uploads in parts that expired, and files of those that are gone.
    private func sweepUploads(before limit: Date, _ database: Database) async throws {
        _ = try await database.asService("delete from continuo.uploads where expires_at < now()")
        let names = try await FileWork.pool.run { _ in LocalFiles.files(in: uploads, before: limit) }
        let rows = try await database.asService("select id from continuo.uploads where id::text = any (\(names)::text[])")
        let known = Set(try rows.map { try $0.decode("id", as: UUID.self).text })
        try await FileWork.pool.run { _ in
            for name in names where !known.contains(name) { unlink(uploads.appending(path: name).path) }
        }
    }

    /// Moves files older than `age` that no row names to the trash: what a crash between two steps left. Returns how many.
    public func sweep(olderThan age: TimeInterval, trash: Trash, database: Database) async throws -> Int {
        try await clear(database)
        let limit = Date.now.addingTimeInterval(-age)
        try await FileWork.pool.run { _ in
            for name in LocalFiles.files(in: drafts, before: limit) { unlink(drafts.appending(path: name).path) }
        }
        try await sweepUploads(before: limit, database)
        var removed = 0
        // Elsewhere there is no trash to take things back from: those wait as long as the trash would keep them.
        let elsewhere = Date.now.addingTimeInterval(-max(age, 7 * 86_400))
        try await files.versions(before: files is LocalFiles ? limit : elsewhere) { versions in
            let rows = try await database.asService(
                """
                select version from storage.objects where version = any (\(versions)::text[])
                union all select kept_version from continuo.uploads where kept_version = any (\(versions)::text[])
                """)
            let named = Set(try rows.map { try $0.decode("version", as: String.self) })
            let orphans = versions.filter { !named.contains($0) }
            if files is LocalFiles {
                for version in orphans { trash.take(local.file(of: version)) }
            } else if !orphans.isEmpty {
                try await files.remove(orphans)
            }
            removed += orphans.count
        }
        if removed > 0 { logger.info("removed \(removed) files that no object names") }
        return removed
    }
}
