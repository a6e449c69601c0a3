import Core
import Database
import Foundation
import HTTP

/// What an administrator says about a person.
package struct UserAttributes: Sendable {
    var id: UUID?
    var email: String?
    var phone: String?
    var password: String?
    var passwordHash: String?
    var confirmsEmail = false
    var confirmsPhone = false
    var userMetadata: JSONValue?
    var appMetadata: JSONValue?
    var role: String?
    var ban: Ban?

    package enum Ban: Sendable, Hashable {
        case none
        case seconds(Int)
    }

    init() {}

    /// Throws `validation_failed`.
    init(_ body: AuthBody) throws {
        if let text = try body.filledText("id") {
            guard let id = UUID(uuidString: text) else {
                throw Failure(.invalid, "validation_failed", "ID must conform to the uuid v4 format")
            }
            self.id = id
        }
        email = try body.filledText("email").map(EmailAddress.checked)
        phone = try body.filledText("phone").map(Self.phone)
        password = try body.text("password")
        passwordHash = try body.filledText("password_hash")
        if password != nil, passwordHash != nil {
            throw Failure(.invalid, "validation_failed", "Only a password or a password hash should be provided")
        }
        if let passwordHash, !PasswordHasher.isKnown(passwordHash) {
            throw Failure(.invalid, "validation_failed", "The password hash is of a kind that this system cannot check")
        }
        confirmsEmail = try body.flag("email_confirm") ?? false
        confirmsPhone = try body.flag("phone_confirm") ?? false
        userMetadata = try body.metadata("user_metadata") ?? body.metadata("data")
        appMetadata = try body.metadata("app_metadata")
        role = try body.filledText("role")
        // Other roles' tokens are nobody's here.
        if let role, role != "authenticated" { throw Failure(.invalid, "validation_failed", "role must be authenticated") }
        if let text = try body.filledText("ban_duration") {
            guard let ban = Self.ban(text) else {
                throw Failure(
                    .invalid, "validation_failed", "invalid format for ban duration: \(text.prefix(40))",
                    hint: "For example 24h, 1h30m or none.")
            }
            self.ban = ban
        }
    }

    /// E.164, without the plus sign.
    private static func phone(_ text: String) throws -> String {
        let digits = text.hasPrefix("+") ? String(text.dropFirst()) : text
        guard digits.wholeMatch(of: /[1-9][0-9]{1,14}/) != nil else {
            throw Failure(.invalid, "validation_failed", "Invalid phone number format (E.164 required)")
        }
        return digits
    }

    /// `none`, or a length of time as Go writes it: `1h30m`, `0.5h`, `300s`.
    package static func ban(_ text: String) -> Ban? {
        if text == "none" { return Ban.none }
        let units: [String: Double] = ["h": 3600, "m": 60, "s": 1, "ms": 0.001]
        var rest = text[...]
        var seconds = 0.0
        while !rest.isEmpty {
            let number = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            rest = rest.dropFirst(number.count)
            let unit = rest.prefix { $0.isASCII && $0.isLetter }
            rest = rest.dropFirst(unit.count)
            guard let amount = Double(number), let size = units[String(unit)] else { return nil }
            seconds += amount * size
        }
        guard seconds > 0, seconds < 1e10 else { return nil }
        return .seconds(Int(seconds.rounded(.up)))
    }
}
