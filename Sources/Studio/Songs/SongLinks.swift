import Core
import Foundation
import HTTP
import JWTKit

/// Signed links to a song's files, for players and downloads that send no headers.
///
/// A link names one song and nothing else; it carries no role, so it is worth nothing anywhere else in the API.
struct SongLinks: Sendable {
    private struct Payload: JWTPayload {
        var song: String
        /// The person whose view it was signed for; absent for public songs.
        var viewer: String?
        var scope: String
        var exp: Int

        func verify(using algorithm: some JWTAlgorithm) throws {}
    }

    let signer: TokenSigner

    /// Valid for 12 to 13 hours; the same link within one hour, so that browsers can keep what they fetched.
    func token(for song: UUID, viewer: UUID?) async throws -> String {
        let hour = Int(Date.now.timeIntervalSince1970) / 3600 * 3600
        return try await signer.sign(
            Payload(song: song.uuidString.lowercased(), viewer: viewer?.uuidString.lowercased(), scope: "song", exp: hour + 13 * 3600))
    }

    /// On whose behalf the link reads. Throws `invalid_link` unless it is for this song and not expired.
    func claims(_ token: String, for song: UUID) async throws -> Claims {
        let failure = Failure(
            .unauthenticated, "invalid_link", "This link is not valid any more.", hint: "Get a new one from GET /songs/{id}.")
        guard let payload = try? await signer.verify(token, as: Payload.self), payload.scope == "song",
            payload.song == song.uuidString.lowercased(), payload.exp > Int(Date.now.timeIntervalSince1970)
        else { throw failure }
        guard let viewer = payload.viewer else { return .anonymous }
        guard let id = UUID(uuidString: viewer) else { throw failure }
        return Claims(userID: id)
    }
}
