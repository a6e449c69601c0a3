import Core
import Hummingbird
import Logging
import NIOCore

/// What travels with one request: Hummingbird's own parts, who is asking, and from where.
public struct AppRequestContext: RequestContext {
    public var coreContext: CoreRequestContextStorage
    /// Set by `Authentication`; nil until a valid key or token was seen.
    public var claims: Claims?
    /// The verified claims in full, where a person's token was given.
    public var token: AccessToken?
    /// Where the request comes from, past the proxies that are trusted; nil for this machine itself. Set by `Gateway`.
    public var clientAddress: String?
    /// The peer's address, without port.
    public let remoteAddress: String?
    /// The connection.
    public let channel: any Channel

    public init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
        remoteAddress = source.channel.remoteAddress?.ipAddress
    }

    /// Who is asking. Throws `no_authorization` when no valid token came with the request.
    public func requireClaims() throws -> Claims {
        guard let claims else {
            throw Failure(
                .unauthenticated, "no_authorization", "This request needs a valid access token.",
                hint: "Send `Authorization: Bearer <access_token>`; POST /auth/v1/signup gives one.")
        }
        return claims
    }

    /// The signed-in person. Throws `no_authorization` for the project keys too.
    public func requireUser() throws -> Claims {
        let claims = try requireClaims()
        guard claims.userID != nil else {
            throw Failure(
                .unauthenticated, "no_authorization", "This request needs a person's access token, not a project key.",
                hint: "Sign in with POST /auth/v1/signup or /auth/v1/token, then send its access_token.")
        }
        return claims
    }
}
