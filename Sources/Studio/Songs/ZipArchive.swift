import Core
import Foundation

/// Writes a ZIP of files that are compressed already (method "stored"), streaming each from disk.
///
/// Source: PKWARE APPNOTE.TXT 6.3.9, sections 4.3.7 (local header), 4.3.9 (data descriptor), 4.3.12 (central directory),
/// 4.3.16 (end). Each file and the whole stay under 4 GiB; names are the files' own, in UTF-8.
public enum ZipArchive {
    public static func write(_ files: [URL], to target: URL) throws {
        guard FileManager.default.createFile(atPath: target.path, contents: nil) else {
            throw Failure(.unavailable, "storage_unwritable", "The archive could not be written.")
        }
        let output = try FileHandle(forWritingTo: target)
        defer { try? output.close() }
        var offset = 0
        var directory = Data()
        for file in files {
            let name = Data(file.lastPathComponent.utf8)
            var header = Data()
            header.append(little: UInt32(0x0403_4B50))
            header.append(fields(crc: 0, size: 0))
            header.append(little: UInt16(name.count))
            header.append(little: UInt16(0))
            header.append(name)
            try output.write(contentsOf: header)

            var crc = CRC32()
            var size = 0
            let input = try FileHandle(forReadingFrom: file)
            while let block = try input.read(upToCount: 1 << 18), !block.isEmpty {
                crc.update(block)
                size += block.count
                try output.write(contentsOf: block)
            }
            try input.close()
            var descriptor = Data()
            descriptor.append(little: UInt32(0x0807_4B50))
            descriptor.append(little: crc.value)
            descriptor.append(little: UInt32(size))
            descriptor.append(little: UInt32(size))
            try output.write(contentsOf: descriptor)

            directory.append(little: UInt32(0x0201_4B50))
            directory.append(little: UInt16(20))
            directory.append(fields(crc: crc.value, size: UInt32(size)))
            directory.append(little: UInt16(name.count))
            directory.append(Data(count: 2 + 2 + 2 + 2 + 4))
            directory.append(little: UInt32(offset))
            directory.append(name)
            offset += header.count + size + descriptor.count
        }
        var end = Data()
        end.append(little: UInt32(0x0605_4B50))
        end.append(Data(count: 4))
        end.append(little: UInt16(files.count))
        end.append(little: UInt16(files.count))
        end.append(little: UInt32(directory.count))
        end.append(little: UInt32(offset))
        end.append(little: UInt16(0))
        try output.write(contentsOf: directory + end)
        try output.synchronize()
    }

    /// Version needed, flags (sizes follow the data; UTF-8), method, a fixed date, checksum and sizes.
    private static func fields(crc: UInt32, size: UInt32) -> Data {
        var data = Data()
        data.append(little: UInt16(20))
        data.append(little: UInt16(0x0808))
        data.append(little: UInt16(0))
        data.append(little: UInt16(0))
        data.append(little: UInt16(0x0021))
        data.append(little: crc)
        data.append(little: size)
        data.append(little: size)
        return data
    }
}

/// CRC-32 as ZIP and PNG use it (polynomial 0xEDB88320, reflected).
struct CRC32 {
    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
    }

    private var state: UInt32 = 0xFFFF_FFFF

    mutating func update(_ data: Data) {
        var state = state
        data.withUnsafeBytes { bytes in
            Self.table.withUnsafeBufferPointer { table in
                for byte in bytes { state = table[Int(UInt8(truncatingIfNeeded: state) ^ byte)] ^ (state >> 8) }
            }
        }
        self.state = state
    }

    var value: UInt32 { state ^ 0xFFFF_FFFF }
}

extension Data {
    fileprivate mutating func append(little value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }
}
