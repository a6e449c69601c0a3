import Audio
import Core
import Foundation
import Music
import Synthesis
import Testing

@Suite struct EdgeCaseTests {
    @Test func `a score without parts or notes is silence of the right length`() throws {
        let renderer = try makeRenderer()
        for parts in [[], [TestScore.part(.lead, program: 0, [])]] {
            let audio = try renderer.render(TestScore.score(parts, bars: 1, tail: 0))
            #expect(audio.frameCount == 88_200)
            #expect(audio.peak < 1e-6)
        }
    }

    @Test(arguments: [0.01, 0.3, 1, 7.3])
    func `a single note of any length of song comes out`(seconds: Double) throws {
        var score = TestScore.score([TestScore.part(.lead, program: 0, [TestScore.note(0, 1, 60)])], bars: 1)
        score.duration = seconds
        let audio = try makeRenderer().render(score)
        #expect(audio.frameCount == Int((seconds * 44_100).rounded()))
        #expect(audio.samples.allSatisfy { $0.isFinite })
        #expect(try Loudness.measure(audio).truePeak <= -1)
    }

    @Test func `a single short note in long silence still reaches the target`() throws {
        let score = TestScore.score(
            [TestScore.part(.lead, program: 0, mix: PartMix(reverb: 0), [TestScore.note(8, 0.1, 72, 127)])], bars: 6)
        let loudness = try Loudness.measure(try makeRenderer().render(score))
        #expect(abs(loudness.integrated + 14) <= 0.5, "\(loudness.integrated)")
        #expect(loudness.truePeak <= -1)
    }

    @Test func `notes that cannot sound are left out`() throws {
        let renderer = try makeRenderer()
        let good = TestScore.note(0, 2, 60)
        let bad = [
            TestScore.note(.nan, 1, 60), TestScore.note(-100, 1, 60), TestScore.note(1, .infinity, 60), TestScore.note(1e9, 1, 60),
            TestScore.note(1, 1, 200), TestScore.note(1, 1, 60, 0),
        ]
        let clean = try renderer.render(TestScore.score([TestScore.part(.lead, program: 0, [good])], bars: 1))
        #expect(try renderer.render(TestScore.score([TestScore.part(.lead, program: 0, [good] + bad)], bars: 1)) == clean)
    }

    @Test func `overlapping and doubled notes of one key do not cut each other off`() throws {
        let renderer = try makeRenderer()
        func energyAt(_ seconds: Double, _ notes: [Score.Note]) throws -> Float {
            let audio = try renderer.renderMix(
                TestScore.score([TestScore.part(.chords, program: 19, mix: PartMix(reverb: 0), notes)], bars: 2))
            let start = Int(seconds * 44_100)
            return audio.slice(start..<(start + 4410)).peak
        }
        // The first note's end falls into the second note, which must go on.
        #expect(try energyAt(1.5, [TestScore.note(0, 2, 60), TestScore.note(1, 3, 60)]) > 0.02)
        #expect(try energyAt(1.5, [TestScore.note(0, 1, 60), TestScore.note(0, 4, 60)]) > 0.02)
    }

    @Test func `sixteen parts, unknown presets and extreme settings are played`() throws {
        let wild = PartMix(
            gainDecibels: 500, pan: -7, reverb: 9, delay: 9, chorus: 9, highPassHertz: 1e9, lowPassHertz: 0.001, ducking: 5, drive: 50)
        let parts = (0..<16).map { index in
            TestScore.part(
                .allCases[index % 9], program: index == 3 ? 9999 : index * 8, bank: index == 4 ? 77 : 0, mix: index == 5 ? wild : PartMix(),
                [TestScore.note(0, 2, UInt8(40 + index))])
        }
        let audio = try makeRenderer().render(TestScore.score(parts, bars: 1))
        #expect(audio.samples.allSatisfy { $0.isFinite })
        #expect(audio.peak > 0.05)
    }

    @Test(arguments: [0.0, -1, .nan, .infinity, 4000])
    func `a score of impossible length is refused`(duration: Double) throws {
        var score = TestScore.dance(bars: 1)
        score.duration = duration
        let failure = #expect(throws: Failure.self) { try makeRenderer().render(score) }
        #expect(failure?.code == "score_unrenderable")
    }

    @Test func `a score at an impossible tempo is refused`() throws {
        var score = TestScore.dance(bars: 1)
        score.tempoMap = TempoMap(bpm: 0)
        let failure = #expect(throws: Failure.self) { try makeRenderer().render(score) }
        #expect(failure?.code == "score_unrenderable")
    }

    @Test func `a change of tempo moves the notes after it`() throws {
        var score = TestScore.score(
            [
                TestScore.part(
                    .percussion, program: 0, bank: 128, mix: PartMix(reverb: 0), (0..<8).map { TestScore.note(Double($0), 0.1, 37) })
            ],
            bars: 2)
        score.tempoMap = TempoMap(changes: [.init(start: 0, bpm: 120), .init(start: 4, bpm: 60)])
        score.duration = 8
        let audio = try makeRenderer().renderMix(score).mono()
        let peak = audio.map(abs).max() ?? 0
        for seconds in [0.0, 0.5, 1, 1.5, 2, 3, 4, 5] {
            let start = Int(seconds * 44_100)
            let before = audio[max(0, start - 2000)..<max(0, start - 200)].map(abs).max() ?? 0
            let after = audio[start..<(start + 4000)].map(abs).max() ?? 0
            #expect(after > 0.2 * peak && before < 0.1 * peak, "at \(seconds) s")
        }
    }
}
