import Core

/// Comma-separated values with a header row (RFC 4180); `NULL` without quotes or with them is null, as PostgREST has it.
enum CSVReader {
    /// A JSON array of objects with text values. Throws `PGRST102`.
    static func json(_ text: String) throws(RestError) -> (json: String, columns: [String]) {
        var rows = try records(text)
        guard !rows.isEmpty else { throw .invalidBody("not enough input") }
        let header = rows.removeFirst()
        var output = "["
        for (index, row) in rows.enumerated() {
            guard row.count == header.count else { throw .invalidBody("All lines must have same number of fields") }
            if index > 0 { output += "," }
            output += "{"
            for (column, value) in zip(header, row).enumerated() {
                if column > 0 { output += "," }
                output += JSONText.string(value.0) + ":" + (value.1 == "NULL" ? "null" : JSONText.string(value.1))
            }
            output += "}"
        }
        return (output + "]", rows.isEmpty ? [] : header)
    }

    private static func records(_ text: String) throws(RestError) -> [[String]] {
        var records: [[String]] = []
        var record: [String] = []
        var field = String.UnicodeScalarView()
        var (isQuoted, wasQuoted) = (false, false)
        var scalars = text.unicodeScalars[...]
        func isBlank() -> Bool { record.isEmpty && field.isEmpty && !wasQuoted }
        func endField() {
            record.append(String(field))
            field = String.UnicodeScalarView()
            wasQuoted = false
        }
        while let scalar = scalars.popFirst() {
            if isQuoted {
                if scalar != "\"" {
                    field.append(scalar)
                } else if scalars.first == "\"" {
                    field.append(scalars.removeFirst())
                } else {
                    isQuoted = false
                }
                continue
            }
            switch scalar {
            case "\"" where field.isEmpty && !wasQuoted: (isQuoted, wasQuoted) = (true, true)
            case ",": endField()
            case "\r" where scalars.first == "\n": continue
            case "\n", "\r":
                if isBlank() { continue }
                endField()
                records.append(record)
                record = []
            default: field.append(scalar)
            }
        }
        if isQuoted { throw .invalidBody("A quoted field has no end") }
        if !isBlank() {
            endField()
            records.append(record)
        }
        return records
    }
}
