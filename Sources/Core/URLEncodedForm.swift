/// `application/x-www-form-urlencoded`, in URLs and in bodies (WHATWG URL standard, section 5).
public enum URLEncodedForm {
    /// Names and values in order; a name without an equals sign has no value.
    public static func pairs(_ text: Substring) -> [(name: String, value: String?)] {
        text.utf8.split(separator: UInt8(ascii: "&")).map { part in
            guard let equals = part.firstIndex(of: UInt8(ascii: "=")) else { return (decoded(part), nil) }
            return (decoded(part[..<equals]), decoded(part[part.index(after: equals)...]))
        }
    }

    public static func decoded(_ bytes: Substring.UTF8View, plusIsSpace: Bool = true) -> String {
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
        index < bytes.endIndex ? Hexadecimal.value(of: bytes[index]) : nil
    }

    /// Percent-encoded, letters, digits and `-_.~` left as they are.
    public static func encoded(_ text: String) -> String {
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
    public static func canonical(_ pairs: [(name: String, value: String?)]) -> String {
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
