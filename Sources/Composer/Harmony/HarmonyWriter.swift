import Music

/// Chooses the progressions of a song and lays them over its sections.
///
/// Sections that share a kind share their chords, so that a returning chorus is the same chorus.
struct HarmonyWriter {
    private enum Slot: String {
        case verse, chorus, bridge, build
    }

    private let key: Key
    private let table: Idiom.Table
    private let sections: [SongPlan.Section]
    private let verse: Progression
    private let chorus: Progression
    private let bridge: Progression
    private let build: Progression

    init(key: Key, idiom: Idiom, sections: [SongPlan.Section], random: SeededRandom) {
        self.key = key
        self.sections = sections
        table = idiom.table(for: key)
        let random = random.fork("harmony")
        let table = table
        func choices(_ texts: [String], _ slot: Slot) -> [Progression] { HarmonyWriter.fitting(texts, slot, sections: sections) }
        func pick(_ texts: [String], _ slot: Slot) -> Progression {
            var stream = random.fork(slot.rawValue)
            return stream.pick(choices(texts, slot))
        }
        bridge = pick(table.bridge, .bridge)
        build = pick(table.build, .build)
        (verse, chorus) = HarmonyWriter.pair(
            choices(table.verse, .verse), choices(table.chorus, .chorus), key: key, hasVerse: sections.contains { $0.kind == .verse },
            random: random.fork("pair"))
    }

    /// A verse and a chorus that differ, drawn from the pairs that make the key plain.
    private static func pair(
        _ verses: [Progression], _ choruses: [Progression], key: Key, hasVerse: Bool, random: SeededRandom
    ) -> (Progression, Progression) {
        var random = random
        var pairs: [(verse: Progression, chorus: Progression, clarity: Double)] = []
        for verse in verses {
            for chorus in choruses where chorus != verse || choruses.count == 1 {
                let heard = (hasVerse ? chords(of: verse, in: key, bars: 8) : []) + chords(of: chorus, in: key, bars: 8)
                pairs.append((verse, chorus, KeyProfile.clarity(of: heard, in: key)))
            }
        }
        let best = pairs.map(\.clarity).max() ?? 0
        let plain = pairs.filter { $0.clarity >= min(0.12, best - 0.03) }
        let chosen = random.pick(plain.isEmpty ? pairs : plain)
        return (chosen.verse, chosen.chorus)
    }

    private static func chords(of progression: Progression, in key: Key, bars: Int) -> [[Chord]] {
        let written = progression.bars.filter { !$0.isEmpty }
        guard !written.isEmpty else { return [] }
        return (0..<bars).map { written[$0 % written.count].map { $0.chord(in: key) } }
    }

    /// The last chord of the song.
    var ending: Chord { RomanNumeral(table.ending)?.chord(in: key) ?? Chord(key.tonic, key.isMinor ? .minor : .major) }

    /// The chords of one section, one list per bar.
    func bars(of kind: SectionKind, count: Int, isLast: Bool) -> [[Chord]] {
        let progression = progression(for: HarmonyWriter.slot(of: kind))
        var bars = HarmonyWriter.chords(of: progression, in: key, bars: count)
        guard !bars.isEmpty else { return Array(repeating: [ending], count: count) }
        if kind == .intro || kind == .outro, progression.bars.count <= 4 {
            // Opening and ending rest on the tonic between the verse's chords.
            let tonic = bars.first { $0.first?.root == key.tonic }?.first ?? ending
            for index in stride(from: 0, to: count, by: 2) { bars[index] = [tonic] }
        }
        let turnsAtEnd = count % max(1, progression.bars.count) == 0 && progression.bars.count > 4
        if count >= 4, !turnsAtEnd || isLast, let cadence = table.cadence {
            let chords = Progression(cadence).bars.first?.map { $0.chord(in: key) } ?? []
            if !chords.isEmpty { bars[count - 1] = chords }
        }
        return bars
    }

    private func progression(for slot: Slot) -> Progression {
        switch slot {
        case .verse: verse
        case .chorus: chorus
        case .bridge: bridge
        case .build: build
        }
    }

    /// The progressions that are not cut short by the sections they serve, or all of them where every one is.
    private static func fitting(_ texts: [String], _ slot: Slot, sections: [SongPlan.Section]) -> [Progression] {
        let served = sections.filter { self.slot(of: $0.kind) == slot && $0.kind != .intro && $0.kind != .outro && $0.kind != .breakdown }
        let shortest = served.map(\.bars).min() ?? 4
        let all = texts.map { Progression($0) }
        let fitting = all.filter { $0.bars.count <= shortest }
        return fitting.isEmpty ? all : fitting
    }

    private static func slot(of kind: SectionKind) -> Slot {
        switch kind {
        case .intro, .verse, .outro: .verse
        case .build: .build
        case .bridge: .bridge
        case .chorus, .breakdown, .solo: .chorus
        }
    }
}
