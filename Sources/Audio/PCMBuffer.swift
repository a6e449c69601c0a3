/// Audio in memory: interleaved 32-bit samples, full scale −1…+1.
///
/// Interleaved, because that is what the codecs and the loudness meter take without copying.
public struct PCMBuffer: Sendable, Equatable {
    /// Frames one after the other; each frame holds one sample per channel. Its count is a multiple of `channelCount`.
    public var samples: [Float]
    /// 1…8.
    public let channelCount: Int
    /// Frames per second.
    public let sampleRate: Int

    /// A buffer around existing samples; a trailing incomplete frame is dropped.
    public init(samples: [Float], channelCount: Int, sampleRate: Int) {
        let channelCount = max(1, channelCount)
        self.samples = samples
        self.channelCount = channelCount
        self.sampleRate = max(1, sampleRate)
        let excess = samples.count % channelCount
        if excess > 0 { self.samples.removeLast(excess) }
    }

    /// Silence.
    public init(silentFrames frameCount: Int, channelCount: Int = 2, sampleRate: Int = 44_100) {
        self.init(
            samples: [Float](repeating: 0, count: max(0, frameCount) * max(1, channelCount)), channelCount: channelCount,
            sampleRate: sampleRate)
    }

    public var frameCount: Int { samples.count / channelCount }

    /// Length in seconds.
    public var duration: Double { Units.seconds(frames: frameCount, sampleRate: sampleRate) }

    /// The samples of one channel, `frameCount` of them; empty for a channel that does not exist.
    public func channel(_ index: Int) -> [Float] {
        guard (0..<channelCount).contains(index) else { return [] }
        return stride(from: index, to: samples.count, by: channelCount).map { samples[$0] }
    }

    /// The mean of all channels, `frameCount` samples.
    public func mono() -> [Float] {
        guard channelCount > 1 else { return samples }
        let scale = 1 / Float(channelCount)
        return [Float](unsafeUninitializedCapacity: frameCount) { output, count in
            samples.withUnsafeBufferPointer { input in
                for frame in 0..<frameCount {
                    var sum: Float = 0
                    for channel in 0..<channelCount { sum += input[frame * channelCount + channel] }
                    output[frame] = sum * scale
                }
            }
            count = frameCount
        }
    }

    /// The frames of `range`, cut to what exists.
    public func slice(_ range: Range<Int>) -> PCMBuffer {
        let range = range.clamped(to: 0..<frameCount)
        return PCMBuffer(
            samples: Array(samples[(range.lowerBound * channelCount)..<(range.upperBound * channelCount)]), channelCount: channelCount,
            sampleRate: sampleRate)
    }

    /// The largest absolute sample; 0 for an empty buffer.
    public var peak: Float {
        samples.reduce(0) { max($0, abs($1)) }
    }
}
