import Audio
import Core
import Foundation
import Testing

@Suite struct `A sketch of a recording` {
    /// Triads with a click on each beat: four bars of A minor, F, C, G, eight times at 100 bpm; the second half twice as loud.
    private static let recording: PCMBuffer = {
        let rate = 44_100.0
        let beat = 60.0 / 100
        let chords: [[Int]] = [[57, 60, 64], [53, 57, 60], [48, 52, 55, 60], [55, 59, 62]]
        let frames = Int(beat * 4 * 16 * rate)
        var samples = [Float](repeating: 0, count: frames * 2)
        for frame in 0..<frames {
            let time = Double(frame) / rate
            let bar = Int(time / (4 * beat))
            let inBeat = (time / beat).truncatingRemainder(dividingBy: 1) * beat
            var value =
                chords[bar % 4].reduce(0.0) { sum, note in
                    let hertz = 440 * pow(2, (Double(note) - 69) / 12)
                    return sum + sin(2 * .pi * hertz * time) + 0.3 * sin(4 * .pi * hertz * time)
                } * exp(-2 * inBeat) * 0.1
            value += inBeat < 0.01 ? sin(2 * .pi * 3000 * inBeat) * 0.3 : 0
            let gain = bar < 8 ? 0.4 : 0.8
            samples[2 * frame] = Float(value * gain)
            samples[2 * frame + 1] = Float(value * gain)
        }
        return PCMBuffer(samples: samples, channelCount: 2, sampleRate: 44_100)
    }()

    @Test func `knows tempo, key, chords, energy and brightness`() throws {
        let sketch = try AudioSketch(of: Self.recording)
        #expect(abs(sketch.bpm - 100) < 1.5)
        #expect((sketch.tonic, sketch.isMinor) == (9, true) || (sketch.tonic, sketch.isMinor) == (0, false))
        let roots = sketch.bars.prefix(16).map(\.root)
        let right = zip(roots, (0..<16).map { [9, 5, 0, 7][$0 % 4] }).filter { $0 == $1 }.count
        #expect(right >= 13, "\(roots)")
        let (first, second) = (sketch.bars[2].energy, sketch.bars[10].energy)
        #expect(abs(second - first - 6.02) < 1)
        #expect((200...4000).contains(sketch.brightness))
    }

    @Test func `is refused for what is too short, and made of silence and noise without harm`() throws {
        #expect(throws: Failure.self) { try AudioSketch(of: PCMBuffer(silentFrames: 44_100)) }
        #expect(try AudioSketch(of: PCMBuffer(silentFrames: 44_100 * 8)).bars.isEmpty == false)
        var seed: UInt32 = 1
        let noise = (0..<(44_100 * 12)).map { _ -> Float in
            seed = seed &* 1_664_525 &+ 1_013_904_223
            return Float(Int32(bitPattern: seed)) / 2_147_483_648
        }
        #expect(try AudioSketch(of: PCMBuffer(samples: noise, channelCount: 2, sampleRate: 44_100)).bars.count >= 2)
    }
}
