import Audio
import Composer
import Core
import Foundation
import Music
import Synthesis
import Testing

@Suite struct ComposedSongTests {
    @Test(arguments: [("dark techno, 130 bpm", 36.0), ("sad piano ballad in D minor", 40), ("upbeat funk with slap bass", 32)])
    func `a composed song measures as it was planned`(prompt: String, seconds: Double) throws {
        let score = composer.score(try composer.plan(CompositionRequest(prompt: prompt, duration: seconds, seed: 7)))
        let audio = try makeRenderer().render(score)
        #expect(audio.frameCount == Int((seconds * 44_100).rounded()))

        let loudness = try Loudness.measure(audio)
        #expect(abs(loudness.integrated + 14) <= 0.5)
        #expect(loudness.truePeak <= -1)

        // Half and double are the same pulse, counted differently.
        let bpm = score.tempoMap.bpm(at: 0)
        let candidates = try TempoEstimate(of: audio).candidates
        let matches = candidates.prefix(3).contains { found in [0.5, 1, 2].contains { abs(found - bpm * $0) < 0.015 * bpm * $0 } }
        #expect(matches, "\(bpm) planned, \(candidates) found")

        let chroma = try KeyEstimate(of: audio).chroma
        // How much of the energy lies in the scale, for the planned tonic and the eleven others.
        let shares = (0..<12).map { shift in score.key.scale.reduce(0) { $0 + chroma[($1.semitone + shift) % 12] } }
        #expect(shares.filter { $0 > shares[0] }.count <= 2, "\(score.key) planned; shares from there up: \(shares)")

        let bands = SpectralBalance(of: audio).bands.filter { (60...5000).contains($0.hertz) }
        for (lower, upper) in zip(bands, bands.dropFirst()) {
            #expect(abs(lower.decibels - upper.decibels) < 18, "between \(lower.hertz) and \(upper.hertz) Hz")
        }
        #expect(bands[1].decibels - bands[6].decibels > 2, "the lows carry the song")
    }

    @Test(arguments: ["dark techno", "dubstep", "jazz", "dub"])
    func `a composed song's stems sum to its mix, with synthesised parts, layers and automation`(prompt: String) throws {
        let folder = try StemTests.Folder()
        let renderer = try makeRenderer()
        let score = composer.score(try composer.plan(CompositionRequest(prompt: prompt, duration: 20, seed: 3)))
        let mix = try renderer.renderMix(score)
        var sum = [Float](repeating: 0, count: mix.samples.count)
        for url in try renderer.renderStems(score, into: folder.url, format: .wav) {
            let stem = try AudioFile.read(url)
            #expect(stem.peak < 0.999, "\(url.lastPathComponent) clips")
            for index in sum.indices { sum[index] += stem.samples[index] / Renderer.stemGain }
        }
        let worst = zip(sum, mix.samples).map { abs($0 - $1) }.max() ?? 1
        #expect(worst < 2e-4, "\(worst)")
    }
}
