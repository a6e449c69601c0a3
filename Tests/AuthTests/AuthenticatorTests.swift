import Auth
import Core
import Foundation
import Testing

/// RFC 6238, RFC 4648, RFC 7636: held to their own vectors.
@Suite struct AuthenticatorTests {
    /// Appendix B of RFC 6238, its eight digits cut to the last six.
    @Test(arguments: [
        (59, "287082"), (1_111_111_109, "081804"), (1_111_111_111, "050471"), (1_234_567_890, "005924"), (2_000_000_000, "279037"),
        (20_000_000_000, "353130"),
    ])
    func `codes are those of the standard`(seconds: Int, digits: String) {
        let code = TimeBasedCode(secret: Array("12345678901234567890".utf8))
        #expect(code.digits(at: Date(timeIntervalSince1970: TimeInterval(seconds))) == digits)
    }

    @Test func `a clock may be half a minute off, and no more`() throws {
        let code = TimeBasedCode(secret: Array("12345678901234567890".utf8))
        let now = Date(timeIntervalSince1970: 1_111_111_111)
        for offset in -1...1 { #expect(code.step(of: code.digits(at: now, offset: offset), at: now) != nil) }
        for offset in [-3, -2, 2, 3] { #expect(code.step(of: code.digits(at: now, offset: offset), at: now) == nil) }
        #expect(code.step(of: "", at: now) == nil)
    }

    @Test(arguments: [
        ("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("fooba", "MZXW6YTB"), ("foobar", "MZXW6YTBOI"),
    ])
    func `base 32 is that of the standard`(text: String, encoded: String) {
        #expect(Base32.text(Array(text.utf8)) == encoded)
        #expect(Base32.bytes(encoded).map { String(decoding: $0, as: UTF8.self) } == text)
        #expect(Base32.bytes("1!") == nil)
    }

    @Test func `an app finds everything in the address`() {
        let code = TimeBasedCode(secret: Array("12345678901234567890".utf8))
        #expect(
            code.uri(issuer: "Night & Day", account: "ada@example.com")
                == "otpauth://totp/Night%20%26%20Day:ada%40example.com?algorithm=SHA1&digits=6&issuer=Night%20%26%20Day&period=30"
                + "&secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
    }

    @Test func `the picture is a square of whole modules with a border`() throws {
        let svg = try QRCode.svg("otpauth://totp/x")
        #expect(svg.hasPrefix("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 33 33\""))
        // The outer ring of the first finder pattern: seven modules, four from the edge.
        #expect(svg.contains("M4,4h7v1h-7z"))
    }

    /// Appendix B of RFC 7636.
    @Test func `a challenge is answered by its verifier alone`() throws {
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
        let key = try #require(try ProofKey(challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", method: "S256"))
        #expect(key.isAnswered(by: verifier))
        #expect(!key.isAnswered(by: String(verifier.dropLast()) + "l"))
        #expect(!key.isAnswered(by: "short"))
        let plain = try #require(try ProofKey(challenge: verifier, method: "plain"))
        #expect(plain.isAnswered(by: verifier))
        #expect(!plain.isAnswered(by: verifier + "x"))
    }

    @Test(arguments: [
        ("x", "s256"), (String(repeating: "x", count: 43), "md5"), (String(repeating: "ü", count: 43), "plain"), ("", "s256"),
    ])
    func `half a challenge and none at all are refused`(challenge: String, method: String) {
        #expect(throws: Failure.self) { try ProofKey(challenge: challenge, method: method) }
    }
}
