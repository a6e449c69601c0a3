import Core
import Foundation
import TestSupport
import Testing

/// Killed without warning, the program loses nothing and doubles nothing: what was accepted is finished.
@Suite(.serialized) struct CrashTests {
    private func withFolder(_ body: (URL) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "continuo-crash-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try await body(folder)
    }

    /// Three songs long enough to be interrupted.
    private func accept(_ server: TestServer, _ token: String) async throws -> [String] {
        var ids: [String] = []
        for seed in 0..<3 {
            let answer = try await server.send(
                "POST", "/generate", token: token, json: ["prompt": "film score", "duration": .number(240), "seed": .number(Double(seed))])
            ids.append(try #require(answer.json["job_id"]?.string, "\(answer.text)"))
        }
        return ids
    }

    private func waitUntilRunning(_ server: TestServer, _ token: String) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while true {
            let running = try await server.send("GET", "/jobs?status=running", token: token).json["jobs"]
            if case .array(let jobs)? = running, jobs.contains(where: { ($0["progress"]?.number ?? 0) > 0.05 }) { return }
            try #require(ContinuousClock.now < deadline, "no job began")
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// Every job completed, every song once, every file whole.
    private func expectAll(_ ids: [String], _ server: TestServer, _ token: String) async throws {
        let deadline = ContinuousClock.now + .seconds(180)
        for id in ids {
            while true {
                // The server may be coming back: an answer is worth waiting for.
                let job = try? await server.send("GET", "/jobs/\(id)", token: token)
                if let status = job?.json["status"]?.string, ["completed", "failed", "cancelled"].contains(status) {
                    #expect(status == "completed", "\(job?.text ?? "")")
                    break
                }
                try #require(ContinuousClock.now < deadline, "job \(id) did not end: \(job?.text ?? "no answer")")
                try await Task.sleep(for: .milliseconds(200))
            }
        }
        let answer = try await server.send("GET", "/songs", token: token)
        guard case .array(let songs)? = answer.json["songs"] else {
            Issue.record("\(answer.text)")
            return
        }
        #expect(songs.count == ids.count)
        let outputs = try FileManager.default.contentsOfDirectory(atPath: server.dataFolder.appending(path: "outputs").path)
        #expect(outputs.filter { $0.hasSuffix(".wav") && !$0.contains("partial") }.count == ids.count)
        for song in songs {
            let id = try #require(song["id"]?.string)
            let audio = try await server.send("GET", "/songs/\(id)/audio", token: token)
            #expect(audio.status == 200 && audio.bytes.count > 240 * 44_100 * 6)
        }
    }

    @Test func `a worker killed in mid-song: another finishes its job`() async throws {
        try await withFolder { folder in
            let (program, server) = try await TestProgram.serve(folder, ["--workers", "0"])
            defer { program.kill(SIGTERM) }
            let token = try await server.signUp()
            let worker = try TestProgram(["worker", "--data", folder.path, "--set", "lease=2"])
            _ = try await worker.line(after: "working as ")
            let ids = try await accept(server, token)
            try await waitUntilRunning(server, token)
            worker.kill()
            let second = try TestProgram(["worker", "--data", folder.path, "--set", "lease=2"])
            defer { second.kill(SIGTERM) }
            try await expectAll(ids, server, token)
        }
    }

    @Test func `PostgreSQL killed in mid-song: it comes back, and so does everything accepted`() async throws {
        try await withFolder { folder in
            let (program, server) = try await TestProgram.serve(folder, ["--set", "lease=3"])
            defer { program.kill(SIGTERM) }
            let token = try await server.signUp()
            let ids = try await accept(server, token)
            try await waitUntilRunning(server, token)
            let mark = try String(contentsOf: folder.appending(path: "postgres/postmaster.pid"), encoding: .utf8)
            let postmaster = try #require(mark.split(separator: "\n").first.flatMap { Int32($0) })
            kill(postmaster, SIGKILL)
            try await expectAll(ids, server, token)
        }
    }

    @Test func `the whole program killed in mid-song: the next start finishes its work`() async throws {
        try await withFolder { folder in
            let (program, server) = try await TestProgram.serve(folder, ["--set", "lease=3"])
            let token = try await server.signUp()
            let ids = try await accept(server, token)
            try await waitUntilRunning(server, token)
            program.kill()
            try await program.ended()
            let (second, reborn) = try await TestProgram.serve(folder, ["--set", "lease=3"])
            defer { second.kill(SIGTERM) }
            try await expectAll(ids, reborn, token)
        }
    }

    @Test func `told to stop in mid-song, with somebody watching, it ends soon and gives the job back with its attempt`() async throws {
        try await withFolder { folder in
            let (program, server) = try await TestProgram.serve(folder)
            let token = try await server.signUp()
            let accepted = try await server.send(
                "POST", "/generate", token: token, json: ["prompt": "film score", "duration": .number(600)])
            let id = try #require(accepted.json["job_id"]?.string)
            try await waitUntilRunning(server, token)
            try await withThrowingTaskGroup(of: Void.self) { group in
                // The stream may be cut at any point of its text: that it was open is all that matters.
                group.addTask { _ = try? await server.events("/jobs/\(id)/events", token: token) }
                try await Task.sleep(for: .milliseconds(300))
                let asked = ContinuousClock.now
                program.kill(SIGTERM)
                try await program.ended()
                #expect(ContinuousClock.now - asked < .seconds(15))
                try await group.waitForAll()
            }
            let (second, reborn) = try await TestProgram.serve(folder, ["--workers", "0"])
            defer { second.kill(SIGTERM) }
            let job = try await reborn.send("GET", "/jobs/\(id)", token: token).json
            #expect(job["status"] == "queued" && job["attempts"]?.number == 0, "\(job.text)")
        }
    }

    @Test func `fifty songs of ten people with two workers all finish, and people take turns`() async throws {
        try await withFolder { folder in
            let (program, server) = try await TestProgram.serve(folder, ["--workers", "0"])
            defer { program.kill(SIGTERM) }
            var tokens: [String] = []
            for _ in 0..<10 { tokens.append(try await server.signUp()) }
            // The first person has asked for everything before anybody else asks.
            for token in tokens {
                for seed in 0..<5 {
                    let request: JSONValue = ["prompt": "techno", "duration": .number(10), "seed": .number(Double(seed))]
                    #expect(try await server.send("POST", "/generate", token: token, json: request).status == 202)
                }
            }
            let workers = try (0..<2).map { _ in try TestProgram(["worker", "--data", folder.path]) }
            defer { for worker in workers { worker.kill(SIGTERM) } }

            let deadline = ContinuousClock.now + .seconds(300)
            var starts: [(person: Int, time: String)] = []
            for (person, token) in tokens.enumerated() {
                while true {
                    guard case .array(let done)? = try await server.send("GET", "/jobs?status=completed", token: token).json["jobs"] else {
                        break
                    }
                    if done.count == 5 {
                        starts += done.compactMap { $0["started_at"]?.string }.map { (person, $0) }
                        break
                    }
                    try #require(ContinuousClock.now < deadline)
                    try await Task.sleep(for: .milliseconds(200))
                }
                guard case .array(let songs)? = try await server.send("GET", "/songs", token: token).json["songs"] else { continue }
                #expect(songs.count == 5)
            }
            #expect(starts.count == 50)
            var begun = [Int](repeating: 0, count: 10)
            for start in starts.sorted(by: { $0.time < $1.time }) {
                begun[start.person] += 1
                // Nobody is two songs ahead of anybody, but for the one that the other worker claims at the same moment.
                let (most, least) = (begun.max() ?? 0, begun.min() ?? 0)
                #expect(most - least <= 2, "\(begun)")
            }
        }
    }

    @Test func `a second server on the same folder says who has it and ends`() async throws {
        try await withFolder { folder in
            let (program, _) = try await TestProgram.serve(folder)
            defer { program.kill(SIGTERM) }
            let second = try TestProgram(["serve", "--data", folder.path, "--port", "0"])
            await #expect(throws: Failure.self) { try await second.line(after: "listening on ") }
            #expect(
                second.errorText.contains("Another continuo already uses this folder (pid \(program.processID))"), "\(second.errorText)")
        }
    }
}
