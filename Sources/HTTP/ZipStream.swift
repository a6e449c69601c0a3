import CZlib
import Foundation
import NIOCore

/// Writes a ZIP while its contents are still coming: nothing is held but the list of entries. Contents are stored as they are.
///
///     begin("a.txt") · add(bytes) … · end() · begin("b.txt") … · finish()
///
/// Source: PKWARE APPNOTE.TXT 6.3.9, sections 4.3.7 (local header), 4.3.9 (data descriptor), 4.3.12 (central directory), 4.3.14 to 4.3.16
/// (ends), 4.5.3 (Zip64). Entries and the whole may pass 4 GiB.
public struct ZipStream: Sendable {
    private struct Entry {
        var name: [UInt8]
        var time: (clock: UInt16, day: UInt16)
        var offset: Int
        var isLarge: Bool
        var size = 0
        var checksum: UInt = 0
    }

    private var entries: [Entry] = []
    private var offset = 0
    private static let most = Int(UInt32.max)
    /// Sizes follow the data; names are UTF-8.
    private static let flags: UInt16 = 0x0808

    public init() {}

    /// What begins an entry. size: bytes, where that is known; larger ones than 4 GiB, and of unknown size, are marked so.
    public mutating func begin(_ name: String, size: Int? = nil, modified: Date = .now) -> ByteBuffer {
        let isLarge = size.map { $0 >= Self.most } ?? true
        let entry = Entry(name: Array(name.utf8.prefix(65_535)), time: Self.time(modified), offset: offset, isLarge: isLarge)
        entries.append(entry)
        var header = ByteBuffer()
        header.write(0x0403_4B50 as UInt32)
        header.write(isLarge ? 45 : 20 as UInt16)
        Self.writeCommon(entry, sizes: isLarge ? UInt32.max : 0, to: &header)
        header.write(UInt16(isLarge ? 20 : 0))
        header.writeBytes(entry.name)
        if isLarge { Self.writeLargeSizes([0, 0], to: &header) }
        offset += header.readableBytes
        return header
    }

    /// Takes account of bytes of the entry, which the caller passes on.
    public mutating func add(_ bytes: ByteBuffer) {
        guard var entry = entries.popLast() else { return }
        entry.checksum = bytes.withUnsafeReadableBytes { crc32_z(entry.checksum, $0.bindMemory(to: UInt8.self).baseAddress, $0.count) }
        entry.size += bytes.readableBytes
        entries.append(entry)
        offset += bytes.readableBytes
    }

    /// What ends the entry.
    public mutating func end() -> ByteBuffer {
        var descriptor = ByteBuffer()
        guard let entry = entries.last else { return descriptor }
        descriptor.write(0x0807_4B50 as UInt32)
        descriptor.write(UInt32(entry.checksum))
        for _ in 0..<2 {
            if entry.isLarge { descriptor.write(UInt64(entry.size)) } else { descriptor.write(UInt32(entry.size)) }
        }
        offset += descriptor.readableBytes
        return descriptor
    }

    /// What ends the whole: the directory.
    public mutating func finish() -> ByteBuffer {
        var output = ByteBuffer()
        for entry in entries {
            let isLarge = entry.isLarge || entry.size >= Self.most || entry.offset >= Self.most
            output.write(0x0201_4B50 as UInt32)
            output.write(0x031E as UInt16)
            output.write(isLarge ? 45 : 20 as UInt16)
            Self.writeCommon(entry, sizes: isLarge ? .max : UInt32(entry.size), checksum: UInt32(entry.checksum), to: &output)
            output.write(UInt16(isLarge ? 28 : 0))
            // Comment, disk and attributes of the kind; -rw-r--r--; where it begins.
            output.write(0 as UInt16)
            output.write(0 as UInt32)
            output.write(0o100644 << 16 as UInt32)
            output.write(isLarge ? UInt32.max : UInt32(entry.offset))
            output.writeBytes(entry.name)
            if isLarge { Self.writeLargeSizes([entry.size, entry.size, entry.offset], to: &output) }
        }
        let (start, length) = (offset, output.readableBytes)
        let isLarge = entries.count >= 65_535 || start + length >= Self.most
        if isLarge {
            output.write(0x0606_4B50 as UInt32)
            output.write(44 as UInt64)
            output.write(45 as UInt16)
            output.write(45 as UInt16)
            output.write(0 as UInt64)
            for number in [entries.count, entries.count, length, start] { output.write(UInt64(number)) }
            output.write(0x0706_4B50 as UInt32)
            output.write(0 as UInt32)
            output.write(UInt64(start + length))
            output.write(1 as UInt32)
        }
        output.write(0x0605_4B50 as UInt32)
        output.write(0 as UInt32)
        for _ in 0..<2 { output.write(UInt16(min(entries.count, 65_535))) }
        output.write(UInt32(min(length, Self.most)))
        output.write(isLarge ? UInt32.max : UInt32(start))
        output.write(0 as UInt16)
        return output
    }

    /// Flags, method, time, checksum, sizes and the length of the name: alike in both headers.
    private static func writeCommon(_ entry: Entry, sizes: UInt32, checksum: UInt32 = 0, to output: inout ByteBuffer) {
        output.write(flags)
        output.write(0 as UInt16)
        output.write(entry.time.clock)
        output.write(entry.time.day)
        output.write(checksum)
        output.write(sizes)
        output.write(sizes)
        output.write(UInt16(entry.name.count))
    }

    private static func writeLargeSizes(_ numbers: [Int], to output: inout ByteBuffer) {
        output.write(0x0001 as UInt16)
        output.write(UInt16(numbers.count * 8))
        for number in numbers { output.write(UInt64(number)) }
    }

    /// MS-DOS time and date: two seconds, from 1980 on.
    private static func time(_ date: Date) -> (UInt16, UInt16) {
        var seconds = time_t(max(date.timeIntervalSince1970, 315_532_800))
        var parts = tm()
        gmtime_r(&seconds, &parts)
        return (
            UInt16(parts.tm_hour << 11 | parts.tm_min << 5 | parts.tm_sec / 2),
            UInt16(min(parts.tm_year - 80, 127) << 9 | (parts.tm_mon + 1) << 5 | parts.tm_mday)
        )
    }
}

extension ByteBuffer {
    fileprivate mutating func write(_ value: some FixedWidthInteger) {
        writeInteger(value, endianness: .little)
    }
}
