import Music

/// Second voices: a slow line through the chords, the tune itself a third below, or answers where it rests.
struct CounterWriter {
    let canvas: Canvas
    let voice: Voice

    /// One or two long notes per chord, on the third or seventh that lies nearest; faster while the tune rests.
    func write(against lead: [Score.Note]) -> [Score.Note] {
        var notes = Notes()
        let range = voice.register
        var line = (range.lowerBound + range.upperBound) / 2
        var dice = canvas.random.fork("counter.\(voice.id)")
        for span in canvas.spans {
            let bar = Int((span.start / canvas.barLength + 1e-6).rounded(.down))
            let turns = dice.chance(0.35)
            guard canvas.plays(voice, bar: bar) else { continue }
            let tones = guides(of: span.chord)
            line = nearest(tones, to: line)
            let force = 68 * canvas.loudness(bar)
            let length = min(span.length, canvas.barLength * 2)
            guard turns, length >= canvas.barLength else {
                notes.add(span.start, length * 0.97, line, force)
                continue
            }
            let half = canvas.beat(bar: 0, step: canvas.grid.steps / 2)
            notes.add(span.start, (length - half) * 0.97, line, force)
            let neighbour = canvas.key(bar).nearest(to: line + (line > (range.lowerBound + range.upperBound) / 2 ? -2 : 2))
            notes.add(span.start + length - half, half * 0.97, range.folding(neighbour), force * 0.9)
        }
        if canvas.bars > 0, canvas.plays(voice, bar: canvas.bars - 1) {
            notes.add(canvas.end, canvas.ring, nearest(canvas.ending.quality.intervals.map { canvas.ending.root + $0 }, to: line), 62)
        }
        return notes.all
    }

    private func guides(of chord: Chord) -> [PitchClass] {
        let intervals = chord.intervals.filter { $0 == 3 || $0 == 4 || $0 == 10 || $0 == 11 || $0 == 7 || $0 == 5 || $0 == 2 }
        return (intervals.isEmpty ? chord.intervals : intervals).map { chord.root + $0 }
    }

    private func nearest(_ tones: [PitchClass], to pitch: Int) -> Int {
        var best = (distance: Int.max, pitch: pitch)
        for candidate in voice.register where tones.contains(PitchClass(candidate)) {
            let distance = abs(candidate - pitch)
            if distance < best.distance { best = (distance, candidate) }
        }
        return best.pitch
    }

    /// The tune in parallel below, bent to the chord where it would rub.
    func harmonize(_ lead: [Score.Note]) -> [Score.Note] {
        var notes = Notes()
        for note in lead where note.start < canvas.end {
            let bar = Int((note.start / canvas.barLength + 1e-6).rounded(.down))
            guard canvas.plays(voice, bar: bar) else { continue }
            let chord = canvas.chord(at: note.start)
            let scale = canvas.scale(over: chord, in: canvas.key(bar))
            var pitch = Int(note.pitch) - 3
            let options = note.length >= 0.75 ? chord.pitchClasses : scale
            for distance in [3, 4, 5, 2, 6, 8, 9] where options.contains(PitchClass(Int(note.pitch) - distance)) {
                pitch = Int(note.pitch) - distance
                break
            }
            notes.add(note.start, note.length, voice.register.folding(pitch), Double(note.velocity) * 0.78)
        }
        return notes.all
    }

    /// A short figure, drawn once, in the gaps of the tune: call and response. Without a tune it answers itself every other bar.
    func answer(_ lead: [Score.Note]) -> [Score.Note] {
        var notes = Notes()
        let random = canvas.random.fork("answers.\(voice.id)")
        let figures = (0..<2).map { number in
            Motif(grid: canvas.grid, density: 1.6, idiom: canvas.style.melody, stream: random.fork("figure.\(number)"))
        }
        let half = canvas.grid.steps / 2
        let onsets = Set(lead.map { Int(($0.start / Grid.step).rounded()) })
        for bar in 0..<canvas.bars where canvas.plays(voice, bar: bar) && bar % 2 == 1 {
            // After the last note that the tune begins in this bar; while it holds that note, or rests.
            let last = (0..<canvas.grid.steps).last { onsets.contains(bar * canvas.grid.steps + $0) }
            let begin = max(half, (last ?? 0) + 2)
            guard canvas.grid.steps - begin >= 3 else { continue }
            let figure = figures[bar / 2 % 2]
            var line: Int?
            for tone in figure.tones where tone.step < canvas.grid.steps - begin {
                let step = begin + tone.step
                let chord = canvas.chord(bar: bar, step: step)
                let middle = (voice.register.lowerBound + voice.register.upperBound) / 2
                let wanted = (line ?? middle) + (tone.offset - (figure.tones.first?.offset ?? 0)).signum() * 3
                let pitch = nearest(chord.pitchClasses, to: wanted)
                line = pitch
                let length = Double(min(tone.length, canvas.grid.steps - step)) * Grid.step
                notes.add(canvas.beat(bar: bar, step: step), length * 0.8, pitch, 84 * canvas.loudness(bar))
            }
        }
        return notes.all
    }
}
