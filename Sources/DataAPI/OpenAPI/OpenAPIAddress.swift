/// Where the Data API is reached, as its description tells clients.
struct OpenAPIAddress: Hashable, Sendable {
    /// `http` or `https`.
    var scheme: String
    var host: String
    var port: Int
    var basePath: String

    init(host: String, port: Int) {
        scheme = "http"
        self.host = host
        self.port = port
        basePath = "/"
    }

    /// Parses `openapi-server-proxy-uri`: an absolute http or https URI without user, query and fragment. Nil when it is anything else.
    /// Source: RFC 3986, sections 3 and 4.3.
    init?(proxyURI: String) {
        let halves = proxyURI.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard halves.count == 2, halves[1].hasPrefix("//") else { return nil }
        let scheme = halves[0].lowercased()
        let rest = halves[1].dropFirst(2)
        let authority = rest.prefix { $0 != "/" }
        let path = rest[authority.endIndex...]
        guard let standardPort = Self.standardPorts[scheme], let (host, portText) = Self.takeApart(authority),
            let port = portText.map(Self.port) ?? standardPort, path.isMadeOfURICharacters(and: "/:@")
        else { return nil }
        self.scheme = scheme
        self.host = host
        self.port = port
        basePath = path.isEmpty ? "/" : String(path)
    }

    /// Host and port for a client: where a server listens on all interfaces, the unspecified address stands for them.
    var authority: String {
        let listensEverywhere = ["*", "*4", "!4", "*6", "!6", "::"].contains(host)
        let isBareIPv6 = host.contains(":") && !host.hasPrefix("[")
        return "\(listensEverywhere ? "0.0.0.0" : isBareIPv6 ? "[\(host)]" : host):\(port)"
    }

    private static let standardPorts = ["http": 80, "https": 443]

    /// The host, and what follows the colon after it, if there is one. Nil where the host is missing or malformed.
    private static func takeApart(_ authority: Substring) -> (host: String, port: Substring?)? {
        let host: Substring
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            let address = authority[..<end].dropFirst()
            guard !address.isEmpty, address.isMadeOfURICharacters(and: ":") else { return nil }
            host = authority[...end]
        } else {
            host = authority.prefix { $0 != ":" }
            guard !host.isEmpty, host.isMadeOfURICharacters(and: "") else { return nil }
        }
        let rest = authority[host.endIndex...]
        guard let colon = rest.first else { return (String(host), nil) }
        return colon == ":" ? (String(host), rest.dropFirst()) : nil
    }

    /// 1…65535.
    private static func port(_ text: Substring) -> Int? {
        guard text.allSatisfy({ $0.isASCII && $0.isNumber }), let port = Int(text), (1...65535).contains(port) else { return nil }
        return port
    }
}

extension Substring {
    /// Whether only unreserved characters, sub-delimiters, percent-encoded octets and the given ones stand here (RFC 3986, section 2).
    fileprivate func isMadeOfURICharacters(and extras: String) -> Bool {
        let allowed = "-._~!$&'()*+,;=" + extras
        var rest = self
        while let character = rest.popFirst() {
            if character == "%" {
                let octet = rest.prefix(2)
                guard octet.count == 2, octet.allSatisfy({ $0.isASCII && $0.isHexDigit }) else { return false }
                rest = rest.dropFirst(2)
            } else if !(character.isASCII && (character.isLetter || character.isNumber)), !allowed.contains(character) {
                return false
            }
        }
        return true
    }
}
