import Audio
import Core
import Database
import Foundation
import TestSupport
import Testing

/// From a prompt to a stored, playable song, through the real server.
@Suite struct SongFlowTests {
    private func songID(_ job: JSONValue) throws -> String {
        #expect(job["status"]?.string == "completed", "\(job.text)")
        return try #require(job["result"]?["song_id"]?.string)
    }

    @Test func `a prompt becomes a song with file, sidecar, tags, object and row`() async throws {
        try await TestServer.withServer { server in
            let token = try await server.signUp()
            let job = try await server.generate(
                ["prompt": "warm lo-fi hip-hop", "title": "Night Bus", "duration": .number(20), "seed": .number(7)], token: token)
            let id = try songID(job)
            #expect(job["result"]?["seed"]?.number == 7 && job["result"]?["duration"]?.number == 20)

            let wav = server.dataFolder.appending(path: "outputs/\(id).wav")
            let info = try AudioFile.info(wav)
            #expect(info.duration == 20 && info.channelCount == 2)
            #expect(info.tags.title == "Night Bus" && info.tags.prompt == "warm lo-fi hip-hop" && info.tags.seed == 7)
            #expect(info.tags.artist.isEmpty == false)

            let sidecar = try JSONDecoder().decode(
                JSONValue.self, from: Data(contentsOf: server.dataFolder.appending(path: "outputs/\(id)_input_params.json")))
            #expect(sidecar["request"]?["prompt"] == "warm lo-fi hip-hop" && sidecar["resolved"]?["seed"]?.number == 7)
            #expect(sidecar["engine"]?["name"] == "composer" && sidecar["engine"]?["version"]?.string != nil)

            let row = try await TestDatabase.owner(
                server.ownerURL,
                """
                select s.title, o.version, o.owner = s.user_id as owned from songs s join storage.objects o on 'music/' || o.name = s.storage_path
                """
            ).single()
            #expect(try row.decode("title") == "Night Bus")
            #expect(try row.decode("owned", as: Bool.self))
            let version: String = try row.decode("version")
            let object = server.dataFolder.appending(path: "storage/\(version.prefix(2))/\(version)")
            #expect(try Data(contentsOf: object) == Data(contentsOf: wav))
        }
    }

