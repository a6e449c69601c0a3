import Core
import Foundation

/// The outline of a waveform, for drawing it before the audio is there.
public struct Peaks: Codable, Sendable, Hashable {
    public var version: Int
    /// Seconds.
    public var duration: Double
    public var sampleRate: Int
    /// Largest absolute sample of each of the equal stretches that the file is cut into, 0…1.
    public var peaks: [Float]

    enum CodingKeys: String, CodingKey {
        case version, duration, peaks
        case sampleRate = "sample_rate"
    }

    /// Of audio in memory. `count`: how many stretches, ≥ 1; fewer come out of a shorter buffer.
    public init(of buffer: PCMBuffer, count: Int = 1000) {
        var scan = Scan(frameCount: buffer.frameCount, count: count)
        buffer.samples.withUnsafeBufferPointer { scan.add($0, channelCount: buffer.channelCount) }
        self.init(scan, sampleRate: buffer.sampleRate)
    }

    /// Of a file, streamed. Throws `audio_not_found`, `audio_unreadable`.
    public init(of url: URL, count: Int = 1000) throws {
        let info = try AudioFile.info(url)
        var frameCount = info.frameCount
        if frameCount == 0 { try AudioFile.forEachBlock(of: url) { samples, channelCount in frameCount += samples.count / channelCount } }
        var scan = Scan(frameCount: frameCount, count: count)
        try AudioFile.forEachBlock(of: url) { samples, channelCount in scan.add(samples, channelCount: channelCount) }
        self.init(scan, sampleRate: info.sampleRate)
    }

    private init(_ scan: Scan, sampleRate: Int) {
        version = 1
        duration = Units.seconds(frames: scan.frameCount, sampleRate: sampleRate)
        self.sampleRate = sampleRate
        // Four decimals are finer than any screen and keep the JSON small.
        peaks = scan.peaks.map { ($0 * 10_000).rounded() / 10_000 }
    }

    private struct Scan {
        let frameCount: Int
        var peaks: [Float]
        private var position = 0

        init(frameCount: Int, count: Int) {
            self.frameCount = frameCount
            peaks = [Float](repeating: 0, count: min(max(1, count), max(0, frameCount)))
        }

        mutating func add(_ samples: UnsafeBufferPointer<Float>, channelCount: Int) {
            guard !peaks.isEmpty else { return }
            var frame = 0
            let frames = samples.count / channelCount
            while frame < frames {
                let index = min(peaks.count - 1, position * peaks.count / frameCount)
                // The first frame that belongs to the next stretch.
                let next = index + 1 == peaks.count ? Int.max : ((index + 1) * frameCount + peaks.count - 1) / peaks.count
                let end = next == Int.max ? frames : min(frames, frame + (next - position))
                var peak = peaks[index]
                for sample in (frame * channelCount)..<(end * channelCount) { peak = max(peak, abs(samples[sample])) }
                peaks[index] = min(1, peak)
                position += end - frame
                frame = end
            }
        }
    }
}
