import Core
import Foundation
import HTTP
import NIOCore

/// Versions as files on this machine: `<folder>/<two letters>/<version>`, brought in by renaming, so that a name always leads to a whole file.
struct LocalFiles: ObjectFiles {
    let folder: URL

    /// folder: `storage/` in the data folder. Makes what is missing of it.
    init(folder: URL) throws {
        self.folder = folder
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    /// Whether nothing was ever stored here.
    var isEmpty: Bool {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.allSatisfy { $0.hasPrefix(".") }
    }

    func file(of version: String) -> URL {
        folder.appending(path: String(version.prefix(2))).appending(path: version)
    }

    /// Only what this store names itself: versions out of the database of somebody else's storage lead nowhere.
    private static func isOwn(_ version: String) -> Bool {
        UUID(uuidString: version) != nil
    }

    func keep(_ file: URL, as version: String, size: Int) async throws {
        let target = self.file(of: version)
        try await FileWork.pool.run { _ in
            let shelf = target.deletingLastPathComponent().path
            if mkdir(shelf, 0o700) == 0 { try FileWork.synchronize(folder.path, isFolder: true) }
            guard rename(file.path, target.path) == 0 else { throw FileWork.failure() }
            try FileWork.synchronize(shelf, isFolder: true)
        }
    }

    /// A hard link in place of the move, or a copy where the file system has none: for files that somebody else goes on using.
    func link(_ source: URL, as version: String) throws {
        let target = file(of: version)
        let shelf = target.deletingLastPathComponent().path
        _ = mkdir(shelf, 0o700)
        // Both names share one date, and the sweep goes by it: what is linked now is new, whatever it was.
        utimes(source.path, nil)
        if Foundation.link(source.path, target.path) != 0 {
            // Replaced or deleted at this moment.
            if errno == ENOENT, access(source.path, F_OK) != 0 { throw StorageFailures.noObject }
            do {
                try FileManager.default.copyItem(at: source, to: target)
            } catch {
                try? FileManager.default.removeItem(at: target)
                throw Failure(
                    .unavailable, "storage_unwritable", "The file could not be stored.",
                    hint: "Is the disk full, or the data folder not writable?", underlying: error)
            }
        }
        try FileWork.synchronize(target.path)
        try FileWork.synchronize(shelf, isFolder: true)
        try FileWork.synchronize(folder.path, isFolder: true)
    }

    func bytes(of version: String, size: Int, range: ClosedRange<Int>?) async throws -> ObjectBytes {
        guard Self.isOwn(version) else { throw StorageFailures.noObject }
        guard size > 0 else { return .whole(ByteBuffer()) }
        let range = range.map { $0.lowerBound..<($0.upperBound + 1) } ?? 0..<size
        let path = file(of: version).path
        if range.count <= OpenFile.block { return .whole(try await OpenFile.read(path, range: range)) }
        return .file(try await OpenFile(path, range: range), length: range.count)
    }

    func copy(_ version: String, to other: String) async throws {
        guard Self.isOwn(version) else { throw StorageFailures.noObject }
        let source = file(of: version)
        try await FileWork.pool.run { _ in try link(source, as: other) }
    }

    func remove(_ versions: [String]) async throws {
        let paths = versions.filter(Self.isOwn).map { file(of: $0).path }
        try await FileWork.pool.run { _ in
            for path in paths where unlink(path) != 0 && errno != ENOENT { throw FileWork.failure() }
        }
    }

    func versions(before date: Date, _ body: ([String]) async throws -> Void) async throws {
        for shelf in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        where !shelf.lastPathComponent.hasPrefix(".") {
            let old = try await FileWork.pool.run { _ in Self.files(in: shelf, before: date) }
            for start in stride(from: 0, to: old.count, by: 1000) { try await body(Array(old[start..<min(start + 1000, old.count)])) }
        }
    }

    /// Names of files that nobody has touched since.
    static func files(in folder: URL, before date: Date) -> [String] {
        let files =
            (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: [.contentModificationDateKey])) ?? []
        return files.filter { file in
            let touched = (try? file.resourceValues(forKeys: [.contentModificationDateKey]))?.contentModificationDate
            return touched.map { $0 < date } ?? false
        }.map(\.lastPathComponent)
    }
}
