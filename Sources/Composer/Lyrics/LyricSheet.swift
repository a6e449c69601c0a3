/// Lyrics as sections of lines of syllables.
struct LyricSheet: Sendable, Hashable {
    struct Syllable: Sendable, Hashable {
        let text: String
        let endsWord: Bool
    }

    struct Line: Sendable, Hashable {
        let text: String
        let syllables: [Syllable]
    }

    struct Block: Sendable, Hashable {
        /// The tag as written, without brackets; nil before the first.
        let tag: String?
        var lines: [Line]
    }

    let blocks: [Block]

    /// Lines of 200 syllables at most; longer ones are cut.
    init(_ lyrics: String) {
        var blocks = [Block(tag: nil, lines: [])]
        for raw in lyrics.split(whereSeparator: \.isNewline) {
            let text = raw.trimmingSpaces()
            if text.first == "[", let end = text.firstIndex(of: "]") {
                blocks.append(Block(tag: text[text.index(after: text.startIndex)..<end].lowercased(), lines: []))
            } else if !text.isEmpty {
                let syllables = Array(Syllables.split(line: text).prefix(200))
                if !syllables.isEmpty { blocks[blocks.count - 1].lines.append(Line(text: text, syllables: syllables)) }
            }
        }
        self.blocks = blocks
    }

    /// The lines for each passage of a song: blocks go to the passages of their kind, in order; those without a place are left out.
    func lines(for passages: [Canvas.Passage]) -> [Int: [Line]] {
        var result: [Int: [Line]] = [:]
        var next = 0
        for block in blocks where !block.lines.isEmpty {
            let kind = block.tag.flatMap { FormPlanner.step(forTag: $0)?.kind }
            let index = (next..<passages.count).first { index in
                kind.map { passages[index].kind == $0 } ?? ([.verse, .chorus].contains(passages[index].kind))
            }
            guard let index else { continue }
            // A line needs two beats at the least.
            let most = max(1, passages[index].section.bars * 2)
            result[index] = Array(block.lines.prefix(most))
            next = index + 1
        }
        return result
    }
}

/// Cuts words into syllables: a vowel group with the consonants before it; silent endings of English are joined to what precedes them.
///
/// This is an approximation for languages in Latin script, after the maximal onset principle (Kahn, 1976); signs of other scripts are a syllable each.
enum Syllables {
    static func split(line: String) -> [LyricSheet.Syllable] {
        line.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "–" || $0 == "—" }).flatMap { word -> [LyricSheet.Syllable] in
            // Hyphens written by the author are boundaries.
            let pieces = word.split(separator: "-").flatMap { split(word: String($0)) }.filter {
                $0.contains { $0.isLetter || $0.isNumber }
            }
            return pieces.enumerated().map { LyricSheet.Syllable(text: $1, endsWord: $0 == pieces.count - 1) }
        }
    }

    private static let vowels: Set<Character> = Set("aeiouyäöüáàâãåéèêëíìîïóòôõøúùûæœаеёиоуыэюяіїєαεηιουωάέήίόύώ")
    /// Consonants that begin a syllable together.
    private static let onsets: Set<String> = [
        "bl", "br", "ch", "cl", "cr", "dr", "fl", "fr", "gl", "gr", "ph", "pl", "pr", "qu", "sc", "sh", "sk", "sl", "sm", "sn", "sp", "st",
        "str", "sw", "th", "thr", "tr", "tw", "wh", "wr", "sch", "gn",
    ]

    static func split(word: String) -> [String] {
        let letters = Array(word)
        let lower = letters.map { Character($0.lowercased().first.map { String($0) } ?? "") }
        // Kana, Han and Hangul: a syllable each.
        let signs: [ClosedRange<UInt32>] = [0x3040...0x30ff, 0x3400...0x9fff, 0xac00...0xd7a3, 0xf900...0xfaff]
        func isSign(_ letter: Character) -> Bool {
            letter.unicodeScalars.first.map { scalar in signs.contains { $0.contains(scalar.value) } } ?? false
        }
        if letters.contains(where: isSign) { return letters.filter(\.isLetter).map { String($0) } }
        func isVowel(_ index: Int) -> Bool {
            guard vowels.contains(lower[index]) else { return false }
            // "y" before a vowel is a consonant, and so is "u" after "q".
            if lower[index] == "y", index + 1 < lower.count, vowels.contains(lower[index + 1]) { return false }
            return !(lower[index] == "u" && index > 0 && lower[index - 1] == "q")
        }
        var groups: [Range<Int>] = []
        var index = 0
        while index < letters.count {
            guard isVowel(index) else {
                index += 1
                continue
            }
            var end = index + 1
            while end < letters.count, isVowel(end), !isHiatus(lower[end - 1], lower[end]) { end += 1 }
            groups.append(index..<end)
            index = end
        }
        // Only English has silent endings; a word with other letters is none of it.
        let isPlain = lower.allSatisfy(\.isASCII)
        if isPlain, let last = groups.last, groups.count > 1, isSilent(last, lower) { groups.removeLast() }
        guard groups.count > 1 else { return [word] }
        var pieces: [String] = []
        var start = 0
        for (group, next) in zip(groups, groups.dropFirst()) {
            let between = Array(lower[group.upperBound..<next.lowerBound])
            // As many consonants as can begin a syllable go to the next one.
            var taken = min(1, between.count)
            for count in [3, 2] where between.count >= count && onsets.contains(String(between.suffix(count))) {
                taken = count
                break
            }
            let cut = next.lowerBound - taken
            pieces.append(String(letters[start..<cut]))
            start = cut
        }
        pieces.append(String(letters[start...]))
        return pieces
    }

    private static func isHiatus(_ first: Character, _ second: Character) -> Bool {
        ["ia", "io", "eo", "ua", "uo", "iu"].contains(String([first, second]))
    }

    /// "e" and "ed" at the end of English words, unless a sound needs them ("table", "wanted").
    private static func isSilent(_ group: Range<Int>, _ word: [Character]) -> Bool {
        guard group.count == 1, word[group.lowerBound] == "e", group.lowerBound > 0 else { return false }
        let tail = String(word[group.lowerBound...].filter(\.isLetter))
        let before = word[group.lowerBound - 1]
        let isAfterVowel = group.lowerBound > 1 && vowels.contains(word[group.lowerBound - 2])
        switch tail {
        case "e": return before != "l" || isAfterVowel
        case "ed": return before != "t" && before != "d"
        case "es": return !"sxzcgh".contains(before)
        default: return false
        }
    }
}
