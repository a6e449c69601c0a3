import Core
import Foundation
import NIOCore

/// A file, or a part of it, as buffers: each is read when it is asked for. Open from the beginning, so that a file that is replaced or
/// removed meanwhile is still read to its end.
///
/// For one reader at a time.
public actor OpenFile {
    private let descriptor: Int32
    private var position: Int
    private let end: Int
    static let block = 1 << 19

    /// range: bytes of the file. Throws `object_not_found`.
    init(_ path: String, range: Range<Int>) async throws {
        descriptor = try await FileWork.pool.run { _ in try Self.open(path) }
        position = range.lowerBound
        end = range.upperBound
    }

    /// All of a short range at once. Throws as above.
    static func read(_ path: String, range: Range<Int>) async throws -> ByteBuffer {
        try await FileWork.pool.run { _ in
            let descriptor = try open(path)
            defer { close(descriptor) }
            return try read(descriptor, at: range.lowerBound, count: range.count)
        }
    }

    private static func open(_ path: String) throws -> Int32 {
        let descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw errno == ENOENT ? StorageFailures.noObject : FileWork.failure() }
        return descriptor
    }

    /// Throws when the file is shorter than it was said to be.
    private static func read(_ descriptor: Int32, at offset: Int, count wanted: Int) throws -> ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: wanted)
        try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: wanted) { bytes in
            var count = 0
            while count < wanted {
                let read = pread(descriptor, bytes.baseAddress?.advanced(by: count), wanted - count, off_t(offset + count))
                if read < 0, errno == EINTR { continue }
                guard read > 0 else { throw FileWork.failure() }
                count += read
            }
            return count
        }
        return buffer
    }

    deinit {
        close(descriptor)
    }

    /// Nil at the end.
    func next() async throws -> ByteBuffer? {
        guard position < end else { return nil }
        let (descriptor, offset, wanted) = (descriptor, position, min(Self.block, end - position))
        let buffer = try await FileWork.pool.run { _ in try Self.read(descriptor, at: offset, count: wanted) }
        position += wanted
        return buffer
    }
}

/// What an HTTP client sends of a file.
struct FileBlocks: AsyncSequence, Sendable {
    let file: OpenFile

    struct Iterator: AsyncIteratorProtocol {
        let file: OpenFile
        func next() async throws -> ByteBuffer? { try await file.next() }
    }

    func makeAsyncIterator() -> Iterator { Iterator(file: file) }
}
