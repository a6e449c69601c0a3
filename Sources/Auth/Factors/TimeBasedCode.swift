import Core
import Crypto
import Foundation

/// The codes of an authenticator app: six digits that change every 30 seconds.
///
/// Source: RFC 6238 (TOTP) over RFC 4226 (HOTP), HMAC-SHA-1, as all such apps take for granted.
package struct TimeBasedCode: Sendable {
    package static let period = 30
    /// 20 bytes: the length of the hash (RFC 4226, section 4, R6).
    package let secret: [UInt8]

    package init(secret: [UInt8]) {
        self.secret = secret
    }

    /// Nil for what is no base 32 (RFC 4648, section 6).
    package init?(base32: String) {
        guard let bytes = Base32.bytes(base32) else { return nil }
        secret = bytes
    }

    package var base32: String { Base32.text(secret) }

    package func digits(at date: Date, offset: Int = 0) -> String {
        digits(step: Int(date.timeIntervalSince1970) / Self.period + offset)
    }

    package func digits(step: Int) -> String {
        let counter = withUnsafeBytes(of: UInt64(step).bigEndian) { Data($0) }
        let code = Array(HMAC<Insecure.SHA1>.authenticationCode(for: counter, using: SymmetricKey(data: secret)))
        // Dynamic truncation (RFC 4226, section 5.3).
        let start = Int(code[19] & 15)
        let number = code[start..<(start + 4)].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
        let text = String(number % 1_000_000)
        return String(repeating: "0", count: 6 - text.count) + text
    }

    /// The step whose code this is, one step of clock difference forgiven; nil for none.
    package func step(of digits: String, at date: Date) -> Int? {
        let now = Int(date.timeIntervalSince1970) / Self.period
        return [now, now - 1, now + 1].first { self.digits(step: $0) == digits }
    }

    /// What the app scans. Source: Google Authenticator wiki, "Key Uri Format".
    package func uri(issuer: String, account: String) -> String {
        return
            "otpauth://totp/\(URLEncodedForm.encoded(issuer)):\(URLEncodedForm.encoded(account))?algorithm=SHA1&digits=6&issuer=\(URLEncodedForm.encoded(issuer))"
            + "&period=\(Self.period)&secret=\(base32)"
    }
}

/// RFC 4648, section 6, without padding.
package enum Base32 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)

    package static func text(_ bytes: [UInt8]) -> String {
        var output: [UInt8] = []
        var (buffer, bits) = (UInt32(0), 0)
        for byte in bytes {
            buffer = buffer << 8 | UInt32(byte)
            bits += 8
            while bits >= 5 {
                output.append(alphabet[Int(buffer >> UInt32(bits - 5)) & 31])
                bits -= 5
            }
        }
        if bits > 0 { output.append(alphabet[Int(buffer << UInt32(5 - bits)) & 31]) }
        return String(decoding: output, as: UTF8.self)
    }

    package static func bytes(_ text: String) -> [UInt8]? {
        var output: [UInt8] = []
        var (buffer, bits) = (UInt32(0), 0)
        for byte in text.uppercased().utf8 where byte != UInt8(ascii: "=") {
            guard let value = alphabet.firstIndex(of: byte) else { return nil }
            buffer = buffer << 5 | UInt32(value)
            bits += 5
            if bits >= 8 {
                output.append(UInt8(truncatingIfNeeded: buffer >> UInt32(bits - 8)))
                bits -= 8
            }
        }
        return output
    }
}
