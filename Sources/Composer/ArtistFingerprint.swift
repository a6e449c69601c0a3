import Music

/// What is known of an artist's habits, in the words of their profile (`artist_profiles.master_schema`, `daw_fingerprint_aggregates`).
///
/// A song in their style takes its tempo from the clusters, its key from the common ones, and reads the palettes and habits as it reads a
/// prompt: what it knows of them counts, what it does not know is left alone. What the request itself says wins.
public struct ArtistFingerprint: Codable, Sendable, Hashable {
    /// Quarter notes per minute.
    public var tempos: [Double]
    /// Such as "F minor" or "8A" is not: only names of keys are understood.
    public var keys: [String]
    public var genres: [String]
    /// Drums, basses, synthesisers and tools, in the artist's words.
    public var palettes: [String]
    public var habits: [String]

    public init(tempos: [Double] = [], keys: [String] = [], genres: [String] = [], palettes: [String] = [], habits: [String] = []) {
        self.tempos = tempos
        self.keys = keys
        self.genres = genres
        self.palettes = palettes
        self.habits = habits
    }

    /// The palettes and habits as one text to read, bounded.
    var words: String { String((palettes + habits).joined(separator: ", ").prefix(2000)) }
}
