import Music

/// Sets motifs to the chords that sound under them.
struct Singer {
    enum Place {
        case statement, variation, sequence, halfClose, close
    }

    let canvas: Canvas
    let register: ClosedRange<Int>
    /// Semitones by which the tune lies above or below the middle of the register.
    let lift: Int
    private var previous: Int
    /// How often the last pitch has been struck again.
    private var repeats = 0
    /// Where the motif goes from the last note: up, down, or nowhere. Nil at its beginning.
    private var heading: Int?

    init(canvas: Canvas, register: ClosedRange<Int>, lift: Int) {
        self.canvas = canvas
        self.register = register
        self.lift = lift
        previous = (register.lowerBound + register.upperBound) / 2 + lift
    }

    mutating func sing(_ motif: Motif, bar: Int, bars: Int, as place: Place, dice: inout SeededRandom) -> [Score.Note] {
        let steps = canvas.grid.steps
        let tones = motif.tones.filter { $0.step < bars * steps }
        let anchor = anchor(bar: bar, place: place)
        let changed = tones.count - max(1, tones.count / 3)
        var notes: [Score.Note] = []
        var lastOffset: Int?
        for (index, tone) in tones.enumerated() {
            let step = tone.step % steps
            let noteBar = bar + tone.step / steps
            let chord = canvas.chord(bar: noteBar, step: step)
            let isLast = index == tones.count - 1
            var offset = tone.offset
            if place == .variation, index >= changed { offset += dice.pick([1, 2, -1]) }
            heading = lastOffset.map { (offset - $0).signum() }
            lastOffset = offset
            let wanted = moved(anchor, by: offset)
            let strength = canvas.grid.strength(step)
            let beat = canvas.grid.beatSteps
            let isHeavy = strength >= 3 || strength == 2 && tone.length >= beat || tone.length * 2 >= beat * 3
            var pitch = isHeavy || isLast ? chordTone(chord, near: wanted) : scaleTone(chord, near: wanted)
            if isLast, place == .close { pitch = closing(chord, near: previous) }
            pitch = register.folding(pitch)
            let room = bars * steps - tone.step
            let isFinal = isLast && place == .close
            let length = min(isFinal ? max(tone.length, min(room, steps * 3 / 4)) : tone.length, room)
            let force = (82 + 4 * Double(strength) + Double(max(0, offset)) * 1.5) * canvas.loudness(noteBar)
            notes.append(
                Score.Note(
                    start: canvas.beat(bar: noteBar, step: step), length: Double(length) * Grid.step * 0.96,
                    pitch: UInt8(min(127, max(0, pitch))), velocity: UInt8(min(127, max(1, force.rounded())))))
            repeats = pitch == previous ? repeats + 1 : 0
            previous = pitch
        }
        return notes
    }

    private func anchor(bar: Int, place: Place) -> Int {
        let middle = (register.lowerBound + register.upperBound) / 2 + lift
        let raise = place == .sequence ? 2 : 0
        return chordTone(canvas.chord(bar: bar), near: middle + raise, closeToPrevious: false)
    }

    /// A number of scale steps up or down.
    private func moved(_ pitch: Int, by offset: Int) -> Int {
        var pitch = canvas.key.nearest(to: pitch)
        let direction = offset < 0 ? -1 : 1
        for _ in 0..<abs(offset) {
            repeat { pitch += direction } while !canvas.key.contains(PitchClass(pitch))
        }
        return pitch
    }

    private func chordTone(_ chord: Chord, near wanted: Int, closeToPrevious: Bool = true) -> Int {
        // The triad bears weight; sevenths and beyond are colour.
        let triad = chord.quality.intervals.map { chord.root + $0 }
        return best(near: wanted, closeToPrevious: closeToPrevious) { tone in
            // Tunes gravitate to the tonic and leave the dominant to the chords.
            let pull = tone == canvas.key.tonic ? -0.8 : tone == canvas.key.tonic + 7 ? 0.4 : 0
            return triad.contains(tone) ? pull : chord.contains(tone) ? 1.2 : nil
        }
    }

    private func scaleTone(_ chord: Chord, near wanted: Int) -> Int {
        let scale = canvas.scale(over: chord)
        return best(near: wanted, closeToPrevious: true) { tone in scale.contains(tone) ? 0 : nil }
    }

    /// The phrase comes to rest: on the tonic if the chord has it, else on the root or third.
    private func closing(_ chord: Chord, near wanted: Int) -> Int {
        best(near: wanted, closeToPrevious: false) { tone in
            guard chord.contains(tone) else { return nil }
            return tone == canvas.key.tonic ? -1.5 : tone == chord.root ? 0 : 1
        }
    }

    private func best(near wanted: Int, closeToPrevious: Bool, cost: (PitchClass) -> Double?) -> Int {
        var best = (cost: Double.infinity, pitch: wanted)
        for pitch in max(register.lowerBound, wanted - 9)...max(register.lowerBound, wanted - 9) + 18 where pitch <= register.upperBound {
            guard let penalty = cost(PitchClass(pitch)) else { continue }
            let leap = abs(pitch - previous)
            let reach = closeToPrevious ? 0.2 * Double(leap) + (leap > 9 ? 4 : 0) : 0
            let total = Double(abs(pitch - wanted)) + penalty + reach + (closeToPrevious ? contradiction(pitch) : 0)
            if total < best.cost { best = (total, pitch) }
        }
        return best.pitch
    }

    /// A motif is known by its ups and downs: chords may bend its intervals, but not turn them round or iron them flat.
    private func contradiction(_ pitch: Int) -> Double {
        guard let heading else { return 0 }
        let actual = (pitch - previous).signum()
        if actual == heading { return actual == 0 && repeats >= 2 ? 3 : 0 }
        return actual == 0 ? 3 + Double(repeats) : heading == 0 ? 1 : 2
    }
}
