import Core
import Foundation
import HTTP
import Hummingbird

/// Where an object is: a bucket, and a name inside it.
///
/// Names are letters, digits and marks of ASCII, kept as they are: case counts, and since nothing beyond ASCII is taken there is nothing to
/// normalise. They never become names of files.
struct ObjectPath: Sendable, Hashable {
    let bucket: String
    let name: String

    var text: String { bucket + "/" + name }

    static let longestName = 1024
    static let longestBucket = 100
    private static let marks = Set("_!-.*'() &$@=;:+,?".utf8)

    /// Throws `invalid_bucket_name`, `invalid_object_name`.
    init(bucket: String, name: String) throws {
        try Self.check(bucket: bucket)
        let segments = name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard name.utf8.count <= Self.longestName, name.utf8.allSatisfy({ Self.isPlain($0) || $0 == UInt8(ascii: "/") }),
            !segments.contains(where: { $0.isEmpty || $0.elementsEqual(".".utf8) || $0.elementsEqual("..".utf8) })
        else { throw StorageFailures.invalidName(name) }
        self.bucket = bucket
        self.name = name
    }

    /// Reads `<prefix>/<bucket>/<name>` of the request's path. prefix: how many segments come before the bucket.
    init(_ request: Request, after prefix: Int) throws {
        let segments = request.uri.path.split(separator: "/", maxSplits: prefix + 2, omittingEmptySubsequences: false)
        guard segments.count == prefix + 3 else { throw StorageFailures.invalidName("") }
        try self.init(bucket: Self.decoded(segments[prefix + 1]), name: Self.decoded(segments[prefix + 2]))
    }

    static func decoded(_ text: some StringProtocol) -> String {
        URLEncodedForm.decoded(Substring(text).utf8, plusIsSpace: false)
    }

    static func check(bucket: String) throws {
        guard (1...longestBucket).contains(bucket.utf8.count), bucket.utf8.allSatisfy(isPlain), !bucket.hasPrefix(" "),
            !bucket.hasSuffix(" ")
        else { throw Failure(.invalid, "invalid_bucket_name", "Bucket name invalid") }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: marks.contains(byte)
        }
    }

    /// As it stands in an address.
    var encoded: String {
        text.split(separator: "/", omittingEmptySubsequences: false).map { URLEncodedForm.encoded(String($0)) }.joined(separator: "/")
    }
}