    @Test func `the same request and seed give byte-identical files, with several workers too`() async throws {
        try await TestServer.withServer(flags: ["workers": "3"]) { server in
            let token = try await server.signUp()
            let request: JSONValue = ["prompt": "dark techno, 130 bpm", "duration": .number(15), "seed": .number(3)]
            let ids = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<3 { group.addTask { try songID(try await server.generate(request, token: token)) } }
                return try await group.reduce(into: [String]()) { $0.append($1) }
            }
            let files = try ids.map { try Data(contentsOf: server.dataFolder.appending(path: "outputs/\($0).wav")) }
            #expect(Set(ids).count == 3)
            #expect(files[0] == files[1] && files[1] == files[2])
        }
    }

    @Test(arguments: AudioFormat.allCases)
    func `audio comes in every format, whole, in part and conditionally`(format: AudioFormat) async throws {
        try await TestServer.withServer { server in
            let token = try await server.signUp()
            let id = try songID(try await server.generate(["prompt": "waltz", "duration": .number(10), "seed": .number(1)], token: token))
            let path = "/songs/\(id)/audio?format=\(format.rawValue)"
            let whole = try await server.send("GET", path, token: token)
            #expect(whole.status == 200 && whole.headers["content-type"] == format.mimeType)
            let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString + "." + format.fileExtension)
            defer { try? FileManager.default.removeItem(at: file) }
            try Data(whole.bytes).write(to: file)
            #expect(abs(try AudioFile.info(file).duration - 10) < 0.2)

            let part = try await server.send("GET", path, token: token, headers: ["Range": "bytes=100-199"])
            #expect(part.status == 206 && part.bytes == Array(whole.bytes[100..<200]))
            let suffix = try await server.send("GET", path, token: token, headers: ["Range": "bytes=-50"])
            #expect(suffix.status == 206 && suffix.bytes == Array(whole.bytes.suffix(50)))
            let beyond = try await server.send("GET", path, token: token, headers: ["Range": "bytes=\(whole.bytes.count)-"])
            #expect(beyond.status == 416 && beyond.headers["content-range"] == "bytes */\(whole.bytes.count)")
            let tag = try #require(whole.headers["etag"])
            #expect(try await server.send("GET", path, token: token, headers: ["If-None-Match": tag]).status == 304)
            let download = try await server.send("GET", path + "&download=1", token: token)
            #expect(download.headers["content-disposition"]?.hasPrefix("attachment; filename=") == true)
        }
    }

    @Test func `MIDI, stems, peaks, score and lineage are there`() async throws {
        try await TestServer.withServer { server in
            let token = try await server.signUp()
            let id = try songID(try await server.generate(["prompt": "funk", "duration": .number(12), "seed": .number(1)], token: token))
            let midi = try await server.send("GET", "/songs/\(id)/midi", token: token)
            #expect(midi.status == 200 && midi.bytes.starts(with: Array("MThd".utf8)))
            let stems = try await server.send("GET", "/songs/\(id)/stems", token: token)
            #expect(stems.status == 200 && stems.bytes.starts(with: [0x50, 0x4B, 3, 4]), "\(stems.status)")
            let peaks = try await server.send("GET", "/songs/\(id)/peaks", token: token)
            guard case .array(let values)? = peaks.json["peaks"] else {
                Issue.record("no peaks: \(peaks.text.prefix(200))")
                return
            }
            #expect(values.count > 100 && values.contains { ($0.number ?? 0) > 0.2 })
            let score = try await server.send("GET", "/songs/\(id)/score", token: token)
            #expect(score.json["parts"] != nil)
            let lineage = try await server.send("GET", "/songs/\(id)/lineage", token: token)
            #expect(lineage.json["song_id"]?.string == id && lineage.json["ancestors"] == .array([]))
        }
    }

    @Test func `only the owner reads a private song; a public one is everybody's to hear and nobody else's to change`() async throws {
        try await TestServer.withServer { server in
            let owner = try await server.signUp()
            let stranger = try await server.signUp()
            let id = try songID(try await server.generate(["prompt": "ambient", "duration": .number(10)], token: owner))
            for path in ["/songs/\(id)", "/songs/\(id)/audio", "/songs/\(id)/peaks", "/songs/\(id)/midi", "/songs/\(id)/lineage"] {
                #expect(try await server.send("GET", path, token: stranger).status == 404, "\(path)")
                #expect(try await server.send("GET", path).status == 401, "\(path)")
            }
            let song = try await server.send("GET", "/songs/\(id)", token: owner)
            let link = try #require(song.json["links"]?["audio"]?.string)
            #expect(try await server.send("GET", link).status == 200)
            #expect(try await server.send("GET", link.replacing("/audio", with: "/midi")).status == 200)
            let other = try songID(try await server.generate(["prompt": "ambient", "duration": .number(10)], token: owner))
            #expect(try await server.send("GET", link.replacing(id, with: other)).status == 401)

            #expect(try await server.send("PATCH", "/songs/\(id)", token: stranger, json: ["is_public": .bool(true)]).status == 404)
            #expect(
                try await server.send("PATCH", "/songs/\(id)", token: owner, json: ["is_public": .bool(true), "title": "Open"]).status
                    == 200)
            #expect(try await server.send("GET", "/songs/\(id)/audio").status == 200)
            #expect(try await server.send("GET", "/songs/\(id)", token: stranger).json["title"] == "Open")
            #expect(try await server.send("DELETE", "/songs/\(id)", token: stranger).status == 404)
            #expect(try await server.send("PATCH", "/songs/\(id)", token: stranger, json: ["title": "Mine"]).status == 404)
        }
    }

    @Test func `deleting a song removes row, object and every file`() async throws {
        try await TestServer.withServer { server in
            let token = try await server.signUp()
            let id = try songID(try await server.generate(["prompt": "rock", "duration": .number(10), "format": "flac"], token: token))
            _ = try await server.send("GET", "/songs/\(id)/peaks", token: token)
            #expect(try await server.send("DELETE", "/songs/\(id)", token: token).status == 204)
            #expect(try await server.send("GET", "/songs/\(id)", token: token).status == 404)
            #expect(try await server.send("DELETE", "/songs/\(id)", token: token).status == 404)
            let left: Int = try await TestDatabase.owner(
                server.ownerURL, "select (select count(*) from songs) + (select count(*) from storage.objects)"
            )
            .single().value()
            #expect(left == 0)
            let outputs = try FileManager.default.contentsOfDirectory(atPath: server.dataFolder.appending(path: "outputs").path)
            #expect(outputs.filter { $0.contains(id) } == [])
            let stored =
                FileManager.default.enumerator(atPath: server.dataFolder.appending(path: "storage").path)?.compactMap { $0 as? String }
                ?? []
            #expect(stored.filter { $0.count > 10 } == [])
        }
    }

    @Test func `lists are the caller's own, newest first, a page at a time`() async throws {
        try await TestServer.withServer { server in
            let token = try await server.signUp()
            var ids: [String] = []
            for seed in 0..<3 {
                ids.append(
                    try songID(
                        try await server.generate(["prompt": "pop", "duration": .number(10), "seed": .number(Double(seed))], token: token)))
            }
            func page(_ query: String) async throws -> [JSONValue] {
                let answer = try await server.send("GET", "/songs" + query, token: token)
                guard case .array(let songs)? = answer.json["songs"] else { return [] }
                return songs
            }
            let first = try await page("?limit=2")
            #expect(first.map { $0["id"]?.string } == [ids[2], ids[1]])
            let before = try #require(first.last?["created_at"]?.string)
            #expect(try await page("?limit=2&before=\(before)").map { $0["id"]?.string } == [ids[0]])
            let stranger = try await server.signUp()
            #expect(try await server.send("GET", "/songs", token: stranger).json["songs"] == .array([]))
            #expect(try await server.send("GET", "/songs?limit=0", token: token).errorCode == "invalid_request")
        }
    }
}
