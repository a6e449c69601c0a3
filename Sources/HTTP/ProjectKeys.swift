import Core
import Crypto
import Foundation
import JWTKit

/// The project's secrets and the keys made from them: `keys.json` in the data folder, readable by its owner only.
public struct ProjectKeys: Codable, Sendable {
    /// Signs access tokens (HS256).
    public var jwtSecret: String
    /// Long-lived JWTs for the roles `anon` (public) and `service_role` (secret).
    public var anonKey: String
    public var serviceRoleKey: String
    /// Base64 of 32 bytes: seals OAuth tokens at rest.
    public var sealingKey: String

    enum CodingKeys: String, CodingKey {
        case jwtSecret = "jwt_secret"
        case anonKey = "anon_key"
        case serviceRoleKey = "service_role_key"
        case sealingKey = "sealing_key"
    }

    /// Reads the file, or makes it when there is none. `environment` may override each key (`CONTINUO_JWT_SECRET` …), so that
    /// several machines share one set.
    public static func load(from file: URL, environment: [String: String]) async throws -> ProjectKeys {
        var keys: ProjectKeys
        if let data = try? Data(contentsOf: file) {
            do {
                keys = try JSONDecoder().decode(ProjectKeys.self, from: data)
            } catch {
                throw Failure(
                    .unexpected, "keys_unreadable", "The key file \(file.path) is not valid.",
                    hint: "Restore it from a backup; without it, tokens and sealed data of this installation cannot be read.",
                    underlying: error)
            }
        } else {
            keys = try await make(secret: environment["CONTINUO_JWT_SECRET"] ?? randomText(bytes: 48))
            try keys.write(to: file)
        }
        if let secret = environment["CONTINUO_JWT_SECRET"], secret != keys.jwtSecret {
            let sealing = keys.sealingKey
            keys = try await make(secret: secret)
            keys.sealingKey = sealing
        }
        keys.anonKey = environment["CONTINUO_ANON_KEY"] ?? keys.anonKey
        keys.serviceRoleKey = environment["CONTINUO_SERVICE_ROLE_KEY"] ?? keys.serviceRoleKey
        keys.sealingKey = environment["CONTINUO_SEALING_KEY"] ?? keys.sealingKey
        guard keys.jwtSecret.utf8.count >= 32 else {
            throw Failure(.invalid, "keys_weak", "The JWT secret must have at least 32 characters.")
        }
        return keys
    }

    /// The password of the login role on a server that asks for one: derived, so that every process with these keys knows it.
    public var databasePassword: String {
        let key = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: Data(jwtSecret.utf8)), info: Data("continuo authenticator".utf8), outputByteCount: 24)
        return key.withUnsafeBytes { Data($0).base64EncodedString() }.replacing("/", with: "_").replacing("+", with: "-")
    }

    private static func make(secret: String) async throws -> ProjectKeys {
        let signer = await JWTKeyCollection().add(hmac: HMACKey(from: secret), digestAlgorithm: .sha256)
        let now = Date(timeIntervalSince1970: Date.now.timeIntervalSince1970.rounded())
        let expiry = now.addingTimeInterval(10 * 365 * 86_400)
        func key(_ role: Claims.Role) async throws -> String {
            try await signer.sign(KeyPayload(iss: "continuo", role: role.rawValue, iat: now, exp: expiry))
        }
        return ProjectKeys(
            jwtSecret: secret, anonKey: try await key(.anonymous), serviceRoleKey: try await key(.service),
            sealingKey: Data(randomBytes(32)).base64EncodedString())
    }

    private func write(to file: URL) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let data = try encoder.encode(self)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        guard FileManager.default.createFile(atPath: file.path, contents: data, attributes: [.posixPermissions: 0o600]) else {
            throw Failure(
                .unexpected, "keys_unwritable", "The key file \(file.path) cannot be written.",
                hint: "Choose a data folder that you may write to with --data.")
        }
    }
}

private struct KeyPayload: JWTPayload {
    var iss: String
    var role: String
    var iat: Date
    var exp: Date

    func verify(using algorithm: some JWTAlgorithm) throws {}
}

/// `count` bytes from the system's generator.
public func randomBytes(_ count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
}

/// URL-safe random text carrying `bytes` bytes of entropy.
public func randomText(bytes: Int) -> String {
    Data(randomBytes(bytes)).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
}
