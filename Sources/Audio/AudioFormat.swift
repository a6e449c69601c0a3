/// A file format that songs are stored and delivered in.
public enum AudioFormat: String, Sendable, CaseIterable, Codable, Hashable {
    /// Linear PCM, 24 bits.
    case wav
    /// Lossless, 24 bits.
    case flac
    /// MPEG-1 layer III, variable rate.
    case mp3
    /// Opus in Ogg, 48 kHz.
    case opus

    /// The media type for `Content-Type`.
    public var mimeType: String {
        switch self {
        case .wav: "audio/wav"
        case .flac: "audio/flac"
        case .mp3: "audio/mpeg"
        case .opus: "audio/ogg"
        }
    }

    /// Without the dot.
    public var fileExtension: String { rawValue }

    /// The format that a file name's ending stands for, in any case; nil for others.
    public init?(fileName: String) {
        guard let dot = fileName.lastIndex(of: ".") else { return nil }
        self.init(rawValue: fileName[fileName.index(after: dot)...].lowercased())
    }

    /// Whether decoding gives back the samples that were written, to 24 bits.
    public var isLossless: Bool { self == .wav || self == .flac }
}
