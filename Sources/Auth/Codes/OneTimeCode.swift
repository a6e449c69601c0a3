import Core
import Crypto
import Foundation

/// A code that shows that somebody reads the mail of an address: six digits to type, or their hash in a link.
///
/// Only the hash is stored. It is keyed with the project's secret: six digits alone could be found out from a copy of the database.
package struct OneTimeCode: Sendable, Hashable {
    /// What it is good for: one at a time of each kind and person. The names are those of `auth.one_time_token_type`.
    package enum Purpose: String, Sendable, CaseIterable {
        case confirmation = "confirmation_token"
        case recovery = "recovery_token"
        case reauthentication = "reauthentication_token"
        case newAddress = "email_change_token_new"
        case currentAddress = "email_change_token_current"
    }

    /// `012345`
    package let digits: String
    /// In hexadecimal, 64 letters.
    package let hash: String

    /// A fresh one.
    package init(for address: String, secret: SymmetricKey) {
        let number = Int.random(in: 0..<1_000_000)
        let text = String(number)
        self.init(digits: String(repeating: "0", count: 6 - text.count) + text, address: address, secret: secret)
    }

    /// The one that somebody typed.
    package init(digits: String, address: String, secret: SymmetricKey) {
        self.digits = digits
        let code = HMAC<SHA256>.authenticationCode(for: Data((address.lowercased() + "\n" + digits).utf8), using: secret)
        hash = Hexadecimal.text(code)
    }

    /// The key for these hashes, out of the project's secret.
    package static func secret(from projectSecret: String) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: Data(projectSecret.utf8)), info: Data("continuo one-time codes".utf8), outputByteCount: 32)
    }
}

/// What the type of a verification means. Source: Supabase Auth, "Verify an OTP".
enum VerificationType: String, Sendable {
    case signup, invite, recovery, magiclink, email
    case emailChange = "email_change"

    var purposes: [OneTimeCode.Purpose] {
        switch self {
        case .signup, .invite: [.confirmation]
        case .recovery, .magiclink: [.recovery]
        case .email: [.confirmation, .recovery]
        case .emailChange: [.newAddress, .currentAddress]
        }
    }
}
