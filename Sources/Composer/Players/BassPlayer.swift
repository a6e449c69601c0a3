import Music

/// Bass lines: patterns of chord tones, or a walk.
struct BassPlayer {
    let canvas: Canvas
    let voice: Voice

    func play() -> [Score.Note] {
        var notes = Notes()
        for bar in 0..<canvas.bars where canvas.plays(voice, bar: bar) {
            guard let pattern = canvas.pattern(of: voice, bar: bar) else { continue }
            let offset = bar - canvas.passage(bar).start
            for event in canvas.grid.events(pattern, bar: offset) { play(event.symbol, event: event, bar: bar, into: &notes) }
        }
        finish(into: &notes)
        return notes.all
    }

    private func nextRoot(_ bar: Int) -> PitchClass { canvas.chord(bar: bar + 1).bassNote }

    private func play(_ symbol: Character, event: Grid.Event, bar: Int, into notes: inout Notes) {
        let chord = canvas.chord(bar: bar, step: event.step)
        // Inversions are heard on the downbeat; figures run on the root.
        let root = voice.register.lowest(event.step == 0 ? chord.bassNote : chord.root)
        let beat = canvas.beat(bar: bar, step: event.step)
        let length = Double(event.length) * Grid.step
        let force = (88 + 5 * Double(canvas.grid.strength(event.step))) * canvas.loudness(bar)
        switch symbol {
        case "r": notes.add(beat, length * 0.55, root, force * 0.72)
        case "8": notes.add(beat, length * 0.85, folded(root + 12), force)
        case "5": notes.add(beat, length * 0.9, folded(root + tone(2, of: chord)), force * 0.94)
        case "3": notes.add(beat, length * 0.9, folded(root + tone(1, of: chord)), force * 0.92)
        case "6": notes.add(beat, length * 0.9, folded(root + 9), force * 0.9)
        case "7": notes.add(beat, length * 0.9, folded(root + 10), force * 0.9)
        case "a": notes.add(beat, length * 0.9, approach(to: nextRoot(bar), from: root, bar: bar), force * 0.9)
        case "c":
            let goal = voice.register.lowest(nextRoot(bar))
            notes.add(beat, length * 0.9, goal > voice.register.lowerBound && root <= goal ? goal - 1 : goal + 1, force * 0.88)
        default: notes.add(beat, length * 0.94, root, force)
        }
    }

    private func tone(_ index: Int, of chord: Chord) -> Int {
        let intervals = chord.quality.intervals
        return intervals[min(index, intervals.count - 1)]
    }

    private func folded(_ pitch: Int) -> Int {
        let limit = voice.register.upperBound + 5
        return pitch > limit ? pitch - 12 : pitch
    }

    /// The note of the scale next to the coming root, from the side the line comes from.
    private func approach(to tone: PitchClass, from pitch: Int, bar: Int) -> Int {
        let key = canvas.key(bar)
        let goal = voice.register.lowest(tone)
        let below = key.nearest(to: goal - 2)
        let above = key.nearest(to: goal + 2)
        return pitch <= goal && below < goal && below >= voice.register.lowerBound - 1 ? below : above
    }

    /// One note per beat: root, chord and scale tones on the way, and a semitone or a step before the next root.
    func walk() -> [Score.Note] {
        var notes = Notes()
        var dice = canvas.random.fork("bass.\(voice.id)")
        let beatSteps = canvas.grid.beatSteps
        let range = voice.register
        var line = range.lowest(canvas.ending.root)
        for bar in 0..<canvas.bars where canvas.plays(voice, bar: bar) {
            for step in stride(from: 0, to: canvas.grid.steps, by: beatSteps) {
                let span = canvas.span(bar: bar, step: step)
                let beat = canvas.beat(bar: bar, step: step)
                let next = canvas.chord(at: beat + Double(beatSteps) * Grid.step)
                let chord = span.chord
                let isFirst = abs(span.start - beat) < 0.01 || step == 0 && dice.chance(0.7)
                let isLast = next != chord || step + beatSteps >= canvas.grid.steps
                if isFirst {
                    line = nearest(chord.bassNote, to: line, in: range)
                } else if isLast {
                    let goal = nearest(next.bassNote, to: line, in: range)
                    line = dice.chance(0.6) ? goal + (line > goal ? 1 : -1) : canvas.key(bar).nearest(to: goal + (line > goal ? 2 : -2))
                } else {
                    let tones = chord.pitchClasses.prefix(3) + [dice.pick(canvas.scale(over: chord, in: canvas.key(bar)))]
                    let candidates = tones.map { nearest($0, to: line + (dice.chance(0.55) ? 3 : -3), in: range) }.filter { $0 != line }
                    line = candidates.isEmpty ? line : dice.pick(candidates)
                }
                let force = (step == 0 ? 96.0 : 88) * canvas.loudness(bar)
                let length = Double(beatSteps) * Grid.step
                notes.add(beat, length * 0.92, line, force)
                // A skip before the beat now and then.
                if !canvas.grid.isCompound, canvas.energy(bar) > 0.55, dice.chance(0.1) {
                    notes.add(beat + length / 2, length * 0.3, line, force * 0.62)
                }
            }
        }
        finish(into: &notes)
        return notes.all
    }

    private func nearest(_ tone: PitchClass, to pitch: Int, in range: ClosedRange<Int>) -> Int {
        let above = pitch + tone.interval(above: PitchClass(pitch))
        let nearer = above - pitch > 6 ? above - 12 : above
        return range.folding(nearer)
    }

    private func finish(into notes: inout Notes) {
        guard canvas.bars > 0 else { return }
        notes.add(canvas.end, canvas.ring, voice.register.lowest(canvas.ending.root), 82)
    }
}
