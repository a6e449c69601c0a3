import Core
import Foundation
import HTTP

/// What the server must know again when somebody comes back from a provider. It travels with them, sealed, so that nothing is kept here and
/// any process can go on.
struct SignInState: Codable, Sendable {
    var provider: String
    /// Where they end up; it was allowed when they left.
    var redirect: String
    /// The client's challenge, where it wants a code in place of a session.
    var challenge: String?
    var challengeMethod: String?
    /// The server's own verifier and nonce for the provider.
    var verifier: String
    var nonce: String
    /// The person who adds a way to sign in.
    var linksTo: UUID?
    /// Seconds since 1970.
    var expiry: Int

    static let lifetime = 600
    private static let purpose = "sign-in state"

    var proofKey: ProofKey? {
        get throws { try ProofKey(challenge: challenge, method: challengeMethod) }
    }

    func sealed(by sealer: Sealer) throws -> String {
        try sealer.seal(try JSONEncoder().encode(self), for: Self.purpose)
    }

    /// Throws `bad_oauth_state` for what is not ours or too old.
    init(_ text: String, sealer: Sealer) throws {
        guard text.utf8.count <= 8192, let bytes = sealer.open(text, for: Self.purpose),
            let state = try? JSONDecoder().decode(SignInState.self, from: Data(bytes)), state.expiry > Int(Date.now.timeIntervalSince1970)
        else { throw Failure(.invalid, "bad_oauth_state", "OAuth state is invalid or has expired") }
        self = state
    }

    init(provider: String, redirect: String, key: ProofKey?, linksTo: UUID?) {
        self.provider = provider
        self.redirect = redirect
        challenge = key?.challenge
        challengeMethod = key?.method.rawValue
        verifier = randomText(bytes: 32)
        nonce = randomText(bytes: 16)
        self.linksTo = linksTo
        expiry = Int(Date.now.timeIntervalSince1970) + Self.lifetime
    }
}
