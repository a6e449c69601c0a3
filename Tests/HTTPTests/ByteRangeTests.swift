import HTTP
import Testing

/// RFC 9110, section 14.1.2, and what its examples say.
@Suite struct ByteRangeTests {
    @Test(arguments: [
        ("bytes=0-499", ByteRange.part(0...499)), ("bytes=500-999", .part(500...999)), ("bytes=-500", .part(9500...9999)),
        ("bytes=9500-", .part(9500...9999)), ("bytes=0-0", .part(0...0)), ("bytes=-1", .part(9999...9999)),
        ("bytes=0-99999", .part(0...9999)),
        ("bytes=-99999", .part(0...9999)), ("bytes=10000-", .unsatisfiable), ("bytes=-0", .unsatisfiable), ("bytes=5-4", .whole),
        ("bytes=0-1,5-6", .whole), ("items=0-1", .whole), ("bytes=a-b", .whole), ("bytes=", .whole), ("bytes=-", .whole),
        ("bytes=1-2-3", .whole),
        ("bytes=99999999999999999999-", .whole), ("BYTES=1-2", .part(1...2)),
    ])
    func `a range means what the standard says`(header: String, range: ByteRange) {
        #expect(ByteRange(header: header, length: 10_000) == range)
    }

    @Test func `nothing has no part`() {
        #expect(ByteRange(header: "bytes=0-", length: 0) == .unsatisfiable)
        #expect(ByteRange(header: nil, length: 10) == .whole)
    }
}
