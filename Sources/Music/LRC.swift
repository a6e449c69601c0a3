/// Lyrics in time as LRC: a line for each line of the lyrics, with the time of every word (the “enhanced” form, A2).
///
/// Times are minutes, seconds and hundredths from the start of the song.
public struct LRC: Sendable, Hashable {
    public let text: String

    /// Nil for a score without words.
    public init?(_ score: Score) {
        guard let syllables = score.syllables, !syllables.isEmpty else { return nil }
        func time(_ beat: Beats) -> String {
            let hundredths = Int((score.tempoMap.seconds(at: beat) * 100).rounded())
            func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
            return "\(two(hundredths / 6000)):\(two(hundredths / 100 % 60)).\(two(hundredths % 100))"
        }
        var lines = ["[ti:\(score.title.filter { !$0.isNewline })]", "[length:\(time(score.tempoMap.beat(at: score.duration)))]"]
        var index = 0
        while index < syllables.count {
            let line = syllables[index].line
            var text = "[\(time(syllables[index].start))]"
            var isNewWord = true
            while index < syllables.count, syllables[index].line == line {
                let syllable = syllables[index]
                if isNewWord { text += (text.hasSuffix("]") ? "" : " ") + "<\(time(syllable.start))>" }
                text += syllable.text
                isNewWord = syllable.endsWord
                index += 1
            }
            lines.append(text)
        }
        self.text = lines.joined(separator: "\n") + "\n"
    }
}
