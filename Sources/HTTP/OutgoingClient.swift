import AsyncHTTPClient
import Core
import Foundation
import HTTPTypes
import NIOCore
import NIOHTTP1

/// Short conversations with other servers: small answers, few seconds, no redirects followed. Certificates are checked.
public struct OutgoingClient: Sendable {
    /// An answer in full.
    public struct Answer: Sendable {
        public var status: Int
        /// Names in small letters.
        public var headers: [String: String]
        public var body: [UInt8]

        public init(status: Int, headers: [String: String] = [:], body: [UInt8]) {
            self.status = status
            self.headers = headers
            self.body = body
        }

        public var isSuccess: Bool { (200..<300).contains(status) }
        public var json: JSONValue? { JSONValue(parsing: body) }
    }

    private let timeout: TimeAmount
    private let longestAnswer: Int
    /// One for the process; it is never shut down. Whoever cannot be reached is reported at once: retrying is the caller's to decide.
    public static let shared: HTTPClient = {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: .seconds(5), read: .seconds(60)))
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    /// longestAnswer: bytes.
    public init(timeout: Duration = .seconds(10), longestAnswer: Int = 1_000_000) {
        self.timeout = .nanoseconds(Int64(timeout / .nanoseconds(1)))
        self.longestAnswer = longestAnswer
    }

    /// Whether nobody on the way can read along: TLS, or this machine itself.
    public static func isPrivate(_ scheme: String?, _ host: String) -> Bool {
        switch scheme?.lowercased() {
        case "https": true
        case "http": host == "localhost" || TrustedProxies.loopback.contains(host.trimmingCharacters(in: CharacterSet(charactersIn: "[]")))
        default: false
        }
    }

    /// Throws `remote_unreachable`, `remote_answer_too_large`.
    public func send(
        _ url: String, method: HTTPRequest.Method = .get, headers: [String: String] = [:], body: [UInt8]? = nil
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: url)
        request.method = HTTPMethod(rawValue: method.rawValue)
        request.headers = HTTPHeaders(headers.map { ($0.key, $0.value) } + [("User-Agent", "Continuo")])
        if let body { request.body = .bytes(body) }
        do {
            let response = try await Self.shared.execute(request, timeout: timeout)
            let buffer = try await response.body.collect(upTo: longestAnswer)
            let pairs = response.headers.map { ($0.name.lowercased(), $0.value) }
            return Answer(
                status: Int(response.status.code), headers: Dictionary(pairs) { first, _ in first },
                body: Array(buffer.readableBytesView))
        } catch is NIOTooManyBytesError {
            throw Failure(.unavailable, "remote_answer_too_large", "The other server's answer is too large.")
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw Failure(.unavailable, "remote_unreachable", "The other server could not be reached.", underlying: error)
        }
    }

    /// A form, as OAuth's token endpoints take it.
    public func post(_ url: String, form: [(String, String)], headers: [String: String] = [:]) async throws -> Answer {
        let text = form.map { URLEncodedForm.encoded($0) + "=" + URLEncodedForm.encoded($1) }.joined(separator: "&")
        let type = ["Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"]
        return try await send(url, method: .post, headers: headers.merging(type) { $1 }, body: Array(text.utf8))
    }
}
