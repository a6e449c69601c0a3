import Music

/// Plays a groove over the form: lanes by energy, fills where phrases end, rolls in builds.
struct Drummer {
    let canvas: Canvas
    let voice: Voice
    let lanes: [Lane]
    let groove: Groove?

    /// lanes: those of the groove, or of a percussion voice, which plays no fills.
    init(canvas: Canvas, voice: Voice, lanes: [Lane], groove: Groove?) {
        self.canvas = canvas
        self.voice = voice
        self.lanes = lanes
        self.groove = groove
    }

    func play(_ name: String) -> [Score.Note] {
        var notes = Notes()
        let random = canvas.random.fork(name)
        let variants = SectionKind.allCases.map { kind in
            lanes.enumerated().map { index, lane in
                var stream = random.fork("variant.\(kind.rawValue).\(index)")
                return Array(lane.patterns.isEmpty ? "" : stream.pick(lane.patterns))
            }
        }
        var dice = random.fork("dice")
        for bar in 0..<canvas.bars where canvas.plays(voice, bar: bar) {
            let passage = canvas.passage(bar)
            let offset = bar - passage.start
            let fill = fillStart(bar: bar, passage: passage, dice: &dice)
            let rolling = isRolling(bar, passage)
            let patterns = variants[SectionKind.allCases.firstIndex(of: passage.kind) ?? 0]
            for (lane, pattern) in zip(lanes, patterns) {
                let energy = canvas.energy(bar)
                guard energy >= lane.enters, energy < lane.leaves else { continue }
                for event in canvas.grid.events(pattern, bar: offset) {
                    let interrupted = event.step >= fill && lane.key != Lane.kick
                    let cleared = rolling && (lane.key == Lane.kick || isSnare(lane.key)) && offset * 2 >= passage.section.bars
                    if interrupted || cleared { continue }
                    hit(event, lane: lane, bar: bar, dice: &dice, into: &notes)
                }
            }
            if rolling { roll(bar, passage, into: &notes) }
            if fill < canvas.grid.steps, !rolling { play(fill: fill, bar: bar, dice: &dice, into: &notes) }
            if let groove, groove.crashes, offset == 0, bar > 0, canvas.energy(bar) >= 0.5 {
                notes.add(canvas.beat(bar: bar), 2, Lane.crash, 104 * canvas.loudness(bar))
            }
        }
        finish(into: &notes)
        return notes.all
    }

    private func isSnare(_ key: Int) -> Bool { key == Lane.snare || key == Lane.clap || key == Lane.electricSnare }

    private func hit(_ event: Grid.Event, lane: Lane, bar: Int, dice: inout SeededRandom, into notes: inout Notes) {
        let beat = canvas.beat(bar: bar, step: event.step)
        let accent = 1 + 0.03 * Double(canvas.grid.strength(event.step) - 1)
        let scale = lane.level * canvas.loudness(bar) * accent
        switch event.symbol {
        case "X": notes.add(beat, 0.2, lane.key, 116 * scale)
        case "o": notes.add(beat, 0.2, lane.key, 66 * scale)
        case "g": notes.add(beat, 0.15, lane.key, 38 * scale)
        case "?": if dice.chance(0.4) { notes.add(beat, 0.2, lane.key, 60 * scale) }
        case "r":
            notes.add(beat, 0.11, lane.key, 84 * scale)
            notes.add(beat + 0.125, 0.11, lane.key, 70 * scale)
        case "t":
            for third in 0..<3 { notes.add(beat + Double(third) / 6, 0.14, lane.key, (74 + Double(third) * 8) * scale) }
        default: notes.add(beat, 0.2, lane.key, 94 * scale)
        }
    }

    // MARK: Fills

