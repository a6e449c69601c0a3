import Core
import Foundation
import HTTP
import HTTPTypes
import Hummingbird

/// The JSON body of a request to `/auth/v1`, read member by member. Whatever is wrong is `validation_failed`, as GoTrue has it.
struct AuthBody: Sendable {
    private let members: [String: JSONValue]

    /// Bytes of JSON that metadata may have: it travels in every access token, and past this size no proxy takes the token any more.
    static let longestMetadata = 8192

    init(_ request: Request, allowsEmpty: Bool = false) async throws {
        do {
            members = try await request.jsonObject(limit: 64_000, allowEmpty: allowsEmpty)
        } catch let failure as Failure where failure.code == "invalid_json" || failure.code == "unsupported_media_type" {
            throw Failure(.invalid, "bad_json", "Could not parse request body as JSON: \(failure.message)")
        }
    }

    func has(_ name: String) -> Bool {
        if case .null? = members[name] { false } else { members[name] != nil }
    }

    /// Text or absent; anything else is somebody's mistake, not “absent”.
    func text(_ name: String) throws -> String? {
        switch members[name] {
        case nil, .null?: return nil
        case .string(let text)? where !text.unicodeScalars.contains("\0"): return text
        default: throw Failure(.invalid, "validation_failed", "\(name) must be text")
        }
    }

    /// As above, with the empty text as absent.
    func filledText(_ name: String) throws -> String? {
        try text(name).flatMap { $0.isEmpty ? nil : $0 }
    }

    func flag(_ name: String) throws -> Bool? {
        switch members[name] {
        case nil, .null?: return nil
        case .bool(let flag)?: return flag
        default: throw Failure(.invalid, "validation_failed", "\(name) must be true or false")
        }
    }

    /// A list of texts, or absent.
    func texts(_ name: String) throws -> [String]? {
        switch members[name] {
        case nil, .null?: return nil
        case .array(let values)?:
            let texts = values.compactMap(\.string).filter { !$0.unicodeScalars.contains("\0") }
            guard texts.count == values.count, texts.count <= 100 else { fallthrough }
            return texts
        default: throw Failure(.invalid, "validation_failed", "\(name) must be a list of texts")
        }
    }

    /// An object or absent.
    func metadata(_ name: String = "data") throws -> JSONValue? {
        guard has(name) else { return nil }
        guard case .object(let object)? = members[name] else { throw Failure(.invalid, "validation_failed", "\(name) must be an object") }
        let text = JSONValue.object(object).text
        guard text.utf8.count <= Self.longestMetadata, !text.contains("\\u0000") else {
            throw Failure(
                .invalid, "validation_failed", "\(name) must be at most \(Self.longestMetadata) bytes of JSON without null characters")
        }
        return .object(object)
    }

    var proofKey: ProofKey? {
        get throws { try ProofKey(challenge: text("code_challenge"), method: text("code_challenge_method")) }
    }
}

extension Request {
    /// Where the client would like links to lead.
    var wantedRedirect: String? {
        uri.queryParameters["redirect_to"].map(String.init) ?? headers[.redirectTo] ?? headers[.referer]
    }

    func codeRequest(_ body: AuthBody, _ context: AppRequestContext) throws -> CodeRequest {
        CodeRequest(redirect: wantedRedirect, proofKey: try body.proofKey, clientAddress: context.clientAddress)
    }

    func device(_ context: AppRequestContext) -> Device {
        Device(address: context.clientAddress ?? context.remoteAddress, userAgent: headers[.userAgent])
    }
}

extension HTTPField.Name {
    static let redirectTo = HTTPField.Name(parsed: "redirect_to") ?? .referer
}

extension AppRequestContext {
    /// Whom limits count for; nil for this machine itself.
    var clientNetwork: String? { clientAddress.map(TrustedProxies.network) }

    /// The token of a person; the bare keys are not enough here.
    func requirePerson() throws -> AccessToken {
        guard let token, token.sub != nil else {
            throw Failure(.unauthenticated, "no_authorization", "This endpoint requires a valid Bearer token")
        }
        return token
    }

    func requireKey() throws {
        guard claims != nil else {
            throw Failure(.unauthenticated, "no_authorization", "No API key found in request. Send it as the header apikey.")
        }
    }

    /// Who may do everything.
    func requireAdmin() throws {
        guard claims != nil else {
            throw Failure(.unauthenticated, "no_authorization", "This endpoint requires a valid Bearer token")
        }
        guard claims?.role == .service else { throw Failure(.forbidden, "not_admin", "User not allowed") }
    }
}
