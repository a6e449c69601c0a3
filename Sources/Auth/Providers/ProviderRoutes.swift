import Core
import Crypto
import Database
import Foundation
import HTTP
import HTTPTypes
import Hummingbird
import Logging

/// `/authorize`, `/callback`, `/user/identities/authorize`: people leave for a provider and come back.
struct ProviderRoutes: Sendable {
    let core: AuthCore

    func addRoutes(to router: RouterGroup<AppRequestContext>) {
        router
            .get("authorize") { request, _ in try await leave(request, linksTo: nil) }
            .get("user/identities/authorize") { request, context in
                guard core.configuration.allowsLinking else {
                    throw Failure(.notFound, "manual_linking_disabled", "Manual linking is disabled")
                }
                return try await leave(request, linksTo: try await core.person(of: try context.requirePerson()).id)
            }
            .get("callback") { request, context in
                try await comeBack(Self.pairs(request.uri.query.map { Substring($0) } ?? ""), request, context)
            }
            .post("callback") { request, context in
                let form = try await request.body.collect(upTo: 65_536)
                return try await comeBack(Self.pairs(Substring(String(buffer: form))), request, context)
            }
    }

    private var client: ProviderClient { ProviderClient(issuers: core.issuers, callback: core.postbox.address.url + "/auth/v1/callback") }

    private static func pairs(_ text: Substring) -> [(String, String)] {
        URLEncodedForm.pairs(text).map { ($0.name, $0.value ?? "") }
    }

    // MARK: Leaving

    private func leave(_ request: Request, linksTo: UUID?) async throws -> Response {
        let asked = Self.pairs(request.uri.query.map { Substring($0) } ?? "")
        let members = Dictionary(asked) { first, _ in first }
        guard let provider = core.providers[members["provider"] ?? ""] else {
            throw Failure(.invalid, "validation_failed", "Unsupported provider: provider is not enabled")
        }
        let key = try ProofKey(challenge: members["code_challenge"], method: members["code_challenge_method"])
        let state = SignInState(
            provider: provider.name, redirect: core.postbox.redirects.destination(request.wantedRedirect), key: key, linksTo: linksTo)
        let scopes = (members["scopes"] ?? "").split { $0 == " " || $0 == "," }.map(String.init)
        let challenge = Base64URL.text(Data(SHA256.hash(data: Data(state.verifier.utf8))))
        let address = try await client.address(
            of: provider, state: try state.sealed(by: core.sealer), nonce: state.nonce,
            key: ProofKey(challenge: challenge, method: .s256), scopes: scopes, wishes: asked)
        if members["skip_http_redirect"] == "true" { return try Response.json(["url": address]) }
        return Response(status: .found, headers: [.location: address, .cacheControl: "no-store"])
    }

    // MARK: Coming back

    /// Whatever happens, the browser goes on to where the sign-in began: with a session, a code or an error.
    private func comeBack(_ answer: [(String, String)], _ request: Request, _ context: AppRequestContext) async throws -> Response {
        let members = Dictionary(answer) { first, _ in first }
        var destination = core.postbox.redirects.destination(nil)
        do {
            guard let text = members["state"], !text.isEmpty else {
                throw Failure(.invalid, "bad_oauth_callback", "OAuth state parameter missing")
            }
            let state = try SignInState(text, sealer: core.sealer)
            destination = state.redirect
            if let error = members["error"], !error.isEmpty {
                throw Refusal(error: error, description: members["error_description"] ?? "")
            }
            guard let code = members["code"], !code.isEmpty else {
                throw Failure(.invalid, "bad_oauth_callback", "OAuth callback with missing authorization code")
            }
            try await core.limits.take(.codes, context.clientNetwork)
            return try await finish(state, code: code, formName: Self.name(members["user"]), request, context)
        } catch let refusal as Refusal {
            return Self.redirect(to: destination, refusal.members)
        } catch {
            let failure = Failure(from: error)
            if failure.status.code >= 500 { context.logger.error("sign-in at a provider: \(String(reflecting: failure))") }
            return Self.redirect(to: destination, Refusal(failure).members)
        }
    }

    private func finish(
        _ state: SignInState, code: String, formName: String?, _ request: Request, _ context: AppRequestContext
    ) async throws -> Response {
        guard let provider = core.providers[state.provider] else {
            throw Failure(.invalid, "provider_disabled", "Unsupported provider: provider is not enabled")
        }
        let tokens = try await client.exchange(code, verifier: state.verifier, at: provider)
        let profile = try await client.profile(tokens, nonce: state.nonce, at: provider, formName: formName)
        let key = try state.proofKey
        let asked = CodeRequest(redirect: state.redirect, proofKey: nil, clientAddress: context.clientAddress)
        let device = request.device(context)
        let (brought, outcome) = try await core.database.asService { transaction -> ([(String, String)]?, SocialSignIn.Outcome) in
            let outcome = try await SocialSignIn(core: core).accept(
                profile, from: provider, linksTo: state.linksTo, asked, in: transaction)
            guard case .proved(let user) = outcome else { return (nil, outcome) }
            if let key {
                let code = try await core.flows.begin(
                    key, for: user.id, provider: provider.name, method: "oauth",
                    tokens: .init(access: try core.sealed(tokens.access), refresh: try core.sealed(tokens.refresh)), in: transaction)
                return ([("code", code)], outcome)
            }
            let session = try await core.sessions.begin(for: user, method: "oauth", on: device, in: transaction)
            var members = session.fragment + [("provider_token", tokens.access)]
            if let refresh = tokens.refresh { members.append(("provider_refresh_token", refresh)) }
            return (members, outcome)
        }
        guard let brought else { throw try await SocialSignIn(core: core).unconfirmed(outcome) }
        return CodeRoutes.redirect(to: state.redirect, brought, inQuery: key != nil)
    }

    /// Apple tells a name once, beside the code. Source: Apple, "Request an authorization to the Sign in with Apple server".
    private static func name(_ user: String?) -> String? {
        guard let name = user.flatMap({ JSONValue(parsing: $0.utf8) })?["name"] else { return nil }
        let parts = [name["firstName"]?.string, name["lastName"]?.string].compactMap { $0 }.filter { !$0.isEmpty }
        return parts.isEmpty ? nil : parts.joined(separator: " ")
    }

    // MARK: Errors

    /// An error as it stands in an address (RFC 6749, section 4.1.2.1), with GoTrue's code beside it.
    private struct Refusal: Error {
        var members: [(String, String)]

        /// The provider's own.
        init(error: String, description: String) {
            members = [("error", error), ("error_code", "bad_oauth_callback"), ("error_description", String(description.prefix(500)))]
        }

        init(_ failure: Failure) {
            let error =
                switch failure.status.code {
                case 400: "invalid_request"
                case 401: "unauthorized_client"
                case 403: "access_denied"
                case 503: "temporarily_unavailable"
                default: "server_error"
                }
            members = [("error", error), ("error_code", failure.code), ("error_description", failure.message)]
        }
    }

    /// In query and fragment: some clients look in one, some in the other.
    private static func redirect(to destination: String, _ members: [(String, String)]) -> Response {
        let inQuery = CodeRoutes.redirect(to: destination, members, inQuery: true)
        return CodeRoutes.redirect(to: inQuery.headers[.location] ?? destination, members, inQuery: false)
    }
}
