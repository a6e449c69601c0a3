import Core
import Database
import Foundation
import HTTP

/// A person as GoTrue shows them. Members that are nil are left out of the JSON.
public struct AuthUser: Encodable, Sendable {
    /// How a person can prove who they are.
    public struct Identity: Codable, Sendable {
        public var identityID: String
        public var id: String
        public var userID: String
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

    /// A second proof beside the first.
    public struct Factor: Codable, Sendable {
        public var id: String
        public var friendlyName: String?
        public var factorType: String
        /// `verified` or `unverified`.
        public var status: String
        public var createdAt: String
        public var updatedAt: String

        enum CodingKeys: String, CodingKey {
            case id, status
            case friendlyName = "friendly_name"
            case factorType = "factor_type"
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
    public var phoneConfirmedAt: Date?
    public var invitedAt: Date?
    public var confirmationSentAt: Date?
    public var recoverySentAt: Date?
    /// An address that waits to be confirmed.
    public var newEmail: String?
    public var emailChangeSentAt: Date?
    public var lastSignInAt: Date?
    public var appMetadata: JSONValue
    public var userMetadata: JSONValue
    public var identities: [Identity]
    public var factors: [Factor]?
    public var createdAt: Date
    public var updatedAt: Date
    public var bannedUntil: Date?
    public var deletedAt: Date?
    public var isAnonymous: Bool
    public var isSSOUser: Bool
    /// Never shown.
    var passwordHash: String?
    /// How well the session that asks is proved, `aal1` or `aal2`. Never shown.
    var sessionLevel: String?

    enum CodingKeys: String, CodingKey {
        case id, aud, role, email, phone, identities, factors
        case emailConfirmedAt = "email_confirmed_at"
        case phoneConfirmedAt = "phone_confirmed_at"
        case confirmedAt = "confirmed_at"
        case invitedAt = "invited_at"
        case confirmationSentAt = "confirmation_sent_at"
        case recoverySentAt = "recovery_sent_at"
        case newEmail = "new_email"
        case emailChangeSentAt = "email_change_sent_at"
        case lastSignInAt = "last_sign_in_at"
        case appMetadata = "app_metadata"
        case userMetadata = "user_metadata"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
        case bannedUntil = "banned_until"
        case deletedAt = "deleted_at"
        case isAnonymous = "is_anonymous"
        case isSSOUser = "is_sso_user"
    }

    /// Every column a reading of `auth.users u` needs.
    static let columns: SQL = """
        u.id, u.aud, u.role, u.email, u.phone, u.email_confirmed_at, u.phone_confirmed_at, u.invited_at, u.confirmation_sent_at,
        u.recovery_sent_at, nullif(u.email_change, '') as new_email, u.email_change_sent_at, u.last_sign_in_at, u.encrypted_password,
        coalesce(u.raw_app_meta_data, '{}') as app_metadata, coalesce(u.raw_user_meta_data, '{}') as user_metadata, u.created_at,
        u.updated_at, u.banned_until, u.deleted_at, u.is_anonymous, u.is_sso_user,
        (select coalesce(json_agg(json_build_object('identity_id', i.id, 'id', i.provider_id, 'user_id', i.user_id,
            'identity_data', i.identity_data, 'provider', i.provider, 'last_sign_in_at', i.last_sign_in_at,
            'created_at', i.created_at, 'updated_at', i.updated_at, 'email', i.email) order by i.created_at), '[]')
        from auth.identities i where i.user_id = u.id) as identities,
        (select json_agg(json_build_object('id', f.id, 'friendly_name', f.friendly_name, 'factor_type', f.factor_type,
            'status', f.status, 'created_at', f.created_at, 'updated_at', f.updated_at) order by f.created_at)
        from auth.mfa_factors f where f.user_id = u.id) as factors
        """

    /// Whether some address of theirs is known to be theirs.
    var isConfirmed: Bool { emailConfirmedAt != nil || phoneConfirmedAt != nil }
    var hasVerifiedFactor: Bool { factors?.contains { $0.status == "verified" } ?? false }
    var isBanned: Bool { bannedUntil.map { $0 > .now } ?? false }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id.uuidString.lowercased(), forKey: .id)
        try container.encode(aud, forKey: .aud)
        try container.encode(role, forKey: .role)
        try container.encode(email, forKey: .email)
        try container.encode(phone, forKey: .phone)
        try container.encodeIfPresent(emailConfirmedAt, forKey: .emailConfirmedAt)
        try container.encodeIfPresent(phoneConfirmedAt, forKey: .phoneConfirmedAt)
        try container.encodeIfPresent([emailConfirmedAt, phoneConfirmedAt].compactMap(\.self).min(), forKey: .confirmedAt)
        try container.encodeIfPresent(invitedAt, forKey: .invitedAt)
        try container.encodeIfPresent(confirmationSentAt, forKey: .confirmationSentAt)
        try container.encodeIfPresent(recoverySentAt, forKey: .recoverySentAt)
        try container.encodeIfPresent(newEmail, forKey: .newEmail)
        try container.encodeIfPresent(emailChangeSentAt, forKey: .emailChangeSentAt)
        try container.encodeIfPresent(lastSignInAt, forKey: .lastSignInAt)
        try container.encode(appMetadata, forKey: .appMetadata)
        try container.encode(userMetadata, forKey: .userMetadata)
        try container.encode(identities, forKey: .identities)
        try container.encodeIfPresent(factors, forKey: .factors)
        try container.encode(createdAt, forKey: .createdAt)
        try container.encode(updatedAt, forKey: .updatedAt)
        try container.encodeIfPresent(bannedUntil, forKey: .bannedUntil)
        try container.encodeIfPresent(deletedAt, forKey: .deletedAt)
        try container.encode(isAnonymous, forKey: .isAnonymous)
        if isSSOUser { try container.encode(true, forKey: .isSSOUser) }
    }
}

extension AuthUser {
    init(_ row: Row) throws {
        id = try row.decode("id")
        aud = try row.decode("aud", as: String?.self) ?? "authenticated"
        role = try row.decode("role", as: String?.self) ?? "authenticated"
        email = try row.decode("email", as: String?.self) ?? ""
        phone = try row.decode("phone", as: String?.self) ?? ""
        emailConfirmedAt = try row.decode("email_confirmed_at")
        phoneConfirmedAt = try row.decode("phone_confirmed_at")
        invitedAt = try row.decode("invited_at")
        confirmationSentAt = try row.decode("confirmation_sent_at")
        recoverySentAt = try row.decode("recovery_sent_at")
        newEmail = try row.decode("new_email")
        emailChangeSentAt = try row.decode("email_change_sent_at")
        lastSignInAt = try row.decode("last_sign_in_at")
        passwordHash = try row.decode("encrypted_password")
        appMetadata = try row.decode("app_metadata", as: JSON<JSONValue>.self).value
        userMetadata = try row.decode("user_metadata", as: JSON<JSONValue>.self).value
        identities = try row.decode("identities", as: JSON<[Identity]>.self).value
        factors = try row.decode("factors", as: JSON<[Factor]>?.self)?.value
        createdAt = try row.decode("created_at", as: Date?.self) ?? .distantPast
        updatedAt = try row.decode("updated_at", as: Date?.self) ?? .distantPast
        bannedUntil = try row.decode("banned_until")
        deletedAt = try row.decode("deleted_at")
        isAnonymous = try row.decode("is_anonymous", as: Bool?.self) ?? false
        isSSOUser = try row.decode("is_sso_user", as: Bool?.self) ?? false
    }
}
