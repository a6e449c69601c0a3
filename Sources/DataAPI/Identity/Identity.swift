/// Who asks: a role of the database, and the claims that SQL may read.
public struct Identity: Sendable, Hashable {
    public var role: String
    /// A JSON object with the role in it.
    public var claims: String
    /// Whether the role is the one of those who gave no token.
    public var isAnonymous: Bool

    public init(role: String, claims: String, isAnonymous: Bool) {
        self.role = role
        self.claims = claims
        self.isAnonymous = isAnonymous
    }
}
