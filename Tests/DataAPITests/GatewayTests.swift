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

    @Test func `a person's token may stand in the key's place, and still names the person`() async throws {
        try await TestServer.withServer { server in
            let anna = try await server.signUp()
            let own = try await server.send("GET", "/rest/v1/users?select=id", token: anna, headers: ["apikey": server.anonKey])
            guard case .array(let rows) = own.json, rows.count == 1 else {
                Issue.record("\(own.text)")
                return
            }
            #expect(try await server.send("GET", "/rest/v1/users?select=id", headers: ["apikey": anna]).json == own.json)
            #expect(try await server.send("GET", "/rest/v1/users?select=id", token: anna, headers: ["apikey": anna]).json == own.json)
            let anonymous = try await server.send("GET", "/rest/v1/users?select=id", token: server.anonKey, headers: ["apikey": anna])
            #expect(anonymous.json != own.json)
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
            let person = try await server.signUp()
            let claims = try #require(person.split(separator: ".").dropFirst().first)
            let payload = try #require(Self.base64(claims))
            let id = try #require(JSONValue(parsing: payload)?["sub"])
            let plays = (0..<1500).map { number in
                JSONValue.object([
                    "user_id": id, "artist": "Anna", "track_name": "Night train", "platform": "spotify",
                    "track_id": .string("spotify:track:\(number)"),
                ])
            }
            let made = try await server.send("POST", "/rest/v1/user_history", token: person, json: .array(plays), headers: key)
            #expect(made.status == 201, "\(made.text)")
            let list = "/rest/v1/user_history?select=track_id,track_name&order=track_id"
            let plain = try await server.send("GET", list, token: person, headers: key)
            #expect(plain.headers["transfer-encoding"] == "chunked")
            let streamed = try await server.send("GET", list, token: person, headers: packed)
            #expect(streamed.headers["content-encoding"] == "gzip")
            #expect(streamed.bytes.count * 5 < plain.bytes.count)
            #expect(try gunzip(streamed.bytes) == plain.bytes)
            let short = try await server.send("GET", "/rest/v1/profiles", headers: packed)
            #expect(short.headers["content-encoding"] == nil)
        }
    }

    private static func base64(_ text: Substring) -> Data? {
        let standard = text.replacing("-", with: "+").replacing("_", with: "/")
        return Data(base64Encoded: standard + String(repeating: "=", count: (4 - standard.count % 4) % 4))
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
