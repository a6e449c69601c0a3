import Audio
import Core
import Foundation
import Music
import Synthesis
import Testing

@Suite struct RendererTests {
    @Test(arguments: TestScore.all.map(\.name))
    func `a song has the promised loudness, peak and length`(name: String) throws {
        let score = try #require(TestScore.all.first { $0.name == name }?.score)
        let audio = try makeRenderer().render(score)
        #expect(audio.frameCount == Int((score.duration * 44_100).rounded()))
        #expect(audio.channelCount == 2 && audio.sampleRate == 44_100)
        let loudness = try Loudness.measure(audio)
        #expect(abs(loudness.integrated + 14) <= 0.5, "\(loudness.integrated) LUFS")
        #expect(loudness.truePeak <= -1, "\(loudness.truePeak) dBTP")
    }

    @Test(arguments: TestScore.all.map(\.name))
    func `a song has no direct current, ends in silence, and its sides agree`(name: String) throws {
        let score = try #require(TestScore.all.first { $0.name == name }?.score)
        let audio = try makeRenderer().render(score)
        let (left, right) = (audio.channel(0).map(Double.init), audio.channel(1).map(Double.init))
        #expect(abs(left.reduce(0, +) / Double(left.count)) < 1e-4)
        #expect(abs(right.reduce(0, +) / Double(right.count)) < 1e-4)
        #expect(audio.slice((audio.frameCount - 44)..<audio.frameCount).peak < 2e-3)
        #expect(abs(left.last ?? 1) < 1e-5)
        let product = zip(left, right).reduce(0) { $0 + $1.0 * $1.1 }
        let energy = (left.reduce(0) { $0 + $1 * $1 } * right.reduce(0) { $0 + $1 * $1 }).squareRoot()
        #expect(product / energy > 0.2, "correlation \(product / energy)")
    }

    @Test func `sustained music has no clicks, at joins of blocks or at the end`() throws {
        let audio = try makeRenderer().render(TestScore.ambient()).channel(0)
        // What a click is: a step far out of proportion to the steps around it.
        let steps = zip(audio, audio.dropFirst()).map { abs($1 - $0) }
        for start in stride(from: 0, to: steps.count - 2048, by: 1024) {
            let window = steps[start..<(start + 2048)].sorted()
            let (largest, usual) = (window[2047], window[1843])
            #expect(largest < 12 * usual + 1e-3, "at \(Double(start) / 44_100) s")
        }
    }

