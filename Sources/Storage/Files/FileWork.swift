import Core
import Foundation

/// Threads for the disk, and plain calls on them.
enum FileWork {
    static let pool = BlockingPool(name: "object files", threads: 8)

    /// What the operating system says of the last call, as a failure: a full disk is told apart.
    static func failure() -> Failure {
        let number = errno
        let isFull = number == ENOSPC || number == EDQUOT
        return Failure(
            .unavailable, "storage_unwritable", isFull ? "The disk of the storage is full." : "The file could not be stored.",
            hint: isFull ? "Free some space there; what was stored before is safe." : "Is the data folder writable?",
            underlying: POSIXError(POSIXErrorCode(rawValue: number) ?? .EIO))
    }

    /// Makes what was written to a file or a folder durable.
    static func synchronize(_ path: String, isFolder: Bool = false) throws {
        let descriptor = open(path, isFolder ? O_RDONLY | O_DIRECTORY | O_CLOEXEC : O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure() }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure() }
    }
}
