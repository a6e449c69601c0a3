import Music

/// Chords struck, held or broken, voiced with the least motion from one to the next.
struct ChordPlayer {
    let canvas: Canvas
    let voice: Voice
    /// One voicing per chord span, then that of the ending.
    private let voicings: [[Int]]

    init(canvas: Canvas, voice: Voice) {
        self.canvas = canvas
        self.voice = voice
        var voicing = Voicing(voices: voice.chords.voices, layout: voice.chords.layout, register: voice.register)
        voicings = canvas.spans.map { voicing.next($0.chord) } + [voicing.next(canvas.ending)]
    }

    private func voicing(bar: Int, step: Int) -> [Int] { voicings[canvas.spanIndex(bar: bar, step: step)] }

    // MARK: Comping

    func comp() -> [Score.Note] {
        let (pedal, strum) = (voice.chords.hasPedal, voice.chords.isStrummed)
        var notes = Notes()
        for bar in 0..<canvas.bars where canvas.plays(voice, bar: bar) {
            let offset = bar - canvas.passage(bar).start
            guard let pattern = canvas.pattern(of: voice, bar: bar) else { continue }
            for event in canvas.grid.events(pattern, bar: offset) {
                let beat = canvas.beat(bar: bar, step: event.step)
                let span = canvas.span(bar: bar, step: event.step)
                let written = Double(event.length) * Grid.step
                let barEnd = canvas.beat(bar: bar + 1)
                // With the pedal down notes ring until the harmony or the bar changes.
                let length = pedal ? min(span.start + span.length, barEnd) - beat : written * (event.length > 1 ? 0.95 : 0.7)
                let force = (70 + 4 * Double(canvas.grid.strength(event.step))) * canvas.loudness(bar)
                strike(event.symbol, bar: bar, event: event, length: length, force: force, strum: strum, into: &notes)
            }
        }
        let low = voice.patterns.contains { $0.contains { $0.symbols.contains("B") || $0.symbols.contains("C") } }
        finish(strum: strum, low: low, into: &notes)
        return notes.all
    }

    private func strike(
        _ symbol: Character, bar: Int, event: Grid.Event, length: Beats, force: Double, strum: Bool, into notes: inout Notes
    ) {
        let beat = canvas.beat(bar: bar, step: event.step)
        let chord = voicing(bar: bar, step: event.step)
        let low = lowRoot(canvas.chord(bar: bar, step: event.step))
        if let digit = symbol.wholeNumberValue, digit > 0 {
            let index = digit - 1
            notes.add(beat, length, chord[index % chord.count] + 12 * (index / chord.count), force * 0.86)
            return
        }
        if symbol == "B" || symbol == "C" { notes.add(beat, length, low, force * 1.05) }
        if symbol == "F" {
            let fifth = canvas.chord(bar: bar, step: event.step).quality == .diminished ? 6 : 7
            notes.add(beat, length, low + fifth > voice.register.lowerBound + 2 ? low + fifth - 12 : low + fifth, force)
        }
        guard symbol != "B", symbol != "F" else { return }
        let accent = symbol == "X" ? 1.22 : symbol == "o" ? 0.72 : 1
        let upstroke = strum && event.step % 4 == 2
        for (index, pitch) in (upstroke ? chord.reversed() : chord).enumerated() {
            let delay = strum ? Double(index) * 0.022 : 0
            notes.add(beat + delay, max(0.1, length - delay), pitch, force * accent * (index == 0 ? 1 : 0.93))
        }
    }

    private func lowRoot(_ chord: Chord) -> Int {
        let low = max(28, voice.register.lowerBound - 19)
        return low + chord.bassNote.interval(above: PitchClass(low))
    }

    private func finish(strum: Bool, low: Bool, into notes: inout Notes) {
        guard canvas.bars > 0 else { return }
        if low { notes.add(canvas.end, canvas.ring, lowRoot(canvas.ending), 74) }
        for (index, pitch) in voicings[voicings.count - 1].enumerated() {
            let delay = strum || canvas.bpm < 95 ? Double(index) * 0.04 : 0
            notes.add(canvas.end + delay, canvas.ring - delay, pitch, 70)
        }
    }

    // MARK: Pads

    func hold() -> [Score.Note] {
        var notes = Notes()
        // Voices that do not move are held through, up to a phrase.
        var sounding: [(pitch: Int, start: Beats, end: Beats, force: Double)] = []
        func release(before start: Beats, keeping chord: [Int], limit: Beats) {
            sounding.removeAll { held in
                if held.end == start, chord.contains(held.pitch), start - held.start < limit { return false }
                notes.add(held.start, held.end - held.start, held.pitch, held.force)
                return true
            }
        }
        for (index, span) in canvas.spans.enumerated() {
            for bar in bars(of: span) where canvas.plays(voice, bar: bar) {
                let start = max(span.start, canvas.beat(bar: bar))
                let end = min(span.start + span.length, canvas.beat(bar: bar + 1))
                let chord = voicings[index]
                release(before: start, keeping: chord, limit: canvas.barLength * 4)
                for pitch in chord {
                    if let held = sounding.firstIndex(where: { $0.pitch == pitch }) {
                        sounding[held].end = end
                    } else {
                        sounding.append((pitch, start, end, 66 * canvas.loudness(bar)))
                    }
                }
            }
        }
        release(before: -1, keeping: [], limit: 0)
        for pitch in voicings[voicings.count - 1] where canvas.bars > 0 { notes.add(canvas.end, canvas.ring, pitch, 60) }
        return notes.all
    }

