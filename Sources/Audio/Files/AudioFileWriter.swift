import Core
import Foundation

/// Writes an audio file block by block and puts it in place whole: nothing is seen under its name before `finish` returns.
///
/// Dropped without `finish`, it leaves nothing behind.
public final class AudioFileWriter {
    private let target: URL
    private let partial: URL
    private let file: SoundFile
    private let resampler: Resampler?
    private let tagFront: Data?
    private var finished = false

    /// Throws `audio_unwritable`, `audio_disk_full`, `audio_rate_unsupported`.
    public init(_ url: URL, format: AudioFormat, channelCount: Int, sampleRate: Int, tags: AudioTags = AudioTags()) throws {
        target = url
        partial = url.deletingLastPathComponent().appending(
            path: ".\(url.lastPathComponent).\(UUID().uuidString.prefix(8)).partial", directoryHint: .notDirectory)
        let outputRate = format.outputRate(for: sampleRate)
        resampler = outputRate == sampleRate ? nil : try Resampler(from: sampleRate, to: outputRate, channelCount: channelCount)
        file = try SoundFile(writing: partial, format: format, channelCount: channelCount, sampleRate: outputRate)
        file.write(tags)
        tagFront = format == .mp3 ? ID3Tag.data(tags) : nil
    }

    deinit {
        if !finished { unlink(partial.path) }
    }

    /// Adds interleaved frames. Throws `audio_disk_full`, `audio_unwritable`.
    public func append(_ samples: UnsafePointer<Float>, frames: Int) throws {
        guard let resampler else { return try file.write(samples, frames: frames) }
        var done = 0
        while done < frames {
            let count = min(SoundFile.blockFrames, frames - done)
            try write(resampler.process(samples + done * file.channelCount, frames: count))
            done += count
        }
    }

    private func write(_ samples: [Float]) throws {
        try samples.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return }
            try file.write(start, frames: buffer.count / file.channelCount)
        }
    }

    /// Ends the encoder, flushes to disk and renames into place. Throws `audio_disk_full`, `audio_unwritable`.
    public func finish() throws {
        if let resampler { try write(resampler.process(nil, frames: 0)) }
        try file.close()
        if let tagFront { try prepend(tagFront) }
        try AudioFileWriter.flush(partial.path)
        guard rename(partial.path, target.path) == 0 else {
            throw SoundFile.writeFailure(reason: String(cString: strerror(errno)), system: errno)
        }
        finished = true
        // The rename itself survives a power cut only once the folder is on disk.
        try AudioFileWriter.flush(target.deletingLastPathComponent().path)
    }

    /// Puts bytes in front of what was written, in blocks.
    private func prepend(_ front: Data) throws {
        let tagged = partial.appendingPathExtension("tagged")
        defer { unlink(tagged.path) }
        do {
            guard FileManager.default.createFile(atPath: tagged.path, contents: front) else { throw CocoaError(.fileWriteUnknown) }
            let (source, target) = (try FileHandle(forReadingFrom: partial), try FileHandle(forWritingTo: tagged))
            defer {
                try? source.close()
                try? target.close()
            }
            try target.seekToEnd()
            while let block = try source.read(upToCount: 1 << 18), !block.isEmpty { try target.write(contentsOf: block) }
        } catch {
            let code = (error as NSError).code
            throw SoundFile.writeFailure(
                reason: error.localizedDescription, system: code == CocoaError.fileWriteOutOfSpace.rawValue ? ENOSPC : errno)
        }
        guard rename(tagged.path, partial.path) == 0 else {
            throw SoundFile.writeFailure(reason: String(cString: strerror(errno)), system: errno)
        }
    }

    private static func flush(_ path: String) throws {
        let descriptor = open(path, O_RDONLY)
        guard descriptor >= 0 else { throw SoundFile.writeFailure(reason: String(cString: strerror(errno)), system: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw SoundFile.writeFailure(reason: String(cString: strerror(errno)), system: errno) }
    }
}
