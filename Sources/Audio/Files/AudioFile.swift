import Core
import Foundation

/// Reading, writing and converting audio files. Calls block: run them off the cooperative pool.
public enum AudioFile {
    /// What a file's header says.
    public struct Info: Sendable, Hashable {
        /// Nil for a format that can be read but is not one of ours.
        public var format: AudioFormat?
        public var channelCount: Int
        public var sampleRate: Int
        /// 0 when the header does not say.
        public var frameCount: Int
        public var tags: AudioTags

        public var duration: Double { Units.seconds(frames: frameCount, sampleRate: sampleRate) }
    }

    /// Throws `audio_not_found`, `audio_unreadable`.
    public static func info(_ url: URL) throws -> Info {
        let file = try SoundFile(reading: url)
        return Info(
            format: file.format, channelCount: file.channelCount, sampleRate: file.sampleRate, frameCount: file.frameCount, tags: file.tags)
    }

    /// The whole file in memory. Throws `audio_not_found`, `audio_unreadable`.
    public static func read(_ url: URL) throws -> PCMBuffer {
        let file = try SoundFile(reading: url)
        var samples: [Float] = []
        // A damaged header may claim any length: believe it up to ten minutes, then grow.
        samples.reserveCapacity(min(file.frameCount, file.sampleRate * 600) * file.channelCount)
        try forEachBlock(of: file) { block, _ in samples.append(contentsOf: block) }
        return PCMBuffer(samples: samples, channelCount: file.channelCount, sampleRate: file.sampleRate)
    }

    /// The mean of all channels at 44.1 to 88.2 kHz, for analysis: higher rates are averaged down as they are read.
    ///
    /// Throws `audio_too_long` as soon as more than `maximumSeconds` have been read, `audio_not_found`, `audio_unreadable`.
    public static func readMono(_ url: URL, maximumSeconds: Double, checkCancellation: () throws -> Void = {}) throws -> PCMBuffer {
        let file = try SoundFile(reading: url)
        let factor = max(1, file.sampleRate / 44_100)
        let rate = file.sampleRate / factor
        var samples: [Float] = []
        var sum: Float = 0
        var pending = 0
        try forEachBlock(of: file) { block, channels in
            try checkCancellation()
            let scale = 1 / Float(channels * factor)
            for start in stride(from: 0, to: block.count, by: channels) {
                for channel in 0..<channels { sum += block[start + channel] }
                pending += 1
                guard pending == factor else { continue }
                samples.append(sum * scale)
                (sum, pending) = (0, 0)
            }
            guard Double(samples.count) <= maximumSeconds * Double(rate) else {
                throw Failure(
                    .unprocessable, "audio_too_long", "Recordings of up to \(Int(maximumSeconds / 60)) minutes can be followed.",
                    hint: "Send a part of it.")
            }
        }
        return PCMBuffer(samples: samples, channelCount: 1, sampleRate: rate)
    }

    /// Streams a file: `body` gets interleaved samples and the number of channels, a block at a time, in order.
    ///
    /// Throws `audio_not_found`, `audio_unreadable`, and what `body` throws.
    public static func forEachBlock(of url: URL, _ body: (UnsafeBufferPointer<Float>, Int) throws -> Void) throws {
        try forEachBlock(of: SoundFile(reading: url), body)
    }

    private static func forEachBlock(of file: SoundFile, _ body: (UnsafeBufferPointer<Float>, Int) throws -> Void) throws {
        let block = UnsafeMutableBufferPointer<Float>.allocate(capacity: SoundFile.blockFrames * file.channelCount)
        defer { block.deallocate() }
        guard let start = block.baseAddress else { return }
        while true {
            let count = try file.read(into: start, frames: SoundFile.blockFrames)
            if count > 0 { try body(UnsafeBufferPointer(start: start, count: count * file.channelCount), file.channelCount) }
            if count < SoundFile.blockFrames { return }
        }
    }

    /// Writes a file whole or not at all: into a sibling first, to disk, then into place.
    ///
    /// Samples beyond full scale are clipped. Throws `audio_disk_full`, `audio_unwritable`, `audio_rate_unsupported`.
    public static func write(_ buffer: PCMBuffer, to url: URL, format: AudioFormat, tags: AudioTags = AudioTags()) throws {
        let stream = try AudioFileWriter(
            url, format: format, channelCount: buffer.channelCount, sampleRate: buffer.sampleRate, tags: tags)
        try buffer.samples.withUnsafeBufferPointer { samples in
            guard let start = samples.baseAddress else { return }
            try stream.append(start, frames: buffer.frameCount)
        }
        try stream.finish()
    }

    /// Converts between formats with flat memory; `tags` nil keeps the source's tags.
    ///
    /// Atomic as `write`. `checkCancellation` is called once per block (about 0.2 s of audio); what it throws stops the work.
    /// Throws `audio_not_found`, `audio_unreadable`, `audio_disk_full`, `audio_unwritable`, `audio_rate_unsupported`.
    public static func convert(
        from source: URL, to target: URL, format: AudioFormat, tags: AudioTags? = nil, checkCancellation: () throws -> Void = {}
    ) throws {
        let file = try SoundFile(reading: source)
        let stream = try AudioFileWriter(
            target, format: format, channelCount: file.channelCount, sampleRate: file.sampleRate, tags: tags ?? file.tags)
        try forEachBlock(of: file) { block, channelCount in
            try checkCancellation()
            guard let start = block.baseAddress else { return }
            try stream.append(start, frames: block.count / channelCount)
        }
        try stream.finish()
    }
}
