/// What a JSON text is at its outermost level: seen without building it, so that it can go on to PostgreSQL as it came.
public enum JSONShape: Equatable, Sendable {
    /// The keys of the object, in order, each once.
    case object([String])
    /// An array of objects: the keys of all of them, and whether each object has the same.
    case objects([String], areUniform: Bool)
    case emptyArray
    /// An array in which something is no object.
    case mixedArray
    case scalar

    /// Nil unless the bytes, which must be UTF-8, are exactly one JSON value (RFC 8259), at most 512 levels deep.
    public init?(of bytes: UnsafeBufferPointer<UInt8>) {
        guard let shape = JSONCursor.read(bytes, maximumDepth: 512, { $0.shape() }) else { return nil }
        self = shape
    }
}

extension JSONCursor {
    fileprivate mutating func shape() -> JSONShape? {
        switch next {
        case UInt8(ascii: "{"): keys().map { .object($0.map(text).uniqueExactly()) }
        case UInt8(ascii: "["): rows()
        default: skipValue() ? .scalar : nil
        }
    }

    /// The places of an object's keys.
    private mutating func keys() -> [Range<Int>]? {
        var keys: [Range<Int>] = []
        let isComplete = object { cursor, key in
            keys.append(key)
            return cursor.skipValue()
        }
        return isComplete ? keys : nil
    }

    private mutating func rows() -> JSONShape? {
        var first: [Range<Int>]?
        var firstKeys: Set<ExactText> = []
        var known: Set<ExactText> = []
        var names: [String] = []
        var (isEmpty, areUniform, isMixed) = (true, true, false)
        let isComplete = array { cursor in
            isEmpty = false
            guard cursor.next == UInt8(ascii: "{") else {
                isMixed = true
                return cursor.skipValue()
            }
            guard let keys = cursor.keys() else { return false }
            guard let model = first else {
                first = keys
                names = keys.map(cursor.text).uniqueExactly()
                firstKeys = Set(names.map(ExactText.init))
                known = firstKeys
                return true
            }
            // Rows that a program wrote have their keys in the same order.
            if cursor.isSame(keys, model) { return true }
            let others = keys.map(cursor.text)
            if Set(others.map(ExactText.init)) != firstKeys { areUniform = false }
            names += others.filter { known.insert(ExactText($0)).inserted }
            return true
        }
        guard isComplete else { return nil }
        return isEmpty ? .emptyArray : isMixed ? .mixedArray : .objects(names, areUniform: areUniform)
    }

    private func isSame(_ keys: [Range<Int>], _ others: [Range<Int>]) -> Bool {
        keys.count == others.count
            && zip(keys, others).allSatisfy { key, other in
                key.count == other.count && bytes(at: key).elementsEqual(bytes(at: other))
            }
    }
}
