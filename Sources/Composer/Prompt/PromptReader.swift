import Music

/// What a prompt was found to say.
struct PromptReading: Sendable {
    /// Style ids with their weights, in the order they were said.
    var styles: [(id: String, weight: Double)] = []
    var instruments: [String] = []
    var removedInstruments: [String] = []
    var families: [Family] = []
    var removedFamilies: [Family] = []
    /// Whether the players that are named are to be the only ones.
    var isExclusive = false
    var mood = SongPlan.Mood()
    var bpm: Double?
    var pace = 1.0
    var duration: Seconds?
    var key: Key?
    var mode: Key.Mode?
    var meter: Meter?
    var wishes = FormWishes()
    var era: Int?
    var effects: [Effect] = []
    /// The pulse of the drums: 1, 0.5 for half time, 2 for double time.
    var pulse = 1.0
    var understood: [SongPlan.Understanding] = []
    var unrecognised: [String] = []
}

extension PromptReading {
    /// Whether the prompt wants this player to rest.
    func rulesOut(_ part: SongPlan.Part, orchestra: Orchestra) -> Bool {
        if removedFamilies.contains(where: { $0.contains(part) }) { return true }
        if removedInstruments.contains(where: { orchestra.entry($0)?.instrument == part.instrument }) { return true }
        guard isExclusive, !instruments.isEmpty || !families.isEmpty else { return false }
        return !families.contains { $0.contains(part) }
            && !instruments.contains { id in
                PromptReader.family(of: id)?.contains(part) ?? false || orchestra.entry(id)?.instrument == part.instrument
            }
    }

    /// Whether the prompt says anything about who plays.
    var namesPlayers: Bool { !instruments.isEmpty || !families.isEmpty || !removedInstruments.isEmpty || !removedFamilies.isEmpty }

    /// Adds what an artist's profile says, where the prompt says nothing of the kind.
    mutating func follow(_ fingerprint: ArtistFingerprint, book: StyleBook) {
        if styles.isEmpty {
            for genre in fingerprint.genres.prefix(20) where styles.isEmpty { styles = PromptReader.read(genre, book: book).styles }
        }
        let habits = PromptReader.read(fingerprint.words, book: book)
        if styles.isEmpty { styles = habits.styles }
        // Three of their instruments are a palette; all of them would be a crowd.
        for instrument in habits.instruments.prefix(3) where !instruments.contains(instrument) && !removedInstruments.contains(instrument) {
            instruments.append(instrument)
        }
        if wishes == FormWishes() { wishes = habits.wishes }
        if mood.words.isEmpty { mood = habits.mood }
        effects += habits.effects.filter { !effects.contains($0) }
        understood.append(SongPlan.Understanding(words: "the artist's profile", meaning: "tempo, keys, palette and habits"))
    }
}

/// Reads a prompt from left to right, the longest known phrase first.
struct PromptReader {
    private let words: Words
    private let book: StyleBook
    private var reading = PromptReading()
    private var moods = 0
    private var index = 0
    private var isNegated = false
    /// Whether what was read last was ruled out: "without drums or bass" rules out both.
    private var wasNegated = false
    /// "Only" holds for the players that follow it, up to a word of another kind.
    private var isExclusive = false

    static func read(_ prompt: String, book: StyleBook) -> PromptReading {
        var reader = PromptReader(words: Words(prompt), book: book)
        return reader.read()
    }

    private init(words: Words, book: StyleBook) {
        self.words = words
        self.book = book
    }

    private mutating func read() -> PromptReading {
        while index < words.all.count {
            if let found = NumberPhrase(words, at: index) {
                take(found)
            } else if let (key, count) = keyPhrase() {
                reading.key = key
                note(count, "key of \(key)")
            } else if !takePhrase() {
                let word = words.all[index]
                if !reading.unrecognised.contains(word.original), reading.unrecognised.count < 40 {
                    reading.unrecognised.append(word.original)
                }
                index += 1
                isNegated = false
                isExclusive = false
            }
        }
        if moods > 0 {
            // Several words for mood pull together, but not in proportion to their number.
            let divisor = Double(moods).squareRoot()
            reading.mood.valence = PromptReader.limited(reading.mood.valence / divisor)
            reading.mood.arousal = PromptReader.limited(reading.mood.arousal / divisor)
            reading.mood.space = PromptReader.limited(reading.mood.space / divisor)
        }
        return reading
    }

    private static let links: Set<String> = ["or", "nor", "oder", "o", "ou", "ni"]
    private static let articles: Set<String> = [
        "a", "an", "the", "and", "with", "some", "ein", "eine", "un", "una", "une", "le", "la", "el",
    ]

    private static func limited(_ value: Double) -> Double { (min(1, max(-1, value)) * 1000).rounded() / 1000 }

    private mutating func note(_ count: Int, _ meaning: String) {
        reading.understood.append(SongPlan.Understanding(words: words.original(index..<(index + count)), meaning: meaning))
        index += count
        wasNegated = isNegated
        isNegated = false
    }

    private mutating func take(_ number: NumberPhrase) {
        switch number.value {
        case .bpm(let bpm):
            reading.bpm = min(300, max(30, bpm))
            note(number.count, "\(NumberPhrase.text(min(300, max(30, bpm)))) bpm")
        case .duration(let seconds):
            let total = min(600, max(10, (reading.duration ?? 0) + seconds))
            reading.duration = total
            note(number.count, "\(NumberPhrase.text(total)) seconds long")
        case .meter(let meter):
            reading.meter = meter
            note(number.count, "\(meter) time")
        }
    }

