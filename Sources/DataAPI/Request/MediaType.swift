/// A media type as the Data API understands it, with the parameters that matter to it.
indirect enum MediaType: Hashable, Sendable {
    enum PlanOption: String, Hashable, Sendable, CaseIterable {
        case analyze, verbose, settings, buffers, wal
    }

    case json, geoJSON, csv, plainText, xml, openAPI, form, octetStream, any
    case other(String)
    /// `application/vnd.pgrst.array+json;nulls=stripped`
    case arrayWithoutNulls
    /// `application/vnd.pgrst.object+json`
    case object(stripsNulls: Bool)
    /// `application/vnd.pgrst.plan`
    case plan(for: MediaType, isJSON: Bool, options: [PlanOption])

    init(_ text: String) {
        if text == "application/json" {
            self = .json
            return
        }
        guard let parts = Parts(text) else {
            self = .other(text)
            return
        }
        let stripsNulls = parts["nulls"] == "stripped"
        switch (parts.type, parts.subtype) {
        case ("application", "json"): self = .json
        case ("application", "geo+json"): self = .geoJSON
        case ("text", "csv"): self = .csv
        case ("text", "plain"): self = .plainText
        case ("text", "xml"): self = .xml
        case ("application", "openapi+json"): self = .openAPI
        case ("application", "x-www-form-urlencoded"): self = .form
        case ("application", "octet-stream"): self = .octetStream
        case ("application", "vnd.pgrst.plan"), ("application", "vnd.pgrst.plan+text"): self = parts.plan(isJSON: false)
        case ("application", "vnd.pgrst.plan+json"): self = parts.plan(isJSON: true)
        case ("application", "vnd.pgrst.object"), ("application", "vnd.pgrst.object+json"): self = .object(stripsNulls: stripsNulls)
        case ("application", "vnd.pgrst.array"), ("application", "vnd.pgrst.array+json"): self = stripsNulls ? .arrayWithoutNulls : .json
        case ("*", "*"): self = .any
        default: self = .other(text)
        }
    }

    /// As it is written in headers.
    var name: String {
        switch self {
        case .json: "application/json"
        case .geoJSON: "application/geo+json"
        case .csv: "text/csv"
        case .plainText: "text/plain"
        case .xml: "text/xml"
        case .openAPI: "application/openapi+json"
        case .form: "application/x-www-form-urlencoded"
        case .octetStream: "application/octet-stream"
        case .any: "*/*"
        case .other(let name): name
        case .arrayWithoutNulls: "application/vnd.pgrst.array+json;nulls=stripped"
        case .object(let stripsNulls): "application/vnd.pgrst.object+json" + (stripsNulls ? ";nulls=stripped" : "")
        case .plan(let type, let isJSON, let options):
            "application/vnd.pgrst.plan+\(isJSON ? "json" : "text"); for=\"\(type.name)\""
                + (options.isEmpty ? "" : "; options=" + options.map(\.rawValue).joined(separator: "|"))
        }
    }

    /// The value of `Content-Type`.
    var contentType: String {
        switch self {
        case .octetStream, .other: name
        default: name + "; charset=utf-8"
        }
    }

    /// The types of an `Accept` header, the most wanted first; of equal quality, the more specific one, then the first.
    static func accepted(_ header: String?) -> [MediaType] {
        guard let header, header != "*/*" else { return [.any] }
        if header == "application/json" { return [.json] }
        var entries: [(type: MediaType, quality: Double, specificity: Int)] = []
        for part in header.splitOutsideQuotes(at: ",") {
            let text = part.trimmingSpaces
            guard !text.isEmpty else { continue }
            var kept: [String] = []
            var quality = 1.0
            for (index, parameter) in text.splitOutsideQuotes(at: ";").enumerated() {
                let parameter = parameter.trimmingSpaces
                if index > 0, parameter.lowercased().hasPrefix("q=") {
                    quality = Double(parameter.dropFirst(2).drop { $0 == " " }) ?? 1
                } else if !parameter.isEmpty {
                    kept.append(parameter)
                }
            }
            guard quality > 0 else { continue }
            let name = kept.joined(separator: ";")
            let specificity = name.hasPrefix("*/*") ? 0 : name.contains("/*") ? 1 : 2
            entries.append((MediaType(name), quality, specificity))
        }
        let sorted = entries.enumerated().sorted {
            ($1.element.quality, $1.element.specificity, $0.offset) < ($0.element.quality, $0.element.specificity, $1.offset)
        }
        return entries.isEmpty ? [.any] : sorted.map(\.element.type)
    }

    /// `type/subtype; name=value`, taken apart (RFC 9110, section 8.3.1).
    private struct Parts {
        var type: String
        var subtype: String
        private var parameters: [String: String] = [:]

        init?(_ text: String) {
            let sections = text.splitOutsideQuotes(at: ";")
            guard let names = sections.first?.trimmingSpaces.split(separator: "/", omittingEmptySubsequences: false), names.count == 2,
                !names[0].isEmpty, !names[1].isEmpty
            else { return nil }
            type = names[0].lowercased()
            subtype = names[1].lowercased()
            for section in sections.dropFirst() {
                let halves = section.split(separator: "=", maxSplits: 1).map { String($0).trimmingSpaces }
                guard halves.count == 2 else { continue }
                var value = halves[1]
                if value.count >= 2, value.hasPrefix("\""), value.hasSuffix("\"") { value = String(value.dropFirst().dropLast()) }
                parameters[halves[0].lowercased()] = value
            }
        }

        subscript(name: String) -> String? { parameters[name] }

        func plan(isJSON: Bool) -> MediaType {
            let wanted = (self["options"] ?? "").split(separator: "|").map(String.init)
            return .plan(
                for: MediaType(self["for"] ?? "application/json"), isJSON: isJSON,
                options: MediaType.PlanOption.allCases.filter { wanted.contains($0.rawValue) })
        }
    }
}

extension String {
    /// The parts between separators that stand outside double quotes.
    fileprivate func splitOutsideQuotes(at separator: Unicode.Scalar) -> [String] {
        var parts: [String] = []
        var start = startIndex
        var isQuoted = false
        for index in utf8.indices {
            switch utf8[index] {
            case UInt8(ascii: "\""): isQuoted.toggle()
            case UInt8(ascii: separator) where !isQuoted:
                parts.append(String(self[start..<index]))
                start = utf8.index(after: index)
            default: continue
            }
        }
        return parts + [String(self[start...])]
    }
}
