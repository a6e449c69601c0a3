import Core
import Database
import Foundation

/// How often something may be asked for: token buckets in the database, so that several processes share them.
///
/// Standards follow Supabase Auth's ("Rate limits").
struct RateLimits: Sendable {
    enum Kind: String, Sendable {
        /// Sign-ups without address, by the client's address.
        case anonymous
        /// Codes and links asked for, by the client's address.
        case codeRequests = "code_requests"
        /// Codes tried, by the client's address.
        case codes
        /// Codes tried, by the address that they were sent to: six digits must not be found by trying.
        case codesOfOne = "codes_of_one"
        /// Second factors tried, by person.
        case factors
        /// Passwords tried, by the client's address.
        case passwords
        /// Passwords and codes given to change an account, by person.
        case changes

        /// How many at once, and how many seconds it takes until as many may follow.
        var size: (count: Int, seconds: Int) {
            switch self {
            case .anonymous: (30, 3600)
            case .codeRequests, .codes: (30, 300)
            case .codesOfOne: (10, 600)
            case .factors, .changes: (15, 300)
            case .passwords: (150, 300)
            }
        }
    }

    let database: Database

    /// Mails of one kind go to one address at intervals, whether somebody has it or not: otherwise the refusal would tell.
    /// Throws `over_email_send_rate_limit`.
    func takeMail(_ kind: MailKind, to address: String, interval: Int) async throws {
        guard interval > 0 else { return }
        guard try await isGiven("mail_" + kind.rawValue, address, 1, interval) else {
            throw Failure(
                .limited, "over_email_send_rate_limit", "For security purposes, you can only request this after \(interval) seconds.")
        }
    }

    /// Throws `over_request_rate_limit`. subject: nil where nobody in particular asks, which is not counted.
    func take(_ kind: Kind, _ subject: String?) async throws {
        guard let subject else { return }
        let size = kind.size
        guard try await isGiven(kind.rawValue, subject, size.count, size.seconds) else {
            throw Failure(.limited, "over_request_rate_limit", "Request rate limit reached", hint: "Try again in a few minutes.")
        }
    }

    private func isGiven(_ kind: String, _ subject: String, _ count: Int, _ seconds: Int) async throws -> Bool {
        try await database.asService("select continuo.take_token(\(kind), \(subject), \(count), \(seconds))").single().value()
    }
}
