import Core
import Crypto
import Foundation

/// Keeps secrets that must be read again: AES-256-GCM with the installation's sealing key. A sealed text names its key, so that another key
/// is told apart from a damaged text, and holds for one purpose only.
public struct Sealer: Sendable {
    private let key: SymmetricKey
    private let identifier: String

    /// key: Base64 of 32 bytes. Throws `keys_weak`.
    public init(key text: String) throws {
        guard let data = Data(base64Encoded: text), data.count == 32 else {
            throw Failure(.invalid, "keys_weak", "The sealing key must be Base64 of 32 bytes.")
        }
        key = SymmetricKey(data: data)
        identifier = Base64URL.text(Array(SHA256.hash(data: data).prefix(6)))
    }

    /// Text safe in URLs: key id, dot, Base64 of nonce, ciphertext and tag.
    public func seal(_ bytes: some Sequence<UInt8>, for purpose: String) throws -> String {
        let box = try AES.GCM.seal(Data(bytes), using: key, authenticating: Data(purpose.utf8))
        guard let combined = box.combined else { throw Failure(.unexpected, "internal_error", "Sealing failed.") }
        return identifier + "." + Base64URL.text(combined)
    }

    /// Nil for what was not sealed by this key for this purpose, or was changed since.
    public func open(_ text: String, for purpose: String) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0] == identifier, let bytes = Base64URL.bytes(parts[1]),
            let box = try? AES.GCM.SealedBox(combined: Data(bytes)),
            let data = try? AES.GCM.open(box, using: key, authenticating: Data(purpose.utf8))
        else { return nil }
        return Array(data)
    }
}
