import App
import AsyncHTTPClient
import Core
import Foundation
import HTTP
import NIOCore
import NIOHTTP1
import Testing

/// The whole program on a loopback port, with a database and a data folder of its own: what a client meets.
public struct TestServer: Sendable {
    public let address: String
    public let ownerURL: String
    public let dataFolder: URL
    public let anonKey: String

    public init(address: String, ownerURL: String, dataFolder: URL, anonKey: String) {
        self.address = address
        self.ownerURL = ownerURL
        self.dataFolder = dataFolder
        self.anonKey = anonKey
    }

    /// Starts a server, runs the body, stops the server. `flags`: settings beyond the standard ones.
    public static func withServer<Result: Sendable>(
        flags: [String: String] = [:], _ body: @Sendable (TestServer) async throws -> Result
    ) async throws -> Result {
        try await TestDatabase.withURLs { loginURL, ownerURL in
            let folder = FileManager.default.temporaryDirectory.appending(path: "continuo-test-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: folder) }
            var all = [
                "data": folder.path, "port": "0", "database-url": ownerURL, "api-database-url": loginURL,
                "migrations": TestDatabase.packageRoot.appending(path: "supabase").path,
                "site": TestDatabase.packageRoot.appending(path: "site").path,
            ]
            all.merge(flags) { _, new in new }
            let settings = try Settings(flags: all, environment: [:])
            return try await withService { announce in
                try await Server.run(settings, signals: [], logger: TestDatabase.logger, announce: announce)
            } body: { address in
                let keys = try await ProjectKeys.load(from: folder.appending(path: "keys.json"), environment: [:])
                return try await body(TestServer(address: address, ownerURL: ownerURL, dataFolder: folder, anonKey: keys.anonKey))
            }
        }
    }

    /// Runs a service beside the body, which gets the address that the service announces, and stops it when the body returns.
    static func withService<Result: Sendable>(
        _ run: @escaping @Sendable (_ announce: @escaping @Sendable (String) -> Void) async throws -> Void,
        body: @Sendable (_ address: String) async throws -> Result
    ) async throws -> Result {
        let (addresses, announce) = AsyncStream.makeStream(of: String.self)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { announce.finish() }
                try await run { announce.yield($0) }
            }
            defer { group.cancelAll() }
            guard let address = await addresses.first(where: { _ in true }) else {
                try await group.waitForAll()
                throw Failure(.unavailable, "test_server", "The server did not start.")
            }
            let result = try await body(address)
            group.cancelAll()
            while let _ = try? await group.next() {}
            return result
        }
    }

    /// An answer, read to its end.
    public struct Answer: Sendable {
        public var status: Int
        public var headers: [String: String]
        public var bytes: [UInt8]

        public var json: JSONValue { (try? JSONDecoder().decode(JSONValue.self, from: Data(bytes))) ?? .null }
        public var text: String { String(decoding: bytes, as: UTF8.self) }
        /// `error.code` of the product's errors.
        public var errorCode: String? { json["error"]?["code"]?.string }
    }

    /// Gives answers as they came: follows no redirection, unpacks nothing.
    private static let client = {
        var configuration = HTTPClient.Configuration.singletonConfiguration
        configuration.redirectConfiguration = .disallow
        configuration.decompression = .disabled
        return HTTPClient(configuration: configuration)
    }()

    public func send(
        _ method: String, _ path: String, token: String? = nil, json: JSONValue? = nil, body: [UInt8]? = nil,
        headers: [String: String] = [:], headerList: [(name: String, value: String)] = []
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: address + path)
        request.method = .init(rawValue: method)
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        for (name, value) in headerList { request.headers.add(name: name, value: value) }
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        if let json {
            request.headers.replaceOrAdd(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(string: json.text))
        } else if let body {
            request.body = .bytes(ByteBuffer(bytes: body))
        }
        let response = try await Self.client.execute(request, timeout: .seconds(120))
        let buffer = try await response.body.collect(upTo: 200_000_000)
        let pairs = response.headers.map { ($0.name.lowercased(), $0.value) }
        return Answer(
            status: Int(response.status.code), headers: Dictionary(pairs) { first, _ in first }, bytes: Array(buffer.readableBytesView))
    }

    /// A stream of server-sent events, each line of data as JSON, until the server ends it.
    public func events(_ path: String, token: String) async throws -> [JSONValue] {
        var request = HTTPClientRequest(url: address + path)
        request.headers.add(name: "Authorization", value: "Bearer \(token)")
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(120))
        var text = ""
        for try await chunk in response.body { text += String(buffer: chunk) }
        return text.components(separatedBy: "\n\n").filter { $0.hasPrefix("data: ") }.compactMap {
            try? JSONDecoder().decode(JSONValue.self, from: Data($0.dropFirst(6).utf8))
        }
    }

    /// A new anonymous person's access token.
    public func signUp() async throws -> String {
        let answer = try await send("POST", "/auth/v1/signup", json: .object([:]), headers: ["apikey": anonKey])
        return try #require(answer.json["access_token"]?.string, "\(answer.text)")
    }

    /// Asks for a song and waits for the job's end.
    public func generate(_ request: JSONValue, token: String) async throws -> JSONValue {
        let accepted = try await send("POST", "/generate", token: token, json: request)
        let id = try #require(accepted.json["job_id"]?.string, "\(accepted.text)")
        return try #require(try await events("/jobs/\(id)/events", token: token).last)
    }
}
