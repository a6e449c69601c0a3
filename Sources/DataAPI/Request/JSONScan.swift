import Core

/// Looks through a JSON body without building it: whether it is JSON at all, and which keys its objects have. The body itself goes to
/// PostgreSQL as it came.
struct JSONScan {
    enum Shape: Equatable {
        /// The keys of the object, in order.
        case object([String])
        /// An array of objects: the keys of all of them, and whether each has the same.
        case objects([String], areUniform: Bool)
        case emptyArray
        /// An array in which something is no object.
        case mixedArray
        case scalar
    }

    private let bytes: UnsafeBufferPointer<UInt8>
    private var index = 0
    private static let maximumDepth = 512

    /// Nil unless the bytes are exactly one JSON value (RFC 8259).
    static func shape(of bytes: UnsafeBufferPointer<UInt8>) -> Shape? {
        var scan = JSONScan(bytes: bytes)
        scan.skipSpace()
        guard let shape = scan.topLevel() else { return nil }
        scan.skipSpace()
        return scan.index == bytes.count ? shape : nil
    }

    private init(bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { index += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        index += 1
        return true
    }

    // MARK: The outermost value

    private mutating func topLevel() -> Shape? {
        switch next {
        case UInt8(ascii: "{"):
            guard let keys = object(depth: 1) else { return nil }
            return .object(keys.map(text).uniqueExactly())
        case UInt8(ascii: "["):
            return objects()
        default:
            return value(depth: 1) ? .scalar : nil
        }
    }

    private mutating func objects() -> Shape? {
        index += 1
        skipSpace()
        if take(UInt8(ascii: "]")) { return .emptyArray }
        var first: [Range<Int>]?
        var firstKeys: Set<ExactText> = []
        var known: Set<ExactText> = []
        var names: [String] = []
        var (areUniform, isMixed) = (true, false)
        while true {
            skipSpace()
            if next == UInt8(ascii: "{") {
                guard let keys = object(depth: 2) else { return nil }
                if let first {
                    // Rows that a program wrote have their keys in the same order.
                    if !isSame(keys, first) {
                        let more = keys.map(text)
                        if Set(more.map(ExactText.init)) != firstKeys { areUniform = false }
                        names += more.filter { known.insert(ExactText($0)).inserted }
                    }
                } else {
                    first = keys
                    names = keys.map(text).uniqueExactly()
                    firstKeys = Set(names.map(ExactText.init))
                    known = firstKeys
                }
            } else {
                guard value(depth: 2) else { return nil }
                isMixed = true
            }
            skipSpace()
            if take(UInt8(ascii: "]")) { return isMixed ? .mixedArray : .objects(names, areUniform: areUniform) }
            guard take(UInt8(ascii: ",")) else { return nil }
        }
    }

    private func isSame(_ keys: [Range<Int>], _ others: [Range<Int>]) -> Bool {
        guard keys.count == others.count else { return false }
        for (key, other) in zip(keys, others) {
            guard key.count == other.count, bytes[key].elementsEqual(bytes[other]) else { return false }
        }
        return true
    }

    private func text(_ range: Range<Int>) -> String {
        let raw = bytes[range]
        guard raw.contains(UInt8(ascii: "\\")) else { return String(decoding: raw, as: UTF8.self) }
        let quoted = [UInt8(ascii: "\"")] + Array(raw) + [UInt8(ascii: "\"")]
        return JSONValue(parsing: quoted)?.string ?? String(decoding: raw, as: UTF8.self)
    }

    // MARK: Values

    /// The places of the keys, without their quotes.
    private mutating func object(depth: Int) -> [Range<Int>]? {
        guard depth < Self.maximumDepth else { return nil }
        index += 1
        var keys: [Range<Int>] = []
        skipSpace()
        if take(UInt8(ascii: "}")) { return keys }
        while true {
            skipSpace()
            let start = index + 1
            guard next == UInt8(ascii: "\""), string() else { return nil }
            keys.append(start..<(index - 1))
            skipSpace()
            guard take(UInt8(ascii: ":")) else { return nil }
            skipSpace()
            guard value(depth: depth + 1) else { return nil }
            skipSpace()
            if take(UInt8(ascii: "}")) { return keys }
            guard take(UInt8(ascii: ",")) else { return nil }
        }
    }

    private mutating func value(depth: Int) -> Bool {
        switch next {
        case UInt8(ascii: "{"): object(depth: depth) != nil
        case UInt8(ascii: "["): array(depth: depth)
        case UInt8(ascii: "\""): string()
        case UInt8(ascii: "t"): word("true")
        case UInt8(ascii: "f"): word("false")
        case UInt8(ascii: "n"): word("null")
        default: number()
        }
    }

    private mutating func array(depth: Int) -> Bool {
        guard depth < Self.maximumDepth else { return false }
        index += 1
        skipSpace()
        if take(UInt8(ascii: "]")) { return true }
        while true {
            skipSpace()
            guard value(depth: depth + 1) else { return false }
            skipSpace()
            if take(UInt8(ascii: "]")) { return true }
            guard take(UInt8(ascii: ",")) else { return false }
        }
    }

    private mutating func word(_ word: StaticString) -> Bool {
        for offset in 0..<word.utf8CodeUnitCount {
            guard take(word.utf8Start[offset]) else { return false }
        }
        return true
    }

    private mutating func string() -> Bool {
        index += 1
        while let byte = next {
            index += 1
            switch byte {
            case UInt8(ascii: "\""): return true
            case UInt8(ascii: "\\"):
                guard let escaped = next else { return false }
                index += 1
                switch escaped {
                case UInt8(ascii: "u"):
                    for _ in 0..<4 {
                        guard let digit = next, Character(Unicode.Scalar(digit)).isHexDigit, digit < 128 else { return false }
                        index += 1
                    }
                case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"),
                    UInt8(ascii: "r"), UInt8(ascii: "t"):
                    continue
                default: return false
                }
            case 0..<0x20: return false
            default: continue
            }
        }
        return false
    }

    private mutating func number() -> Bool {
        _ = take(UInt8(ascii: "-"))
        guard let first = next, isDigit(first) else { return false }
        index += 1
        if first != UInt8(ascii: "0") { skipDigits() }
        if take(UInt8(ascii: ".")) {
            guard let digit = next, isDigit(digit) else { return false }
            skipDigits()
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            guard let digit = next, isDigit(digit) else { return false }
            skipDigits()
        }
        return true
    }

    private func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    private mutating func skipDigits() {
        while let byte = next, isDigit(byte) { index += 1 }
    }
}