    private func bars(of span: Score.ChordSpan) -> ClosedRange<Int> {
        let first = Int((span.start / canvas.barLength + 1e-6).rounded(.down))
        let last = Int(((span.start + span.length) / canvas.barLength - 1e-6).rounded(.down))
        return first...max(first, min(last, canvas.bars - 1))
    }

    // MARK: Arpeggios

    func arpeggiate(_ shape: ArpeggioShape, step: ArpeggioStep) -> [Score.Note] {
        let (octaves, gate) = (voice.chords.octaves, voice.chords.gate)
        var notes = Notes()
        var dice = canvas.random.fork("arpeggio.\(voice.id)")
        let scattered = (0..<16).map { _ in dice.index(12) }
        for bar in 0..<canvas.bars where canvas.plays(voice, bar: bar) {
            var count = 0
            for offset in stride(from: 0, to: canvas.barLength - 0.01, by: step.beats) {
                let position = min(canvas.grid.steps - 1, Int(offset / Grid.step + 1e-6))
                let base = voicing(bar: bar, step: position)
                let notesInOrder = (0..<max(1, octaves)).flatMap { octave in base.map { $0 + 12 * octave } }
                let index = ChordPlayer.index(count, of: notesInOrder.count, shape: shape, scattered: scattered)
                count += 1
                let onBeat = position % canvas.grid.beatSteps == 0
                let length = min(step.beats, canvas.barLength - offset)
                let pitch = min(notesInOrder[index], 108)
                notes.add(canvas.beat(bar: bar) + offset, length * gate, pitch, (onBeat ? 78 : 64) * canvas.loudness(bar))
            }
        }
        if canvas.bars > 0, canvas.plays(voice, bar: canvas.bars - 1) {
            notes.add(canvas.end, canvas.ring * 0.8, voicings[voicings.count - 1][0] + 12, 66)
        }
        return notes.all
    }

    private static func index(_ count: Int, of total: Int, shape: ArpeggioShape, scattered: [Int]) -> Int {
        switch shape {
        case .up: return count % total
        case .down: return total - 1 - count % total
        case .upDown:
            let cycle = max(1, 2 * total - 2)
            let position = count % cycle
            return position < total ? position : cycle - position
        case .skip: return [0, 2, 1, 3, 2, 4, 3, 1][count % 8] % total
        case .scattered: return scattered[count % 16] % total
        }
    }

    // MARK: Riffs

    /// A figure of chord tones that is drawn once and follows the chords for the whole song.
    func riff() -> [Score.Note] {
        var dice = canvas.random.fork("riff.\(voice.id)")
        let top = max(1, voicings.map(\.count).min() ?? 1)
        let tones = (0..<64).map { _ in dice.weighted([4, 2, 2, 1]) % top }
        var notes = Notes()
        for bar in 0..<canvas.bars where canvas.plays(voice, bar: bar) {
            guard let pattern = canvas.pattern(of: voice, bar: bar) else { continue }
            let offset = bar - canvas.passage(bar).start
            for event in canvas.grid.events(pattern, bar: offset) {
                let chord = voicing(bar: bar, step: event.step)
                let phrase = max(1, pattern.symbols.count / Grid(meter: pattern.meter).steps)
                let index = (offset % phrase * canvas.grid.steps + event.step) % 64
                // The last bar of four answers a step higher.
                let lift = offset % 4 == 3 && event.step >= canvas.grid.steps / 2 ? 1 : 0
                let pitch = chord[min(tones[index] + lift, chord.count - 1)]
                let force = (event.symbol == "X" ? 98.0 : 82) * canvas.loudness(bar)
                notes.add(canvas.beat(bar: bar, step: event.step), Double(event.length) * Grid.step * 0.8, pitch, force)
            }
        }
        if canvas.bars > 0, canvas.plays(voice, bar: canvas.bars - 1) {
            notes.add(canvas.end, min(1, canvas.ring), voicings[voicings.count - 1][0], 80)
        }
        return notes.all
    }

    // MARK: Drones

    /// Tonic and fifth, struck anew with each section and every eight bars.
    func drone() -> [Score.Note] {
        var notes = Notes()
        for passage in canvas.passages {
            for start in stride(from: passage.start, to: passage.bars.upperBound, by: 8) {
                let playing = (start..<min(start + 8, passage.bars.upperBound)).filter { canvas.plays(voice, bar: $0) }
                guard let first = playing.first, let last = playing.last else { continue }
                let low = voice.register.lowest(canvas.key(first).tonic)
                let length = canvas.beat(bar: last + 1) - canvas.beat(bar: first)
                for pitch in [low, low + 7, low + 12] where pitch <= voice.register.upperBound + 2 {
                    notes.add(canvas.beat(bar: first), length, pitch, 70 * canvas.loudness(first))
                }
            }
        }
        let low = voice.register.lowest(canvas.ending.root)
        for pitch in [low, low + 7] where canvas.bars > 0 { notes.add(canvas.end, canvas.ring, pitch, 62) }
        return notes.all
    }
}
