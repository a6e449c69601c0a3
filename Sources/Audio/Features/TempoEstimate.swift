import Core
import Foundation

/// The steady tempo of a piece of audio.
///
/// Onset strength (rectified log-spectral flux), its autocorrelation, and a comb over the multiples of each candidate beat.
/// Sources: Bello et al., "A Tutorial on Onset Detection in Music Signals", 2005; Scheirer, "Tempo and beat analysis", 1998.
public struct TempoEstimate: Sendable, Hashable {
    /// Beats per minute.
    public var bpm: Double
    /// 0…1: how much of the onset energy repeats at this period.
    public var confidence: Double
    /// The best tempi, best first; half and double of the true one are usual here.
    public var candidates: [Double]

    /// audio: at least 4 s. range: tempi to consider. Throws `audio_too_short`.
    public init(of audio: PCMBuffer, range: ClosedRange<Double> = 50...210) throws {
        guard audio.duration >= 4 else {
            throw Failure(.unprocessable, "audio_too_short", "The tempo can only be told from 4 seconds of audio or more.")
        }
        let hop = max(1, audio.sampleRate / 172)
        let onsets = TempoEstimate.onsetStrength(of: audio.mono(), sampleRate: audio.sampleRate, hop: hop)
        let rate = Double(audio.sampleRate) / Double(hop)
        let correlation = TempoEstimate.autocorrelation(onsets, maxLag: min(onsets.count / 2, Int(rate * 16)))
        let curve = TempoEstimate.tempoCurve(correlation, rate: rate, range: range)
        let peaks = curve.indices.filter { index in
            let left = index > 0 ? curve[index - 1].score : -.infinity
            let right = index + 1 < curve.count ? curve[index + 1].score : -.infinity
            return curve[index].score > left && curve[index].score >= right
        }
        let best = peaks.map { curve[$0] }.sorted { $0.score > $1.score }
        candidates = best.prefix(5).map(\.bpm)
        bpm = candidates.first ?? 120
        confidence = best.first.map { min(1, max(0, $0.score)) } ?? 0
    }

    /// Onset strength per hop, ≥ 0, with its local mean taken out.
    static func onsetStrength(of signal: [Float], sampleRate: Int, hop: Int) -> [Float] {
        let spectrogram = Spectrogram(of: signal, sampleRate: sampleRate, fftSize: 1024, hop: hop)
        let bandCount = 32
        let edges = (0...bandCount).map { index in
            spectrogram.bin(hertz: 30 * pow(400, Double(index) / Double(bandCount)))
        }
        var previous = [Float](repeating: 0, count: bandCount)
        var flux: [Float] = []
        for (index, row) in spectrogram.power.enumerated() {
            var sum: Float = 0
            for band in 0..<bandCount {
                let upper = max(edges[band] + 1, edges[band + 1])
                var energy: Float = 0
                for bin in edges[band]..<min(upper, row.count) { energy += row[bin] }
                let level = log(1 + 1000 * energy)
                if index > 0 { sum += max(0, level - previous[band]) }
                previous[band] = level
            }
            flux.append(sum)
        }
        let reach = 40
        var sums: [Float] = [0]
        for value in flux { sums.append((sums.last ?? 0) + value) }
        return flux.indices.map { index in
            let (low, high) = (max(0, index - reach), min(flux.count, index + reach + 1))
            return max(0, flux[index] - (sums[high] - sums[low]) / Float(high - low))
        }
    }

    /// Autocorrelation of the mean-free signal at lags 0…maxLag, normalised so that lag 0 is 1 and overlap is compensated.
    private static func autocorrelation(_ values: [Float], maxLag: Int) -> [Double] {
        let mean = values.reduce(0, +) / Float(max(1, values.count))
        let centred = values.map { $0 - mean }
        var result: [Double] = []
        centred.withUnsafeBufferPointer { signal in
            for lag in 0...max(0, maxLag) {
                var sum: Float = 0
                for index in 0..<(signal.count - lag) { sum += signal[index] * signal[index + lag] }
                result.append(Double(sum) / Double(max(1, signal.count - lag)))
            }
        }
        let energy = result.first ?? 0
        return energy > 0 ? result.map { $0 / energy } : result.map { _ in 0 }
    }

    /// Mean correlation at the multiples of each tempo's beat, in steps of 0.1 BPM, weighted towards tempi that people tap.
    private static func tempoCurve(
        _ correlation: [Double], rate: Double, range: ClosedRange<Double>
    ) -> [(bpm: Double, score: Double)] {
        stride(from: range.lowerBound, through: range.upperBound, by: 0.1).map { bpm in
            let period = rate * 60 / bpm
            var sum = 0.0
            var weights = 0.0
            for multiple in 1...32 {
                let lag = period * Double(multiple)
                guard Int(lag) + 1 < correlation.count else { break }
                let fraction = lag - Double(Int(lag))
                let weight = 1 / Double(multiple).squareRoot()
                sum += weight * (correlation[Int(lag)] * (1 - fraction) + correlation[Int(lag) + 1] * fraction)
                weights += weight
            }
            let distance = log2(bpm / 115)
            let prior = exp(-0.5 * distance * distance / (0.75 * 0.75))
            return (bpm, weights > 0 ? sum / weights * prior : 0)
        }
    }
}
