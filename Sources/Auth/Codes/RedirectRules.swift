import Foundation
import HTTP

/// Where links in mails and sign-ins at other places may lead: the site itself, and what the installation lists. Anything else would let a
/// stranger have tokens sent to a place of their own.
package struct RedirectRules: Sendable {
    package let siteURL: String
    /// Globs: `*` stands for anything within one part of an address, `**` for anything, `?` for one character of a part, or for itself.
    package let patterns: [String]

    package init(siteURL: String, patterns: [String]) {
        self.siteURL = siteURL
        self.patterns = patterns
    }

    /// The wanted address where it is allowed, else the site.
    package func destination(_ wanted: String?) -> String {
        guard let wanted, !wanted.isEmpty, isAllowed(wanted) else { return siteURL }
        return wanted
    }

    package func isAllowed(_ address: String) -> Bool {
        guard address.utf8.count <= 2048, !address.unicodeScalars.contains(where: { $0.value < 33 || $0.value == 127 || $0 == "\\" }),
            let url = URLComponents(string: address), let scheme = url.scheme?.lowercased(), url.user == nil, url.password == nil
        else { return false }
        if ["javascript", "data", "vbscript", "file"].contains(scheme) { return false }
        if scheme == "http" || scheme == "https", let host = url.host?.lowercased(), !host.isEmpty,
            host == URLComponents(string: siteURL)?.host?.lowercased()
        {
            return true
        }
        if scheme == "http" || scheme == "https", Self.isForeignNumber(url.host ?? "") { return false }
        // A fragment is the server's to write.
        let bare = Array((address.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).first ?? "").unicodeScalars)
        return patterns.contains { Self.matches(Array($0.unicodeScalars), bare) }
    }

    /// Whether a host is a network address in some spelling, and not this machine's: those that a list means have names.
    private static func isForeignNumber(_ host: String) -> Bool {
        let bare = host.trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
        if TrustedProxies.loopback.contains(bare) { return false }
        let last = bare.split(separator: ".").last ?? ""
        return bare.isEmpty || bare.contains(":") || last.allSatisfy(\.isNumber) || last.lowercased().hasPrefix("0x")
    }

    /// Whether the whole text fits the glob. Takes time in proportion to both lengths multiplied.
    package static func matches(_ glob: [Unicode.Scalar], _ text: [Unicode.Scalar]) -> Bool {
        // Not what begins another part: `https://*.example.com` must not take `https://1.2.3.4?.example.com`.
        func isPlain(_ scalar: Unicode.Scalar) -> Bool { !"./?#:@[]\\".unicodeScalars.contains(scalar) }
        // After each part of the glob: which beginnings of the text it fits.
        var reached = [Bool](repeating: false, count: text.count + 1)
        reached[0] = true
        var index = 0
        while index < glob.count {
            var next = [Bool](repeating: false, count: text.count + 1)
            if glob[index] == "*" {
                let takesAll = index + 1 < glob.count && glob[index + 1] == "*"
                index += takesAll ? 2 : 1
                next[0] = reached[0]
                for end in 0..<text.count {
                    next[end + 1] = reached[end + 1] || (next[end] && (takesAll || isPlain(text[end])))
                }
            } else {
                let wanted = glob[index]
                index += 1
                for end in 0..<text.count where reached[end] {
                    next[end + 1] = text[end] == wanted || (wanted == "?" && isPlain(text[end]))
                }
            }
            reached = next
        }
        return reached[text.count]
    }
}
