import Music

/// A clip of a track: a section with the notes that begin in it, or several sections that a note holds together.
struct LiveSetClip {
    var name: String
    var start: Beats
    var end: Beats
    var notes: [Score.Note]

    /// The clips of a part: none where it rests. Notes that sound across a section's end by more than `late` hold it together with the next;
    /// others are cut there. Notes up to `early` before a section belong to it.
    static func clips(of notes: [Score.Note], sections: [Score.Section], end: Beats, early: Beats, late: Beats) -> [LiveSetClip] {
        var groups = regions(sections, end: end)
        guard !groups.isEmpty else { return [] }
        var isJoined = [Bool](repeating: false, count: groups.count)
        for note in tidied(notes) {
            var note = note
            let stop = note.start + note.length
            var index = groups.lastIndex { $0.start <= note.start } ?? 0
            if index + 1 < groups.count, groups[index].end - note.start < early, stop > groups[index].end {
                index += 1
                note.start = groups[index].start
                note.length = stop - note.start
            }
            var reached = index
            while reached + 1 < groups.count, stop - groups[reached].end > late {
                isJoined[reached] = true
                reached += 1
            }
            groups[index].notes.append(note)
        }
        var result: [LiveSetClip] = []
        var first = 0
        while first < groups.count {
            var last = first
            while isJoined[last] { last += 1 }
            let members = groups[first...last]
            let names = members.map(\.name).filter { !$0.isEmpty }
            let (start, stop) = (groups[first].start, groups[last].end)
            let inside = members.flatMap(\.notes).map { note in
                var note = note
                note.length = min(note.length, stop - note.start)
                return note
            }
            if !inside.isEmpty {
                let name = names.count > 1 ? "\(names[0]) – \(names[names.count - 1])" : names.first ?? ""
                result.append(LiveSetClip(name: name, start: start, end: stop, notes: inside))
            }
            first = last + 1
        }
        return result
    }

    /// The sections without gaps or overlaps over the whole song.
    private static func regions(_ sections: [Score.Section], end: Beats) -> [LiveSetClip] {
        var result: [LiveSetClip] = []
        var position: Beats = 0
        let sorted = sections.sorted { $0.start < $1.start }
        for (index, section) in sorted.enumerated() {
            let start = max(position, section.start)
            let next = index + 1 < sorted.count ? sorted[index + 1].start : end
            let stop = min(section.start + section.length, next)
            guard stop > start else { continue }
            if start > position { result.append(LiveSetClip(name: "", start: position, end: start, notes: [])) }
            result.append(LiveSetClip(name: section.name, start: start, end: stop, notes: []))
            position = stop
        }
        if end > position { result.append(LiveSetClip(name: "", start: position, end: end, notes: [])) }
        return result
    }

    /// In order, from beat 0 on, and never two of a pitch at once: Live has no such notes.
    private static func tidied(_ notes: [Score.Note]) -> [Score.Note] {
        var result: [Score.Note] = []
        var lastOfPitch: [UInt8: Int] = [:]
        for note in notes.sorted(by: { ($0.start, $0.pitch) < ($1.start, $1.pitch) }) where note.pitch < 128 && note.length.isFinite {
            var note = note
            if note.start < 0 { (note.start, note.length) = (0, note.length + note.start) }
            guard note.length >= 1e-3 else { continue }
            if let last = lastOfPitch[note.pitch], result[last].start + result[last].length > note.start {
                result[last].length = note.start - result[last].start
            }
            lastOfPitch[note.pitch] = result.count
            result.append(note)
        }
        return result.filter { $0.length >= 1e-3 }
    }
}
