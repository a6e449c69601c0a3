import Music

/// Chooses who plays: the style's band, with the prompt's wishes granted.
struct BandPlanner {
    private static let mostParts = 14

    let style: Style
    let flavour: Style?
    let reading: PromptReading
    let orchestra: Orchestra
    let random: SeededRandom

    func parts() -> [SongPlan.Part] {
        var parts = style.voices.compactMap { voice -> SongPlan.Part? in
            var dice = random.fork("band.\(voice.id)")
            guard !voice.instruments.isEmpty, let entry = orchestra.entry(dice.pick(voice.instruments)) else { return nil }
            return SongPlan.Part(voice: voice.id, name: "", role: voice.role, instrument: entry.instrument)
        }
        lendLead(to: &parts)
        for id in reading.instruments { grant(id, to: &parts) }
        if reading.families.contains(.drums), !parts.contains(where: { $0.role == .drums }), !reading.removedFamilies.contains(.drums) {
            grant(style.looseness <= 0.0016 ? "909-kit" : "standard-kit", to: &parts)
        }
        remove(from: &parts)
        return BandPlanner.named(Array(parts.prefix(BandPlanner.mostParts)))
    }

    /// A second style shows in who carries the tune.
    private func lendLead(to parts: inout [SongPlan.Part]) {
        guard let lead = flavour?.voices.first(where: { $0.role == .lead }), !lead.instruments.isEmpty,
            let index = parts.firstIndex(where: { $0.role == .lead })
        else { return }
        var dice = random.fork("flavour")
        if let entry = orchestra.entry(dice.pick(lead.instruments)) { parts[index].instrument = entry.instrument }
    }

    private func grant(_ id: String, to parts: inout [SongPlan.Part]) {
        guard let entry = orchestra.entry(id) else { return }
        // Already in the band: bring it forward.
        if let index = parts.firstIndex(where: { $0.instrument == entry.instrument && !$0.isFeatured && $0.role != .percussion }) {
            parts[index].isFeatured = true
            return
        }
        if entry.instrument.isDrumKit {
            for index in parts.indices where parts[index].role == .drums || parts[index].role == .percussion {
                parts[index].instrument = entry.instrument
            }
            if !parts.contains(where: { $0.role == .drums }) { add(entry, .drums, to: &parts) }
            return
        }
        // A voice of the style that may well be played by it.
        if let index = parts.firstIndex(where: { part in
            !part.isFeatured && style.voice(part.voice)?.instruments.contains(id) == true
        }) {
            parts[index].instrument = entry.instrument
            parts[index].isFeatured = true
            return
        }
        // There is one tune and one bass; other roles have room for one more.
        for role in entry.roles {
            let isSingle = role == .lead || role == .bass
            if isSingle, let index = parts.firstIndex(where: { $0.role == role }) {
                guard !parts[index].isFeatured else { continue }
                parts[index].instrument = entry.instrument
                parts[index].isFeatured = true
                return
            }
            return add(entry, role, to: &parts)
        }
        add(entry, .counter, to: &parts)
    }

    private func add(_ entry: Orchestra.Entry, _ role: Score.Part.Role, to parts: inout [SongPlan.Part]) {
        guard let voice = Voice.extras.first(where: { $0.role == role }), !parts.contains(where: { $0.voice == voice.id }) else { return }
        var part = SongPlan.Part(voice: voice.id, name: "", role: role, instrument: entry.instrument)
        part.isFeatured = true
        parts.insert(part, at: 0)
    }

    private func remove(from parts: inout [SongPlan.Part]) {
        // A tune whose instrument is not wanted finds another player, unless there shall be no tune.
        if let index = parts.firstIndex(where: { $0.role == .lead }), reading.rulesOut(parts[index], orchestra: orchestra) {
            let others =
                (style.voice(parts[index].voice)?.instruments ?? []) + [
                    "piano", "clean-guitar", "flute", "strings", "saw-lead", "vibraphone",
                ]
            let found = others.lazy.compactMap { orchestra.entry($0)?.instrument }.first { instrument in
                var part = parts[index]
                part.instrument = instrument
                return !reading.rulesOut(part, orchestra: orchestra)
            }
            if let found { parts[index].instrument = found }
        }
        let before = parts
        parts.removeAll { reading.rulesOut($0, orchestra: orchestra) }
        // A song needs someone to play it.
        if parts.isEmpty { parts = Array(before.filter { $0.role == .pad || $0.role == .chords }.prefix(1)) }
        if parts.isEmpty { parts = Array(before.prefix(1)) }
    }

    /// Instruments' names, told apart by role and then by number where they meet.
    private static func named(_ parts: [SongPlan.Part]) -> [SongPlan.Part] {
        var result: [SongPlan.Part] = []
        for part in parts {
            var part = part
            var name = part.role == .drums ? "Drums" : part.role == .percussion ? "Percussion" : part.instrument.name
            if result.contains(where: { $0.name == name }) { name += " (\(part.role.rawValue))" }
            var number = 2
            let plain = name
            while result.contains(where: { $0.name == name }) {
                name = "\(plain) \(number)"
                number += 1
            }
            part.name = name
            result.append(part)
        }
        return result
    }
}
