import Foundation

/// The loudness that a signal would have after a slowly moving gain, without measuring it anew.
///
/// Keeps the energy of the K-weighted signal in short blocks; a gain scales them. Near enough to choose a gain by, since limiters move
/// slowly against 6 ms. Source: ITU-R BS.1770-4 (weighting and gating).
struct LoudnessSketch {
    /// Frames per block; the gating windows of 400 ms are put together from whole blocks.
    static let blockFrames = 256
    private let energies: [Double]
    private let sampleRate: Double

    init(_ samples: UnsafeBufferPointer<Float>, sampleRate: Double) {
        self.sampleRate = sampleRate
        var filters = Biquad.loudnessWeighting(sampleRate: sampleRate)
        let chunk = 16 * LoudnessSketch.blockFrames
        let buffer = StereoBuffer(capacity: chunk)
        let frames = samples.count / 2
        var energies: [Double] = []
        energies.reserveCapacity(frames / LoudnessSketch.blockFrames + 1)
        for start in stride(from: 0, to: frames, by: chunk) {
            let count = min(chunk, frames - start)
            for frame in 0..<count {
                buffer.left[frame] = samples[2 * (start + frame)]
                buffer.right[frame] = samples[2 * (start + frame) + 1]
            }
            for index in filters.indices { filters[index].process(buffer, frames: count) }
            for offset in stride(from: 0, to: count, by: LoudnessSketch.blockFrames) {
                let end = min(count, offset + LoudnessSketch.blockFrames)
                var sum: Float = 0
                for frame in offset..<end { sum += buffer.left[frame] * buffer.left[frame] + buffer.right[frame] * buffer.right[frame] }
                energies.append(Double(sum))
            }
        }
        self.energies = energies
    }

    /// Integrated loudness in LUFS. curve: gains for every `TruePeakScan.step` frames; nil leaves the signal as it is.
    func loudness(curve: [Float]? = nil) -> Double {
        let groups = LoudnessSketch.blockFrames / TruePeakScan.step
        var blocks = energies
        if let curve {
            for index in blocks.indices {
                let first = index * groups
                var sum: Float = 0
                var count = 0
                // Every fourth gain is enough of them.
                for group in stride(from: first, to: min(first + groups, curve.count), by: 4) {
                    sum += curve[group] * curve[group]
                    count += 1
                }
                if count > 0 { blocks[index] *= Double(sum) / Double(count) }
            }
        }
        let window = Int(0.4 * sampleRate / Double(LoudnessSketch.blockFrames))
        let hop = max(1, window / 4)
        guard blocks.count >= window else { return -.infinity }
        let length = Double(window * LoudnessSketch.blockFrames)
        let powers = stride(from: 0, through: blocks.count - window, by: hop).map { start in
            blocks[start..<(start + window)].reduce(0, +) / length
        }
        func level(_ power: Double) -> Double { -0.691 + 10 * log10(power) }
        let audible = powers.filter { $0 > 1e-10 && level($0) > -70 }
        guard !audible.isEmpty else { return -.infinity }
        let gate = level(audible.reduce(0, +) / Double(audible.count)) - 10
        let gated = audible.filter { level($0) > gate }
        guard !gated.isEmpty else { return -.infinity }
        return level(gated.reduce(0, +) / Double(gated.count))
    }
}

extension Biquad {
    /// The two filters of ITU-R BS.1770-4, redesigned for the sample rate.
    static func loudnessWeighting(sampleRate: Double) -> [Biquad] {
        let shelf = tan(Double.pi * 1681.974450955533 / sampleRate)
        let (q, high) = (0.7071752369554196, pow(10, 3.999843853973347 / 20))
        let middle = pow(high, 0.4996667741545416)
        let pass = tan(Double.pi * 38.13547087602444 / sampleRate)
        let passQ = 0.5003270373238773
        let scale = 1 + pass / passQ + pass * pass
        return [
            Biquad(
                (high + middle * shelf / q + shelf * shelf, 2 * (shelf * shelf - high), high - middle * shelf / q + shelf * shelf),
                (1 + shelf / q + shelf * shelf, 2 * (shelf * shelf - 1), 1 - shelf / q + shelf * shelf)),
            // The zeros are not scaled with the poles.
            Biquad((scale, -2 * scale, scale), (scale, 2 * (pass * pass - 1), 1 - pass / passQ + pass * pass)),
        ]
    }
}
