import Foundation
import HTTP
import NIOCore
import Testing

@Suite struct ZipStreamTests {
    /// What the ordinary tool says of an archive: names with their sizes, or an error.
    private func listing(_ archive: Data, _ script: String) throws -> String {
        let file = FileManager.default.temporaryDirectory.appending(path: "continuo-\(UUID().uuidString).zip")
        defer { try? FileManager.default.removeItem(at: file) }
        try archive.write(to: file)
        let tool = Process()
        tool.executableURL = URL(filePath: "/usr/bin/python3")
        tool.arguments = ["-c", "import sys, zipfile\nz = zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\n" + script, file.path]
        let output = Pipe()
        tool.standardOutput = output
        try tool.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        tool.waitUntilExit()
        #expect(tool.terminationStatus == 0)
        return String(decoding: text, as: UTF8.self)
    }

    @Test func `entries of known and unknown size stand side by side`() throws {
        var zip = ZipStream()
        var archive = Data()
        for (name, size, text) in [("known.txt", 5, "hello"), ("ünknown/of size.txt", nil, "hello again"), ("empty", nil, "")] {
            archive += zip.begin(name, size: size, modified: Date(timeIntervalSince1970: 1_795_000_000)).readableBytesView
            for piece in text.split(separator: " ", omittingEmptySubsequences: false) {
                zip.add(ByteBuffer(string: String(piece)))
                archive += Data(piece.utf8)
            }
            archive += zip.end().readableBytesView
        }
        archive += zip.finish().readableBytesView
        #expect(
            try listing(archive, "for i in z.infolist(): print(i.filename, i.file_size, i.date_time[:3], z.read(i))")
                == "known.txt 5 (2026, 11, 18) b'hello'\nünknown/of size.txt 10 (2026, 11, 18) b'helloagain'\nempty 0 (2026, 11, 18) b''\n")
    }

    @Test func `more entries than the old format counts are all found`() throws {
        var zip = ZipStream()
        var archive = Data()
        for number in 0..<66_000 {
            archive += zip.begin("\(number)", size: 0).readableBytesView
            archive += zip.end().readableBytesView
        }
        archive += zip.finish().readableBytesView
        #expect(try listing(archive, "print(len(z.namelist()), z.namelist()[-1])") == "66000 65999\n")
    }
}
