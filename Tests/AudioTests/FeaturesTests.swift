import Audio
import Core
import Foundation
import Testing

@Suite struct FeaturesTests {
    @Test(arguments: [72.0, 90, 103.7, 120, 128, 140])
    func `the tempo of clicks is found to half a beat per minute`(bpm: Double) throws {
        let estimate = try TempoEstimate(of: Signal.clicks(bpm: bpm, seconds: 16))
        #expect(abs(estimate.bpm - bpm) < 0.5, "found \(estimate.candidates)")
        #expect(estimate.confidence > 0.3)
    }

    @Test(arguments: [(0, false), (9, true), (6, true), (3, false), (2, true)])
    func `the key of a cadence is found`(tonic: Int, isMinor: Bool) throws {
        let root = 48 + tonic
        let third = isMinor ? 3 : 4
        let tonicChord = [root, root + third, root + 7]
        let subdominant = [root + 5, root + 5 + third, root + 12]
        let dominant = [root + 7, root + 11, root + 14]
        let estimate = try KeyEstimate(of: Signal.chords([tonicChord, subdominant, dominant, tonicChord, tonicChord]))
        #expect(estimate.tonic == tonic)
        #expect(estimate.isMinor == isMinor)
        #expect(abs(estimate.chroma.reduce(0, +) - 1) < 1e-9)
    }

    @Test func `audio too short to judge is refused`() {
        #expect(throws: Failure.self) { try TempoEstimate(of: PCMBuffer(silentFrames: 44_100)) }
        #expect(throws: Failure.self) { try KeyEstimate(of: PCMBuffer(silentFrames: 4410)) }
    }

    @Test func `silence has neither tempo nor key, and does no harm`() throws {
        #expect(try TempoEstimate(of: PCMBuffer(silentFrames: 441_000)).confidence == 0)
        #expect(try KeyEstimate(of: PCMBuffer(silentFrames: 441_000)).chroma.reduce(0, +) == 0)
        #expect(SpectralBalance(of: PCMBuffer(silentFrames: 44_100)).bands.allSatisfy { $0.decibels < -100 })
    }

    @Test func `a spectrum shows a sine where it is, with the power it has`() {
        let signal = Signal.sine(hertz: 1000, seconds: 1, amplitude: 1).channel(0)
        let spectrogram = Spectrogram(of: signal, sampleRate: 44_100, fftSize: 4096, hop: 4096)
        for row in spectrogram.power {
            let loudest = row.indices.max { row[$0] < row[$1] } ?? 0
            #expect(abs(spectrogram.hertz(bin: loudest) - 1000) < 11)
            // Parseval: a unit sine under a Hann window holds 3/16 of N² over the bins of one side.
            let sum = row.reduce(0, +) / Float(4096 * 4096)
            #expect(abs(sum - 3.0 / 32) < 0.002)
        }
    }

    @Test func `the balance tells octaves apart`() {
        let balance = SpectralBalance(of: Signal.sine(hertz: 1000, seconds: 1))
        #expect(balance.bands.max { $0.decibels < $1.decibels }?.hertz == 1000)
        #expect(balance.decibels(at: 1100) - balance.decibels(at: 125) > 40)
    }
}
