import Core
import Database
import Foundation
import TestSupport
import Testing

/// What `POST /generate`, `/jobs` and `/engines` promise, apart from the song itself.
@Suite struct GenerateRouteTests {
    @Test func `without a valid token nothing is accepted, and the answer says what is missing`() async throws {
        try await TestServer.withServer { server in
            for (method, path) in [("POST", "/generate"), ("GET", "/jobs"), ("GET", "/songs"), ("GET", "/engines")] {
                let answer = try await server.send(method, path, json: method == "POST" ? ["prompt": "x"] : nil)
                #expect(
                    answer.status == 401 && answer.errorCode == "no_authorization" && answer.headers["www-authenticate"] == "Bearer",
                    "\(path)")
            }
            let wrong = try await server.send("POST", "/generate", token: "abc.def.ghi", json: ["prompt": "x"])
            #expect(wrong.status == 401 && wrong.errorCode == "bad_jwt")
            // Somebody else's signature, and none at all.
            let none =
                "eyJhbGciOiJub25lIn0.eyJzdWIiOiI3YjZmYjRhOC01NGI3LTRhNWYtOWYzYy0wYTViMWZkMGE1YjEiLCJyb2xlIjoic2VydmljZV9yb2xlIiwiZXhwIjo5OTk5OTk5OTk5fQ."
            #expect(try await server.send("GET", "/jobs", token: none).errorCode == "bad_jwt")
            // The project's key names a role, but nobody who could own a song.
            #expect(try await server.send("POST", "/generate", token: server.anonKey, json: ["prompt": "x"]).status == 401)
        }
    }

    @Test func `wrong bodies are told apart: fields, syntax, size, type`() async throws {
        try await TestServer.withServer { server in
            let token = try await server.signUp()
            let fields = try await server.send(
                "POST", "/generate", token: token, json: ["prompt": "", "bpm": .number(1), "nonsense": .null])
            #expect(fields.status == 400 && fields.errorCode == "invalid_request")
            guard case .array(let problems)? = fields.json["error"]?["fields"] else {
                Issue.record("no fields: \(fields.text)")
                return
            }
            #expect(Set(problems.compactMap { $0["name"]?.string }) == ["prompt", "bpm", "nonsense"])
            let json = ["Content-Type": "application/json"]
            let syntax = try await server.send("POST", "/generate", token: token, body: Array("{\"prompt\":".utf8), headers: json)
            #expect(syntax.status == 400 && syntax.errorCode == "invalid_json")
            let large = try await server.send(
                "POST", "/generate", token: token, body: Array(repeating: 32, count: 1_000_001), headers: json)
            #expect(large.status == 413 && large.errorCode == "body_too_large")
            let type = try await server.send(
                "POST", "/generate", token: token, body: Array("prompt=x".utf8), headers: ["Content-Type": "text/plain"])
            #expect(type.status == 415 && type.errorCode == "unsupported_media_type")
            let unknown = try await server.send("POST", "/generate", token: token, json: ["prompt": "x", "engine": "nobody"])
            #expect(unknown.errorCode == "engine_unknown")
            let parent: JSONValue = "7b6fb4a8-54b7-4a5f-9f3c-0a5b1fd0a5b1"
            let task = try await server.send(
                "POST", "/generate", token: token, json: ["prompt": "x", "task": "extend", "parent_id": parent])
            #expect(task.status == 404 && task.errorCode == "not_found")
        }
    }

    @Test func `the daily limit is exact under concurrency and says when it starts again`() async throws {
        try await TestServer.withServer(flags: ["daily-limit": "3", "workers": "0"]) { server in
            let token = try await server.signUp()
            let answers = try await withThrowingTaskGroup(of: TestServer.Answer.self) { group in
                for _ in 0..<10 { group.addTask { try await server.send("POST", "/generate", token: token, json: ["prompt": "x"]) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.filter { $0.status == 202 }.count == 3)
            let refused = answers.filter { $0.status == 429 }
            #expect(refused.count == 7)
            #expect(
                refused.allSatisfy {
                    $0.errorCode == "daily_limit_reached" && $0.json["error"]?["hint"]?.string?.contains("T00:00:00Z") == true
                })
        }
    }

    @Test func `a job tells its story: queued with a place, live events, a result`() async throws {
        try await TestServer.withServer { server in
            let token = try await server.signUp()
            let accepted = try await server.send("POST", "/generate", token: token, json: ["prompt": "disco", "duration": .number(60)])
            let id = try #require(accepted.json["job_id"]?.string)
            #expect(accepted.status == 202 && accepted.headers["location"] == "/jobs/\(id)")
            let events = try await server.events("/jobs/\(id)/events", token: token)
            let last = try #require(events.last)
            #expect(last["status"] == "completed" && last["progress"]?.number == 1)
            let progress = events.compactMap { $0["progress"]?.number }
            #expect(progress == progress.sorted(), "\(progress)")
            let job = try await server.send("GET", "/jobs/\(id)", token: token)
            #expect(job.json == last)
            let stranger = try await server.signUp()
            #expect(try await server.send("GET", "/jobs/\(id)", token: stranger).status == 404)
            #expect(try await server.send("DELETE", "/jobs/\(id)", token: stranger).status == 404)
            #expect(try await server.send("DELETE", "/jobs/\(id)", token: token).errorCode == "job_ended")
            #expect(try await server.send("POST", "/jobs/\(id)/retry", token: token).errorCode == "job_not_retryable")
            let list = try await server.send("GET", "/jobs?status=completed&kind=generate", token: token)
            #expect(list.json["jobs"] == .array([last]))
            #expect(try await server.send("GET", "/jobs?status=completed", token: stranger).json["jobs"] == .array([]))
        }
    }

    @Test func `a running song stops within a second of being cancelled, leaves nothing, and can be tried again`() async throws {
        try await TestServer.withServer { server in
            let token = try await server.signUp()
            let accepted = try await server.send("POST", "/generate", token: token, json: ["prompt": "trance", "duration": .number(600)])
            let id = try #require(accepted.json["job_id"]?.string)
            let deadline = ContinuousClock.now + .seconds(120)
            while try await server.send("GET", "/jobs/\(id)", token: token).json["status"] != "running" {
                try #require(ContinuousClock.now < deadline)
                try await Task.sleep(for: .milliseconds(20))
            }
            #expect(try await server.send("DELETE", "/jobs/\(id)", token: token).status == 202)
            let last = try #require(try await server.events("/jobs/\(id)/events", token: token).last)
            #expect(last["status"] == "cancelled")
            let outputs = try FileManager.default.contentsOfDirectory(atPath: server.dataFolder.appending(path: "outputs").path)
            #expect(outputs == [])
            #expect(try await server.send("POST", "/jobs/\(id)/retry", token: token).status == 202)
            #expect(try await server.send("DELETE", "/jobs/\(id)", token: token).status == 202)
        }
    }

    @Test func `a known address asked with a wrong method says which it takes`() async throws {
        try await TestServer.withServer { server in
            let token = try await server.signUp()
            let answer = try await server.send("PUT", "/generate", token: token, json: ["prompt": "x"])
            #expect(answer.status == 405 && answer.errorCode == "method_not_allowed" && answer.headers["allow"] == "POST")
            #expect(try await server.send("GET", "/generate", token: token).status == 405)
            #expect(try await server.send("POST", "/nowhere", token: token, json: .object([:])).status == 404)
        }
    }

    @Test func `engines say what they can do`() async throws {
        try await TestServer.withServer { server in
            let token = try await server.signUp()
            let answer = try await server.send("GET", "/engines", token: token)
            guard case .array(let engines)? = answer.json["engines"], let composer = engines.first else {
                Issue.record("\(answer.text)")
                return
            }
            #expect(
                composer["name"] == "composer" && composer["tasks"] == .array(["text2music", "similar", "extend", "repaint", "remix"])
                    && composer["reachable"] == .bool(true))
        }
    }
}
