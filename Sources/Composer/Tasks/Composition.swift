import Music

/// A plan with the score that was written from it: all that is needed to go on working on a song.
public struct Composition: Codable, Sendable, Hashable {
    public var plan: SongPlan
    public var score: Score

    public init(plan: SongPlan, score: Score) {
        self.plan = plan
        self.score = score
    }
}

extension Score {
    /// The first score up to a beat, the other one from there on.
    ///
    /// Parts are matched by name, role and instrument. What sounds across the seam is cut there; chords, sections, syllables and automation are joined likewise.
    func spliced(with other: Score, at seam: Beats) -> Score {
        var result = other
        result.parts = Score.merged(parts, other.parts) { mine, others in
            guard var part = others ?? mine else { return nil }
            let before = (mine?.notes ?? []).compactMap { Score.cut($0, to: 0..<seam) }
            let after = (others?.notes ?? []).filter { $0.start >= seam - Score.tolerance }
            part.notes = before + after
            part.automation = Score.spliced(mine?.automation, others?.automation, at: seam)
            return part.notes.isEmpty ? nil : part
        }
        result.chords = Score.cut(chords, to: 0..<seam) + Score.cut(other.chords, to: seam..<max(seam, other.length))
        result.sections =
            sections.filter { $0.start < seam - Score.tolerance }.map { section in
                var section = section
                section.length = min(section.length, seam - section.start)
                return section
            } + other.sections.filter { $0.start >= seam - Score.tolerance }
        let sung = (syllables ?? []).filter { $0.start < seam } + (other.syllables ?? []).filter { $0.start >= seam }
        result.syllables = sung.isEmpty ? nil : sung
        return result
    }

    /// Everything later by some beats.
    func shifted(by beats: Beats) -> Score {
        var result = self
        result.length += beats
        result.tempoMap = TempoMap(
            changes: tempoMap.changes.map { TempoMap.Change(start: $0.start == 0 ? 0 : $0.start + beats, bpm: $0.bpm) })
        for index in result.parts.indices {
            for note in result.parts[index].notes.indices { result.parts[index].notes[note].start += beats }
            result.parts[index].automation = result.parts[index].automation.map { curves in
                curves.map { curve in
                    Automation(curve.parameter, curve.points.map { Automation.Point(beat: $0.beat + beats, value: $0.value) })
                }
            }
        }
        for index in result.chords.indices { result.chords[index].start += beats }
        for index in result.sections.indices { result.sections[index].start += beats }
        for index in (result.syllables ?? []).indices { result.syllables?[index].start += beats }
        return result
    }

    /// The other score's notes between two beats, this one's before and after.
    func repainted(with other: Score, in range: Range<Beats>) -> Score {
        var result = self
        result.parts = Score.merged(parts, other.parts) { mine, others in
            guard var part = mine ?? others else { return nil }
            let before = (mine?.notes ?? []).compactMap { Score.cut($0, to: 0..<range.lowerBound) }
            let inside = (others?.notes ?? []).compactMap { note in
                note.start >= range.lowerBound - Score.tolerance ? Score.cut(note, to: 0..<range.upperBound) : nil
            }
            let after = (mine?.notes ?? []).filter { $0.start >= range.upperBound - Score.tolerance }
            part.notes = before + inside + after
            return part.notes.isEmpty ? nil : part
        }
        let words = (syllables ?? []).filter { !range.contains($0.start) } + (other.syllables ?? []).filter { range.contains($0.start) }
        result.syllables = words.isEmpty ? nil : words.sorted { $0.start < $1.start }
        return result
    }

    /// Players hurry a little: notes this much before a seam belong to what follows it.
    private static let tolerance: Beats = 0.06

    private static func cut(_ note: Note, to range: Range<Beats>) -> Note? {
        guard note.start >= range.lowerBound - tolerance, note.start < range.upperBound - tolerance else { return nil }
        var note = note
        note.length = min(note.length, range.upperBound - note.start)
        return note.length > 0.01 ? note : nil
    }

    private static func cut(_ chords: [ChordSpan], to range: Range<Beats>) -> [ChordSpan] {
        chords.compactMap { span in
            let (from, to) = (max(span.start, range.lowerBound), min(span.start + span.length, range.upperBound))
            return to - from > 0.01 ? ChordSpan(chord: span.chord, start: from, length: to - from) : nil
        }
    }

    /// The parts of both, those that are in both once, in the order of the second and then of the first.
    private static func merged(_ first: [Part], _ second: [Part], _ join: (Part?, Part?) -> Part?) -> [Part] {
        func same(_ a: Part, _ b: Part) -> Bool { a.name == b.name && a.role == b.role && a.instrument.name == b.instrument.name }
        let shared = second.compactMap { part in join(first.first { same($0, part) }, part) }
        return shared + first.filter { part in !second.contains { same($0, part) } }.compactMap { join($0, nil) }
    }

    private static func spliced(_ first: [Automation]?, _ second: [Automation]?, at seam: Beats) -> [Automation]? {
        guard let second else {
            return first.map {
                $0.map { curve in Automation(curve.parameter, curve.points.filter { $0.beat < seam }) }.filter { !$0.points.isEmpty }
            }
        }
        return second.map { curve in
            let before = first?.first { $0.parameter == curve.parameter }?.points.filter { $0.beat < seam } ?? []
            let after = curve.points.filter { $0.beat >= seam }
            return Automation(curve.parameter, before + (after.isEmpty ? Array(curve.points.suffix(1)) : after))
        }
    }
}
