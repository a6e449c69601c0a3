import Core
import HTTPTypes
import Hummingbird

/// Reads who is asking from `Authorization: Bearer`, or else from the project key in `apikey`, and leaves it in the context.
///
/// A wrong token is refused here; a missing one is left to the route, since some need none.
public struct Authentication: RouterMiddleware {
    public typealias Context = AppRequestContext

    private let signer: TokenSigner

    public init(signer: TokenSigner) {
        self.signer = signer
    }

    public func handle(
        _ request: Request, context: AppRequestContext, next: (Request, AppRequestContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        if let text = bearerToken(request.headers[.authorization]) ?? request.headers[.apiKey]
            ?? request.uri.queryParameters["apikey"].map(String.init)
        {
            let verified = try await signer.verify(text)
            context.claims = verified.claims
            context.token = verified.token
        }
        return try await next(request, context)
    }
}

/// The token of an `Authorization` header; nil where there is none.
public func bearerToken(_ header: String?) -> String? {
    guard let token = bearerCredentials(header), !token.isEmpty else { return nil }
    return token
}

/// What stands behind `Bearer` in an `Authorization` header, be it nothing; nil for other schemes and without a header. The scheme's case
/// does not matter (RFC 9110, section 11.1).
public func bearerCredentials(_ header: String?) -> String? {
    guard let bytes = header?.utf8, bytes.count >= 6, bytes.prefix(6).elementsEqual("bearer".utf8, by: { $0 | 0x20 == $1 }) else {
        return nil
    }
    var rest = bytes.dropFirst(6)
    guard rest.isEmpty || rest.first == UInt8(ascii: " ") else { return nil }
    while rest.first == UInt8(ascii: " ") { rest.removeFirst() }
    while rest.last == UInt8(ascii: " ") { rest.removeLast() }
    return String(Substring(rest))
}

extension HTTPField.Name {
    /// `apikey`: the project key, as Supabase clients send it.
    public static let apiKey = HTTPField.Name(parsed: "apikey") ?? .authorization
}
