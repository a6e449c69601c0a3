import Core

/// Comma-separated values with a header row (RFC 4180), turned into a JSON array of objects with text values; `NULL`, with quotes or without
/// them, is null, as PostgREST has it.
struct CSVReader {
    /// Bytes of JSON at most: its keys stand in every row, so that a short text could become a very long one.
    private let longestOutput: Int
    private var header: [String] = []
    /// `"name":`, for each column.
    private var keys: [[UInt8]] = []
    private var output: [UInt8] = [UInt8(ascii: "[")]
    private var hasRows = false
    /// Of the record under way.
    private var fieldCount = 0
    private var field: [UInt8] = []
    private var (isQuoted, wasQuoted) = (false, false)

    private init(longestOutput: Int) {
        self.longestOutput = longestOutput
    }

    /// columns: those of the header, where there are rows. Throws `PGRST102`.
    static func json(_ text: String) throws(RestError) -> (json: String, columns: [String]) {
        let bytes = Array(text.utf8)
        var reader = CSVReader(longestOutput: min(256 << 20, max(1 << 20, 32 * bytes.count)))
        var index = 0
        while index < bytes.count {
            try reader.take(bytes[index], next: index + 1 < bytes.count ? bytes[index + 1] : nil, &index)
        }
        if reader.isQuoted { throw .invalidBody("A quoted field has no end") }
        if !reader.isBlank { try reader.endRecord() }
        guard !reader.header.isEmpty else { throw .invalidBody("not enough input") }
        reader.output.append(UInt8(ascii: "]"))
        return (String(decoding: reader.output, as: UTF8.self), reader.hasRows ? reader.header : [])
    }

    private var isBlank: Bool { fieldCount == 0 && field.isEmpty && !wasQuoted }

    private mutating func take(_ byte: UInt8, next: UInt8?, _ index: inout Int) throws(RestError) {
        index += 1
        let quote = UInt8(ascii: "\"")
        if isQuoted {
            if byte != quote {
                field.append(byte)
            } else if next == quote {
                field.append(quote)
                index += 1
            } else {
                isQuoted = false
            }
            return
        }
        switch byte {
        case quote where field.isEmpty && !wasQuoted: (isQuoted, wasQuoted) = (true, true)
        case UInt8(ascii: ","): try endField()
        case UInt8(ascii: "\r") where next == UInt8(ascii: "\n"): return
        case UInt8(ascii: "\n"), UInt8(ascii: "\r"): if !isBlank { try endRecord() }
        default: field.append(byte)
        }
    }

    private mutating func endField() throws(RestError) {
        defer {
            field.removeAll(keepingCapacity: true)
            wasQuoted = false
            fieldCount += 1
        }
        if keys.isEmpty {
            header.append(String(decoding: field, as: UTF8.self))
            return
        }
        guard fieldCount < keys.count else { throw Self.uneven }
        if fieldCount == 0 {
            if hasRows { output.append(UInt8(ascii: ",")) }
            output.append(UInt8(ascii: "{"))
            hasRows = true
        } else {
            output.append(UInt8(ascii: ","))
        }
        output += keys[fieldCount]
        if field.elementsEqual("NULL".utf8) { output += "null".utf8 } else { JSONText.append(field, to: &output) }
        if output.count > longestOutput { throw .bodyTooLarge }
    }

    private mutating func endRecord() throws(RestError) {
        try endField()
        defer { fieldCount = 0 }
        if keys.isEmpty {
            keys = header.map { Array((JSONText.string($0) + ":").utf8) }
        } else {
            guard fieldCount == keys.count else { throw Self.uneven }
            output.append(UInt8(ascii: "}"))
        }
    }

    private static var uneven: RestError { .invalidBody("All lines must have same number of fields") }
}
