import Core
import Foundation

/// Addresses as they are kept and written to.
package enum EmailAddress {
    /// In small letters, without space around it. Throws `validation_failed`.
    package static func checked(_ email: String) throws -> String {
        let email = email.trimmingCharacters(in: .whitespaces).lowercased()
        let halves = email.split(separator: "@", omittingEmptySubsequences: false)
        let isValid =
            halves.count == 2 && !halves[0].isEmpty && halves[1].contains(".") && !halves[1].hasPrefix(".") && !halves[1].hasSuffix(".")
            && email.utf8.count <= 255
            && !email.unicodeScalars.contains {
                $0.value <= 32 || $0.value == 127 || $0.properties.isWhitespace || "<>\"'\\,;:()[]".unicodeScalars.contains($0)
            }
        guard isValid else {
            throw Failure(.invalid, "validation_failed", "Unable to validate email address: invalid format")
        }
        return email
    }
}
