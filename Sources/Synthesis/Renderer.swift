import Audio
import Core
import Foundation
import Music

/// Turns a score into audio: sampled instruments, mix, master.
///
/// The same score gives the same samples on every run, on any number of renderers at once. Calls block for seconds and use up to two
/// cores: run them off the cooperative pool. Nothing stays loaded between calls; opening a SoundFont takes some 30 ms, since
/// only the samples of the instruments in use are read.
public struct Renderer: Sendable {
    /// Changes whenever the same score would sound different; kept with every song.
    public static let version = "2"
    /// Of everything that is rendered.
    public static let sampleRate = 44_100

    public let soundFont: URL

    public init(soundFont: URL) {
        self.soundFont = soundFont
    }

    /// The SoundFont that is installed or configured; see `SoundFont.find`. Throws `soundfont_missing`.
    public static func findSoundFont() throws -> URL {
        try SoundFont.find()
    }

    /// Opens the SoundFont and lets go of it, to find out early whether rendering can work. Throws `soundfont_unreadable`.
    public func verify() throws {
        _ = try Sampler(soundFont: soundFont, instruments: [Instrument(name: "Piano", program: 0)], sampleRate: Renderer.sampleRate)
    }

    /// The finished song: stereo at 44.1 kHz, exactly `score.duration` long, −14 LUFS ± 0.5, true peak ≤ −1 dBTP.
    ///
    /// A silent score gives silence. progress: called with 0…1, about once per 93 ms of audio. checkCancellation: called as often; what
    /// it throws ends the render. Throws `score_unrenderable`, `soundfont_unreadable`, `synthesizer_unavailable`.
    public func render(
        _ score: Score, progress: (Double) -> Void = { _ in }, checkCancellation: () throws -> Void = {}
    ) throws -> PCMBuffer {
        try withoutActuallyEscaping(checkCancellation) { checkCancellation in
            var (samples, loudness) = try mix(score, progress: { progress($0 * 0.75) }, checkCancellation: checkCancellation)
            let master = Master(sampleRate: Renderer.sampleRate, checkCancellation: checkCancellation)
            try master.process(&samples, mixLoudness: loudness, mix: score.mix ?? SongMix()) { progress(0.75 + $0 * 0.25) }
            progress(1)
            return PCMBuffer(samples: samples, channelCount: 2, sampleRate: Renderer.sampleRate)
        }
    }

    /// The mix before mastering.
    package func renderMix(_ score: Score) throws -> PCMBuffer {
        let (samples, _) = try mix(score, progress: { _ in }, checkCancellation: {})
        return PCMBuffer(samples: samples, channelCount: 2, sampleRate: Renderer.sampleRate)
    }

    private func mix(
        _ score: Score, progress: (Double) -> Void, checkCancellation: () throws -> Void
    ) throws -> (samples: [Float], loudness: Double) {
        try checkCancellation()
        let mixer = try Mixer(score, output: .mix, soundFont: soundFont, sampleRate: Renderer.sampleRate)
        let meter = try LoudnessMeter(channelCount: 2, sampleRate: Renderer.sampleRate, measures: .integrated)
        var samples = [Float](repeating: 0, count: 2 * mixer.frameCount)
        try samples.withUnsafeMutableBufferPointer { buffer in
            guard var cursor = buffer.baseAddress else { return }
            var done = 0
            while let (outputs, frames) = mixer.next() {
                Renderer.interleave(outputs[0].dry, into: cursor, frames: frames)
                try meter.add(cursor, frames: frames)
                cursor += 2 * frames
                done += frames
                progress(Double(done) / Double(mixer.frameCount))
                try checkCancellation()
            }
        }
        return (samples, meter.loudness.integrated)
    }

    /// One file per part, named "01 Drums.wav" and so on, in the score's order. Each is as long as the song.
    ///
    /// A stem is the part after its own effects and before the master chain, with its share of reverb and echoes: the stems' sum, mastered,
    /// is the song. All stems are 6 dB below the mix's own level, so that none clips. Files are written whole or not at all.
    /// Throws as `render` does, and `audio_disk_full`, `audio_unwritable`.
    public func renderStems(
        _ score: Score, into folder: URL, format: AudioFormat = .flac, tags: AudioTags = AudioTags(), progress: (Double) -> Void = { _ in },
        checkCancellation: () throws -> Void = {}
    ) throws -> [URL] {
        try checkCancellation()
        let mixer = try Mixer(score, output: .stems, soundFont: soundFont, sampleRate: Renderer.sampleRate)
        let urls = score.parts.enumerated().map { index, part in
            folder.appending(path: Renderer.stemName(index: index, part: part, format: format), directoryHint: .notDirectory)
        }
        let writers = try zip(urls, score.parts).map { url, part in
            var tags = tags
            tags.title = tags.title.isEmpty ? part.name : "\(tags.title) – \(part.name)"
            return try AudioFileWriter(url, format: format, channelCount: 2, sampleRate: Renderer.sampleRate, tags: tags)
        }
        let block = UnsafeMutablePointer<Float>.allocate(capacity: 2 * Mixer.blockFrames)
        defer { block.deallocate() }
        var done = 0
        while let (outputs, frames) = mixer.next() {
            for (output, writer) in zip(outputs, writers) {
                Renderer.interleave(output.dry, into: block, frames: frames)
                for sample in 0..<(2 * frames) { block[sample] *= Renderer.stemGain }
                try writer.append(block, frames: frames)
            }
            done += frames
            progress(Double(done) / Double(mixer.frameCount))
            try checkCancellation()
        }
        for writer in writers { try writer.finish() }
        return urls
    }

    /// −6.02 dB.
    package static let stemGain: Float = 0.5

    private static func stemName(index: Int, part: Score.Part, format: AudioFormat) -> String {
        let safe = part.name.map { $0.isLetter || $0.isNumber || " -_&+".contains($0) ? $0 : "_" }
        let number = index + 1 < 10 ? "0\(index + 1)" : "\(index + 1)"
        return "\(number) \(String(safe).prefix(60)).\(format.fileExtension)"
    }

    private static func interleave(_ source: StereoBuffer, into target: UnsafeMutablePointer<Float>, frames: Int) {
        let (left, right) = (source.left, source.right)
        for frame in 0..<frames {
            target[2 * frame] = left[frame]
            target[2 * frame + 1] = right[frame]
        }
    }
}
