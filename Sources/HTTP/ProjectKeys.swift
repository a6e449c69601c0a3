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
    /// Sign access tokens in the secret's place, the first of them; the others' tokens hold until they expire. None: the secret signs.
    public var signingKeys: [SigningKey] { (signingKeyValues ?? []).compactMap(SigningKey.init) }
    private var signingKeyValues: [JSONValue]?

    enum CodingKeys: String, CodingKey {
        case jwtSecret = "jwt_secret"
        case anonKey = "anon_key"
        case serviceRoleKey = "service_role_key"
        case sealingKey = "sealing_key"
        case signingKeyValues = "signing_keys"
    }

    /// Reads the file, or makes it when there is none. `environment` may override each key (`CONTINUO_JWT_SECRET` …), so that
    /// several machines share one set.
    public static func load(from file: URL, environment: [String: String]) async throws -> ProjectKeys {
        var keys = try await readOrMake(file, secret: environment["CONTINUO_JWT_SECRET"])
        if let secret = environment["CONTINUO_JWT_SECRET"], secret != keys.jwtSecret {
            let sealing = keys.sealingKey
            keys = try await make(secret: secret)
            keys.sealingKey = sealing
        }
        keys.anonKey = environment["CONTINUO_ANON_KEY"] ?? keys.anonKey
        keys.serviceRoleKey = environment["CONTINUO_SERVICE_ROLE_KEY"] ?? keys.serviceRoleKey
        keys.sealingKey = environment["CONTINUO_SEALING_KEY"] ?? keys.sealingKey
        if let text = environment["CONTINUO_SIGNING_KEYS"], !text.isEmpty {
            guard case .array(let values)? = JSONValue(parsing: text.utf8), values.allSatisfy({ SigningKey($0) != nil }) else {
                throw Failure(
                    .invalid, "keys_unreadable", "CONTINUO_SIGNING_KEYS must be a JSON array of private keys.",
                    hint: "It is signing_keys of a keys.json; `continuo keys --rotate ES256` makes one.")
            }
            keys.signingKeyValues = values
        }
        guard keys.jwtSecret.utf8.count >= 32 else {
            throw Failure(.invalid, "keys_weak", "The JWT secret must have at least 32 characters.")
        }
        return keys
    }

    /// Puts a fresh key first in the file, which signs from the next start on. At most three are kept.
    public static func rotate(_ file: URL, to algorithm: SigningKey.Algorithm) async throws -> SigningKey {
        var keys = try await readOrMake(file, secret: nil)
        let fresh = SigningKey(algorithm)
        keys.signingKeyValues = [fresh.value] + (keys.signingKeyValues ?? []).prefix(2)
        try keys.write(beside: file) { draft in
            guard rename(draft, file.path) == 0 else { throw unwritable(file) }
        }
        return fresh
    }

    /// What tells a good token: the secret, or a set of JSON Web Keys with it and the public parts of the others.
    public var verificationKeys: String {
        guard !signingKeys.isEmpty else { return jwtSecret }
        let secret: JSONValue = ["kty": "oct", "alg": "HS256", "k": .string(Base64URL.text(Data(jwtSecret.utf8)))]
        return JSONValue.object(["keys": .array([secret] + signingKeys.map(\.publicPart))]).text
    }

    /// Supabase's newer, opaque keys for the same two roles: `sb_publishable_…` is public, `sb_secret_…` is secret.
    public var publishableKey: String { opaque("sb_publishable_") }
    public var secretKey: String { opaque("sb_secret_") }

    private func opaque(_ prefix: String) -> String {
        let key = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: Data(jwtSecret.utf8)), info: Data("continuo \(prefix)".utf8), outputByteCount: 24)
        return prefix + key.withUnsafeBytes { Data($0).base64EncodedString() }.replacing("/", with: "_").replacing("+", with: "-")
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

    /// Only a file that does not exist is made; one that cannot be read is never replaced, for what it sealed would be lost.
    private static func readOrMake(_ file: URL, secret: String?) async throws -> ProjectKeys {
        if let keys = try read(file) { return keys }
        let fresh = try await make(secret: secret ?? randomText(bytes: 48))
        // If two processes start at once, the first link wins and both read the same keys.
        try fresh.link(to: file)
        guard let keys = try read(file) else { throw unwritable(file) }
        return keys
    }

    private static func read(_ file: URL) throws -> ProjectKeys? {
        let descriptor = open(file.path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0, errno == ENOENT { return nil }
        let reason = String(cString: strerror(errno))
        do {
            guard descriptor >= 0 else { throw CocoaError(.fileReadNoPermission) }
            defer { close(descriptor) }
            let data = try FileHandle(fileDescriptor: descriptor, closeOnDealloc: false).readToEnd() ?? Data()
            return try JSONDecoder().decode(ProjectKeys.self, from: data)
        } catch {
            throw Failure(
                .unexpected, "keys_unreadable",
                "The key file \(file.path) cannot be read\(descriptor < 0 ? ": \(reason)" : ": it is damaged").",
                hint:
                    "Run as its owner, or restore it from a backup; without it, tokens and sealed data of this installation cannot be read.",
                underlying: error)
        }
    }

    private func link(to file: URL) throws {
        try write(beside: file) { draft in
            guard Foundation.link(draft, file.path) == 0 || errno == EEXIST else { throw Self.unwritable(file) }
        }
    }

    /// Writes the keys whole into a draft that only its owner reads, which `place` then puts where it belongs.
    private func write(beside file: URL, place: (_ draft: String) throws -> Void) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let data = try encoder.encode(self)
        try? FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        let draft = file.deletingLastPathComponent().appending(path: ".keys-\(randomText(bytes: 6))")
        guard FileManager.default.createFile(atPath: draft.path, contents: data, attributes: [.posixPermissions: 0o600]) else {
            throw Self.unwritable(file)
        }
        defer { try? FileManager.default.removeItem(at: draft) }
        let handle = try FileHandle(forUpdating: draft)
        try handle.synchronize()
        try handle.close()
        try place(draft.path)
    }

    private static func unwritable(_ file: URL) -> Failure {
        Failure(
            .unexpected, "keys_unwritable", "The key file \(file.path) cannot be written.",
            hint: "Choose a data folder that you may write to with --data.")
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
    Base64URL.text(randomBytes(bytes))
}
