import Audio
import Core
import Foundation
import Music
import TestSupport
import Testing

/// What was asked in words is what an independent measurement of the finished file finds.
@Suite struct AskedAndMeasuredTests {
    private func song(_ prompt: String, seed: Double, _ server: TestServer) async throws -> (job: JSONValue, audio: PCMBuffer) {
        let token = try await server.signUp()
        let job = try await server.generate(["prompt": .string(prompt), "seed": .number(seed)], token: token)
        #expect(job["status"] == "completed", "\(job.text)")
        let id = try #require(job["result"]?["song_id"]?.string)
        return (job, try AudioFile.read(server.dataFolder.appending(path: "outputs/\(id).wav")))
    }

    /// Tempo estimates may take the beat for its half or double; any of the three is the tempo asked for.
    private func expectTempo(_ bpm: Double, _ audio: PCMBuffer, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let found = try TempoEstimate(of: audio).bpm
        let error = [0.5, 1, 2].map { abs(found / (bpm * $0) - 1) }.min() ?? 1
        #expect(error < 0.02, "asked \(bpm), measured \(found)", sourceLocation: sourceLocation)
    }

    private func expectMaster(_ audio: PCMBuffer, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let loudness = try Loudness.measure(audio)
        #expect(abs(loudness.integrated + 14) <= 0.5, "\(loudness.integrated) LUFS", sourceLocation: sourceLocation)
        #expect(loudness.truePeak <= -1, "\(loudness.truePeak) dBTP", sourceLocation: sourceLocation)
    }

    @Test func `dark techno at 130 has that tempo`() async throws {
        try await TestServer.withServer { server in
            let (job, audio) = try await song("dark techno, 130 bpm", seed: 7, server)
            #expect(job["result"]?["bpm"]?.number == 130)
            #expect(abs(audio.duration - 120) < 0.001)
            try expectTempo(130, audio)
            try expectMaster(audio)
        }
    }

    @Test func `a sad piano ballad in D minor is in D minor`() async throws {
        try await TestServer.withServer { server in
            let (job, audio) = try await song("sad piano ballad in D minor", seed: 7, server)
            #expect(job["result"]?["key"] == "D minor")
            let key = try KeyEstimate(of: audio)
            #expect(key.tonic == 2 && key.isMinor, "measured \(key.name)")
            try expectMaster(audio)
        }
    }

    @Test func `upbeat funk of 90 seconds lasts 90 seconds, at its own tempo`() async throws {
        try await TestServer.withServer { server in
            let (job, audio) = try await song("upbeat funk with slap bass, 90 seconds", seed: 7, server)
            #expect(abs(audio.duration - 90) < 0.001)
            let bpm = try #require(job["result"]?["bpm"]?.number)
            #expect((95...130).contains(bpm))
            try expectTempo(bpm, audio)
            try expectMaster(audio)
        }
    }
}
