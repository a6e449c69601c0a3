import Foundation

extension UUID {
    /// As PostgreSQL writes it: in small letters.
    public var text: String { uuidString.lowercased() }
}
