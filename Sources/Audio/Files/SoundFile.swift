import CSndFile
import Core
import Foundation

/// An open sound file. It lives inside one function call and closes with it.
final class SoundFile {
    /// Frames that are read or written in one go; about 0.2 s.
    static let blockFrames = 8192

    private var handle: OpaquePointer?
    let path: String
    let channelCount: Int
    let sampleRate: Int
    /// What the header says; 0 when it does not say, and while writing.
    let frameCount: Int
    private let formatBits: Int32

    /// Opens for reading. Throws `audio_not_found` or `audio_unreadable`.
    init(reading url: URL) throws {
        path = url.path
        var info = SF_INFO()
        guard FileManager.default.fileExists(atPath: path) else {
            throw Failure(.notFound, "audio_not_found", "There is no audio file named \(url.lastPathComponent).")
        }
        handle = sf_open(path, Int32(SFM_READ), &info)
        guard handle != nil, info.channels > 0, info.samplerate > 0 else {
            let reason = String(cString: sf_strerror(nil))
            if let handle { sf_close(handle) }
            throw Failure(
                .unprocessable, "audio_unreadable", "\(url.lastPathComponent) is not audio that can be read: \(reason)",
                hint: "WAV, FLAC, MP3, Ogg Vorbis, Opus and AIFF can be read.")
        }
        channelCount = Int(info.channels)
        sampleRate = Int(info.samplerate)
        // Some formats cannot tell and answer with the largest number there is.
        frameCount = info.frames > 0 && info.frames < sf_count_t.max / 4 ? Int(info.frames) : 0
        formatBits = info.format
    }

    /// Opens for writing, replacing what is there. Throws `audio_unwritable` or `audio_disk_full`.
    init(writing url: URL, format: AudioFormat, channelCount: Int, sampleRate: Int) throws {
        path = url.path
        var info = SF_INFO()
        info.channels = Int32(channelCount)
        info.samplerate = Int32(sampleRate)
        info.format = format.sndfileFormat
        formatBits = info.format
        self.channelCount = channelCount
        self.sampleRate = sampleRate
        frameCount = 0
        errno = 0
        handle = sf_open(path, Int32(SFM_WRITE), &info)
        guard let handle else { throw SoundFile.writeFailure(reason: String(cString: sf_strerror(nil)), system: errno) }
        sf_command(handle, Int32(SFC_SET_CLIPPING), nil, Int32(SF_TRUE))
        switch format {
        case .wav: break
        case .flac: set(SFC_SET_COMPRESSION_LEVEL, 0.5)
        case .mp3:
            var mode = Int32(SF_BITRATE_MODE_VARIABLE)
            sf_command(handle, Int32(SFC_SET_BITRATE_MODE), &mode, Int32(MemoryLayout<Int32>.size))
            set(SFC_SET_COMPRESSION_LEVEL, 0.2)
        case .opus: set(SFC_SET_COMPRESSION_LEVEL, 0.45)
        }
    }

    private func set(_ command: Int, _ value: Double) {
        var value = value
        sf_command(handle, Int32(command), &value, Int32(MemoryLayout<Double>.size))
    }

    deinit {
        if let handle { sf_close(handle) }
    }

    /// The format, where it is one of ours.
    var format: AudioFormat? {
        let container = Int(formatBits) & SF_FORMAT_TYPEMASK
        let codec = Int(formatBits) & SF_FORMAT_SUBMASK
        if container == SF_FORMAT_WAV || container == SF_FORMAT_WAVEX { return .wav }
        if container == SF_FORMAT_FLAC { return .flac }
        if container == SF_FORMAT_MPEG { return .mp3 }
        return container == SF_FORMAT_OGG && codec == SF_FORMAT_OPUS ? .opus : nil
    }

    /// Fields that are missing come back empty.
    var tags: AudioTags {
        func field(_ type: Int) -> String {
            sf_get_string(handle, Int32(type)).map { String(cString: $0) } ?? ""
        }
        return AudioTags(
            title: field(SF_STR_TITLE), artist: field(SF_STR_ARTIST), comment: field(SF_STR_COMMENT), software: field(SF_STR_SOFTWARE))
    }

    /// Writes the tags; before the first frame, so that they stand at the start of the file. MP3 gets its own, see `ID3Tag`.
    func write(_ tags: AudioTags) {
        guard format != .mp3 else { return }
        let limit = format == .wav ? SoundFile.infoChunkLimit : Int.max
        let fields = [
            (SF_STR_TITLE, tags.title), (SF_STR_ARTIST, tags.artist), (SF_STR_COMMENT, tags.comment(upTo: limit)),
            (SF_STR_SOFTWARE, tags.software),
        ]
        for (type, text) in fields where !text.isEmpty {
            sf_set_string(handle, Int32(type), text)
        }
    }

    /// Bytes of text that readers of a WAV file's INFO chunks take at least; longer ones are passed over by libsndfile.
    private static let infoChunkLimit = 2040

    /// Reads up to `frames` frames; fewer only at the end. Throws `audio_unreadable`.
    func read(into samples: UnsafeMutablePointer<Float>, frames: Int) throws -> Int {
        let count = Int(sf_readf_float(handle, samples, sf_count_t(frames)))
        if count < frames, sf_error(handle) != Int32(SF_ERR_NO_ERROR) {
            throw Failure(.unprocessable, "audio_unreadable", "The audio file is damaged: \(String(cString: sf_strerror(handle)))")
        }
        return count
    }

    /// Writes all frames. Throws `audio_disk_full` or `audio_unwritable`.
    func write(_ samples: UnsafePointer<Float>, frames: Int) throws {
        var done = 0
        while done < frames {
            errno = 0
            let count = min(SoundFile.blockFrames, frames - done)
            let written = Int(sf_writef_float(handle, samples + done * channelCount, sf_count_t(count)))
            guard written == count else {
                throw SoundFile.writeFailure(reason: String(cString: sf_strerror(handle)), system: errno)
            }
            done += written
        }
    }

    /// Finishes the file: headers and the encoder's last frames are written now. Throws as `write` does.
    func close() throws {
        guard let handle else { return }
        self.handle = nil
        errno = 0
        let status = sf_close(handle)
        guard status == 0 else { throw SoundFile.writeFailure(reason: String(cString: sf_error_number(status)), system: errno) }
    }

    static func writeFailure(reason: String, system: Int32) -> Failure {
        if system == ENOSPC || system == EDQUOT || system == EFBIG {
            return Failure(.unavailable, "audio_disk_full", "There is no room left to write the audio file.", hint: "Free some disk space.")
        }
        return Failure(.unexpected, "audio_unwritable", "The audio file cannot be written: \(reason)")
    }
}

extension AudioFormat {
    var sndfileFormat: Int32 {
        let bits =
            switch self {
            case .wav: SF_FORMAT_WAV | SF_FORMAT_PCM_24
            case .flac: SF_FORMAT_FLAC | SF_FORMAT_PCM_24
            case .mp3: SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III
            case .opus: SF_FORMAT_OGG | SF_FORMAT_OPUS
            }
        return Int32(bits)
    }

    /// The rate to write at, given the rate of the source: the same, where the codec knows it.
    func outputRate(for sampleRate: Int) -> Int {
        switch self {
        case .wav, .flac: sampleRate
        case .mp3: [32_000, 44_100, 48_000].contains(sampleRate) ? sampleRate : 44_100
        case .opus: 48_000
        }
    }
}
