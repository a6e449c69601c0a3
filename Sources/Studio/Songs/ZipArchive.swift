import Core
import Foundation
import HTTP
import NIOCore

/// A ZIP of files, on disk.
public enum ZipArchive {
    public static func write(_ files: [URL], to target: URL) throws {
        guard FileManager.default.createFile(atPath: target.path, contents: nil) else {
            throw Failure(.unavailable, "storage_unwritable", "The archive could not be written.")
        }
        let output = try FileHandle(forWritingTo: target)
        defer { try? output.close() }
        var zip = ZipStream()
        for file in files {
            let size = try file.resourceValues(forKeys: [.fileSizeKey]).fileSize
            try output.write(contentsOf: Data(zip.begin(file.lastPathComponent, size: size).readableBytesView))
            let input = try FileHandle(forReadingFrom: file)
            while let block = try input.read(upToCount: 1 << 18), !block.isEmpty {
                zip.add(ByteBuffer(bytes: block))
                try output.write(contentsOf: block)
            }
            try input.close()
            try output.write(contentsOf: Data(zip.end().readableBytesView))
        }
        try output.write(contentsOf: Data(zip.finish().readableBytesView))
        try output.synchronize()
    }
}
