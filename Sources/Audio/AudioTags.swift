import Foundation

/// What a song says about itself inside its file.
public struct AudioTags: Sendable, Hashable, Codable {
    public var title: String
    public var artist: String
    /// What the song was asked for in words.
    public var prompt: String
    /// The number that makes the song again from the same request.
    public var seed: Int?
    /// The program that made the file, e.g. "Continuo 1.0".
    public var software: String

    public init(title: String = "", artist: String = "", prompt: String = "", seed: Int? = nil, software: String = "Continuo") {
        self.title = title
        self.artist = artist
        self.prompt = prompt
        self.seed = seed
        self.software = software
    }

    /// The comment field of the file: the prompt, then the seed in brackets, as "dark techno [seed 7]".
    public var comment: String {
        guard let seed else { return prompt }
        return prompt.isEmpty ? "[seed \(seed)]" : "\(prompt) [seed \(seed)]"
    }

    /// Tags read from a file's fields: takes the seed back out of the comment where one was written.
    public init(title: String, artist: String, comment: String, software: String) {
        self.init(title: title, artist: artist, prompt: comment, software: software)
        guard comment.hasSuffix("]"), let mark = comment.range(of: "[seed ", options: .backwards) else { return }
        guard let seed = Int(comment[mark.upperBound...].dropLast()) else { return }
        self.seed = seed
        prompt = String(comment[..<mark.lowerBound])
        if prompt.hasSuffix(" ") { prompt.removeLast() }
    }
}
