extension JSONValue {
    /// Exactly one JSON value in UTF-8, at most 64 levels deep; nil for anything else.
    ///
    /// Of equal keys the last wins. Numbers become `Double`, as in JavaScript; those beyond its range are refused.
    public init?(parsing bytes: some Sequence<UInt8>) {
        let bytes = Array(bytes)
        guard String(validating: bytes, as: UTF8.self) != nil else { return nil }
        let value = bytes.withUnsafeBufferPointer { bytes in
            JSONCursor.read(bytes, maximumDepth: 64) { $0.value() }
        }
        guard let value else { return nil }
        self = value
    }
}

extension JSONCursor {
    fileprivate mutating func value() -> JSONValue? {
        switch next {
        case UInt8(ascii: "{"):
            var members: [String: JSONValue] = [:]
            let isComplete = object { cursor, key in
                guard let member = cursor.value() else { return false }
                members[cursor.text(at: key)] = member
                return true
            }
            return isComplete ? .object(members) : nil
        case UInt8(ascii: "["):
            var elements: [JSONValue] = []
            let isComplete = array { cursor in
                guard let element = cursor.value() else { return false }
                elements.append(element)
                return true
            }
            return isComplete ? .array(elements) : nil
        case UInt8(ascii: "\""): return string().map { .string(text(at: $0)) }
        case UInt8(ascii: "t"): return word("true") ? .bool(true) : nil
        case UInt8(ascii: "f"): return word("false") ? .bool(false) : nil
        case UInt8(ascii: "n"): return word("null") ? .null : nil
        default:
            guard let digits = number(), let number = Double(String(decoding: bytes(at: digits), as: UTF8.self)), number.isFinite else {
                return nil
            }
            return .number(number)
        }
    }
}