    @Test func `the same score gives the same samples, also from several renderers at once`() async throws {
        let score = TestScore.dance(bars: 2)
        let first = try makeRenderer().render(score)
        let others = try await withThrowingTaskGroup(of: PCMBuffer.self) { group in
            for _ in 0..<3 { group.addTask { try makeRenderer().render(score) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        for other in others { #expect(other == first) }
    }

    @Test func `another score gives other samples`() throws {
        var score = TestScore.dance(bars: 2)
        let first = try makeRenderer().render(score)
        score.parts[4].notes[0].pitch += 1
        #expect(try makeRenderer().render(score) != first)
    }

    @Test func `what a part's mix says is heard`() throws {
        let renderer = try makeRenderer()
        let notes = (0..<16).map { TestScore.note(Double($0), 0.9, 57) }
        func mix(_ mix: PartMix) throws -> PCMBuffer {
            // The kick makes ducking audible; its own level stays the same.
            let kick = TestScore.part(
                .drums, program: 0, bank: 128, mix: PartMix(gainDecibels: -90, reverb: 0),
                (0..<16).map { TestScore.note(Double($0), 0.1, 36) })
            return try renderer.renderMix(TestScore.score([kick, TestScore.part(.chords, program: 19, mix: mix, notes)]))
        }
        func power(_ buffer: PCMBuffer) -> Double { buffer.samples.reduce(0) { $0 + Double($1) * Double($1) } }
        let plain = try mix(PartMix(reverb: 0))
        #expect(abs(10 * log10(power(try mix(PartMix(gainDecibels: -6, reverb: 0))) / power(plain)) + 6) < 0.3)
        let left = try mix(PartMix(pan: -1, reverb: 0))
        #expect(left.channel(1).map(abs).max() ?? 1 < 1e-4)
        #expect(left.channel(0).map(abs).max() ?? 0 > 0.05)
        #expect(power(try mix(PartMix(reverb: 0, ducking: 1))) < 0.8 * power(plain))
        let dark = SpectralBalance(of: try mix(PartMix(reverb: 0, lowPassHertz: 400)))
        #expect(SpectralBalance(of: plain).decibels(at: 4000) - dark.decibels(at: 4000) > 20)
        let thin = SpectralBalance(of: try mix(PartMix(reverb: 0, highPassHertz: 2000)))
        #expect(SpectralBalance(of: plain).decibels(at: 250) - thin.decibels(at: 250) > 20)
        for wet in [PartMix(reverb: 0.6), PartMix(reverb: 0, delay: 0.6), PartMix(reverb: 0, chorus: 0.6), PartMix(reverb: 0, drive: 0.8)] {
            #expect(try mix(wet) != plain)
        }
    }

    @Test func `a pan to either side is a mirror image in level`() throws {
        let renderer = try makeRenderer()
        let notes = [TestScore.note(0, 4, 60)]
        func sides(_ pan: Double) throws -> (Double, Double) {
            // A mono preset.
            let audio = try renderer.renderMix(
                TestScore.score([TestScore.part(.bass, program: 33, mix: PartMix(pan: pan, reverb: 0), notes)]))
            func power(_ channel: Int) -> Double { audio.channel(channel).reduce(0) { $0 + Double($1) * Double($1) } }
            return (power(0), power(1))
        }
        let (left, right, centre) = (try sides(-0.5), try sides(0.5), try sides(0))
        #expect(abs(left.0 - right.1) < 0.02 * left.0)
        // Equal power: the sum stays.
        #expect(abs(left.0 + left.1 - centre.0 - centre.1) < 0.05 * (centre.0 + centre.1))
    }

    @Test func `a quiet section is brought up, but stays the quieter one`() throws {
        let renderer = try makeRenderer()
        let notes = (0..<48).map { TestScore.note(Double($0), 0.9, 60, $0 < 24 ? 40 : 110) }
        let score = TestScore.score([TestScore.part(.lead, program: 0, mix: PartMix(reverb: 0), notes)], bars: 12)
        func contrast(_ audio: PCMBuffer) throws -> Double {
            let half = audio.frameCount / 2
            return try Loudness.measure(audio.slice(half..<audio.frameCount)).integrated
                - Loudness.measure(audio.slice(0..<half)).integrated
        }
        let (before, after) = (try contrast(renderer.renderMix(score)), try contrast(renderer.render(score)))
        #expect(before > 8)
        #expect(after < before - 1.5)
        #expect(after > 2)
    }

    @Test func `progress rises to one`() throws {
        var seen: [Double] = []
        _ = try makeRenderer().render(TestScore.dance(bars: 2), progress: { seen.append($0) })
        #expect(seen == seen.sorted())
        #expect(seen.last == 1)
        #expect(seen.count > 40)
    }

    @Test func `cancelling stops the render at the next block`() throws {
        struct Stopped: Error {}
        var calls = 0
        #expect(throws: Stopped.self) {
            try makeRenderer().render(
                TestScore.dance(),
                checkCancellation: {
                    calls += 1
                    if calls == 5 { throw Stopped() }
                })
        }
        #expect(calls == 5)
    }

    @Test func `a missing SoundFont is explained`() {
        let failure = #expect(throws: Failure.self) {
            try Renderer(soundFont: URL(filePath: "/nonexistent.sf2")).render(TestScore.dance(bars: 1))
        }
        #expect(failure?.code == "soundfont_unreadable")
        #expect(failure?.hint?.contains("fluid-soundfont-gm") == true)
        let unset = #expect(throws: Failure.self) { try SoundFont.find(environment: ["CONTINUO_SOUNDFONT": "/nonexistent.sf2"]) }
        #expect(unset?.code == "soundfont_missing")
    }
}
