import HTTP
import NIOCore
import Testing

@Suite struct MultipartParserTests {
    private func parts(_ text: String, pieces: Int) throws -> [String] {
        var parser = try MultipartParser(contentType: "multipart/form-data; boundary=\"x y\"")
        var bytes = Array(text.utf8)[...]
        var found: [String] = []
        while !bytes.isEmpty {
            for event in try parser.read(ByteBuffer(bytes: bytes.prefix(pieces))) {
                switch event {
                case .begin(let name, let filename, let type): found.append("\(name)|\(filename ?? "-")|\(type ?? "-")|")
                case .bytes(let bytes): found[found.count - 1] += String(buffer: bytes)
                case .end: found[found.count - 1] += "."
                }
            }
            bytes = bytes.dropFirst(pieces)
        }
        try parser.finish()
        return found
    }

    @Test(arguments: [1, 2, 3, 7, 16, 64, 4096]) func `a form reads the same however it is cut`(pieces: Int) throws {
        let form =
            "ignored\r\n--x y\r\ncontent-disposition: form-data; name=\"a\"\r\n\r\nline\r\n--x\r\n--x y\r\nContent-Type: audio/wav\r\n"
            + "Content-Disposition: form-data; filename=\"q\\\"uo;te.wav\"; name=file\r\n\r\n\r\n--x y \r\n"
            + "Content-Disposition: form-data; name=empty\r\n\r\n\r\n--x y\r\nContent-Disposition: form-data; name=\"\"; filename=b\r\n\r\n"
            + "\r\n\r\n\r\n--x y--\r\nafterwards"
        #expect(
            try parts(form, pieces: pieces) == [
                "a|-|-|line\r\n--x.", "file|q\"uo;te.wav|audio/wav|.", "empty|-|-|.", "|b|-|\r\n\r\n.",
            ])
    }

    @Test(arguments: ["", "--x y\r\n", "--x y\r\nContent-Disposition: form-data; name=a\r\n\r\nhalf", "nothing of the kind"])
    func `a form that ends early is told apart`(form: String) {
        #expect(throws: MultipartParser.Malformed.incomplete) { try parts(form, pieces: 5) }
    }

    @Test(arguments: ["--x y\r\nno colon\r\n\r\n--x y--", "--x y\r\nContent-Type: a/b\r\n\r\n--x y--"])
    func `headers that say nothing are refused`(form: String) {
        #expect(throws: MultipartParser.Malformed.badHeaders) { try parts(form, pieces: 100) }
    }

    @Test(arguments: ["multipart/form-data", "text/plain", "multipart/form-data; boundary=", "multipart/form-data; xboundary=a"])
    func `a type without a boundary is none`(type: String) {
        #expect(throws: MultipartParser.Malformed.noBoundary) { try MultipartParser(contentType: type) }
    }
}
