import Core
import Foundation

/// What another song can be made after: tempo, key, a chord and an energy for each bar, and how bright it is.
///
/// Bars are four beats of the estimated tempo, from the first strong onset on. Chords are major and minor triads, the likeliest path through
/// all bars. Sources: Fujishima, "Realtime Chord Recognition of Musical Sound", ICMC 1999 (chroma templates); Sheh and Ellis, ISMIR 2003
/// (smoothing by a path).
public struct AudioSketch: Sendable, Hashable, Codable {
    public struct Bar: Sendable, Hashable, Codable {
        /// Pitch class of the chord's root, 0 = C … 11 = B.
        public var root: Int
        public var isMinor: Bool
        /// Decibels of the mean square.
        public var energy: Double
    }

    /// Seconds.
    public var duration: Double
    public var bpm: Double
    /// Pitch class of the tonic.
    public var tonic: Int
    public var isMinor: Bool
    public var bars: [Bar]
    /// The centre of the power spectrum in hertz, averaged over time.
    public var brightness: Double

    /// Of a recording that is longer, nothing is read beyond this.
    public static let maximumSeconds = 600.0

    /// audio: at least 4 s. checkCancellation: called between the steps, each of which takes a second or two for ten minutes.
    ///
    /// Throws `audio_too_short`.
    public init(of audio: PCMBuffer, checkCancellation: () throws -> Void = {}) throws {
        let key = try KeyEstimate(of: audio)
        try checkCancellation()
        bpm = try TempoEstimate(of: audio, range: 60...180).bpm
        try checkCancellation()
        (tonic, isMinor, duration) = (key.tonic, key.isMinor, audio.duration)
        let signal = audio.mono()
        let rate = Double(audio.sampleRate)
        let bar = 4 * 60 / bpm * rate
        let start = AudioSketch.firstOnset(in: signal, sampleRate: audio.sampleRate)
        let count = max(1, Int((Double(signal.count) - start) / bar))

        let hop = 4096
        let frames = KeyEstimate.chromaFrames(of: signal, sampleRate: audio.sampleRate, hop: hop)
        try checkCancellation()
        var chroma: [[Double]] = []
        var energies: [Double] = []
        for index in 0..<count {
            let (from, to) = (start + Double(index) * bar, start + Double(index + 1) * bar)
            let rows = frames[min(frames.count, Int(from) / hop)..<min(frames.count, max(Int(from) / hop + 1, Int(to) / hop))]
            chroma.append((0..<12).map { tone in rows.reduce(0) { $0 + $1[tone] } / Double(max(1, rows.count)) })
            let samples = signal[min(signal.count, Int(from))..<min(signal.count, Int(to))]
            let power = samples.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(max(1, samples.count))
            energies.append(10 * log10(power + 1e-10))
        }
        let chords = AudioSketch.chords(chroma, tonic: key.tonic, isMinor: key.isMinor)
        bars = zip(chords, energies).map { Bar(root: $0 % 12, isMinor: $0 >= 12, energy: $1) }
        brightness = AudioSketch.centroid(of: signal, sampleRate: audio.sampleRate)
    }

    /// The first moment, in frames, that reaches a tenth of the loudest level.
    private static func firstOnset(in signal: [Float], sampleRate: Int) -> Double {
        let step = max(1, sampleRate / 100)
        let levels = stride(from: 0, to: signal.count, by: step).map { start in
            signal[start..<min(signal.count, start + step)].reduce(Float(0)) { max($0, abs($1)) }
        }
        let threshold = (levels.max() ?? 0) / 10
        return Double((levels.firstIndex { $0 >= threshold && $0 > 0 } ?? 0) * step)
    }

    /// 0…11 major, 12…23 minor, one for each bar: the path of the highest sum of matches, with a price for leaving a chord and one for
    /// leaving the key.
    private static func chords(_ chroma: [[Double]], tonic: Int, isMinor: Bool) -> [Int] {
        let scale = isMinor ? [0, 2, 3, 5, 7, 8, 10] : [0, 2, 4, 5, 7, 9, 11]
        let templates = (0..<24).map { chord -> [Double] in
            let intervals = chord < 12 ? [0, 4, 7] : [0, 3, 7]
            let tones = intervals.map { (chord % 12 + $0) % 12 }
            return (0..<12).map { tones.contains($0) ? 1 / 3.0.squareRoot() : 0 }
        }
        let strangeness = templates.map { template in
            (0..<12).filter { template[$0] > 0 && !scale.contains(($0 - tonic + 12) % 12) }.count
        }
        func matches(_ frame: [Double]) -> [Double] {
            let norm = frame.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return (0..<24).map { chord in
                let match = norm > 0 ? zip(frame, templates[chord]).reduce(0) { $0 + $1.0 * $1.1 } / norm : 0
                return match - 0.06 * Double(strangeness[chord])
            }
        }
        var sums = [Double](repeating: 0, count: 24)
        var paths: [[Int]] = []
        for frame in chroma {
            let match = matches(frame)
            let best = sums.indices.max { sums[$0] < sums[$1] } ?? 0
            var next = sums
            var from = [Int](repeating: 0, count: 24)
            for chord in 0..<24 {
                let stays = sums[chord] >= sums[best] - 0.05
                from[chord] = stays ? chord : best
                next[chord] = (stays ? sums[chord] : sums[best] - 0.05) + match[chord]
            }
            sums = next
            paths.append(from)
        }
        var chord = sums.indices.max { sums[$0] < sums[$1] } ?? 0
        var result: [Int] = []
        for from in paths.reversed() {
            result.append(chord)
            chord = from[chord]
        }
        return result.reversed()
    }

    private static func centroid(of signal: [Float], sampleRate: Int) -> Double {
        let spectrogram = Spectrogram(of: signal, sampleRate: sampleRate, fftSize: 2048, hop: 16_384)
        var (sum, weight) = (0.0, 0.0)
        for row in spectrogram.power {
            var (moment, total) = (0.0, 0.0)
            for (bin, power) in row.enumerated() {
                let amplitude = Double(power).squareRoot()
                moment += amplitude * spectrogram.hertz(bin: bin)
                total += amplitude
            }
            guard total > 1e-6 else { continue }
            sum += moment / total
            weight += 1
        }
        return weight > 0 ? sum / weight : 0
    }
}
