import Music

/// Plays a groove over the form: lanes by energy, fills where phrases end, rolls in builds.
struct Drummer {
    let canvas: Canvas
    let voice: Voice
    let lanes: [Lane]
    /// Nil for percussion, which plays no fills.
    let groove: Groove?

    /// The kits of orchestras have timpani where others have a crash; theirs lies higher.
    var crash = Lane.crash

    private var steps: Int { canvas.grid.steps }

    func play(_ name: String) -> [Score.Note] {
        var notes = Notes()
        let random = canvas.random.fork(name)
        let variants = SectionKind.allCases.map { kind in
            lanes.enumerated().map { index, lane -> Pattern? in
                var stream = random.fork("variant.\(kind.rawValue).\(index)")
                return lane.patterns.isEmpty ? nil : stream.pick(lane.patterns)
            }
        }
        var dice = random.fork("dice")
        for bar in 0..<canvas.bars where canvas.plays(voice, bar: bar) {
            let passage = canvas.passage(bar)
            let offset = bar - passage.start
            let fill = fillStart(bar: bar, passage: passage, dice: &dice)
            let written = groove?.fills.isEmpty == false ? groove.map { dice.pick($0.fills) } : nil
            let rolling = isRolling(bar, passage)
            let patterns = variants[SectionKind.allCases.firstIndex(of: passage.kind) ?? 0]
            let energy = canvas.energy(bar)
            for (lane, pattern) in zip(lanes, patterns) {
                guard let pattern, energy >= lane.enters, energy < lane.leaves else { continue }
                let level = lane.level * canvas.loudness(bar)
                for event in events(pattern, offset: offset) {
                    let interrupted = event.step >= fill && isInterrupted(lane, by: written)
                    let cleared = rolling && (lane.key == Lane.kick || isSnare(lane.key)) && offset * 2 >= passage.section.bars
                    if interrupted || cleared { continue }
                    hit(event, key: lane.key, scale: level, bar: bar, dice: &dice, into: &notes)
                }
            }
            if rolling { roll(bar, passage, into: &notes) }
            if fill < steps, !rolling { play(fill: fill, written: written, bar: bar, dice: &dice, into: &notes) }
            if let groove, groove.crashes, offset == 0, bar > 0, energy >= 0.5 {
                notes.add(canvas.beat(bar: bar), 2, crash, 104 * canvas.loudness(bar))
            }
        }
        finish(into: &notes)
        return notes.all
    }

    /// The pattern's events in a bar, at half or double time where the song wants that.
    private func events(_ pattern: Pattern, offset: Int) -> [Grid.Event] {
        let grid = canvas.grid
        if canvas.pulse <= 0.5, !grid.isCompound {
            let half = grid.events(pattern, bar: offset / 2)
            let (from, shift) = offset % 2 == 0 ? (0, 0) : (steps / 2, steps)
            return half.compactMap { event in
                let step = event.step * 2 - shift
                return event.step >= from && (0..<steps).contains(step)
                    ? Grid.Event(step: step, symbol: event.symbol, length: event.length * 2) : nil
            }
        }
        if canvas.pulse >= 2, !grid.isCompound {
            let events =
                grid.events(pattern, bar: offset * 2).filter { $0.step % 2 == 0 }.map { ($0, 0) }
                + grid.events(pattern, bar: offset * 2 + 1).filter { $0.step % 2 == 0 }.map { ($0, steps / 2) }
            return events.map { Grid.Event(step: $0.step / 2 + $1, symbol: $0.symbol, length: max(1, $0.length / 2)) }.filter {
                $0.step < steps
            }
        }
        return grid.events(pattern, bar: offset)
    }

    private func isSnare(_ key: Int) -> Bool { key == Lane.snare || key == Lane.clap || key == Lane.secondSnare }

