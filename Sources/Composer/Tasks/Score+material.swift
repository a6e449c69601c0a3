import Music

extension Score {
    /// Chords and tune for another song, moved by semitones. The tune is as it would be written: without ornaments and swing, on its sixteenths
    /// or triplets.
    func material(transposedBy semitones: Int, swing: Swing) -> SongPlan.Material {
        let chords = chords.map { span in
            var chord = span.chord
            chord.root = chord.root + semitones
            chord.bass = chord.bass.map { $0 + semitones }
            return ChordSpan(chord: chord, start: span.start, length: span.length)
        }
        let lead = parts.first { $0.role == .lead }?.notes ?? []
        var tune: [Note] = []
        for (index, note) in lead.enumerated() {
            var note = note
            // A grace note gives its place to what it leads to.
            let next = index + 1 < lead.count ? lead[index + 1] : nil
            if let next, note.length < 0.16, next.start - note.start < 0.17, next.length > note.length { continue }
            note.start = Score.written(note.start, swing: swing)
            note.pitch = UInt8(min(127, max(0, Int(note.pitch) + semitones)))
            if let last = tune.last, last.start >= note.start - 1e-6 {
                if note.length > last.length { tune[tune.count - 1] = note }
            } else {
                tune.append(note)
            }
        }
        return SongPlan.Material(chords: chords, tune: tune.isEmpty ? nil : tune)
    }

    /// Where a note is written that is played at a beat.
    private static func written(_ beat: Beats, swing: Swing) -> Beats {
        let pairs = (beat / swing.pair).rounded(.down)
        let inside = beat / swing.pair - pairs
        if swing.amount > 0.52, abs(inside - swing.amount) < 0.08 { return (pairs + 0.5) * swing.pair }
        let sixteenth = (beat * 4).rounded() / 4
        let triplet = (beat * 3).rounded() / 3
        return abs(sixteenth - beat) <= abs(triplet - beat) + 0.05 ? sixteenth : triplet
    }

    /// The words of the song that the tune came from, where its notes are played now; nil without any.
    func aligning(_ syllables: [Syllable]?, swing: Swing) -> [Syllable]? {
        guard let syllables, let lead = parts.first(where: { $0.role == .lead })?.notes, !lead.isEmpty else { return nil }
        var next = 0
        let placed = syllables.compactMap { syllable -> Syllable? in
            let wanted = Score.written(syllable.start, swing: swing)
            while next + 1 < lead.count, abs(lead[next + 1].start - wanted) <= abs(lead[next].start - wanted) { next += 1 }
            guard abs(lead[next].start - wanted) < 0.35 else { return nil }
            var syllable = syllable
            (syllable.start, syllable.length) = (lead[next].start, lead[next].length)
            return syllable
        }
        return placed.isEmpty ? nil : placed
    }
}
