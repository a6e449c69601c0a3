import Core
import Foundation
import NIOCore

/// A file that is being written: whatever goes wrong, it is removed again unless somebody keeps it.
///
/// Buffers gather until a block is worth a turn of the disk; memory stays within that block.
struct DraftFile: ~Copyable {
    let url: URL
    private let descriptor: Int32
    private(set) var size = 0
    private var pending = ByteBuffer()
    private static let block = 1 << 19

    /// folder: of drafts, on the file system that keeps the finished ones.
    init(in folder: URL) async throws {
        let url = folder.appending(path: UUID().uuidString.lowercased())
        self.url = url
        descriptor = try await FileWork.pool.run { _ in
            let descriptor = open(url.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { throw FileWork.failure() }
            return descriptor
        }
    }

    deinit {
        close(descriptor)
        // Kept files have moved on.
        unlink(url.path)
    }

    /// Gives up what was written. On a thread of the disk's: freeing a long file takes a while.
    func discard() async {
        let (path, descriptor) = (url.path, descriptor)
        try? await FileWork.pool.run { _ in
            // Only under its own name: a file that was kept has another, and may be somebody's object.
            if unlink(path) == 0 { ftruncate(descriptor, 0) }
        }
    }

    mutating func write(_ buffer: ByteBuffer) async throws {
        size += buffer.readableBytes
        if pending.readableBytes == 0, buffer.readableBytes >= Self.block { return try await Self.write(buffer, to: descriptor) }
        pending.writeImmutableBuffer(buffer)
        if pending.readableBytes >= Self.block { try await flush() }
    }

    /// All bytes are in the file, and durable.
    mutating func finish() async throws {
        try await flush()
        let descriptor = descriptor
        try await FileWork.pool.run { _ in
            guard fsync(descriptor) == 0 else { throw FileWork.failure() }
        }
    }

    private mutating func flush() async throws {
        guard pending.readableBytes > 0 else { return }
        try await Self.write(pending, to: descriptor)
        pending.clear()
    }

    private static func write(_ buffer: ByteBuffer, to descriptor: Int32) async throws {
        try await FileWork.pool.run { _ in try append(buffer, to: descriptor) }
    }

    /// Writes all of it, in as many calls as the system wants.
    static func append(_ buffer: ByteBuffer, to descriptor: Int32) throws {
        try buffer.withUnsafeReadableBytes { bytes in
            var written = 0
            while written < bytes.count {
                let count = Foundation.write(descriptor, bytes.baseAddress?.advanced(by: written), bytes.count - written)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { throw FileWork.failure() }
                written += count
            }
        }
    }
}
