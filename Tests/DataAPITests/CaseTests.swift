import Core
import Crypto
import Database
import Foundation
import TestSupport
import Testing

/// The Data API held to text files of requests and answers, over a schema that is not the product's.
@Suite struct CaseTests {
    static let cases: [CaseFile.Case] = (try? CaseFile.all().flatMap(\.cases)) ?? []

    @Test func `there are cases for every part of the protocol`() throws {
        let files = try CaseFile.all()
        #expect(files.count >= 20)
        #expect(files.allSatisfy { !$0.cases.isEmpty })
    }

    @Test(arguments: cases)
    func `the server answers as the case says`(_ one: CaseFile.Case) async throws {
        let server = try await CaseServers.shared.server(one.configuration)
        for exchange in one.exchanges { try await CaseRun(server: server, exchange: exchange).check() }
    }
}

/// One request of a case against a server.
private struct CaseRun {
    let server: TestServer
    let exchange: CaseFile.Exchange

    func check() async throws {
        var headers = exchange.headers
        if let claims = exchange.claims { headers.append(("Authorization", "Bearer \(CaseToken.make(claims))")) }
        let answer = try await server.send(
            exchange.method, exchange.path, body: exchange.body.map { Array($0.utf8) }, headerList: headers)
        let request = "\(exchange.method) \(exchange.path)"
        if let status = exchange.status { #expect(answer.status == status, "\(request) → \(answer.text.prefix(500))") }
        for (name, value) in exchange.expectedHeaders {
            #expect(answer.headers[name.lowercased()] == value, "\(request): header \(name)")
        }
        for (name, pattern) in exchange.headerPatterns {
            #expect(try (answer.headers[name.lowercased()] ?? "").contains(Regex(pattern)), "\(request): header \(name)")
        }
        for name in exchange.absentHeaders {
            #expect(answer.headers[name.lowercased()] == nil, "\(request): header \(name)")
        }
        try checkBody(answer, request)
    }

    private func checkBody(_ answer: TestServer.Answer, _ request: String) throws {
        if let expected = exchange.expectedBody {
            if let wanted = JSONValue(parsing: expected.utf8), let got = JSONValue(parsing: answer.bytes) {
                #expect(got == wanted, "\(request)")
            } else {
                #expect(answer.text == expected, "\(request)")
            }
        }
        for pattern in exchange.bodyPatterns {
            #expect(try answer.text.contains(Regex(pattern)), "\(request) → \(answer.text.prefix(500))")
        }
        for lookup in exchange.lookups { try check(lookup, in: answer.json, request) }
    }

    /// `path == JSON`, `path absent`, `path present`, `path ~ pattern`.
    private func check(_ lookup: String, in json: JSONValue, _ request: String) throws {
        if let range = lookup.range(of: " == ") {
            let found = JSONPath.value(String(lookup[..<range.lowerBound]), in: json)
            #expect(found == JSONValue(parsing: lookup[range.upperBound...].utf8), "\(request): \(lookup)")
        } else if lookup.hasSuffix(" absent") {
            #expect(JSONPath.value(String(lookup.dropLast(7)), in: json) == nil, "\(request): \(lookup)")
        } else if lookup.hasSuffix(" present") {
            #expect(JSONPath.value(String(lookup.dropLast(8)), in: json) != nil, "\(request): \(lookup)")
        } else if let range = lookup.range(of: " ~ ") {
            let found = JSONPath.value(String(lookup[..<range.lowerBound]), in: json)?.string ?? ""
            #expect(try found.contains(Regex(String(lookup[range.upperBound...]))), "\(request): \(lookup)")
        }
    }
}

/// A token signed with the secret that the cases' servers know.
enum CaseToken {
    static let secret = "a-secret-of-at-least-thirty-two-characters"

    static func make(_ claims: String, secret: String = secret) -> String {
        func encode(_ data: some DataProtocol) -> String {
            Data(data).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        }
        let now = String(Int(Date.now.timeIntervalSince1970))
        let claims = claims.replacing("{{now}}", with: now)
        let signed = encode(Data(#"{"alg":"HS256","typ":"JWT"}"#.utf8)) + "." + encode(Data(claims.utf8))
        let code = HMAC<SHA256>.authenticationCode(for: Data(signed.utf8), using: SymmetricKey(data: Data(secret.utf8)))
        return signed + "." + encode(Data(code))
    }
}

/// One database with the fixture, and a server for each configuration that a case asks for.
actor CaseServers {
    static let shared = CaseServers()

    private var database: Task<@Sendable (String) -> String, any Error>?
    private var servers: [[String: String]: Task<TestServer, any Error>] = [:]

    static let standard = [
        "db-schemas": "shop,archive", "db-anon-role": "case_anon", "db-extra-search-path": "shop", "jwt-secret": CaseToken.secret,
        "db-tx-end": "rollback-allow-override",
    ]

    func databaseURL() async throws -> @Sendable (String) -> String {
        let task = database ?? Task { try await Self.load() }
        database = task
        return try await task.value
    }

    func server(_ configuration: [String: String]) async throws -> TestServer {
        let settings = Self.standard.merging(configuration) { _, new in new }
        if let known = servers[settings] { return try await known.value }
        let task = Task {
            let url = try await self.databaseURL()
            return try await TestRestServer.start(url("authenticator"), settings)
        }
        servers[settings] = task
        return try await task.value
    }

    private static func load() async throws -> @Sendable (String) -> String {
        let url = try await TestDatabase.makeLasting()
        let folder = Bundle.module.bundleURL.appending(path: "Fixture")
        for name in ["schema.sql", "grants.sql", "data.sql"] {
            try await TestDatabase.owner(
                url(TestDatabase.ownerRole), try String(contentsOf: folder.appending(path: name), encoding: .utf8))
        }
        // The test cluster lets one role log in beside its owner.
        try await TestDatabase.owner(url(TestDatabase.ownerRole), "grant case_anon, case_author to authenticator")
        return url
    }
}
