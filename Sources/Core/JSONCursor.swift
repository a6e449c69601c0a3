/// Moves over the tokens of JSON from strangers (RFC 8259): linear in its length, bounded in depth, no exceptions inside.
///
/// The bytes must be UTF-8. A step that returns nil or false met something that is no JSON; nothing is read after that.
struct JSONCursor {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var index = 0
    private var depth = 0
    private let maximumDepth: Int

    /// What `value` makes of the one value that the bytes are; nil where they are anything else.
    static func read<Value>(
        _ bytes: UnsafeBufferPointer<UInt8>, maximumDepth: Int, _ value: (inout JSONCursor) -> Value?
    ) -> Value? {
        var cursor = JSONCursor(bytes: bytes, maximumDepth: maximumDepth)
        cursor.skipSpace()
        guard let value = value(&cursor) else { return nil }
        cursor.skipSpace()
        return cursor.index == bytes.count ? value : nil
    }

    private init(bytes: UnsafeBufferPointer<UInt8>, maximumDepth: Int) {
        self.bytes = bytes
        self.maximumDepth = maximumDepth
    }

    var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { index += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        index += 1
        return true
    }

    // MARK: Objects and arrays

    /// `member` gets the place of each key, without its quotes, and reads the value behind it.
    mutating func object(_ member: (inout JSONCursor, Range<Int>) -> Bool) -> Bool {
        list("{", "}") { cursor in
            guard let key = cursor.string() else { return false }
            cursor.skipSpace()
            guard cursor.take(UInt8(ascii: ":")) else { return false }
            cursor.skipSpace()
            return member(&cursor, key)
        }
    }

    mutating func array(_ element: (inout JSONCursor) -> Bool) -> Bool {
        list("[", "]", element)
    }

    private mutating func list(_ open: Unicode.Scalar, _ close: Unicode.Scalar, _ element: (inout JSONCursor) -> Bool) -> Bool {
        guard depth < maximumDepth, take(UInt8(ascii: open)) else { return false }
        depth += 1
        defer { depth -= 1 }
        skipSpace()
        if take(UInt8(ascii: close)) { return true }
        while true {
            skipSpace()
            guard element(&self) else { return false }
            skipSpace()
            if take(UInt8(ascii: close)) { return true }
            guard take(UInt8(ascii: ",")) else { return false }
        }
    }

    // MARK: Single values

    mutating func skipValue() -> Bool {
        switch next {
        case UInt8(ascii: "{"): object { cursor, _ in cursor.skipValue() }
        case UInt8(ascii: "["): array { cursor in cursor.skipValue() }
        case UInt8(ascii: "\""): string() != nil
        case UInt8(ascii: "t"): word("true")
        case UInt8(ascii: "f"): word("false")
        case UInt8(ascii: "n"): word("null")
        default: number() != nil
        }
    }

    mutating func word(_ word: StaticString) -> Bool {
        for offset in 0..<word.utf8CodeUnitCount {
            guard take(word.utf8Start[offset]) else { return false }
        }
        return true
    }

    /// Where the digits, signs and point of a number stand.
    mutating func number() -> Range<Int>? {
        let start = index
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) {
            guard skipDigits() else { return nil }
        }
        if take(UInt8(ascii: ".")) {
            guard skipDigits() else { return nil }
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            guard skipDigits() else { return nil }
        }
        return start..<index
    }

    private mutating func skipDigits() -> Bool {
        let start = index
        while let byte = next, byte >= 0x30, byte <= 0x39 { index += 1 }
        return index > start
    }

    /// Where the text between two quotes stands.
    mutating func string() -> Range<Int>? {
        guard take(UInt8(ascii: "\"")) else { return nil }
        let start = index
        while let byte = next {
            index += 1
            switch byte {
            case UInt8(ascii: "\""): return start..<(index - 1)
            case UInt8(ascii: "\\"): guard skipEscape() else { return nil }
            case 0..<0x20: return nil
            default: continue
            }
        }
        return nil
    }

    private mutating func skipEscape() -> Bool {
        guard let byte = next else { return false }
        index += 1
        switch byte {
        case UInt8(ascii: "u"):
            guard index + 4 <= bytes.count, bytes[index..<(index + 4)].allSatisfy({ Hexadecimal.value(of: $0) != nil }) else {
                return false
            }
            index += 4
            return true
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"),
            UInt8(ascii: "r"), UInt8(ascii: "t"):
            return true
        default: return false
        }
    }

    // MARK: What stands somewhere

    func bytes(at range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: bytes[range])
    }

    /// What a string says. A lone surrogate becomes U+FFFD, as browsers read it.
    func text(at range: Range<Int>) -> String {
        let raw = bytes(at: range)
        guard raw.contains(UInt8(ascii: "\\")) else { return String(decoding: raw, as: UTF8.self) }
        var output: [UInt8] = []
        output.reserveCapacity(raw.count)
        var index = 0
        while index < raw.count {
            guard raw[index] == UInt8(ascii: "\\") else {
                output.append(raw[index])
                index += 1
                continue
            }
            let (scalar, length) = Self.escape(raw[index...])
            output.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            index += length
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// What the escape at the beginning stands for, and how many bytes it takes.
    private static func escape(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> (scalar: Unicode.Scalar, length: Int) {
        switch bytes[bytes.startIndex + 1] {
        case UInt8(ascii: "b"): ("\u{8}", 2)
        case UInt8(ascii: "f"): ("\u{C}", 2)
        case UInt8(ascii: "n"): ("\n", 2)
        case UInt8(ascii: "r"): ("\r", 2)
        case UInt8(ascii: "t"): ("\t", 2)
        case UInt8(ascii: "u"): surrogates(unit(bytes.dropFirst(2)), bytes.dropFirst(6))
        case let byte: (Unicode.Scalar(byte), 2)
        }
    }

    /// The scalar of one UTF-16 unit, or of two where the first is half of a pair and the second follows (RFC 8259, section 7).
    private static func surrogates(
        _ high: UInt32, _ rest: Slice<UnsafeBufferPointer<UInt8>>
    ) -> (scalar: Unicode.Scalar, length: Int) {
        if let scalar = Unicode.Scalar(high) { return (scalar, 6) }
        guard high < 0xDC00, rest.count >= 6, rest.starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")]) else { return ("\u{FFFD}", 6) }
        let low = unit(rest.dropFirst(2))
        guard (0xDC00...0xDFFF).contains(low), let scalar = Unicode.Scalar(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)) else {
            return ("\u{FFFD}", 6)
        }
        return (scalar, 12)
    }

    private static func unit(_ digits: Slice<UnsafeBufferPointer<UInt8>>) -> UInt32 {
        digits.prefix(4).reduce(0) { $0 << 4 | UInt32(Hexadecimal.value(of: $1) ?? 0) }
    }
}
