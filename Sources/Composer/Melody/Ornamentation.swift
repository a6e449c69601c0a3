import Music

/// Adorns the notes of a tune as its style does.
///
/// Source for what the signs mean: C. P. E. Bach, "Versuch über die wahre Art das Clavier zu spielen", 1753.
struct Ornamentation {
    let canvas: Canvas
    let idiom: MelodyIdiom
    let register: ClosedRange<Int>

    func adorn(_ notes: [Score.Note], dice: inout SeededRandom) -> [Score.Note] {
        guard !idiom.ornaments.isEmpty else { return notes }
        var result: [Score.Note] = []
        for (index, note) in notes.enumerated() {
            let next = index + 1 < notes.count ? notes[index + 1] : nil
            // Drawn for every note and every ornament, so that one does not disturb the others.
            var chosen: MelodyIdiom.Ornament?
            for ornament in MelodyIdiom.Ornament.allCases {
                let isDrawn = dice.chance(idiom.ornaments[ornament] ?? 0)
                if isDrawn, chosen == nil, fits(ornament, note, next) { chosen = ornament }
            }
            guard let chosen else {
                result.append(note)
                continue
            }
            result += play(chosen, note, next)
        }
        return result
    }

    private func fits(_ ornament: MelodyIdiom.Ornament, _ note: Score.Note, _ next: Score.Note?) -> Bool {
        switch ornament {
        case .grace, .slide: note.length >= 0.4
        case .turn: note.length >= 0.9
        case .trill: note.length >= 1.3
        case .double: note.length >= 0.45
        case .run:
            note.length >= 0.9
                && (next.map { abs(Int($0.pitch) - Int(note.pitch)) >= 5 && $0.start - note.start - note.length < 0.4 } ?? false)
        }
    }

    private func neighbour(_ note: Score.Note, up: Bool) -> Int {
        let key = canvas.key(canvas.bar(at: note.start))
        var pitch = Int(note.pitch)
        repeat { pitch += up ? 1 : -1 } while !key.contains(PitchClass(pitch))
        return pitch
    }

    private func play(_ ornament: MelodyIdiom.Ornament, _ note: Score.Note, _ next: Score.Note?) -> [Score.Note] {
        func part(_ start: Beats, _ length: Beats, _ pitch: Int, _ force: Double = 1) -> Score.Note {
            Score.Note(
                start: note.start + start, length: length, pitch: UInt8(min(127, max(0, pitch))),
                velocity: UInt8(min(127, max(1, (Double(note.velocity) * force).rounded()))))
        }
        let pitch = Int(note.pitch)
        switch ornament {
        case .grace: return [part(0, 0.1, neighbour(note, up: true), 0.8), part(0.1, note.length - 0.1, pitch)]
        case .slide: return [part(0, 0.12, neighbour(note, up: false), 0.85), part(0.12, note.length - 0.12, pitch)]
        case .turn:
            let (high, low) = (neighbour(note, up: true), neighbour(note, up: false))
            return [
                part(0, 0.125, high, 0.9), part(0.125, 0.125, pitch, 0.9), part(0.25, 0.125, low, 0.85),
                part(0.375, note.length - 0.375, pitch),
            ]
        case .trill:
            let high = neighbour(note, up: true)
            let strokes = Int((note.length * 0.7 / 0.125).rounded(.down)) / 2 * 2
            let trill = (0..<strokes).map { part(Double($0) * 0.125, 0.12, $0 % 2 == 0 ? high : pitch, 0.88) }
            return trill + [part(Double(strokes) * 0.125, note.length - Double(strokes) * 0.125, pitch)]
        case .double:
            let half = note.length / 2
            return [part(0, half * 0.8, pitch), part(half, half * 0.9, pitch, 0.82)]
        case .run:
            guard let next else { return [note] }
            let up = next.pitch > note.pitch
            var line: [Int] = []
            var at = pitch
            let key = canvas.key(canvas.bar(at: note.start))
            while line.count < 4 {
                repeat { at += up ? 1 : -1 } while !key.contains(PitchClass(at))
                guard up ? at < Int(next.pitch) : at > Int(next.pitch) else { break }
                line.append(at)
            }
            guard !line.isEmpty else { return [note] }
            let start = note.length - Double(line.count) * 0.125
            guard start > 0.3 else { return [note] }
            return [part(0, start, pitch)] + line.enumerated().map { part(start + Double($0) * 0.125, 0.125, $1, 0.9) }
        }
    }
}
