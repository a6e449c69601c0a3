import Foundation

// Swift compares and searches texts by what a reader sees: `é` in one scalar equals `é` in two, and `"` with a combining mark is no `"`.
// PostgreSQL, HTTP and JSON compare bytes. Names that go there are compared, and texts that go there are escaped, byte by byte.

/// A text that equals only the same bytes: a key for names of other systems.
public struct ExactText: Hashable, Sendable, Comparable {
    public let text: String

    public init(_ text: String) {
        self.text = text
    }

    public static func == (left: ExactText, right: ExactText) -> Bool {
        left.text.isExactly(right.text)
    }

    public static func < (left: ExactText, right: ExactText) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }

    public func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}

extension String {
    /// Whether both are the same bytes.
    public func isExactly(_ other: String) -> Bool {
        guard utf8.count == other.utf8.count else { return false }
        // Whole blocks at a time where both lie in one piece, as texts made in Swift do.
        let isSame = utf8.withContiguousStorageIfAvailable { left in
            other.utf8.withContiguousStorageIfAvailable { right in
                guard let left = left.baseAddress, let right = right.baseAddress else { return true }
                return memcmp(left, right, utf8.count) == 0
            }
        }
        return (isSame ?? nil) ?? utf8.elementsEqual(other.utf8)
    }

    /// With one character in place of another, whatever marks stand beside it. Both must be ASCII.
    public func replacing(byte old: Unicode.Scalar, with new: String) -> String {
        let byte = UInt8(ascii: old)
        guard utf8.contains(byte) else { return self }
        var output: [UInt8] = []
        output.reserveCapacity(utf8.count + 8)
        for each in utf8 {
            if each == byte { output.append(contentsOf: new.utf8) } else { output.append(each) }
        }
        return String(decoding: output, as: UTF8.self)
    }
}

extension Sequence<String> {
    /// Each once, in order, by its bytes.
    public func uniqueExactly() -> [String] {
        var seen: Set<ExactText> = []
        return filter { seen.insert(ExactText($0)).inserted }
    }
}
