import Music

/// Sets motifs to the chords that sound under them.
struct Singer {
    enum Place {
        case statement, variation, sequence, halfClose, close
    }

    let canvas: Canvas
    let idiom: MelodyIdiom
    let register: ClosedRange<Int>
    /// Semitones by which the tune lies above or below the middle of the register.
    let lift: Int
    /// Whether a note may become two; not where each is a syllable.
    let divides: Bool
    private var previous: Int
    /// How often the last pitch has been struck again.
    private var repeats = 0
    /// Where the motif goes from the last note: up, down, or nowhere. Nil at its beginning.
    private var heading: Int?

    init(canvas: Canvas, idiom: MelodyIdiom, register: ClosedRange<Int>, lift: Int, divides: Bool = true) {
        self.canvas = canvas
        self.idiom = idiom
        self.register = register
        self.lift = lift
        self.divides = divides
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
            let wanted = moved(anchor, by: offset, in: canvas.key(noteBar))
            let strength = canvas.grid.strength(step)
            let beat = canvas.grid.beatSteps
            let isHeavy = strength >= 3 || strength == 2 && tone.length >= beat || tone.length * 2 >= beat * 3
            var pitch = isHeavy || isLast ? chordTone(chord, near: wanted, bar: noteBar) : scaleTone(chord, near: wanted, bar: noteBar)
            if isLast, place == .close { pitch = closing(chord, near: previous, bar: noteBar) }
            pitch = register.folding(pitch)
            let room = bars * steps - tone.step
            let isFinal = isLast && place == .close
            let length = min(isFinal ? max(tone.length, min(room, steps * 3 / 4)) : tone.length, room)
            let force = (82 + 4 * Double(strength) + Double(max(0, offset)) * 1.5) * canvas.loudness(noteBar)
            if isHeavy, !isLast, isSuspension(of: previous, to: pitch, over: chord, bar: noteBar), length >= 4, divides, dice.chance(0.45) {
                // Held over as a dissonance, then resolved by step: prepared, because it has just been sung.
                let half = length / 2
                notes.append(
                    Score.Note(
                        start: canvas.beat(bar: noteBar, step: step), length: Double(half) * Grid.step * 0.98, pitch: UInt8(previous),
                        velocity: UInt8(min(127, max(1, force.rounded())))))
                notes.append(
                    Score.Note(
                        start: canvas.beat(bar: noteBar, step: step) + Double(half) * Grid.step,
                        length: Double(length - half) * Grid.step * min(0.98, idiom.legato), pitch: UInt8(min(127, max(0, pitch))),
                        velocity: UInt8(min(127, max(1, (force * 0.88).rounded())))))
                repeats = 0
                previous = pitch
                continue
            }
            let legato = length >= canvas.grid.beatSteps * 2 ? max(idiom.legato, 0.9) : idiom.legato
            notes.append(
                Score.Note(
                    start: canvas.beat(bar: noteBar, step: step), length: Double(length) * Grid.step * min(0.98, legato),
                    pitch: UInt8(min(127, max(0, pitch))), velocity: UInt8(min(127, max(1, force.rounded())))))
            repeats = pitch == previous ? repeats + 1 : 0
            previous = pitch
        }
        return notes
    }

    /// Whether the last pitch lies a step above the coming chord tone, in the key and foreign to the chord.
    private func isSuspension(of last: Int, to pitch: Int, over chord: Chord, bar: Int) -> Bool {
        (1...2).contains(last - pitch) && !chord.contains(PitchClass(last)) && canvas.key(bar).contains(PitchClass(last))
            && register.contains(last)
    }

    private func anchor(bar: Int, place: Place) -> Int {
        let middle = (register.lowerBound + register.upperBound) / 2 + lift
        let raise = place == .sequence ? 2 : 0
        return chordTone(canvas.chord(bar: bar), near: middle + raise, bar: bar, closeToPrevious: false)
    }

    /// A number of scale steps up or down.
    private func moved(_ pitch: Int, by offset: Int, in key: Key) -> Int {
        var pitch = key.nearest(to: pitch)
        let direction = offset < 0 ? -1 : 1
        for _ in 0..<abs(offset) {
            repeat { pitch += direction } while !key.contains(PitchClass(pitch))
        }
        return pitch
    }

    private func chordTone(_ chord: Chord, near wanted: Int, bar: Int, closeToPrevious: Bool = true) -> Int {
        // The triad bears weight; sevenths and beyond are colour.
        let triad = chord.quality.intervals.map { chord.root + $0 }
        let key = canvas.key(bar)
        return best(near: wanted, closeToPrevious: closeToPrevious) { tone in
            // Tunes gravitate to the tonic and leave the dominant to the chords.
            let pull = tone == key.tonic ? -0.8 : tone == key.tonic + 7 ? 0.4 : 0
            return triad.contains(tone) ? pull : chord.contains(tone) ? 1.2 : nil
        }
    }

    private func scaleTone(_ chord: Chord, near wanted: Int, bar: Int) -> Int {
        let key = canvas.key(bar)
        let scale = canvas.scale(over: chord, in: key)
        let pool = idiom.scale.pitchClasses(in: key)
        return best(near: wanted, closeToPrevious: true) { tone in
            if chord.contains(tone) { return 0 }
            if idiom.scale == .chords { return nil }
            guard let pool else { return scale.contains(tone) ? 0 : nil }
            // Idioms bend the key: their own notes come first, even outside of it.
            return pool.contains(tone) ? 0 : scale.contains(tone) ? 2.2 : nil
        }
    }

    /// The phrase comes to rest: on the tonic if the chord has it, else on the root or third.
    private func closing(_ chord: Chord, near wanted: Int, bar: Int) -> Int {
        let tonic = canvas.key(bar).tonic
        return best(near: wanted, closeToPrevious: false) { tone in
            guard chord.contains(tone) else { return nil }
            return tone == tonic ? -1.5 : tone == chord.root ? 0 : 1
        }
    }

    private func best(near wanted: Int, closeToPrevious: Bool, cost: (PitchClass) -> Double?) -> Int {
        var best = (cost: Double.infinity, pitch: wanted)
        let jump = 0.28 - 0.2 * idiom.leaps
        for pitch in max(register.lowerBound, wanted - 9)...max(register.lowerBound, wanted - 9) + 18 where pitch <= register.upperBound {
            guard let penalty = cost(PitchClass(pitch)) else { continue }
            let leap = abs(pitch - previous)
            let reach = closeToPrevious ? jump * Double(leap) + (leap > 9 ? 4 : 0) : 0
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

extension MelodyIdiom.Scale {
    /// The pitch classes a tune prefers; nil for those of the key.
    func pitchClasses(in key: Key) -> [PitchClass]? {
        let steps: [Int]? =
            switch self {
            case .key, .chords: nil
            case .pentatonic: key.isMinor ? [0, 3, 5, 7, 10] : [0, 2, 4, 7, 9]
            case .blues: key.isMinor ? [0, 3, 5, 6, 7, 10] : [0, 2, 3, 4, 7, 9, 10]
            case .harmonic: key.isMinor ? [0, 2, 3, 5, 7, 8, 11] : nil
            case .phrygianDominant: [0, 1, 4, 5, 7, 8, 10]
            }
        return steps?.map { key.tonic + $0 }
    }
}
