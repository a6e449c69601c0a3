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
    private let random: SeededRandom
    private let sections: [SongPlan.Section]

    init(key: Key, idiom: Idiom, sections: [SongPlan.Section], random: SeededRandom) {
        self.key = key
        self.sections = sections
        table = idiom.table(for: key)
        self.random = random.fork("harmony")
    }

    /// The last chord of the song.
    var ending: Chord { RomanNumeral(table.ending)?.chord(in: key) ?? Chord(key.tonic, key.isMinor ? .minor : .major) }

    /// The chords of one section, one list per bar.
    func bars(of kind: SectionKind, count: Int, isLast: Bool) -> [[Chord]] {
        let slot = HarmonyWriter.slot(of: kind)
        let progression = progression(for: slot).bars.filter { !$0.isEmpty }
        guard !progression.isEmpty else { return Array(repeating: [ending], count: count) }
        var bars = (0..<count).map { progression[$0 % progression.count].map { $0.chord(in: key) } }
        let turnsAtEnd = count % progression.count == 0 && progression.count > 4
        if count >= 4, !turnsAtEnd || isLast, kind != .intro || table.cadence != nil, let cadence = table.cadence {
            let chords = Progression(cadence).bars.first?.map { $0.chord(in: key) } ?? []
            if !chords.isEmpty { bars[count - 1] = chords }
        }
        return bars
    }

    private func progression(for slot: Slot) -> Progression {
        var stream = random.fork(slot.rawValue)
        switch slot {
        case .verse: return stream.pick(fitting(table.verse, slot))
        case .bridge: return stream.pick(fitting(table.bridge, slot))
        case .build: return stream.pick(fitting(table.build, slot))
        case .chorus:
            // A chorus on the verse's own chords would not lift.
            let verse = progression(for: .verse)
            let choices = fitting(table.chorus, slot)
            let others = choices.filter { $0 != verse }
            return stream.pick(others.isEmpty ? choices : others)
        }
    }

    /// The progressions that are not cut short by the sections they serve, or all of them where every one is.
    private func fitting(_ texts: [String], _ slot: Slot) -> [Progression] {
        let served = sections.filter {
            HarmonyWriter.slot(of: $0.kind) == slot && $0.kind != .intro && $0.kind != .outro && $0.kind != .breakdown
        }
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
