import Audio
import Foundation

/// A slow hand on the fader: brings quiet sections up and the loudest a little down, over seconds, so that no part of a song is lost.
///
/// It knows the whole song beforehand and moves before a section changes as much as after it. Silence is left alone.
struct LevelRider {
    /// Seconds per step of the gain; within a step it moves in a line.
    private static let step = 0.1
    /// Steps on either side that the level of a moment is judged over.
    private static let reach = 20
    /// Decibels below the song's level that are left as they are.
    private static let freedom = 2.0
    /// The share of the remaining distance that is taken away, upwards and downwards, and its bounds.
    private let lift: (share: Double, most: Double)
    private let push: (share: Double, most: Double)
    /// So far below the song's level, it is silence or an ending.
    private static let silence = 36.0

    private let sampleRate: Double

    /// range: the loudness range that is usual for such music, in LU. Club music is held together, a film score breathes.
    init(range: Double, sampleRate: Double) {
        self.sampleRate = sampleRate
        let hold = min(1, max(0, (16 - range) / 12))
        lift = (0.15 + 0.45 * hold, 2 + 6 * hold)
        push = (0.1 + 0.3 * hold, 0.5 + 2 * hold)
    }

    /// Works in place on interleaved stereo.
    func process(_ samples: inout [Float]) {
        let frames = max(1, Int(LevelRider.step * sampleRate))
        let powers = blockPowers(samples, frames: frames)
        guard let reference = LevelRider.gatedLevel(powers) else { return }
        let levels = LevelRider.smooth(powers, reach: LevelRider.reach).map { 10 * log10($0 + 1e-12) }
        let wanted = levels.map { gain(below: reference - $0) }
        let gains = LevelRider.smooth(wanted, reach: LevelRider.reach / 2).map { Float(Units.gain(decibels: $0)) }
        samples.withUnsafeMutableBufferPointer { samples in
            let total = samples.count / 2
            for (block, gain) in gains.enumerated() {
                let next = block + 1 < gains.count ? gains[block + 1] : gain
                let slope = (next - gain) / Float(frames)
                let start = block * frames
                for frame in start..<min(total, start + frames) {
                    let factor = gain + slope * Float(frame - start)
                    samples[2 * frame] *= factor
                    samples[2 * frame + 1] *= factor
                }
            }
        }
    }

    /// Mean square of each block, without the lows, which a listener hears less than they measure.
    private func blockPowers(_ samples: [Float], frames: Int) -> [Double] {
        var detector = Biquad.highPass(150, q: 0.5, sampleRate: sampleRate)
        return samples.withUnsafeBufferPointer { samples in
            stride(from: 0, to: samples.count / 2, by: frames).map { start in
                let end = min(samples.count / 2, start + frames)
                var sum: Float = 0
                for frame in start..<end {
                    let heard = detector.process(0.5 * (samples[2 * frame] + samples[2 * frame + 1]))
                    sum += heard * heard
                }
                return Double(sum) / Double(max(1, end - start))
            }
        }
    }

    /// Mean level in decibels of the blocks that belong to the music: as in BS.1770, at most 10 dB below the mean. Nil for silence.
    private static func gatedLevel(_ powers: [Double]) -> Double? {
        let sounding = powers.filter { $0 > 1e-8 }
        guard !sounding.isEmpty else { return nil }
        let gate = sounding.reduce(0, +) / Double(sounding.count) / 10
        let music = sounding.filter { $0 >= gate }
        guard !music.isEmpty else { return nil }
        return 10 * log10(music.reduce(0, +) / Double(music.count))
    }

    private func gain(below distance: Double) -> Double {
        if distance < 0 { return max(-push.most, push.share * distance) }
        let wanted = min(lift.most, lift.share * max(0, distance - LevelRider.freedom))
        // Fades out again towards silence.
        return distance > LevelRider.silence ? 0 : wanted * min(1, (LevelRider.silence - distance) / 10)
    }

    /// The mean over a raised-cosine window.
    private static func smooth(_ values: [Double], reach: Int) -> [Double] {
        let window = (-reach...reach).map { 0.5 + 0.5 * cos(Double.pi * Double($0) / Double(reach + 1)) }
        return values.indices.map { index in
            var (sum, weights) = (0.0, 0.0)
            for offset in -reach...reach where values.indices.contains(index + offset) {
                sum += window[offset + reach] * values[index + offset]
                weights += window[offset + reach]
            }
            return sum / weights
        }
    }
}
