import Audio
import Core
import Music

/// The last stage: from the mix to the loudness that songs are delivered at.
struct Master {
    /// Integrated loudness in LUFS.
    static let targetLoudness = -14.0
    /// Highest true peak in dBTP; a little below the −1 that is promised, because meters oversample differently.
    static let ceilingDecibels = -1.4
    /// How near to the target is near enough, in LU.
    private static let tolerance = 0.2
    private static let blockFrames = 4096

    let sampleRate: Int
    let checkCancellation: () throws -> Void

    /// Masters interleaved stereo in place. mixLoudness: its integrated loudness, `-infinity` for silence.
    ///
    /// progress: called with 0…1.
    func process(_ samples: inout [Float], mixLoudness: Double, mix: SongMix = SongMix(), progress: (Double) -> Void) throws {
        // Each further pass squeezes more; only music that is nearly all silence and peaks needs them.
        let passes: [(threshold: Double, ratio: Double)] = [(2, 1.6), (-6, 2.2), (-12, 3), (-18, 4)]
        var loudness = mixLoudness
        if loudness.isFinite {
            var character = Character(mix, frameCount: samples.count / 2, loudness: loudness, sampleRate: Double(sampleRate))
            try forEachBlock(of: &samples) { block, _, frames in character.process(block, frames: frames) }
            LevelRider(range: mix.range, sampleRate: Double(sampleRate)).process(&samples)
        }
        try checkCancellation()
        for (number, pass) in passes.enumerated() {
            if loudness.isFinite {
                let ratio = 1 + (pass.ratio - 1) * (0.4 + 1.2 * min(1, max(0, mix.glue)))
                var compressor = GlueCompressor(threshold: loudness + pass.threshold, ratio: ratio, sampleRate: Double(sampleRate))
                try forEachBlock(of: &samples) { block, _, frames in compressor.process(block, frames: frames) }
            }
            progress(0.3)
            let sketch = samples.withUnsafeBufferPointer { LoudnessSketch($0, sampleRate: Double(sampleRate)) }
            loudness = sketch.loudness()
            let peaks = samples.withUnsafeBufferPointer { TruePeakScan().peaks(of: $0) }
            let peak = peaks.max() ?? 0
            guard peak > 1e-6 else { return }
            guard loudness.isFinite else { return try level(&samples, peaks: peaks, gain: Float(0.5 / Double(peak))) }
            progress(0.5)
            let (gain, reached) = try findGain(samples, sketch: sketch, peaks: peaks, loudness: loudness)
            if reached || number == passes.count - 1 { return try level(&samples, peaks: peaks, gain: gain) }
        }
    }

    /// The gain before the limiter that gives the target loudness after it, and whether any does.
    ///
    /// Sought on a sketch of the loudness, which is quick; then measured, and corrected by what the sketch was wrong.
    private func findGain(_ samples: [Float], sketch: LoudnessSketch, peaks: [Float], loudness: Double) throws -> (Float, Bool) {
        var error = 0.0
        var decibels = Master.targetLoudness - loudness
        var measured = -Double.infinity
        for _ in 0..<2 {
            var last: (decibels: Double, loudness: Double)?
            for _ in 0..<8 {
                let reached = sketch.loudness(curve: curve(peaks, decibels: decibels)) + error
                let missing = Master.targetLoudness - reached
                if abs(missing) < Master.tolerance / 4 { break }
                var slope = 1.0
                if let last, abs(decibels - last.decibels) > 1e-6 {
                    slope = min(max((reached - last.loudness) / (decibels - last.decibels), 0.25), 1)
                }
                last = (decibels, reached)
                decibels = min(decibels + missing / slope, 90)
            }
            let limited = curve(peaks, decibels: decibels)
            measured = try limitedLoudness(samples, curve: limited)
            if abs(Master.targetLoudness - measured) < Master.tolerance { break }
            error = measured - sketch.loudness(curve: limited)
        }
        return (Float(Units.gain(decibels: decibels)), abs(Master.targetLoudness - measured) < 0.3)
    }

    private func curve(_ peaks: [Float], decibels: Double) -> [Float] {
        limiter.curve(peaks: peaks, gain: Float(Units.gain(decibels: decibels)))
    }

    private var limiter: Limiter {
        Limiter(ceiling: Units.gain(decibels: Master.ceilingDecibels), sampleRate: Double(sampleRate))
    }

    private func level(_ samples: inout [Float], peaks: [Float], gain: Float) throws {
        let curve = limiter.curve(peaks: peaks, gain: gain)
        try forEachBlock(of: &samples) { block, start, frames in
            curve.withUnsafeBufferPointer { curve in
                guard let base = curve.baseAddress else { return }
                Limiter.apply(base, start: start, input: block, output: block, frames: frames)
            }
        }
    }

    private func limitedLoudness(_ samples: [Float], curve: [Float]) throws -> Double {
        let meter = try LoudnessMeter(channelCount: 2, sampleRate: sampleRate, measures: .integrated)
        let block = UnsafeMutablePointer<Float>.allocate(capacity: 2 * Master.blockFrames)
        defer { block.deallocate() }
        try samples.withUnsafeBufferPointer { samples in
            try curve.withUnsafeBufferPointer { curve in
                guard let input = samples.baseAddress, let curve = curve.baseAddress else { return }
                let total = samples.count / 2
                for start in stride(from: 0, to: total, by: Master.blockFrames) {
                    try checkCancellation()
                    let frames = min(Master.blockFrames, total - start)
                    Limiter.apply(curve, start: start, input: input + 2 * start, output: block, frames: frames)
                    try meter.add(block, frames: frames)
                }
            }
        }
        return meter.loudness.integrated
    }

    private func forEachBlock(of samples: inout [Float], _ body: (UnsafeMutablePointer<Float>, Int, Int) throws -> Void) throws {
        try samples.withUnsafeMutableBufferPointer { samples in
            guard let base = samples.baseAddress else { return }
            let total = samples.count / 2
            for start in stride(from: 0, to: total, by: Master.blockFrames) {
                try checkCancellation()
                try body(base + 2 * start, start, min(Master.blockFrames, total - start))
            }
        }
    }
}