    private func hit(_ event: Grid.Event, key: Int, scale: Double, bar: Int, dice: inout SeededRandom, into notes: inout Notes) {
        let beat = canvas.beat(bar: bar, step: event.step)
        let scale = scale * (1 + 0.03 * Double(canvas.grid.strength(event.step) - 1))
        switch event.symbol {
        case "X": notes.add(beat, 0.2, key, 116 * scale)
        case "o": notes.add(beat, 0.2, key, 66 * scale)
        case "g": notes.add(beat, 0.15, key, 38 * scale)
        case "?": if dice.chance(0.4) { notes.add(beat, 0.2, key, 60 * scale) }
        case "f":
            if beat >= 0.06 { notes.add(beat - 0.06, 0.05, key, 48 * scale) }
            notes.add(beat, 0.2, key, 104 * scale)
        case "r":
            notes.add(beat, 0.11, key, 84 * scale)
            notes.add(beat + 0.125, 0.11, key, 70 * scale)
        case "t":
            for third in 0..<3 { notes.add(beat + Double(third) / 6, 0.14, key, (74 + Double(third) * 8) * scale) }
        default: notes.add(beat, 0.2, key, 94 * scale)
        }
    }

    // MARK: Fills

    /// The sixteenth from which a fill takes over this bar; the number of steps where there is none.
    private func fillStart(bar: Int, passage: Canvas.Passage, dice: inout SeededRandom) -> Int {
        let offset = bar - passage.start
        // Drawn always, so that the stream does not depend on what is active.
        let chance = dice.unit()
        guard let groove, groove.fill != .none || !groove.fills.isEmpty, canvas.energy(bar) >= 0.42 else { return steps }
        let beat = canvas.grid.beatSteps
        if offset == passage.section.bars - 1, bar + 1 < canvas.bars {
            let rises = canvas.energy(bar + 1) > canvas.energy(bar) + 0.05
            if rises, chance < 0.4, passage.section.bars >= 8 { return 0 }
            return max(0, steps - (rises ? 2 * beat : beat))
        }
        if offset % 8 == 7 { return chance < 0.75 ? steps - beat : steps }
        if offset % 4 == 3 { return chance < 0.4 ? steps - beat / 2 : steps }
        return steps
    }

    private static let toms: Set<Int> = [41, 43, 45, 47, 48, 50]

    /// Written fills silence the sounds they use, and with toms the cymbals' hand is busy too; others leave the kick alone.
    private func isInterrupted(_ lane: Lane, by fill: [Lane]?) -> Bool {
        guard let fill else { return lane.key != Lane.kick }
        let usesToms = fill.contains { Drummer.toms.contains($0.key) }
        return fill.contains { $0.key == lane.key } || usesToms && lane.key != Lane.kick
    }

    private func play(fill start: Int, written: [Lane]?, bar: Int, dice: inout SeededRandom, into notes: inout Notes) {
        guard let groove else { return }
        if let written {
            for lane in written {
                guard let pattern = lane.patterns.first else { continue }
                let level = lane.level * canvas.loudness(bar)
                for event in canvas.grid.events(pattern, bar: 0) where event.step >= start {
                    hit(event, key: lane.key, scale: level, bar: bar, dice: &dice, into: &notes)
                }
            }
            return
        }
        let span = steps - start
        // Snare, then the toms downwards.
        let toms = [Lane.snare, 50, 47, 45, 43]
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
        let total = Double((passage.start + passage.section.bars - first) * steps)
        let isLast = bar == passage.start + passage.section.bars - 1
        for step in 0..<steps {
            let progress = Double((bar - first) * steps + step) / total
            let every = progress < 0.4 ? 4 : progress < 0.7 ? 2 : 1
            // A breath before the drop.
            if isLast, step >= steps - canvas.grid.beatSteps / 2 { continue }
            guard step % every == 0 else { continue }
            notes.add(canvas.beat(bar: bar, step: step), 0.15, Lane.snare, 44 + 66 * progress)
        }
    }

    private func finish(into notes: inout Notes) {
        guard let groove, canvas.bars > 0, canvas.plays(voice, bar: canvas.bars - 1) || canvas.energy(canvas.bars - 1) > 0.3 else { return }
        notes.add(canvas.end, 0.3, Lane.kick, 96)
        if groove.crashes { notes.add(canvas.end, canvas.ring, crash, 84) }
    }
}
