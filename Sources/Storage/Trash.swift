import Foundation

/// Where files go that nothing names: out of the way at once, gone for good only a week later. A sweep that was wrong about
/// them (a restored database, a folder in the wrong place) can be undone by hand until then.
public struct Trash: Sendable {
    private let folder: URL

    /// folder: `trash/` in the data folder.
    public init(folder: URL) {
        self.folder = folder
    }

    public func take(_ file: URL) {
        let manager = FileManager.default
        try? manager.createDirectory(at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let target = folder.appending(path: file.lastPathComponent)
        try? manager.removeItem(at: target)
        do {
            try manager.moveItem(at: file, to: target)
            try manager.setAttributes([.modificationDate: Date.now], ofItemAtPath: target.path)
        } catch {
            // It stays where it is, and the next sweep finds it again.
        }
    }

    /// Removes for good what has lain here for `age` seconds.
    public func empty(olderThan age: TimeInterval = 7 * 86_400) {
        let limit = Date.now.addingTimeInterval(-age)
        let files =
            (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: [.contentModificationDateKey])) ?? []
        for file in files {
            let date = (try? file.resourceValues(forKeys: [.contentModificationDateKey]))?.contentModificationDate
            if let date, date < limit { try? FileManager.default.removeItem(at: file) }
        }
    }
}
