/// What a client would like, by `Prefer` headers (RFC 7240).
struct Preferences: Hashable, Sendable {
    enum Resolution: String, Sendable, CaseIterable {
        case merge = "resolution=merge-duplicates"
        case ignore = "resolution=ignore-duplicates"
    }

    enum Representation: String, Sendable, CaseIterable {
        case full = "return=representation"
        case minimal = "return=minimal"
        case headersOnly = "return=headers-only"
    }

    enum Count: String, Sendable, CaseIterable {
        case exact = "count=exact"
        case planned = "count=planned"
        case estimated = "count=estimated"
    }

    enum Ending: String, Sendable, CaseIterable {
        case commit = "tx=commit"
        case rollback = "tx=rollback"
    }

    enum Missing: String, Sendable, CaseIterable {
        case useDefaults = "missing=default"
        case useNull = "missing=null"
    }

    enum Handling: String, Sendable, CaseIterable {
        case strict = "handling=strict"
        case lenient = "handling=lenient"
    }

    var resolution: Resolution?
    var representation: Representation?
    var count: Count?
    var ending: Ending?
    var missing: Missing?
    var handling: Handling?
    var timezone: String?
    var maxAffected: Int?
    /// What nobody knows; an error where `handling=strict`.
    var unknown: [String] = []

    /// headers: the values of all `Prefer` headers, in order. `allowsEnding`: whether the configuration lets a client choose how the
    /// transaction ends. `knowsTimezone`: whether the server has a time zone of that name.
    init(headers: [String], allowsEnding: Bool, knowsTimezone: (String) -> Bool) {
        for header in headers {
            for part in header.split(separator: ",") {
                let preference = String(part).trimmingSpaces
                if !preference.isEmpty { read(preference, allowsEnding: allowsEnding, knowsTimezone: knowsTimezone) }
            }
        }
    }

    /// The first of a kind wins.
    private mutating func read(_ preference: String, allowsEnding: Bool, knowsTimezone: (String) -> Bool) {
        if let value = Resolution(rawValue: preference) {
            resolution = resolution ?? value
        } else if let value = Representation(rawValue: preference) {
            representation = representation ?? value
        } else if let value = Count(rawValue: preference) {
            count = count ?? value
        } else if let value = Ending(rawValue: preference) {
            if allowsEnding { ending = ending ?? value }
        } else if let value = Missing(rawValue: preference) {
            missing = missing ?? value
        } else if let value = Handling(rawValue: preference) {
            handling = handling ?? value
        } else if preference.hasPrefix("timezone=") {
            let name = String(preference.dropFirst(9))
            if knowsTimezone(name) { timezone = timezone ?? name } else { unknown.append(preference) }
        } else if preference.hasPrefix("max-affected=") {
            maxAffected = maxAffected ?? Int(preference.dropFirst(13))
        } else {
            unknown.append(preference)
        }
    }

    /// Throws `PGRST122` for what nobody knows, where that was asked for.
    func check() throws(RestError) {
        guard handling == .strict, !unknown.isEmpty else { return }
        throw .invalidPreferences(unknown)
    }

    /// `Preference-Applied`: nil when nothing was honoured.
    var applied: String? {
        let honoured = [
            resolution?.rawValue, missing?.rawValue, representation?.rawValue, count?.rawValue, ending?.rawValue, handling?.rawValue,
            timezone.map { "timezone=" + $0 }, handling == .strict ? maxAffected.map { "max-affected=\($0)" } : nil,
        ].compactMap { $0 }
        return honoured.isEmpty ? nil : honoured.joined(separator: ", ")
    }

    var wantsCount: Bool { count == .exact || count == .estimated }
    var wantsEstimate: Bool { count == .planned || count == .estimated }
}
