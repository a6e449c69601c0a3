import Database

extension CallPlan {
    /// The call, as rows.
    var query: SQL {
        let isScalar = !function.returnsComposite
        return "SELECT " + (isScalar ? "pgrst_call.pgrst_scalar" : columns) + " " + from(isScalar: isScalar)
    }

    private func from(isScalar: Bool) -> SQL {
        func call(_ arguments: SQL) -> SQL {
            let call = SQL.name(function.name) + "(" + arguments + ")"
            return isScalar ? "(SELECT " + call + " pgrst_scalar) pgrst_call" : call + " pgrst_call"
        }
        switch arguments {
        case .none: return "FROM " + call("")
        case .whole(let body, let parameter):
            let text = parameter.type == "bytea" ? "\\x" + Hexadecimal.text(body) : String(decoding: body, as: UTF8.self)
            return "FROM " + call(.bind(text) + "::" + .trusted(parameter.type))
        case .direct(let pairs):
            return "FROM "
                + call(
                    pairs.map { parameter, values in
                        let value: SQL = parameter.isVariadic ? "\(values)" : values.last.map { .bind($0) } ?? "NULL"
                        return Self.argument(parameter) + value + "::" + .trusted(parameter.unboundedType)
                    }.joined(", "))
        case .json(let body, let parameters, let isObject):
            let fields = parameters.map { ReadPlan.Field(name: $0.name, type: $0.unboundedType) }
            let rows = JSONRows(columns: fields, body: body, isObject: isObject, onlyFirst: true)
            return rows.from + ", LATERAL "
                + call(parameters.map { Self.argument($0) + .column($0.name, of: .alias("pgrst_body")) }.joined(", "))
        }
    }

    private static func argument(_ parameter: Function.Parameter) -> SQL {
        (parameter.isVariadic ? "VARIADIC " : "") + .name(parameter.name) + " := "
    }

    /// What is selected from, and what filters look at.
    private var columns: SQL {
        if returning.isEmpty { return "*" }
        if returning == ["*"] { return "pgrst_call.*" }
        return returning.union(comparedFields).sorted().map { .column($0, of: .alias("pgrst_call")) }.joined(", ")
    }
}

/// PostgreSQL's hexadecimal form of `bytea`.
enum Hexadecimal {
    /// Nil for what is not of the form `\x…`.
    static func bytes(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        guard text.count >= 2, text.count % 2 == 0, text[0] == UInt8(ascii: "\\"), text[1] == UInt8(ascii: "x") else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 2)
        for index in stride(from: 2, to: text.count, by: 2) {
            guard let high = digit(text[index]), let low = digit(text[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }

    static func text(_ bytes: [UInt8]) -> String {
        func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x61 + value - 10 }
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count * 2)
        for byte in bytes {
            text.append(digit(byte >> 4))
            text.append(digit(byte & 15))
        }
        return String(decoding: text, as: UTF8.self)
    }
}
