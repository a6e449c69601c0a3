import Core
public import Foundation

/// The right to use a data folder, held by one program at a time for as long as this value lives, and freed by the kernel if it dies.
public final class DataFolderLock: Sendable {
    private let descriptor: Int32

    /// Creates the folder where it is missing. Throws `data_folder_in_use` naming the other program's process, or `data_folder_unusable`.
    public init(_ dataFolder: URL) throws {
        do {
            try FileManager.default.createDirectory(at: dataFolder, withIntermediateDirectories: true)
        } catch {
            throw Self.unusable(dataFolder, "it cannot be created", cause: error)
        }
        let path = dataFolder.appending(path: "continuo.lock").path
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            throw Self.unusable(dataFolder, String(cString: strerror(errno)))
        }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            let reason = errno
            defer { close(file) }
            guard reason == EWOULDBLOCK else { throw Self.unusable(dataFolder, String(cString: strerror(reason))) }
            throw Failure(
                .conflict, "data_folder_in_use", "Another continuo already uses this folder (pid \(Self.holder(of: file) ?? "unknown")).",
                hint: "Stop it, or choose another folder with --data. Folder: \(dataFolder.path)")
        }
        let mark = "\(getpid())\n"
        guard ftruncate(file, 0) == 0, pwrite(file, mark, mark.utf8.count, 0) == mark.utf8.count else {
            let reason = String(cString: strerror(errno))
            close(file)
            throw Self.unusable(dataFolder, reason)
        }
        descriptor = file
    }

    deinit {
        // Closing alone would leave it to a child process that is just being started and holds a copy until it executes.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    private static func holder(of file: Int32) -> String? {
        var bytes = [UInt8](repeating: 0, count: 32)
        let count = pread(file, &bytes, bytes.count, 0)
        guard count > 0 else { return nil }
        return String(decoding: bytes.prefix(count).prefix { $0 != 10 }, as: UTF8.self)
    }

    private static func unusable(_ folder: URL, _ reason: String, cause: (any Error)? = nil) -> Failure {
        Failure(
            .unavailable, "data_folder_unusable", "The data folder \(folder.path) cannot be used: \(reason).",
            hint: "Make it writable for this user, free space on its disk, or choose another with --data.", underlying: cause)
    }
}
