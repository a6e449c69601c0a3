import Music

/// What a person asks of the composer. Everything but the prompt and the seed may be left to it.
public struct CompositionRequest: Codable, Sendable, Hashable {
    /// Free words in any language; what they mean is decided by tables, see `SongPlan.understood`.
    public var prompt: String
    /// Lyrics whose section tags (`[verse]`, `[chorus]` …) shape the form.
    public var lyrics: String?
    public var title: String?
    /// 10…600 seconds. Nil leaves it to the prompt, and to 120 seconds when the prompt is silent.
    public var duration: Seconds?
    public var seed: UInt64
    /// Quarter notes per minute, 30…300; wins over the prompt.
    public var bpm: Double?
    /// Wins over the prompt.
    public var key: Key?
    /// Wins over the prompt and the style.
    public var meter: Meter?
    public var instrumental: Bool
    /// An artist whose habits the song follows where the request is silent.
    public var fingerprint: ArtistFingerprint?

    public init(
        prompt: String, lyrics: String? = nil, title: String? = nil, duration: Seconds? = nil, seed: UInt64, bpm: Double? = nil,
        key: Key? = nil, meter: Meter? = nil, instrumental: Bool = true, fingerprint: ArtistFingerprint? = nil
    ) {
        self.fingerprint = fingerprint
        self.prompt = prompt
        self.lyrics = lyrics
        self.title = title
        self.duration = duration
        self.seed = seed
        self.bpm = bpm
        self.key = key
        self.meter = meter
        self.instrumental = instrumental
    }
}
