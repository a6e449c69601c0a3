import Audio
import Foundation

/// A gentle bus compressor: moves with the level of the whole mix, deaf to the lows so that the kick does not pump it.
struct GlueCompressor {
    /// Frames per step of the gain, about 0.7 ms; within a step it moves in a line.
    private static let step = 32

    /// Level in decibels (of the mean square) from which on the gain is reduced.
    private let threshold: Double
    /// How many decibels of input make one more of output.
    private let ratio: Double
    private let attack: Double
    private let release: Double
    private var power = 0.0
    private var gain: Float = 1
    private var detector: Biquad

    init(threshold: Double, ratio: Double, sampleRate: Double) {
        self.threshold = threshold
        self.ratio = max(1, ratio)
        let rate = sampleRate / Double(GlueCompressor.step)
        attack = 1 - exp(-1 / (0.015 * rate))
        release = 1 - exp(-1 / (0.2 * rate))
        detector = .highPass(120, q: 0.5, sampleRate: sampleRate)
    }

    /// Works in place on interleaved stereo.
    mutating func process(_ samples: UnsafeMutablePointer<Float>, frames: Int) {
        var done = 0
        while done < frames {
            let count = min(GlueCompressor.step, frames - done)
            let block = samples + 2 * done
            var sum: Float = 0
            for frame in 0..<count {
                let heard = detector.process(0.5 * (block[2 * frame] + block[2 * frame + 1]))
                sum += heard * heard
            }
            let mean = Double(sum) / Double(count)
            power += (mean > power ? attack : release) * (mean - power)
            let over = 10 * log10(power + 1e-12) - threshold
            // A knee 6 dB wide.
            let reduction = over <= -3 ? 0 : over >= 3 ? over : (over + 3) * (over + 3) / 12
            let target = Float(Units.gain(decibels: -reduction * (1 - 1 / ratio)))
            let slope = (target - gain) / Float(count)
            for frame in 0..<count {
                let factor = gain + slope * Float(frame + 1)
                block[2 * frame] *= factor
                block[2 * frame + 1] *= factor
            }
            gain = target
            done += count
        }
    }
}
