import Audio
import Foundation
import Testing

@Suite struct LoudnessTests {
    @Test func `a 997 Hz sine at -23 dBFS on both sides measures -23 LUFS`() throws {
        // EBU Tech 3341, test 1.
        let loudness = try Loudness.measure(Signal.sine(hertz: 997, seconds: 20, amplitude: Units.gain(decibels: -23), sampleRate: 48_000))
        #expect(abs(loudness.integrated + 23) < 0.1)
        #expect(abs(loudness.truePeak + 23) < 0.2)
        #expect(loudness.range < 0.1)
    }

    @Test func `a true peak between the samples is found`() throws {
        // EBU Tech 3341, test 15 in principle: a quarter of the sample rate, 45 degrees off, peaks 3 dB above its samples.
        let samples = (0..<96_000).map { Float(0.5 * sin(Double.pi / 2 * Double($0 / 2) + Double.pi / 4)) }
        let buffer = PCMBuffer(samples: samples, channelCount: 2, sampleRate: 48_000)
        #expect(buffer.peak < 0.36)
        #expect(try abs(Loudness.measure(buffer).truePeak + 6.02) < 0.4)
    }

    @Test func `silence has no loudness`() throws {
        let loudness = try Loudness.measure(PCMBuffer(silentFrames: 44_100))
        #expect(loudness.integrated == -.infinity)
        #expect(loudness.truePeak == -.infinity)
    }

    @Test func `a stream measured in blocks measures as a whole`() throws {
        let buffer = Signal.sine(hertz: 300, seconds: 3)
        let meter = try LoudnessMeter(channelCount: 2, sampleRate: 44_100)
        try buffer.samples.withUnsafeBufferPointer { samples in
            let start = try #require(samples.baseAddress)
            for frame in stride(from: 0, to: buffer.frameCount, by: 1000) {
                try meter.add(start + 2 * frame, frames: min(1000, buffer.frameCount - frame))
            }
        }
        #expect(try meter.loudness == Loudness.measure(buffer))
    }

    @Test func `decibels and gains are inverse to each other`() {
        #expect(abs(Units.gain(decibels: -6.0206) - 0.5) < 1e-5)
        for level in [-60.0, -14, 0, 12] { #expect(abs(Units.decibels(gain: Units.gain(decibels: level)) - level) < 1e-9) }
        #expect(Units.decibels(gain: 0) == -.infinity)
        #expect(Units.hertz(midiNote: 69) == 440)
        #expect(abs(Units.midiNote(hertz: 261.6256) - 60) < 1e-4)
    }
}
