import Foundation

/// How the energy of a piece is spread over the octaves.
public struct SpectralBalance: Sendable, Hashable {
    public struct Band: Sendable, Hashable {
        /// Centre in hertz.
        public var hertz: Double
        /// Mean power in decibels; only differences between bands mean something.
        public var decibels: Double
    }

    /// Octaves from 31.5 Hz to 16 kHz, 10 of them; silence is −200.
    public var bands: [Band]

    public init(of audio: PCMBuffer) {
        let spectrogram = Spectrogram(of: audio.mono(), sampleRate: audio.sampleRate, fftSize: 8192, hop: 8192)
        var mean = [Double](repeating: 0, count: spectrogram.fftSize / 2 + 1)
        for row in spectrogram.power {
            for (bin, value) in row.enumerated() { mean[bin] += Double(value) }
        }
        bands = (0..<10).map { octave in
            let centre = 1000 * pow(2, Double(octave - 5))
            let low = spectrogram.bin(hertz: centre / 2.0.squareRoot())
            let high = max(low + 1, spectrogram.bin(hertz: centre * 2.0.squareRoot()))
            let energy = mean[min(low, mean.count - 1)..<min(high, mean.count)].reduce(0, +) / Double(max(1, spectrogram.power.count))
            return Band(hertz: centre, decibels: 10 * log10(max(1e-20, energy)))
        }
    }

    /// The level of the octave whose centre is nearest to a frequency.
    public func decibels(at hertz: Double) -> Double {
        bands.min { abs(log2($0.hertz / hertz)) < abs(log2($1.hertz / hertz)) }?.decibels ?? -200
    }
}
