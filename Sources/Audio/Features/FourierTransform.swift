import Foundation

/// A discrete Fourier transform of fixed power-of-two size, with its tables made once.
///
/// Iterative radix-2, decimation in time. Source: Cooley and Tukey, 1965.
public struct FourierTransform: Sendable {
    public let size: Int
    private let reversed: [Int]
    private let cosines: [Float]
    private let sines: [Float]

    /// `size` is rounded up to a power of two, at least 2.
    public init(size: Int) {
        var power = 1
        while 1 << power < size { power += 1 }
        let size = 1 << power
        self.size = size
        reversed = (0..<size).map { index in
            (0..<power).reduce(0) { $0 | ((index >> $1) & 1) << (power - 1 - $1) }
        }
        cosines = (0..<(size / 2)).map { Float(cos(2 * Double.pi * Double($0) / Double(size))) }
        sines = (0..<(size / 2)).map { Float(-sin(2 * Double.pi * Double($0) / Double(size))) }
    }

    /// Power of the bins 0…size/2 of a real signal.
    ///
    /// signal: at least `size` samples from `offset` on. window: `size` factors. power: receives size/2 + 1 values.
    public func power(
        of signal: UnsafeBufferPointer<Float>, at offset: Int, window: [Float], into power: inout [Float], scratch: inout Scratch
    ) {
        scratch.real.withUnsafeMutableBufferPointer { real in
            scratch.imaginary.withUnsafeMutableBufferPointer { imaginary in
                for index in 0..<size {
                    real[reversed[index]] = signal[offset + index] * window[index]
                    imaginary[index] = 0
                }
                transform(real, imaginary)
                for bin in 0...(size / 2) { power[bin] = real[bin] * real[bin] + imaginary[bin] * imaginary[bin] }
            }
        }
    }

    /// Working memory of one caller.
    public struct Scratch: Sendable {
        fileprivate var real: [Float]
        fileprivate var imaginary: [Float]
    }

    public func makeScratch() -> Scratch {
        Scratch(real: [Float](repeating: 0, count: size), imaginary: [Float](repeating: 0, count: size))
    }

    private func transform(_ real: UnsafeMutableBufferPointer<Float>, _ imaginary: UnsafeMutableBufferPointer<Float>) {
        cosines.withUnsafeBufferPointer { cosines in
            sines.withUnsafeBufferPointer { sines in
                var half = 1
                while half < size {
                    let step = size / (2 * half)
                    for start in stride(from: 0, to: size, by: 2 * half) {
                        for offset in 0..<half {
                            let (low, high) = (start + offset, start + offset + half)
                            let (cosine, sine) = (cosines[offset * step], sines[offset * step])
                            let turnedReal = real[high] * cosine - imaginary[high] * sine
                            let turnedImaginary = real[high] * sine + imaginary[high] * cosine
                            real[high] = real[low] - turnedReal
                            imaginary[high] = imaginary[low] - turnedImaginary
                            real[low] += turnedReal
                            imaginary[low] += turnedImaginary
                        }
                    }
                    half *= 2
                }
            }
        }
    }

    /// A Hann window of `size` factors.
    public static func hann(_ size: Int) -> [Float] {
        (0..<size).map { Float(0.5 - 0.5 * cos(2 * Double.pi * Double($0) / Double(size))) }
    }
}

/// Power spectra of overlapping stretches of a signal.
public struct Spectrogram: Sendable {
    /// One row per hop; bins 0…fftSize/2.
    public var power: [[Float]]
    public let fftSize: Int
    public let hop: Int
    public let sampleRate: Int

    /// Hann-windowed. signal: mono samples. fftSize: a power of two. hop: samples between rows. Signals shorter than fftSize give no rows.
    public init(of signal: [Float], sampleRate: Int, fftSize: Int, hop: Int) {
        let transform = FourierTransform(size: fftSize)
        let size = transform.size
        let window = FourierTransform.hann(size)
        var scratch = transform.makeScratch()
        var row = [Float](repeating: 0, count: size / 2 + 1)
        var rows: [[Float]] = []
        signal.withUnsafeBufferPointer { samples in
            for offset in stride(from: 0, through: samples.count - size, by: hop) {
                transform.power(of: samples, at: offset, window: window, into: &row, scratch: &scratch)
                rows.append(row)
            }
        }
        power = rows
        self.fftSize = size
        self.hop = hop
        self.sampleRate = sampleRate
    }

    /// Centre frequency of a bin in hertz.
    public func hertz(bin: Int) -> Double { Double(bin) * Double(sampleRate) / Double(fftSize) }

    /// The nearest bin to a frequency, cut to what exists.
    public func bin(hertz: Double) -> Int {
        min(fftSize / 2, max(0, Int((hertz * Double(fftSize) / Double(sampleRate)).rounded())))
    }
}
