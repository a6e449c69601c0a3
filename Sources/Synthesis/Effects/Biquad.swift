import Foundation

/// A second-order filter for a stereo pair, transposed direct form II.
///
/// Coefficients after Bristow-Johnson, "Audio EQ Cookbook".
struct Biquad {
    // Double, because at low corners rounding noise would be amplified into the audible.
    private let b0: Double
    private let b1: Double
    private let b2: Double
    private let a1: Double
    private let a2: Double
    private var first = SIMD2<Double>()
    private var second = SIMD2<Double>()

    init(_ b: (Double, Double, Double), _ a: (Double, Double, Double)) {
        b0 = b.0 / a.0
        b1 = b.1 / a.0
        b2 = b.2 / a.0
        a1 = a.1 / a.0
        a2 = a.2 / a.0
    }

    private static func angle(_ hertz: Double, _ sampleRate: Double) -> (cosine: Double, sine: Double) {
        let omega = 2 * Double.pi * min(max(hertz, 5), sampleRate * 0.47) / sampleRate
        return (cos(omega), sin(omega))
    }

    static func highPass(_ hertz: Double, q: Double = 0.7071, sampleRate: Double) -> Biquad {
        let (cosine, sine) = angle(hertz, sampleRate)
        let alpha = sine / (2 * q)
        return Biquad(((1 + cosine) / 2, -(1 + cosine), (1 + cosine) / 2), (1 + alpha, -2 * cosine, 1 - alpha))
    }

    static func lowPass(_ hertz: Double, q: Double = 0.7071, sampleRate: Double) -> Biquad {
        let (cosine, sine) = angle(hertz, sampleRate)
        let alpha = sine / (2 * q)
        return Biquad(((1 - cosine) / 2, 1 - cosine, (1 - cosine) / 2), (1 + alpha, -2 * cosine, 1 - alpha))
    }

    static func peak(_ hertz: Double, decibels: Double, q: Double, sampleRate: Double) -> Biquad {
        let (cosine, sine) = angle(hertz, sampleRate)
        let amplitude = pow(10, decibels / 40)
        let alpha = sine / (2 * q)
        return Biquad(
            (1 + alpha * amplitude, -2 * cosine, 1 - alpha * amplitude), (1 + alpha / amplitude, -2 * cosine, 1 - alpha / amplitude))
    }

    static func lowShelf(_ hertz: Double, decibels: Double, sampleRate: Double) -> Biquad {
        shelf(hertz, decibels: decibels, direction: 1, sampleRate: sampleRate)
    }

    static func highShelf(_ hertz: Double, decibels: Double, sampleRate: Double) -> Biquad {
        shelf(hertz, decibels: decibels, direction: -1, sampleRate: sampleRate)
    }

    private static func shelf(_ hertz: Double, decibels: Double, direction: Double, sampleRate: Double) -> Biquad {
        let (plain, sine) = angle(hertz, sampleRate)
        // The high shelf is the low shelf mirrored about a quarter of the sample rate.
        let cosine = direction * plain
        let amplitude = pow(10, decibels / 40)
        let slope = 2 * amplitude.squareRoot() * sine / 2 * 2.0.squareRoot()
        let (up, down) = (amplitude + 1, amplitude - 1)
        return Biquad(
            (
                amplitude * (up - down * cosine + slope), direction * 2 * amplitude * (down - up * cosine),
                amplitude * (up - down * cosine - slope)
            ),
            (up + down * cosine + slope, direction * -2 * (down + up * cosine), up + down * cosine - slope))
    }

    mutating func process(_ buffer: StereoBuffer, frames: Int) {
        let (left, right) = (buffer.left, buffer.right)
        var (one, two) = (first, second)
        for frame in 0..<frames {
            let input = SIMD2(Double(left[frame]), Double(right[frame]))
            let output = b0 * input + one
            one = b1 * input - a1 * output + two
            two = b2 * input - a2 * output
            left[frame] = Float(output.x)
            right[frame] = Float(output.y)
        }
        // Decaying states would end as denormal numbers, which are slow.
        if abs(one.x) + abs(one.y) + abs(two.x) + abs(two.y) < 1e-15 { (one, two) = (.zero, .zero) }
        (first, second) = (one, two)
    }

    /// One channel's worth of a single value; used for detectors.
    mutating func process(_ input: Float) -> Float {
        let sample = Double(input)
        let output = b0 * sample + first.x
        first.x = b1 * sample - a1 * output + second.x
        second.x = b2 * sample - a2 * output
        return Float(output)
    }
}
