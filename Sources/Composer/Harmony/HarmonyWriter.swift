import Music

/// Chooses the progressions of a song, varies them, and lays them over its sections.
///
/// Sections that share a kind share their chords, so that a returning chorus is the same chorus.
struct HarmonyWriter {
    private enum Slot: String {
        case verse, chorus, bridge, build
    }

    private let key: Key
    private let table: Harmony.Table
    private let verse: Progression
    private let chorus: Progression
    private let bridge: Progression
    private let build: Progression

    /// How many varied versions of each pair are weighed.
    private static let trials = 4

    init(key: Key, harmony: Harmony, sections: [SongPlan.Section], random: SeededRandom) {
        self.key = key
        table = harmony.table(for: key)
        let random = random.fork("harmony")
        let table = table
        let variation = ProgressionVariation(variations: harmony.variations, isMinor: key.isMinor)
        func choices(_ all: [Progression], _ slot: Slot) -> [Progression] { HarmonyWriter.fitting(all, slot, sections: sections) }
        func pick(_ all: [Progression], _ slot: Slot) -> Progression {
            var stream = random.fork(slot.rawValue)
            let choices = choices(all, slot)
            guard !choices.isEmpty else { return Progression("I") }
            let chosen = stream.pick(choices)
            return stream.chance(0.5) ? variation.vary(chosen, dice: &stream) : chosen
        }
        bridge = pick(table.bridge, .bridge)
        build = pick(table.build, .build)
        (verse, chorus) = HarmonyWriter.pair(
            choices(table.verse, .verse), choices(table.chorus, .chorus), key: key, hasVerse: sections.contains { $0.kind == .verse },
            variation: variation, random: random.fork("pair"))
    }

    /// A verse and a chorus that differ, drawn from the pairs that make the key plain, as written or varied.
    private static func pair(
        _ verses: [Progression], _ choruses: [Progression], key: Key, hasVerse: Bool, variation: ProgressionVariation, random: SeededRandom
    ) -> (Progression, Progression) {
        var random = random
        var pairs: [(verse: Progression, chorus: Progression, clarity: Double)] = []
        for verse in verses {
            for chorus in choruses where chorus != verse || choruses.count == 1 {
                for trial in 0..<trials {
                    let first = trial == 0 ? verse : variation.vary(verse, dice: &random)
                    let second = trial == 0 ? chorus : variation.vary(chorus, dice: &random)
                    let heard = (hasVerse ? chords(of: first, in: key, bars: 8) : []) + chords(of: second, in: key, bars: 8)
                    pairs.append((first, second, KeyProfile.clarity(of: heard, in: key)))
                }
            }
        }
        guard !pairs.isEmpty else { return (Progression("I"), Progression("I")) }
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

    /// The last chord of the song, in the key it ends in.
    func ending(in key: Key) -> Chord { table.ending?.chord(in: key) ?? Chord(key.tonic, key.isMinor ? .minor : .major) }

    /// The chords of one section, one list per bar. key: the song's, or what it has modulated to.
    func bars(of kind: SectionKind, count: Int, isLast: Bool, in key: Key) -> [[Chord]] {
        let progression = progression(for: HarmonyWriter.slot(of: kind))
        var bars = HarmonyWriter.chords(of: progression, in: key, bars: count)
        guard !bars.isEmpty else { return Array(repeating: [ending(in: key)], count: count) }
        if kind == .intro || kind == .outro, progression.bars.count <= 4 {
            // Opening and ending rest on the tonic between the verse's chords.
            let tonic = bars.first { $0.first?.root == key.tonic }?.first ?? ending(in: key)
            for index in stride(from: 0, to: count, by: 2) { bars[index] = [tonic] }
        }
        let turnsAtEnd = count % max(1, progression.bars.count) == 0 && progression.bars.count > 4
        if count >= 4, !turnsAtEnd || isLast, let cadence = table.cadence {
            let chords = cadence.bars.first?.map { $0.chord(in: key) } ?? []
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
    private static func fitting(_ all: [Progression], _ slot: Slot, sections: [SongPlan.Section]) -> [Progression] {
        let served = sections.filter { self.slot(of: $0.kind) == slot && $0.kind != .intro && $0.kind != .outro && $0.kind != .breakdown }
        let shortest = served.map(\.bars).min() ?? 4
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
