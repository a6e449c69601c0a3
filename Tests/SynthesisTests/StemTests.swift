import Audio
import Core
import Foundation
import Music
import Synthesis
import Testing

@Suite struct StemTests {
    /// A folder that goes away with the test.
    final class Folder {
        let url = FileManager.default.temporaryDirectory.appending(path: "stems-\(UUID().uuidString)", directoryHint: .isDirectory)

        init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }
        deinit { try? FileManager.default.removeItem(at: url) }
    }

    @Test func `the stems sum to the mix before mastering`() throws {
        let folder = try Folder()
        let (renderer, score) = (try makeRenderer(), TestScore.dance(bars: 3))
        let urls = try renderer.renderStems(score, into: folder.url, format: .wav)
        #expect(urls.map(\.lastPathComponent) == ["01 drums.wav", "02 bass.wav", "03 chords.wav", "04 pad.wav", "05 lead.wav"])
        let mix = try renderer.renderMix(score)
        var sum = [Float](repeating: 0, count: mix.samples.count)
        for url in urls {
            let stem = try AudioFile.read(url)
            #expect(stem.frameCount == mix.frameCount)
            #expect(stem.peak > 0.01)
            #expect(stem.peak < 1)
            for index in sum.indices { sum[index] += stem.samples[index] / Renderer.stemGain }
        }
        let worst = zip(sum, mix.samples).map { abs($0 - $1) }.max() ?? 1
        #expect(worst < 1e-4)
    }

    @Test func `a part without notes has a silent stem, and its name cannot leave the folder`() throws {
        let folder = try Folder()
        let parts = [
            TestScore.part(.lead, program: 0, name: "../../Läd: 1?", [TestScore.note(0, 1, 60)]), TestScore.part(.pad, program: 89, []),
        ]
        let urls = try makeRenderer().renderStems(TestScore.score(parts, bars: 1), into: folder.url, format: .flac)
        #expect(urls.count == 2)
        #expect(urls.allSatisfy { $0.deletingLastPathComponent().path == folder.url.path })
        #expect(try AudioFile.read(urls[0]).peak > 0.01)
        #expect(try AudioFile.read(urls[1]).peak < 1e-6)
    }

    @Test func `cancelled stems leave no files`() throws {
        struct Stopped: Error {}
        let folder = try Folder()
        var calls = 0
        #expect(throws: Stopped.self) {
            _ = try makeRenderer().renderStems(
                TestScore.dance(), into: folder.url,
                checkCancellation: {
                    calls += 1
                    if calls == 4 { throw Stopped() }
                })
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
    }
}
