import NIOCore
import Testing

import HTTP

/// RFC 9110, section 12.5.3.
@Suite struct CompressionTests {
    @Test(arguments: [
        (["gzip"], true), (["gzip, deflate, br"], true), (["deflate;q=0.5, GZIP;q=1.0"], true), (["br", "gzip"], true), (["*"], true),
        (["gzip;q=0"], false), (["*, gzip;q=0"], false), (["br"], false), (["*;q=0"], false), ([""], false), ([], false),
        (["identity"], false),
    ])
    func `gzip is sent only to those who take it`(headers: [String], isAccepted: Bool) {
        #expect(Compression.isAccepted(headers) == isAccepted)
    }

    @Test func `pieces become one stream, shorter than what went in`() throws {
        let encoder = try #require(GzipEncoder())
        var stream = ByteBuffer()
        for number in 0..<2000 {
            var piece = encoder.encode(ByteBuffer(string: "{\"number\":\(number)},"))
            stream.writeBuffer(&piece)
        }
        var rest = encoder.finish()
        stream.writeBuffer(&rest)
        #expect(Array(stream.readableBytesView.prefix(3)) == [0x1f, 0x8b, 8])
        #expect(stream.readableBytes < 10_000)
    }
}