    /// A tonic with its mode. A lone lower-case "a" is an article unless it is clearly a key.
    private func keyPhrase() -> (Key, Int)? {
        let word = words.all[index]
        guard let first = word.text.first, "abcdefgh".contains(first) else { return nil }
        let before = index > 0 ? words.all[index - 1].text : ""
        let isAnnounced = before == "in" || before == "of" || before == "key"
        for count in [4, 3, 2] where index + count <= words.all.count {
            let phrase = words.phrase(index, count)
            guard phrase.count > 2, let key = Key(phrase) else { continue }
            let after = index + count < words.all.count ? words.all[index + count].text : ""
            if word.original == "a", after == "key" || after == "mode" || after == "mood" || !isAnnounced && after != "" { continue }
            return (key, count)
        }
        let isChordName = word.original.first?.isUppercase == true && word.text.count <= 5
        if isAnnounced, isChordName, let key = Key(word.original) { return (key, 1) }
        return nil
    }

    private mutating func takePhrase() -> Bool {
        for count in stride(from: min(Vocabulary.longest, words.all.count - index), through: 1, by: -1) {
            guard let meaning = book.vocabulary[words.phrase(index, count)] else { continue }
            take(meaning, count: count)
            return true
        }
        return false
    }

    private mutating func take(_ meaning: Meaning, count: Int) {
        let phrase = words.phrase(index, count)
        switch meaning {
        case .only, .filler, .instrument, .family, .negation: break
        default: isExclusive = false
        }
        switch meaning {
        case .negation:
            index += count
            isNegated = true
        case .only:
            index += count
            isExclusive = true
        case .filler:
            if PromptReader.links.contains(phrase) { isNegated = isNegated || wasNegated }
            // "Just a piano", but not "just what I want: drums".
            if !PromptReader.articles.contains(phrase) { isExclusive = false }
            index += count
        case .style(let id, let weight):
            guard !isNegated else { return note(count, "not in this style") }
            reading.styles.append((id, weight))
            note(count, "\(book.style(id)?.name ?? id), the style")
        case .instrument(let id):
            let name = book.orchestra.entry(id)?.instrument.name ?? id
            if isNegated {
                if let family = PromptReader.family(of: id) {
                    reading.removedFamilies.append(family)
                } else {
                    reading.removedInstruments.append(id)
                }
                note(count, "without \(phrase)")
            } else {
                if !reading.instruments.contains(id) { reading.instruments.append(id) }
                reading.isExclusive = reading.isExclusive || isExclusive
                note(count, "\(name) plays")
            }
        case .family(let family):
            if isNegated { reading.removedFamilies.append(family) } else { reading.families.append(family) }
            reading.isExclusive = reading.isExclusive || isExclusive && !isNegated
            note(count, isNegated ? "without \(family.rawValue)" : "\(family.rawValue) play")
        case .mood(let valence, let arousal, let space):
            let sign = isNegated ? -0.6 : 1
            reading.mood.valence += valence * sign
            reading.mood.arousal += arousal * sign
            reading.mood.space += space * sign
            reading.mood.words.append(isNegated ? "not \(phrase)" : phrase)
            moods += 1
            note(count, PromptReader.description(valence * sign, arousal * sign, space * sign))
        case .pace(let factor):
            reading.pace *= isNegated ? 2 - factor : factor
            note(count, factor < 1 ? "slower than usual" : factor > 1 ? "faster than usual" : "at the usual pace")
        case .mode(let mode):
            reading.mode = mode
            note(count, "a \(mode.rawValue) key")
        case .meter(let meter):
            reading.meter = meter
            note(count, "\(meter) time")
        case .form(let word):
            take(word)
            note(count, isNegated ? "not " + word.rawValue : word.rawValue)
        case .era(let year):
            if !isNegated { reading.era = year }
            note(count, isNegated ? "not of those years" : "as about \(year)")
        case .effect(let effect):
            if !isNegated { reading.effects.append(effect) }
            note(count, (isNegated ? "without " : "with ") + effect.rawValue)
        case .pulse(let factor):
            if !isNegated { reading.pulse = factor }
            note(count, factor < 1 ? "drums at half time" : "drums at double time")
        case .vocals: note(count, "instrumental: the composer does not sing")
        }
    }

    private mutating func take(_ word: FormWord) {
        let isWanted = !isNegated
        switch word {
        case .intro: reading.wishes.skipsIntro = isNegated
        case .longIntro: reading.wishes.longIntro = isWanted
        case .shortIntro: reading.wishes.shortIntro = isWanted
        case .longOutro: reading.wishes.longOutro = isWanted
        case .solo: reading.wishes.wantsSolo = isWanted
        case .bridge: reading.wishes.skipsContrast = isNegated
        case .drop: reading.wishes.wantsDrop = isWanted
        case .breakdown: reading.wishes.wantsBreak = isWanted
        case .fade: reading.wishes.fadesOut = isWanted
        case .lift: reading.wishes.lifts = isWanted
        }
    }

    /// Ruling out a guitar rules out all guitars.
    static func family(of instrument: String) -> Family? {
        switch instrument {
        case "steel-guitar", "clean-guitar", "nylon-guitar": .guitars
        case "piano", "rhodes": .keys
        case "strings": .strings
        case "brass": .brass
        case "alto-sax": .saxes
        case "saw-lead": .synths
        case "warm-pad": .pads
        default: nil
        }
    }

    private static func description(_ valence: Double, _ arousal: Double, _ space: Double) -> String {
        let parts: [(Double, String, String)] = [
            (valence, "brighter", "darker"), (arousal, "more driven", "calmer"), (space, "wider", "closer"),
        ]
        let said = parts.filter { abs($0.0) >= 0.15 }.sorted { abs($0.0) > abs($1.0) }.map { $0.0 > 0 ? $0.1 : $0.2 }
        return said.isEmpty ? "mood" : said.joined(separator: ", ")
    }
}
