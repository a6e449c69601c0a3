/// Fills the templates of a Live set and hands out the ids that must be unique in it.
///
/// In a template `{name}` is a value, `{>name}` another template filled with the same values, `{#}` a new id, and `{#name}` one that is the
/// same wherever that name occurs. A bare `{}` is Live's own text.
struct LiveSetTemplates {
    /// Above the ids of tracks.
    private static let firstID = 1000

    private var named: [String: Int] = [:]
    private(set) var nextID = firstID

    private static let all: [String: String] = [
        "clip": clip, "controller": controller, "device": device, "envelope": envelope, "event": event, "freeze": freeze, "head": head,
        "keyTrack": keyTrack, "locator": locator, "master": master, "mixer": mixer, "note": note, "prehear": preHear, "routing": routing,
        "set": set, "track": track,
    ]

    /// The id of that name, made on first use; without a name always a new one.
    mutating func id(_ name: String = "") -> Int {
        if let known = named[name] { return known }
        defer { nextID += 1 }
        if !name.isEmpty { named[name] = nextID }
        return nextID
    }

    /// A template with its places filled. values: escaped already.
    mutating func fill(_ name: String, _ values: [String: String]) -> String {
        var result = ""
        var rest = Substring(LiveSetTemplates.all[name] ?? "")
        while let open = rest.firstIndex(of: "{") {
            result += rest[..<open]
            guard let close = rest[open...].firstIndex(of: "}") else { break }
            let place = rest[rest.index(after: open)..<close]
            if place.isEmpty {
                result += "{}"
            } else if place.first == "#" {
                result += String(id(String(place.dropFirst())))
            } else if place.first == ">" {
                result += fill(String(place.dropFirst()), values)
            } else {
                result += values[String(place)] ?? ""
            }
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }

    /// A list; Live writes an empty one as one element.
    static func list(_ tag: String, _ items: [String]) -> String {
        items.isEmpty ? "<\(tag) />" : "<\(tag)>\n" + items.joined(separator: "\n") + "\n</\(tag)>"
    }

    /// A plain decimal, never an exponent.
    static func number(_ value: Double) -> String {
        guard value.isFinite else { return "0" }
        let scaled = (min(1e12, max(-1e12, value)) * 1e9).rounded()
        let whole = Int((scaled.magnitude / 1e9).rounded(.down))
        var fraction = String(Int(scaled.magnitude - Double(whole) * 1e9))
        fraction = String(repeating: "0", count: max(0, 9 - fraction.count)) + fraction
        while fraction.last == "0" { fraction.removeLast() }
        let sign = scaled < 0 && (whole > 0 || !fraction.isEmpty) ? "-" : ""
        return sign + String(whole) + (fraction.isEmpty ? "" : "." + fraction)
    }

    /// Escaped for an attribute; characters that XML 1.0 does not have are left out.
    static func text(_ value: String) -> String {
        var result = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\u{0}"..."\u{1f}", "\u{7f}", "\u{fffe}", "\u{ffff}": result += " "
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
