import Core
import Foundation
import HTTP
import TestSupport
import Testing

/// `/rest/v1` of the whole program: behind the project's keys, over the product's own tables.
@Suite struct GatewayTests {
    @Test func `a request without the project's key is refused, and so is one with a made-up key`() async throws {
        try await TestServer.withServer { server in
            let none = try await server.send("GET", "/rest/v1/profiles")
            #expect(none.status == 401)
            #expect(none.json["message"]?.string == "No API key found in request")
            let wrong = try await server.send("GET", "/rest/v1/profiles", headers: ["apikey": "sb_publishable_nonsense"])
            #expect(wrong.status == 401)
            #expect(wrong.json["message"]?.string == "Invalid API key")
        }
    }

    @Test func `the key may stand in the query string, and opaque keys stand for their roles`() async throws {
        try await TestServer.withServer { server in
            let keys = try await ProjectKeys.load(from: server.dataFolder.appending(path: "keys.json"), environment: [:])
            #expect(try await server.send("GET", "/rest/v1/profiles?select=id&apikey=\(server.anonKey)").status == 200)
            let person = try await server.signUp()
            let secret = try await server.send(
                "GET", "/rest/v1/users?select=id", headers: ["apikey": keys.secretKey, "Authorization": "Bearer \(keys.secretKey)"])
            #expect(secret.status == 200, "\(secret.text)")
            #expect(secret.json != .array([]))
            let own = try await server.send(
                "GET", "/rest/v1/users?select=id", token: person, headers: ["apikey": keys.publishableKey])
            guard case .array(let rows) = own.json else {
                Issue.record("\(own.text)")
                return
            }
            #expect(rows.count == 1)
        }
    }

    @Test func `a person reads and writes what the policies give them`() async throws {
        try await TestServer.withServer { server in
            let (anna, ben) = (try await server.signUp(), try await server.signUp())
            let key = ["apikey": server.anonKey]
            let made = try await server.send(
                "POST", "/rest/v1/artists", token: anna, json: ["name": "Anna and the Oscillators"],
                headers: key.merging(["Prefer": "return=representation"]) { first, _ in first })
            #expect(made.status == 201, "\(made.text)")
            let snippet = "/rest/v1/artists?select=*,user_artists!inner(role),artist_profiles(master_schema)"
            guard case .array(let annas) = try await server.send("GET", snippet, token: anna, headers: key).json else { return }
            #expect(annas.count == 1)
            #expect(annas.first?["user_artists"] == .array([["role": "owner"]]))
            #expect(try await server.send("GET", snippet, token: ben, headers: key).json == .array([]))
        }
    }

    @Test func `long answers come as gzip to those who ask, whole and streamed, and plain to others`() async throws {
        try await TestServer.withServer { server in
            let key = ["apikey": server.anonKey]
            let description = try await server.send("GET", "/rest/v1/", headers: key)
            #expect(description.headers["content-encoding"] == nil)
            #expect(description.headers["vary"] == "Origin, Accept-Encoding")
            let packed = key.merging(["Accept-Encoding": "gzip"]) { first, _ in first }
            let compressed = try await server.send("GET", "/rest/v1/", headers: packed)
            #expect(compressed.headers["content-encoding"] == "gzip")
            #expect(compressed.bytes.count * 5 < description.bytes.count)
            #expect(try gunzip(compressed.bytes) == description.bytes)
            let short = try await server.send("GET", "/rest/v1/profiles", headers: packed)
            #expect(short.headers["content-encoding"] == nil)
        }
    }

    private func gunzip(_ bytes: [UInt8]) throws -> [UInt8] {
        let folder = FileManager.default.temporaryDirectory
        let file = folder.appending(path: UUID().uuidString + ".gz")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(bytes).write(to: file)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/gzip")
        process.arguments = ["-dc", file.path]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        return Array(try pipe.fileHandleForReading.readToEnd() ?? Data())
    }

    @Test func `an expired token is refused as PostgREST refuses it`() async throws {
        try await TestServer.withServer { server in
            let keys = try await ProjectKeys.load(from: server.dataFolder.appending(path: "keys.json"), environment: [:])
            let token = CaseToken.make(#"{"role":"authenticated","exp":1500000000}"#, secret: keys.jwtSecret)
            let answer = try await server.send("GET", "/rest/v1/profiles", token: token, headers: ["apikey": server.anonKey])
            #expect(answer.status == 401)
            #expect(answer.json["code"]?.string == "PGRST303")
            #expect(answer.headers["www-authenticate"] == #"Bearer error="invalid_token", error_description="JWT expired""#)
        }
    }
}
