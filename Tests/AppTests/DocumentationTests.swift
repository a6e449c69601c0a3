import Core
import Foundation
import TestSupport
import Testing

/// What people can set and meet is documented, and nothing else is.
@Suite struct DocumentationTests {
    private func text(_ path: String) throws -> String {
        try String(contentsOf: TestDatabase.packageRoot.appending(path: path), encoding: .utf8)
    }

    @Test func `every setting stands in its reference with its environment name`() throws {
        let page = try text("docs/reference/settings.md")
        for setting in Settings.all {
            #expect(page.contains("`\(setting.name)`") && page.contains("`\(setting.environment)`"), "\(setting.name)")
        }
    }

    @Test func `every error code in the sources stands in the reference, and every documented one in the sources`() throws {
        let page = try text("docs/reference/errors.md")
        let documented = Set(page.matches(of: /(?m)^\| `([a-z_]+)` \|/).map { String($0.output.1) })
        var used: Set<String> = []
        let sources = TestDatabase.packageRoot.appending(path: "Sources")
        for case let file as String in FileManager.default.enumerator(atPath: sources.path) ?? .init() where file.hasSuffix(".swift") {
            let source = try String(contentsOf: sources.appending(path: file), encoding: .utf8)
            // Failure(.kind, "code", …), on one line or the next.
            for match in source.matches(of: /\.[a-zA-Z]+,\s*"([a-z][a-z_]+)",\s*(?:"|\w|\()/) where match.output.1.contains("_") {
                used.insert(String(match.output.1))
            }
        }
        #expect(used.subtracting(documented).sorted() == [])
    }

    @Test func `every route of the API description answers, and asks for a token unless it is open`() async throws {
        try await TestServer.withServer { server in
            let document = try await server.send("GET", "/openapi.json").json
            let paths = try #require(document["paths"]?.object)
            #expect(paths.count >= 20)
            for (path, item) in paths {
                for (method, operation) in item.object ?? [:] {
                    let concrete = path.replacing("{id}", with: UUID().uuidString.lowercased()).replacing("{style}", with: "march")
                    let body: JSONValue? = ["post", "put", "patch"].contains(method) ? .object([:]) : nil
                    let answer = try await server.send(method.uppercased(), concrete, json: body)
                    // A style's sample may not have been made yet; the answer says so.
                    let isFound = answer.status != 404 || answer.errorCode == "sample_missing"
                    #expect(isFound && answer.status != 405, "\(method) \(path): \(answer.status)")
                    #expect((answer.status == 401) == (operation["security"] == nil), "\(method) \(path): \(answer.status)")
                }
            }
            #expect(try await server.send("GET", "/docs").text.contains("/generate"))
        }
    }
}
