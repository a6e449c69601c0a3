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

    /// The comment, with the prompt cut at a character so that all of it takes at most `limit` bytes of UTF-8. The seed is always whole.
    func comment(upTo limit: Int) -> String {
        guard comment.utf8.count > limit else { return comment }
        var short = self
        let excess = comment.utf8.count - limit + 3
        while !short.prompt.isEmpty, prompt.utf8.count - short.prompt.utf8.count < excess { short.prompt.removeLast() }
        short.prompt += "…"
        return short.comment
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
