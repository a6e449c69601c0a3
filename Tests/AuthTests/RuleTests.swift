import Auth
import Core
import Crypto
import Foundation
import HTTP
import Testing

/// What is decided without a database: where links lead, who is asking, how long a ban is.
@Suite struct RuleTests {
    private let rules = RedirectRules(
        siteURL: "https://music.example.org",
        patterns: ["https://*.example.net/**", "myapp://callback", "https://app.example.com/welcome?*", "exp://**"])

    @Test(arguments: [
        "https://music.example.org/", "https://music.example.org/a?b#c", "http://music.example.org:3000/x", "https://MUSIC.example.org/",
        "https://a.example.net/", "https://a.example.net/deep/er?x=1.2", "myapp://callback", "myapp://callback#there",
        "https://app.example.com/welcome?from=mail", "exp://192.168.0.1:8081/--/",
    ])
    func `links lead to the site and to what is listed`(address: String) {
        #expect(rules.destination(address) == address)
    }

    @Test(arguments: [
        "", "https://example.net/", "https://a.b.example.net/", "https://evil.com/https://a.example.net/",
        "https://a.example.net.evil.com/",
        "https://music.example.org.evil.com/", "//music.example.org/", "/relative", "javascript://music.example.org/%0aalert(1)",
        "https://music.example.org@evil.com/", "https://user:password@music.example.org/", "https://evil.com\\@music.example.org/",
        "https://evil.com/\r\nLocation:https://a.example.net/", "myapp://callback/more", "https://app.example.com/welcome/x?y",
        "https://2130706433?.example.net/", "https://[2001:db8::1]?x.example.net/", "https://1249763844:443?.example.net/a/b",
        "https://evil?x.example.net/", "https://evil@x.example.net/", "data:text/html,x", "https://music.example.org/ x",
    ])
    func `and nowhere else`(address: String) {
        #expect(rules.destination(address) == "https://music.example.org")
    }

    @Test func `a long pattern does not take long`() {
        let glob = Array(String(repeating: "**a", count: 300).unicodeScalars)
        #expect(!RedirectRules.matches(glob, Array(String(repeating: "a", count: 299).unicodeScalars)))
        #expect(RedirectRules.matches(glob, Array(String(repeating: "ba", count: 300).unicodeScalars)))
    }

    @Test(
        arguments: [
            ("127.0.0.1", nil, nil), ("::1", "203.0.113.7", "203.0.113.7"), ("203.0.113.7", "198.51.100.1", "203.0.113.7"),
            ("127.0.0.1", "6.6.6.6, 203.0.113.7", "203.0.113.7"), ("10.1.2.3", "203.0.113.7, 10.9.9.9", "203.0.113.7"),
            ("127.0.0.1", "nonsense", "127.0.0.1"), ("127.0.0.1", "203.0.113.7, nonsense", "127.0.0.1"),
            ("127.0.0.1", "203.0.113.9:5555", "203.0.113.9"), ("127.0.0.1", "[2001:db8::2]:443", "2001:db8::2"),
            ("127.0.0.1", "127.0.0.1:80", nil),
            ("::ffff:127.0.0.1", "2001:db8::0:1", "2001:db8::1"),
            (nil, "203.0.113.7", nil),
        ] as [(String?, String?, String?)])
    func `a client is where trusted proxies say, and no further`(peer: String?, forwarded: String?, client: String?) throws {
        let proxies = try #require(TrustedProxies("127.0.0.0/8, ::1, 10.0.0.0/8"))
        #expect(proxies.client(peer: peer, forwarded: forwarded) == client)
    }

    @Test func `limits count for networks, not for each of their addresses`() {
        #expect(TrustedProxies.network(of: "203.0.113.7") == "203.0.113.7")
        #expect(TrustedProxies.network(of: "2001:db8:1:2:3:4:5:6") == "2001:db8:1:2::/64")
        #expect(TrustedProxies.network(of: "2001:db8:1:2::9") == "2001:db8:1:2::/64")
    }

    @Test(arguments: ["localhost", "10.0.0.0/33", "10.0.0.0/-1", "1.2.3", "::/129", "10.0.0.0/"])
    func `what is no address is no proxy`(text: String) {
        #expect(TrustedProxies(text) == nil)
    }

    @Test(arguments: [
        ("none", UserAttributes.Ban.none), ("24h", .seconds(86_400)), ("1h30m", .seconds(5400)), ("0.5h", .seconds(1800)),
        ("300ms", .seconds(1)), ("90s", .seconds(90)),
    ])
    func `bans are as long as Go would say`(text: String, ban: UserAttributes.Ban) {
        #expect(UserAttributes.ban(text) == ban)
    }

    @Test(arguments: ["", "h", "24", "1d", "-1h", "0s", "1e9h", "1h 30m", "1..5h"])
    func `and what is no length is no ban`(text: String) {
        #expect(UserAttributes.ban(text) == nil)
    }

    @Test func `codes have six digits, and hashes that need the project's secret`() {
        let secret = OneTimeCode.secret(from: String(repeating: "s", count: 32))
        for _ in 0..<200 {
            let code = OneTimeCode(for: "ada@example.com", secret: secret)
            #expect(code.digits.utf8.count == 6 && code.digits.utf8.allSatisfy { (0x30...0x39).contains($0) })
            #expect(OneTimeCode(digits: code.digits, address: "ADA@example.com", secret: secret) == code)
        }
        let one = OneTimeCode(digits: "123456", address: "ada@example.com", secret: secret)
        #expect(one.hash != OneTimeCode(digits: "123456", address: "ben@example.com", secret: secret).hash)
        #expect(one.hash != OneTimeCode(digits: "123456", address: "ada@example.com", secret: OneTimeCode.secret(from: "another")).hash)
    }

    @Test(arguments: [
        "ada", "ada@", "@example.com", "ada@example", "a b@example.com", "ada@.com", "ada@example.com.", "ada@@example.com",
        "<ada@example.com>",
        "ada@example.com\r\nBcc: eve@example.com", "ada,eve@example.com", "ada@exa\u{2003}mple.com",
        String(repeating: "a", count: 251) + "@b.co",
    ])
    func `what is no address gets no mail`(text: String) {
        #expect(throws: Failure.self) { try EmailAddress.checked(text) }
    }
}
