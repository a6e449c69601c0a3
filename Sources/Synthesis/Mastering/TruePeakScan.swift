import Foundation

/// The true peaks of interleaved stereo, four frames at a time.
///
/// Four-fold oversampling with a windowed sinc, as ITU-R BS.1770-4 annex 2 asks for.
struct TruePeakScan {
    /// Frames that share one value.
    static let step = 4
    private static let taps = 16

    private let phases: (quarter: [Float], half: [Float], threeQuarters: [Float])

    init() {
        func phase(_ fraction: Double) -> [Float] {
            let raw = (0..<TruePeakScan.taps).map { tap in
                let distance = Double(tap - (TruePeakScan.taps / 2 - 1)) - fraction
                let window = cos(Double.pi * distance / Double(TruePeakScan.taps + 1))
                return sin(Double.pi * distance) / (Double.pi * distance) * window * window
            }
            let sum = raw.reduce(0, +)
            return raw.map { Float($0 / sum) }
        }
        phases = (phase(0.25), phase(0.5), phase(0.75))
    }

    /// The largest true peak of either channel around each group of `step` frames.
    func peaks(of samples: UnsafeBufferPointer<Float>) -> [Float] {
        let groups = (samples.count / 2 + TruePeakScan.step - 1) / TruePeakScan.step
        var result = [Float](repeating: 0, count: groups)
        guard groups > 0 else { return result }
        let margin = TruePeakScan.taps
        let chunk = 512
        let scratch = UnsafeMutablePointer<Float>.allocate(capacity: 8 * chunk + 4 * margin)
        defer { scratch.deallocate() }
        for first in stride(from: 0, to: groups, by: chunk) {
            let count = min(chunk, groups - first)
            let origin = 8 * first - 2 * margin
            let length = 8 * count + 4 * margin
            for index in 0..<length {
                let source = origin + index
                scratch[index] = source >= 0 && source < samples.count ? samples[source] : 0
            }
            for group in 0..<count { result[first + group] = peak(scratch + 2 * margin + 8 * group) }
        }
        return result
    }

    /// The largest of the four phases around eight interleaved samples.
    private func peak(_ samples: UnsafeMutablePointer<Float>) -> Float {
        var (quarter, half, threeQuarters) = (SIMD8<Float>(), SIMD8<Float>(), SIMD8<Float>())
        let start = UnsafeRawPointer(samples - 2 * (TruePeakScan.taps / 2 - 1))
        for tap in 0..<TruePeakScan.taps {
            let values = start.loadUnaligned(fromByteOffset: 8 * tap, as: SIMD8<Float>.self)
            quarter += values * phases.quarter[tap]
            half += values * phases.half[tap]
            threeQuarters += values * phases.threeQuarters[tap]
        }
        let here = UnsafeRawPointer(samples).loadUnaligned(as: SIMD8<Float>.self)
        let most = larger(larger(magnitude(here), magnitude(quarter)), larger(magnitude(half), magnitude(threeQuarters)))
        return most.max()
    }

    @inline(__always)
    private func larger(_ a: SIMD8<Float>, _ b: SIMD8<Float>) -> SIMD8<Float> { a.replacing(with: b, where: b .> a) }

    @inline(__always)
    private func magnitude(_ a: SIMD8<Float>) -> SIMD8<Float> { a.replacing(with: -a, where: a .< 0) }
}
