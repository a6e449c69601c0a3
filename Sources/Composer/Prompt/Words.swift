/// A prompt cut into comparable words: lower case, without accents and punctuation; "lo-fi" is two words, "F#", "3/4" and "r&b" are one.
struct Words: Sendable {
    struct Word: Sendable {
        /// As compared.
        let text: String
        /// As written.
        let original: String
    }

    let all: [Word]

    init(_ prompt: String) {
        var words: [Word] = []
        var text = ""
        var original = ""
        func close() {
            while text.last == "." { text.removeLast() }
            if text.contains(where: { $0.isLetter || $0.isNumber }) { words.append(Word(text: text, original: original)) }
            text = ""
            original = ""
        }
        var previous: Character = " "
        // Far more than a prompt may hold; what lies beyond says nothing new.
        for character in prompt.prefix(4000) {
            switch character {
            case "♯": text += "#"
            case "♭": text += "b"
            case "#", "/", "&", ":": text.append(character)
            case ".", ",": if previous.isNumber, character == "." { text.append(character) } else { close() }
            case "’", "'", "`": close()
            case _ where character.isLetter || character.isNumber: text += Words.folded(character)
            default: close()
            }
            if !text.isEmpty { original.append(character) }
            previous = character
        }
        close()
        // "80's" is "80s".
        var joined: [Word] = []
        for word in words {
            if word.text == "s", let last = joined.last {
                joined[joined.count - 1] =
                    last.text.allSatisfy(\.isNumber) ? Word(text: last.text + "s", original: last.original + "s") : last
            } else {
                joined.append(word)
            }
        }
        all = joined
    }

    private static func folded(_ character: Character) -> String {
        switch character.lowercased() {
        case "á", "à", "â", "ã", "å": "a"
        case "ä", "æ": "ae"
        case "é", "è", "ê", "ë": "e"
        case "í", "ì", "î", "ï": "i"
        case "ó", "ò", "ô", "õ", "ø": "o"
        case "ö", "œ": "oe"
        case "ú", "ù", "û": "u"
        case "ü": "ue"
        case "ç": "c"
        case "ñ": "n"
        case "ß": "ss"
        default: character.lowercased()
        }
    }

    /// The words from `index` on as one phrase of `count` words.
    func phrase(_ index: Int, _ count: Int) -> String { all[index..<(index + count)].map(\.text).joined(separator: " ") }

    func original(_ range: Range<Int>) -> String { all[range].map(\.original).joined(separator: " ") }
}
