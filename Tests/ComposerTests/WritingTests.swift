import Composer
import Core
import Foundation
import Music
import Testing

private func compose(_ prompt: String, seed: UInt64 = 1, duration: Seconds = 120, lyrics: String? = nil) throws -> Composition {
    try composer.compose(CompositionRequest(prompt: prompt, lyrics: lyrics, duration: duration, seed: seed))
}

@Suite struct `Harmony of a song` {
    @Test(arguments: ["string quartet", "baroque"])
    func `moves in chorales without parallel fifths and octaves`(style: String) throws {
        for seed in 1...6 {
            let score = try compose(style, seed: UInt64(seed)).score
            // The four voices of a chorale are written as parts or as chords; every pair of chords struck by one part is judged.
            for part in score.parts where part.role == .chords || part.role == .pad {
                let struck = Dictionary(grouping: part.notes) { ($0.start * 4).rounded() }.sorted { $0.key < $1.key }.map(\.value)
                for (before, after) in zip(struck, struck.dropFirst()) where before.count == 4 && after.count == 4 {
                    let (low, high) = (before.map { Int($0.pitch) }.sorted(), after.map { Int($0.pitch) }.sorted())
                    #expect(parallels(low, high) == 0, "\(part.name), \(low) to \(high)")
                }
            }
        }
    }

    private func parallels(_ before: [Int], _ after: [Int]) -> Int {
        var count = 0
        for low in 0..<4 {
            for high in (low + 1)..<4 where before[low] != after[low] && before[high] != after[high] {
                let interval = (before[high] - before[low]) % 12
                if interval == 0 || interval == 7, (after[high] - after[low]) % 12 == interval { count += 1 }
            }
        }
        return count
    }

    @Test func `of the last chorus rises where a key change is asked for`() throws {
        let made = try compose("pop with a key change", seed: 4, duration: 180)
        let lifted = made.score.sections.filter { $0.key != nil }
        #expect(!lifted.isEmpty && lifted.last?.start == made.score.sections.last?.start)
        let key = try #require(lifted.first?.key)
        #expect(key != made.plan.key && made.score.chords.last?.chord.root == key.tonic)
    }

    @Test func `stays in a key that was asked for`() throws {
        for seed in 1...20 {
            let made = try compose("gospel in F major", seed: UInt64(seed), duration: 180)
            #expect(made.score.sections.allSatisfy { $0.key == nil })
        }
    }
}

@Suite struct `The variety` {
    /// Shares over 200 seeds that a listener would call variety; forms vary less, since each style has a few.
    @Test(arguments: ["house", "jazz", "blues", "string-quartet"])
    func `of two hundred seeds shows in tunes, chords and forms, all in style`(id: String) throws {
        let style = try #require(composer.book.style(id))
        var runs: [[Int]: Set<UInt64>] = [:]
        var progressions: Set<[String]> = []
        var forms: Set<[String]> = []
        for seed in UInt64(1)...200 {
            let made = try composer.compose(CompositionRequest(prompt: style.words[0], duration: 90, seed: seed))
            #expect(made.plan.style == id && style.tempo.contains(made.plan.bpm) && style.modes.contains(made.plan.key.mode))
            let pitches = made.score.parts.first { $0.role == .lead }?.notes.map { Int($0.pitch) } ?? []
            let steps = zip(pitches, pitches.dropFirst()).map { $1 - $0 }
            for start in steps.indices.dropLast(4) { runs[Array(steps[start..<(start + 5)]), default: []].insert(seed) }
            let tonic = made.plan.key.tonic
            progressions.insert(
                made.score.chords.prefix(24).map { "\($0.chord.root.interval(above: tonic)) \($0.chord.quality) \($0.length)" })
            forms.insert(made.plan.sections.map { "\($0.kind) \($0.bars)" })
        }
        let own = Double(runs.values.filter { $0.count == 1 }.count) / Double(max(1, runs.count))
        #expect(own > 0.45, "\(own) of the runs of five intervals belong to one seed")
        #expect(progressions.count >= 40, "\(progressions.count) progressions")
        #expect(forms.count >= 4, "\(forms.count) forms")
    }
}

@Suite struct `Sung words` {
    static let lyrics = """
        [verse]
        Morning breaks upon the water
        Every window turns to gold
        [chorus]
        Carry me over, carry me home
        Nobody walks this way alone
        [verse]
        Evening settles on the valley
        All the stories have been told
        [chorus]
        Carry me over, carry me home
        Nobody walks this way alone
        """

