import Core

/// PostgREST's configuration file: `name = value` lines with strings, numbers and yes or no; `#` begins a comment.
public enum ConfigurationFile {
    /// Values by name, strings without their quotes. Throws `invalid_setting`, naming the line.
    public static func parse(_ text: String) throws -> [String: String] {
        var values: [String: String] = [:]
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = String(line).trimmingSpaces
            if line.isEmpty || line.hasPrefix("#") { continue }
            guard let equals = line.firstIndex(of: "=") else { throw refusal(number, "it is not of the form name = value") }
            let name = String(line[..<equals]).trimmingSpaces
            guard !name.isEmpty, name.allSatisfy({ $0.isLetter || $0.isNumber || "-_.".contains($0) }) else {
                throw refusal(number, "its name is not one")
            }
            values[name] = try value(String(line[line.index(after: equals)...]).trimmingSpaces, number)
        }
        return values
    }

    private static func value(_ text: String, _ number: Int) throws -> String {
        guard text.hasPrefix("\"") else {
            let bare = text.prefix { $0 != "#" }
            return String(bare).trimmingSpaces
        }
        var value = String.UnicodeScalarView()
        var scalars = text.unicodeScalars.dropFirst()
        while let scalar = scalars.popFirst() {
            switch scalar {
            case "\"":
                let rest = String(String.UnicodeScalarView(scalars)).trimmingSpaces
                guard rest.isEmpty || rest.hasPrefix("#") else { throw refusal(number, "something stands behind the closing quote") }
                return String(value)
            case "\\":
                guard let escaped = scalars.popFirst() else { break }
                switch escaped {
                case "n": value.append("\n")
                case "t": value.append("\t")
                case "r": value.append("\r")
                default: value.append(escaped)
                }
            default: value.append(scalar)
            }
        }
        throw refusal(number, "its string has no closing quote")
    }

    private static func refusal(_ number: Int, _ reason: String) -> Failure {
        Failure(.invalid, "invalid_setting", "Line \(number + 1) of the configuration file cannot be read: \(reason).")
    }

    /// `PGRST_DB_URI` and its like, by the names of the file: `db-uri`. What stands behind `PGRST_APP_SETTINGS_` keeps its case.
    public static func environment(_ variables: [String: String]) -> [String: String] {
        var values: [String: String] = [:]
        for (name, value) in variables where name.hasPrefix("PGRST_") {
            if name.hasPrefix("PGRST_APP_SETTINGS_") {
                values["app.settings." + name.dropFirst("PGRST_APP_SETTINGS_".count)] = value
            } else {
                values[name.dropFirst("PGRST_".count).lowercased().replacing("_", with: "-")] = value
            }
        }
        return values
    }
}
