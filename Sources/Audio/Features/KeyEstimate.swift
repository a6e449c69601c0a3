import Core
import Foundation

/// The key of a piece of audio, from its chroma and the Krumhansl–Kessler profiles.
///
/// Source: Krumhansl, "Cognitive Foundations of Musical Pitch", 1990, table 2.1.
public struct KeyEstimate: Sendable, Hashable {
    /// Pitch class of the tonic: 0 = C … 11 = B.
    public var tonic: Int
    public var isMinor: Bool
    /// −1…1: correlation of the chroma with the key's profile.
    public var correlation: Double
    /// Energy per pitch class from C on, 12 values that sum to 1 (or all 0 for silence).
    public var chroma: [Double]

    private static let major = [6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88]
    private static let minor = [6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17]

    /// audio: at least 1 s. Throws `audio_too_short`.
    public init(of audio: PCMBuffer) throws {
        guard audio.duration >= 1 else {
            throw Failure(.unprocessable, "audio_too_short", "The key can only be told from 1 second of audio or more.")
        }
        chroma = KeyEstimate.chroma(of: audio.mono(), sampleRate: audio.sampleRate)
        var best = (tonic: 0, isMinor: false, correlation: -2.0)
        for tonic in 0..<12 {
            for isMinor in [false, true] {
                let profile = isMinor ? KeyEstimate.minor : KeyEstimate.major
                let turned = (0..<12).map { profile[($0 - tonic + 12) % 12] }
                let correlation = KeyEstimate.correlation(chroma, turned)
                if correlation > best.correlation { best = (tonic, isMinor, correlation) }
            }
        }
        (tonic, isMinor, correlation) = best
    }

    /// "F# minor".
    public var name: String {
        let names = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"]
        return "\(names[tonic]) \(isMinor ? "minor" : "major")"
    }

    private static func chroma(of signal: [Float], sampleRate: Int) -> [Double] {
        var total = [Double](repeating: 0, count: 12)
        for frame in chromaFrames(of: signal, sampleRate: sampleRate, hop: 8192) { for index in 0..<12 { total[index] += frame[index] } }
        let sum = total.reduce(0, +)
        return sum > 0 ? total.map { $0 / sum } : total
    }

    /// Energy per pitch class around every `hop` frames, each summing to 1, or all 0 for silence: each moment counts the same however loud it is.
    static func chromaFrames(of signal: [Float], sampleRate: Int, hop: Int) -> [[Double]] {
        let spectrogram = Spectrogram(of: signal, sampleRate: sampleRate, fftSize: 16_384, hop: hop)
        let bins = spectrogram.bin(hertz: 60)...max(spectrogram.bin(hertz: 60), spectrogram.bin(hertz: 2000))
        let classes = bins.map { bin in
            let note = Units.midiNote(hertz: spectrogram.hertz(bin: max(1, bin)))
            return (Int(note.rounded()) % 12, 1 - 2 * abs(note - note.rounded()))
        }
        return spectrogram.power.map { row in
            var frame = [Double](repeating: 0, count: 12)
            for bin in bins where bin > 0 && bin + 1 < row.count && row[bin] > row[bin - 1] && row[bin] >= row[bin + 1] {
                let (pitchClass, weight) = classes[bin - bins.lowerBound]
                frame[pitchClass] += weight * Double(row[bin]).squareRoot()
            }
            let sum = frame.reduce(0, +)
            return sum > 1e-3 ? frame.map { $0 / sum } : [Double](repeating: 0, count: 12)
        }
    }

    private static func correlation(_ left: [Double], _ right: [Double]) -> Double {
        let leftMean = left.reduce(0, +) / Double(left.count)
        let rightMean = right.reduce(0, +) / Double(right.count)
        var (product, leftSquare, rightSquare) = (0.0, 0.0, 0.0)
        for (a, b) in zip(left, right) {
            product += (a - leftMean) * (b - rightMean)
            leftSquare += (a - leftMean) * (a - leftMean)
            rightSquare += (b - rightMean) * (b - rightMean)
        }
        let scale = (leftSquare * rightSquare).squareRoot()
        return scale > 0 ? product / scale : 0
    }
}
