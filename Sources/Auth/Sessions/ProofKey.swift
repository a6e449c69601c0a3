import Core
import Crypto
import Foundation
import HTTP

/// A challenge that only who holds its verifier can answer, so that a code from a link is no use to anybody else.
///
/// Source: RFC 7636, "Proof Key for Code Exchange".
package struct ProofKey: Sendable, Hashable {
    package enum Method: String, Sendable {
        case s256, plain
    }

    package let challenge: String
    package let method: Method

    /// Nil where the request has none. Throws `validation_failed` for half of one, and for texts that are no challenge.
    package init?(challenge: String?, method: String?) throws {
        guard challenge?.isEmpty == false || method?.isEmpty == false else { return nil }
        guard let challenge, let method, !challenge.isEmpty, !method.isEmpty else {
            throw Failure(.invalid, "validation_failed", "PKCE flow requires code_challenge_method and code_challenge")
        }
        guard let method = Method(rawValue: method.lowercased()) else {
            throw Failure(.invalid, "validation_failed", "code challenge method is not supported")
        }
        guard (43...128).contains(challenge.utf8.count) else {
            throw Failure(.invalid, "validation_failed", "code challenge has to be between 43 and 128 characters")
        }
        guard challenge.utf8.allSatisfy(Self.isUnreserved) else {
            throw Failure(
                .invalid, "validation_failed",
                "code challenge can only contain alphanumeric characters, hyphens, periods, underscores and tildes")
        }
        self.challenge = challenge
        self.method = method
    }

    package init(challenge: String, method: Method) {
        self.challenge = challenge
        self.method = method
    }

    package func isAnswered(by verifier: String) -> Bool {
        guard (43...128).contains(verifier.utf8.count), verifier.utf8.allSatisfy(Self.isUnreserved) else { return false }
        switch method {
        case .plain: return verifier.utf8.isEqualInConstantTime(to: challenge.utf8)
        case .s256:
            let digest = Base64URL.text(Data(SHA256.hash(data: Data(verifier.utf8))))
            return digest.utf8.isEqualInConstantTime(to: challenge.utf8)
        }
    }

    /// RFC 3986, section 2.3.
    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "-._~".utf8.contains(byte)
        }
    }
}
