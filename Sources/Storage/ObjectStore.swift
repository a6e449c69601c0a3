import Core
import Database
import Foundation
import Logging

/// The files behind `storage.objects`.
///
/// Every version of an object is one file, named by a fresh UUID and never changed; the row names the version. So a file is
/// complete before a row points to it, a row never points to half a file, and names that people choose never touch the disk.
/// What no row names any more is removed at once after the commit, or by `sweep` if the program died in between.
public struct ObjectStore: Sendable {
    /// A file that is in place and durable, but that no row names yet.
    public struct StagedFile: Sendable {
        public var version: UUID
        public var size: Int
        public var mimeType: String
    }

    private let folder: URL
    private let logger: Logger

    /// folder: `storage/` in the data folder.
    public init(folder: URL, logger: Logger) throws {
        self.folder = folder
        self.logger = logger
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    /// Whether nothing was ever stored here.
    public var isEmpty: Bool {
        (try? FileManager.default.contentsOfDirectory(atPath: folder.path))?.isEmpty ?? true
    }

    /// Where the bytes of a version are.
    public func file(of version: UUID) -> URL {
        let name = version.uuidString.lowercased()
        return folder.appending(path: String(name.prefix(2))).appending(path: name)
    }

    /// Brings a finished file in: by a hard link where the file system allows it, else by a copy.
    public func stage(_ source: URL, mimeType: String) throws -> StagedFile {
        let version = UUID()
        let target = file(of: version)
        do {
            try FileManager.default.createDirectory(at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
            do {
                try FileManager.default.linkItem(at: source, to: target)
            } catch {
                try FileManager.default.copyItem(at: source, to: target)
            }
            let handle = try FileHandle(forUpdating: target)
            try handle.synchronize()
            try handle.close()
            let size = try FileManager.default.attributesOfItem(atPath: target.path)[.size] as? Int ?? 0
            return StagedFile(version: version, size: size, mimeType: mimeType)
        } catch {
            try? FileManager.default.removeItem(at: target)
            throw Failure(
                .unavailable, "storage_unwritable", "The file could not be stored.",
                hint: "Is the disk full, or the data folder not writable?", underlying: error)
        }
    }

    /// Makes a staged file visible as `bucket/name`, in the caller's transaction.
    public func insert(_ file: StagedFile, bucket: String, name: String, owner: UUID?, in transaction: Transaction) async throws {
        let metadata: JSONValue = [
            "eTag": .string("\"\(file.version.uuidString.lowercased())\""), "size": .number(Double(file.size)),
            "contentLength": .number(Double(file.size)), "mimetype": .string(file.mimeType), "cacheControl": "max-age=3600",
            "lastModified": .string(Date.now.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))),
            "httpStatusCode": .number(200),
        ]
        _ = try await transaction.query(
            """
            insert into storage.objects (bucket_id, name, owner, owner_id, version, metadata)
            values (\(bucket), \(name), \(owner), \(owner?.uuidString.lowercased()), \(file.version.uuidString.lowercased()), \(RawJSON(metadata.text)))
            """)
    }

    /// Removes objects' rows in the caller's transaction. Returns the versions to discard once that has committed.
    public func delete(bucket: String, names: [String], in transaction: Transaction) async throws -> [UUID] {
        let rows = try await transaction.query(
            "delete from storage.objects where bucket_id = \(bucket) and name = any (\(names)::text[]) returning version")
        return try rows.compactMap { try $0.decode("version", as: String?.self).flatMap(UUID.init(uuidString:)) }
    }

    /// Removes the files of versions that no row names any more.
    public func discard(_ versions: [UUID]) {
        for version in versions {
            try? FileManager.default.removeItem(at: file(of: version))
        }
    }

    /// Moves files older than `age` that no row names to the trash: what a crash between two steps left. Returns how many.
    public func sweep(olderThan age: TimeInterval, trash: Trash, database: Database) async throws -> Int {
        var removed = 0
        let manager = FileManager.default
        let limit = Date.now.addingTimeInterval(-age)
        for shelf in try manager.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil) {
            let files = (try? manager.contentsOfDirectory(at: shelf, includingPropertiesForKeys: [.contentModificationDateKey])) ?? []
            let old = files.filter { file in
                let date = (try? file.resourceValues(forKeys: [.contentModificationDateKey]))?.contentModificationDate
                return date.map { $0 < limit } ?? false
            }
            guard !old.isEmpty else { continue }
            let rows = try await database.asService(
                "select version from storage.objects where version = any (\(old.map(\.lastPathComponent))::text[])")
            let named = Set(try rows.map { try $0.decode("version", as: String.self) })
            for file in old where !named.contains(file.lastPathComponent) {
                trash.take(file)
                removed += 1
            }
        }
        if removed > 0 { logger.info("removed \(removed) files that no object names") }
        return removed
    }
}
