import Audio
import Foundation

/// A look-ahead limiter as a curve of gains: one value for each group of frames of the peak scan, in a line between them.
///
/// The minimum over the look-ahead, a release, then two moving averages: at every peak the gain has arrived before it.
struct Limiter {
    /// Groups that the gain may fall over; about 5 ms at 44.1 kHz.
    private static let lookAhead = 56

    private let ceiling: Float
    private let release: Float

    /// ceiling: amplitude that true peaks stay under.
    init(ceiling: Double, sampleRate: Double) {
        self.ceiling = Float(ceiling)
        release = Float(1 - exp(-1 / (0.14 * sampleRate / Double(TruePeakScan.step))))
    }

    /// Gains for a signal with these peaks, amplified by `gain`; the gain is part of the result. One more value than peaks.
    func curve(peaks: [Float], gain: Float) -> [Float] {
        let count = peaks.count + 1
        var allowed = peaks.map { $0 * gain > ceiling ? ceiling / ($0 * gain) : 1 }
        allowed.append(allowed.last ?? 1)
        guard allowed.contains(where: { $0 < 1 }) else { return [Float](repeating: gain, count: count) }
        var curve = Limiter.minimum(allowed, before: 1, after: Limiter.lookAhead + 1)
        var level: Float = 1
        for index in 0..<count {
            level = min(curve[index], level + release * (1 - level))
            curve[index] = level
        }
        let half = Limiter.lookAhead / 2
        curve = Limiter.average(Limiter.average(curve, over: half), over: half)
        return curve.map { $0 * gain }
    }

    /// The smallest value from `before` places back to `after` places on, by van Herk's two running minima.
    private static func minimum(_ values: [Float], before: Int, after: Int) -> [Float] {
        let window = before + after + 1
        let padded = [Float](repeating: 1, count: before) + values + [Float](repeating: 1, count: after + window)
        var forward = padded
        var backward = padded
        for index in 1..<padded.count where index % window != 0 { forward[index] = min(forward[index], forward[index - 1]) }
        for index in stride(from: padded.count - 2, through: 0, by: -1) where (index + 1) % window != 0 {
            backward[index] = min(backward[index], backward[index + 1])
        }
        return values.indices.map { min(backward[$0], forward[$0 + window - 1]) }
    }

    /// The mean of each value and the ones before it.
    private static func average(_ values: [Float], over length: Int) -> [Float] {
        var result = values
        var sum = Double(values.first ?? 1) * Double(length)
        let first = values.first ?? 1
        for index in values.indices {
            sum += Double(values[index]) - Double(index >= length ? values[index - length] : first)
            result[index] = Float(sum / Double(length))
        }
        return result
    }

    /// Applies the curve to the interleaved frames from `start` on. `output` may be `input`.
    static func apply(
        _ curve: UnsafePointer<Float>, start: Int, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>, frames: Int
    ) {
        for frame in 0..<frames {
            let place = start + frame
            let group = place / TruePeakScan.step
            let fraction = Float(place % TruePeakScan.step) / Float(TruePeakScan.step)
            let gain = curve[group] + (curve[group + 1] - curve[group]) * fraction
            output[2 * frame] = input[2 * frame] * gain
            output[2 * frame + 1] = input[2 * frame + 1] * gain
        }
    }
}
