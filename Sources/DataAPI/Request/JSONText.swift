import Core

/// JSON written by hand, where a value is known to be text.
enum JSONText {
    static func string(_ text: String) -> String {
        var output: [UInt8] = []
        output.reserveCapacity(text.utf8.count + 2)
        append(text, to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    private static func append(_ text: String, to output: inout [UInt8]) {
        var text = text
        text.withUTF8 { append($0, to: &output) }
    }

    /// The bytes of a text in UTF-8, as a JSON string.
    static func append(_ text: some Collection<UInt8>, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        defer { output.append(UInt8(ascii: "\"")) }
        if text.allSatisfy({ $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) {
            output.append(contentsOf: text)
            return
        }
        for byte in text {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                output.append(UInt8(ascii: "\\"))
                output.append(byte)
            case UInt8(ascii: "\n"): output.append(contentsOf: "\\n".utf8)
            case UInt8(ascii: "\r"): output.append(contentsOf: "\\r".utf8)
            case UInt8(ascii: "\t"): output.append(contentsOf: "\\t".utf8)
            case 0..<0x20: output.append(contentsOf: "\\u00\(Hexadecimal.text([byte]))".utf8)
            default: output.append(byte)
            }
        }
    }

    /// An object of text values, its keys in the order given; of equal keys the last wins.
    static func object(_ members: [(String, String)]) -> String {
        var output: [UInt8] = [UInt8(ascii: "{")]
        output.reserveCapacity(512)
        // Few members: looking through the rest is quicker than a set.
        var later: Set<ExactText> = []
        var isRepeated = [Bool](repeating: false, count: members.count)
        if members.count > 24 {
            for index in members.indices.reversed() { isRepeated[index] = !later.insert(ExactText(members[index].0)).inserted }
        }
        for (index, member) in members.enumerated() {
            if members.count <= 24 {
                if members[(index + 1)...].contains(where: { $0.0.isExactly(member.0) }) { continue }
            } else if isRepeated[index] {
                continue
            }
            if output.count > 1 { output.append(UInt8(ascii: ",")) }
            append(member.0, to: &output)
            output.append(UInt8(ascii: ":"))
            append(member.1, to: &output)
        }
        output.append(UInt8(ascii: "}"))
        return String(decoding: output, as: UTF8.self)
    }
}
