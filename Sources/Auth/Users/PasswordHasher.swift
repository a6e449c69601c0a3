import CLinux
import Core
import Foundation
import HTTP

/// bcrypt through the system's crypt library, on threads of its own and few at a time.
///
/// Source: crypt(5), "bcrypt"; Provos and Mazières, "A Future-Adaptable Password Scheme", 1999.
public struct PasswordHasher: Sendable {
    private let pool: BlockingPool
    private let cost: UInt

    /// cost: the binary logarithm of the rounds, 4…31; 10 takes about 50 ms.
    public init(cost: UInt = 10, concurrency: Int = max(1, ProcessInfo.processInfo.activeProcessorCount - 1)) {
        pool = BlockingPool(name: "passwords", threads: concurrency)
        self.cost = cost
    }

    /// A fresh salt and hash, `$2b$…`. password: at most 72 bytes, without null bytes.
    public func hash(_ password: String) async throws -> String {
        let cost = cost
        return try await pool.run { _ in
            var salt = [CChar](repeating: 0, count: Int(CRYPT_GENSALT_OUTPUT_SIZE))
            let entropy = randomBytes(16).map { CChar(bitPattern: $0) }
            guard crypt_gensalt_rn("$2b$", cost, entropy, Int32(entropy.count), &salt, Int32(salt.count)) != nil else {
                throw Failure(.unexpected, "password_hashing", "The system's crypt library has no bcrypt.")
            }
            return try Self.crypt(password, setting: String(decoding: salt.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
        }
    }

    /// Whether the password made the hash. `hash`: any that crypt(5) knows; nil takes the same time and is false, so that an
    /// unknown person cannot be told from a wrong password by the clock.
    public func verify(_ password: String, against hash: String?) async throws -> Bool {
        let standIn = "$2b$10$CwTycUXWue0Thq9StjUM0u5Ln3vyQhUXrZzuTVRaaDbJ1kuqo5CIG"
        return try await pool.run { _ in
            let made = try Self.crypt(password, setting: hash ?? standIn)
            guard let hash else { return false }
            return made.utf8.count > 1 && made.utf8.isEqualInConstantTime(to: hash.utf8)
        }
    }

    /// Whether it can be checked at all: bcrypt, scrypt, yescrypt and what else the system's library knows.
    static func isKnown(_ hash: String) -> Bool {
        guard hash.hasPrefix("$"), hash.utf8.count <= 255 else { return false }
        return ![CRYPT_SALT_INVALID, CRYPT_SALT_METHOD_DISABLED].contains(crypt_checksalt(hash))
    }

    private static func crypt(_ password: String, setting: String) throws -> String {
        // crypt_data is 32 KB: on the heap, not on a thread's stack.
        let data = UnsafeMutablePointer<crypt_data>.allocate(capacity: 1)
        data.initialize(to: crypt_data())
        defer { data.deallocate() }
        guard let result = crypt_r(password, setting, data) else { return "*" }
        return String(cString: result)
    }
}
