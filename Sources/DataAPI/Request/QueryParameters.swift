import Core

/// A query string, parsed: select, filters, logic, order, ranges, columns, and the arguments of a function.
struct QueryParameters: Sendable {
    /// Sorted by name and encoded anew, for `Content-Location`.
    var canonical = ""
    /// What has no operator, on functions called by GET.
    var arguments: [(name: String, value: String)] = []
    var ranges: [[String]: RowRange] = [:]
    var order: [(path: [String], terms: [OrderTerm])] = []
    var logic: [(path: [String], tree: LogicTree)] = []
    var columns: [String]?
    var select: [SelectItem] = []
    var filters: [(path: [String], filter: Filter)] = []
    /// The names that filters are given for, as they stand in the query string.
    var filterKeys: Set<String> = []
    var onConflict: [String]?

    /// `query`: what stands behind the question mark. `isCallByGet`: values without an operator are arguments.
    init(_ query: Substring, isCallByGet: Bool = false) throws(ParseFailure) {
        let pairs = URLEncodedForm.pairs(query)
        canonical = URLEncodedForm.canonical(pairs)
        var limits: [String: (limit: String?, offset: String?)] = [:]
        var selectText: String?
        for (key, value) in pairs {
            guard let value else { continue }
            switch key {
            case "select": selectText = selectText ?? value
            case "columns": if columns == nil { columns = try QueryGrammar.columns(value, parameter: "columns").uniqueExactly() }
            case "on_conflict": if onConflict == nil { onConflict = try QueryGrammar.columns(value, parameter: "on_conflict") }
            default:
                let dot = key.lastIndex(of: ".")
                let last = dot.map { key[key.index(after: $0)...] } ?? key[...]
                let parent = dot.map { String(key[..<$0]) } ?? ""
                switch last {
                case "limit": limits[parent, default: (nil, nil)].limit = value
                case "offset": limits[parent, default: (nil, nil)].offset = value
                case "order": order.append(try QueryGrammar.order(key, value))
                case "and", "or": logic.append(try QueryGrammar.logic(key, value))
                default: try addFilter(key, value, isCallByGet: isCallByGet)
                }
            }
        }
        for (parent, values) in limits {
            let path = parent.isEmpty ? [] : try Self.path(parent)
            ranges[path] = RowRange(limit: values.limit, offset: values.offset)
        }
        select = try QueryGrammar.select(selectText ?? "*")
    }

    private mutating func addFilter(_ key: String, _ value: String, isCallByGet: Bool) throws(ParseFailure) {
        let (path, field, condition) = try QueryGrammar.filter(key, value, allowsPlainValues: isCallByGet)
        guard let condition else {
            arguments.append((field.name, value))
            return
        }
        filterKeys.insert(key)
        filters.append((path, Filter(field: field, condition: condition)))
    }

    private static func path(_ parent: String) throws(ParseFailure) -> [String] {
        let (path, field) = try QueryGrammar.treePath(parent)
        return path + [field.name]
    }
}

/// `application/x-www-form-urlencoded`, in URLs and in bodies (WHATWG URL standard, section 5).
enum URLEncodedForm {
    /// Names and values in order; a name without an equals sign has no value.
    static func pairs(_ text: Substring) -> [(name: String, value: String?)] {
        text.utf8.split(separator: UInt8(ascii: "&")).map { part in
            guard let equals = part.firstIndex(of: UInt8(ascii: "=")) else { return (decoded(part), nil) }
            return (decoded(part[..<equals]), decoded(part[part.index(after: equals)...]))
        }
    }

    static func decoded(_ bytes: Substring.UTF8View, plusIsSpace: Bool = true) -> String {
        guard bytes.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else { return String(Substring(bytes)) }
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let byte = bytes[index]
            index = bytes.index(after: index)
            if byte == UInt8(ascii: "+"), plusIsSpace {
                output.append(UInt8(ascii: " "))
            } else if byte == UInt8(ascii: "%"), let high = hexadecimal(bytes, index),
                let low = hexadecimal(bytes, bytes.index(after: index))
            {
                output.append(high << 4 | low)
                index = bytes.index(index, offsetBy: 2)
            } else {
                output.append(byte)
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    private static func hexadecimal(_ bytes: Substring.UTF8View, _ index: Substring.UTF8View.Index) -> UInt8? {
        guard index < bytes.endIndex else { return nil }
        switch bytes[index] {
        case let byte where byte >= 0x30 && byte <= 0x39: return byte - 0x30
        case let byte where byte >= 0x41 && byte <= 0x46: return byte - 0x41 + 10
        case let byte where byte >= 0x61 && byte <= 0x66: return byte - 0x61 + 10
        default: return nil
        }
    }

    /// Percent-encoded, letters, digits and `-_.~` left as they are.
    static func encoded(_ text: String) -> String {
        func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x41 + value - 10 }
        var output: [UInt8] = []
        output.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "~"):
                output.append(byte)
            default:
                output.append(UInt8(ascii: "%"))
                output.append(digit(byte >> 4))
                output.append(digit(byte & 15))
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// Sorted by name; the values of one name stand together, separated by commas.
    static func canonical(_ pairs: [(name: String, value: String?)]) -> String {
        guard !pairs.isEmpty else { return "" }
        var names: [String] = []
        var values: [String: [String]] = [:]
        for (name, value) in pairs {
            if values[name] == nil { names.append(name) }
            values[name, default: []].append(encoded(value ?? ""))
        }
        return names.sorted().map { encoded($0) + "=" + (values[$0] ?? []).joined(separator: ",") }.joined(separator: "&")
    }
}