    @Test func `take one note for each syllable, in order, where the tune plays`() throws {
        let score = try compose("folk", seed: 3, duration: 90, lyrics: Self.lyrics).score
        let syllables = try #require(score.syllables)
        #expect(
            syllables.map(\.text).joined() == Self.lyrics.split(separator: "\n").filter { !$0.hasPrefix("[") }.joined().filter { $0 != " " }
        )
        let lead = try #require(score.parts.first { $0.role == .lead })
        for (syllable, next) in zip(syllables, syllables.dropFirst()) { #expect(syllable.start < next.start) }
        for syllable in syllables {
            #expect(lead.notes.contains { abs($0.start - syllable.start) < 1e-9 }, "“\(syllable.text)” at \(syllable.start)")
        }
    }

    @Test func `have the same tune in every chorus`() throws {
        let score = try compose("pop", seed: 5, duration: 120, lyrics: Self.lyrics).score
        let syllables = try #require(score.syllables)
        let lead = try #require(score.parts.first { $0.role == .lead })
        func tune(_ lines: ClosedRange<Int>) -> [UInt8] {
            syllables.filter { lines.contains($0.line) }.compactMap { syllable in
                lead.notes.first { abs($0.start - syllable.start) < 1e-9 }?.pitch
            }
        }
        #expect(tune(2...2) == tune(6...6) && tune(2...2).count == 9)
    }

    @Test(arguments: [
        ("water", ["wa", "ter"]), ("beautiful", ["beau", "ti", "ful"]), ("home", ["home"]), ("wanted", ["wan", "ted"]),
        ("table", ["ta", "ble"]), ("strength", ["strength"]), ("alone", ["a", "lone"]), ("radio", ["ra", "di", "o"]),
        ("Straße", ["Stra", "ße"]), ("corazón", ["co", "ra", "zón"]), ("愛", ["愛"]), ("hmm", ["hmm"]), ("вода", ["во", "да"]),
        ("đường", ["đường"]),
    ])
    func `are cut where they are sung`(word: String, syllables: [String]) throws {
        let sung = try compose("folk", duration: 30, lyrics: "[verse]\n\(word) \(word)").score.syllables ?? []
        #expect(sung.prefix(syllables.count).map(\.text) == syllables)
    }

    @Test func `of any kind become a song`() throws {
        for lyrics in [
            "[verse]\n" + String(repeating: "la ", count: 2000), "[chorus]\n!!! ???\n[verse]", "[x]\n[y]\n",
            String(repeating: "[verse]\na\n", count: 300),
        ] {
            #expect(try compose("pop", duration: 30, lyrics: lyrics).score.duration == 30)
        }
    }
}

@Suite struct `Answers` {
    @Test func `are heard in most songs of styles that have them`() throws {
        var (heard, songs) = (0, 0)
        for style in ["klezmer", "bluegrass", "blues", "country"] {
            for seed in UInt64(1)...6 {
                let made = try compose(style, seed: seed, duration: 120)
                songs += 1
                if made.score.parts.count >= made.plan.parts.count { heard += 1 }
            }
        }
        #expect(heard * 10 >= songs * 7, "\(heard) of \(songs) songs have all their parts")
    }
}

@Suite struct `Words about drums and form` {
    @Test func `give half time and double time`() throws {
        func snares(_ prompt: String) throws -> Int {
            let score = try compose(prompt, seed: 2, duration: 60).score
            return score.parts.first { $0.role == .drums }?.notes.filter { $0.pitch == 38 && $0.velocity > 60 }.count ?? 0
        }
        let (half, full, double) = (try snares("rock, half time"), try snares("rock"), try snares("rock, double time"))
        #expect(Double(half) < Double(full) * 0.75 && Double(double) > Double(full) * 1.3, "\(half), \(full), \(double)")
    }

    @Test(arguments: [("house with a big drop", SectionKind.build), ("pop with a breakdown", .breakdown), ("soul with a solo", .solo)])
    func `bring the sections they name`(prompt: String, kind: SectionKind) throws {
        #expect(try compose(prompt, seed: 3, duration: 180).plan.sections.contains { $0.kind == kind })
    }

    @Test func `let a song fade while it plays on`() throws {
        for duration in [20.0, 61.3, 180] {
            let score = try compose("funk, fade out", seed: 2, duration: duration).score
            #expect(score.duration == duration && (score.fadeOut ?? 0) > 5)
            #expect(score.tempoMap.seconds(at: score.length) >= duration)
            let last = score.parts.flatMap(\.notes).filter { score.tempoMap.seconds(at: $0.start) > duration - 2 }
            #expect(!last.isEmpty)
        }
    }

    @Test func `name years and machines`() throws {
        let old = try compose("jazz from the 1930s").plan
        #expect(old.mix.vinyl >= 0.5 && old.mix.width <= 0.3)
        #expect(try compose("80s").plan.style == "synthwave")
        #expect(try compose("techno with vinyl crackle").plan.mix.vinyl > 0.5)
    }
}
