import CZlib
import NIOCore

/// One gzip stream (RFC 1952), made piece by piece.
package final class GzipEncoder {
    // zlib's state points back at its stream, which therefore must not move.
    private let stream: UnsafeMutablePointer<z_stream>
    private var output = [UInt8](repeating: 0, count: 32 << 10)

    /// Level 3 of zlib: most of the gain for a third of the time.
    private static let level: Int32 = 3
    /// The largest window, and zlib's flag for a gzip header.
    private static let windowBits: Int32 = 15 + 16

    /// Nil where zlib finds no memory.
    package init?() {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let status = deflateInit2_(
            stream, Self.level, Z_DEFLATED, Self.windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        if status != Z_OK { return nil }
    }

    deinit {
        deflateEnd(stream)
        stream.deinitialize(count: 1)
        stream.deallocate()
    }

    /// What there is of the compressed text so far; nothing while zlib still gathers.
    package func encode(_ buffer: ByteBuffer) -> ByteBuffer {
        buffer.withUnsafeReadableBytes { bytes in
            // zlib reads through the pointer and never writes.
            stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes.bindMemory(to: UInt8.self).baseAddress)
            stream.pointee.avail_in = UInt32(bytes.count)
            return drain(Z_NO_FLUSH)
        }
    }

    /// The rest of the stream.
    package func finish() -> ByteBuffer {
        stream.pointee.next_in = nil
        stream.pointee.avail_in = 0
        return drain(Z_FINISH)
    }

    private func drain(_ flush: Int32) -> ByteBuffer {
        var compressed = ByteBuffer()
        var isFull = true
        while isFull {
            output.withUnsafeMutableBufferPointer { space in
                stream.pointee.next_out = space.baseAddress
                stream.pointee.avail_out = UInt32(space.count)
                _ = deflate(stream, flush)
                isFull = stream.pointee.avail_out == 0
                compressed.writeBytes(space[..<(space.count - Int(stream.pointee.avail_out))])
            }
        }
        return compressed
    }
}