    /// The sixteenth from which a fill takes over this bar; the number of steps where there is none.
    private func fillStart(bar: Int, passage: Canvas.Passage, dice: inout SeededRandom) -> Int {
        let steps = canvas.grid.steps
        let offset = bar - passage.start
        // Drawn always, so that the stream does not depend on what is active.
        let chance = dice.unit()
        guard let groove, groove.fill != .none, canvas.energy(bar) >= 0.42 else { return steps }
        let beat = canvas.grid.beatSteps
        if offset == passage.section.bars - 1, bar + 1 < canvas.bars {
            return max(0, steps - (canvas.energy(bar + 1) > canvas.energy(bar) + 0.05 ? 2 * beat : beat))
        }
        if offset % 8 == 7 { return chance < 0.75 ? steps - beat : steps }
        if offset % 4 == 3 { return chance < 0.4 ? steps - beat / 2 : steps }
        return steps
    }

    private func play(fill start: Int, bar: Int, dice: inout SeededRandom, into notes: inout Notes) {
        guard let groove else { return }
        let steps = canvas.grid.steps
        let span = steps - start
        let toms = [Lane.snare, Lane.highTom, Lane.midTom, Lane.lowTom, Lane.floorTom]
        for step in start..<steps {
            let progress = Double(step - start) / Double(max(1, span))
            let beat = canvas.beat(bar: bar, step: step)
            let force = (78 + 34 * progress) * canvas.loudness(bar)
            let onEighth = step % 2 == 0
            switch groove.fill {
            case .toms:
                guard onEighth || dice.chance(span > 4 ? 0.75 : 0.5) else { continue }
                let index = min(toms.count - 1, Int(progress * Double(toms.count)))
                notes.add(beat, 0.25, span <= 2 ? Lane.snare : toms[index], force)
            case .snare:
                let accent = dice.chance(0.4)
                notes.add(beat, 0.2, Lane.snare, accent || step == steps - 1 ? force : force * 0.5)
            case .electronic:
                guard onEighth || progress >= 0.5 else { continue }
                notes.add(beat, 0.2, progress >= 0.75 ? Lane.clap : Lane.snare, force * 0.9)
            case .brushes:
                guard onEighth || dice.chance(0.35) else { continue }
                notes.add(beat, 0.2, Lane.snare, force * 0.6)
            case .hats:
                notes.add(beat, 0.1, Lane.closedHat, force * 0.7)
                notes.add(beat + 0.125, 0.1, Lane.closedHat, force * 0.6)
                if step == steps - 2 { notes.add(beat, 0.2, Lane.snare, force) }
            case .none: break
            }
        }
    }

    // MARK: Builds

    private func isRolling(_ bar: Int, _ passage: Canvas.Passage) -> Bool {
        groove?.rolls == true && passage.kind == .build && bar >= passage.start + passage.section.bars / 4
    }

    private func roll(_ bar: Int, _ passage: Canvas.Passage, into notes: inout Notes) {
        let first = passage.start + passage.section.bars / 4
        let total = Double((passage.start + passage.section.bars - first) * canvas.grid.steps)
        let isLast = bar == passage.start + passage.section.bars - 1
        for step in 0..<canvas.grid.steps {
            let progress = Double((bar - first) * canvas.grid.steps + step) / total
            let every = progress < 0.4 ? 4 : progress < 0.7 ? 2 : 1
            // A breath before the drop.
            if isLast, step >= canvas.grid.steps - canvas.grid.beatSteps / 2 { continue }
            guard step % every == 0 else { continue }
            notes.add(canvas.beat(bar: bar, step: step), 0.15, Lane.snare, 44 + 66 * progress)
        }
    }

    private func finish(into notes: inout Notes) {
        guard let groove, canvas.bars > 0, canvas.plays(voice, bar: canvas.bars - 1) || canvas.energy(canvas.bars - 1) > 0.3 else { return }
        notes.add(canvas.end, 0.3, Lane.kick, 96)
        if groove.crashes { notes.add(canvas.end, canvas.ring, Lane.crash, 84) }
    }
}
