import Core
import Database
import Foundation
import HTTP

/// A person as GoTrue shows them. Members that are nil are left out of the JSON.
public struct AuthUser: Encodable, Sendable {
    /// How a person can prove who they are.
    public struct Identity: Codable, Sendable {
        public var identityID: UUID
        public var id: String
        public var userID: UUID
        public var identityData: JSONValue
        public var provider: String
        public var lastSignInAt: String?
        public var createdAt: String?
        public var updatedAt: String?
        public var email: String?

        enum CodingKeys: String, CodingKey {
            case id, provider, email
            case identityID = "identity_id"
            case userID = "user_id"
            case identityData = "identity_data"
            case lastSignInAt = "last_sign_in_at"
            case createdAt = "created_at"
            case updatedAt = "updated_at"
        }
    }

    public var id: UUID
    public var aud = "authenticated"
    public var role = "authenticated"
    public var email: String
    public var phone: String
    public var emailConfirmedAt: Date?
    public var confirmationSentAt: Date?
    public var lastSignInAt: Date?
    public var appMetadata: JSONValue
    public var userMetadata: JSONValue
    public var identities: [Identity]
    public var createdAt: Date
    public var updatedAt: Date
    public var bannedUntil: Date?
    public var isAnonymous: Bool
    /// Never shown.
    var passwordHash: String?

    enum CodingKeys: String, CodingKey {
        case id, aud, role, email, phone, identities
        case emailConfirmedAt = "email_confirmed_at"
        case confirmedAt = "confirmed_at"
        case confirmationSentAt = "confirmation_sent_at"
        case lastSignInAt = "last_sign_in_at"
        case appMetadata = "app_metadata"
        case userMetadata = "user_metadata"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
        case bannedUntil = "banned_until"
        case isAnonymous = "is_anonymous"
    }

    static let columns: SQL = """
        u.id, u.aud, u.role, u.email, u.phone, u.email_confirmed_at, u.confirmation_sent_at, u.last_sign_in_at, u.encrypted_password,
        coalesce(u.raw_app_meta_data, '{}') as app_metadata, coalesce(u.raw_user_meta_data, '{}') as user_metadata, u.created_at,
        u.updated_at, u.banned_until, u.is_anonymous,
        (select coalesce(json_agg(json_build_object('identity_id', i.id, 'id', i.provider_id, 'user_id', i.user_id,
            'identity_data', i.identity_data, 'provider', i.provider, 'last_sign_in_at', i.last_sign_in_at,
            'created_at', i.created_at, 'updated_at', i.updated_at, 'email', i.email) order by i.created_at), '[]')
        from auth.identities i where i.user_id = u.id) as identities
        """

    init(_ row: Row) throws {
        id = try row.decode("id")
        aud = try row.decode("aud", as: String?.self) ?? "authenticated"
        role = try row.decode("role", as: String?.self) ?? "authenticated"
        email = try row.decode("email", as: String?.self) ?? ""
        phone = try row.decode("phone", as: String?.self) ?? ""
        emailConfirmedAt = try row.decode("email_confirmed_at")
        confirmationSentAt = try row.decode("confirmation_sent_at")
        lastSignInAt = try row.decode("last_sign_in_at")
        passwordHash = try row.decode("encrypted_password")
        appMetadata = try row.decode("app_metadata", as: JSON<JSONValue>.self).value
        userMetadata = try row.decode("user_metadata", as: JSON<JSONValue>.self).value
        identities = try row.decode("identities", as: JSON<[Identity]>.self).value
        createdAt = try row.decode("created_at", as: Date?.self) ?? .distantPast
        updatedAt = try row.decode("updated_at", as: Date?.self) ?? .distantPast
        bannedUntil = try row.decode("banned_until")
        isAnonymous = try row.decode("is_anonymous", as: Bool?.self) ?? false
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id.uuidString.lowercased(), forKey: .id)
        try container.encode(aud, forKey: .aud)
        try container.encode(role, forKey: .role)
        try container.encode(email, forKey: .email)
        try container.encode(phone, forKey: .phone)
        try container.encodeIfPresent(emailConfirmedAt, forKey: .emailConfirmedAt)
        try container.encodeIfPresent(emailConfirmedAt, forKey: .confirmedAt)
        try container.encodeIfPresent(confirmationSentAt, forKey: .confirmationSentAt)
        try container.encodeIfPresent(lastSignInAt, forKey: .lastSignInAt)
        try container.encode(appMetadata, forKey: .appMetadata)
        try container.encode(userMetadata, forKey: .userMetadata)
        try container.encode(identities, forKey: .identities)
        try container.encode(createdAt, forKey: .createdAt)
        try container.encode(updatedAt, forKey: .updatedAt)
        try container.encodeIfPresent(bannedUntil, forKey: .bannedUntil)
        try container.encode(isAnonymous, forKey: .isAnonymous)
    }
}
