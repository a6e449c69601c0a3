import Music

/// Writes tunes from motifs: statement, variation, return and answer, with chord tones where the bar is heavy.
///
/// Each kind of section has its own tune, and every section of that kind sings it again; verses ornament it on their return,
/// choruses leave it as it is.
struct MelodyWriter {
    let canvas: Canvas
    let idiom: MelodyIdiom
    /// MIDI notes.
    let register: ClosedRange<Int>
    /// The lines to sing, by passage.
    let lyrics: [Int: [LyricSheet.Line]]
    let random: SeededRandom

    init(canvas: Canvas, idiom: MelodyIdiom, register: ClosedRange<Int>, lyrics: [Int: [LyricSheet.Line]] = [:]) {
        self.canvas = canvas
        self.idiom = idiom
        self.register = register
        self.lyrics = lyrics
        random = canvas.random.fork("melody")
    }

    struct Tune {
        var notes: [Score.Note] = []
        /// Which note sings which syllable: its start as written.
        var syllables: [Score.Syllable] = []
    }

    func write(for voice: Voice) -> Tune {
        var tune = Tune()
        var last: Int?
        var lineCount = 0
        for (index, passage) in canvas.passages.enumerated() {
            let lines = lyrics[index] ?? []
            if !lines.isEmpty {
                let sung = sing(lines, in: passage, firstLine: lineCount)
                tune.notes += sung.notes
                tune.syllables += sung.syllables
                last = sung.notes.last.map { Int($0.pitch) } ?? last
                lineCount += lines.count
                continue
            }
            guard !voice.absent.contains(passage.kind) else { continue }
            for note in play(passage) where canvas.plays(voice, bar: canvas.bar(at: note.start)) {
                tune.notes.append(note)
                last = Int(note.pitch)
            }
        }
        if let last, canvas.bars > 0, canvas.plays(voice, bar: canvas.bars - 1) {
            let tonic = last + shortest(from: PitchClass(last), to: canvas.ending.root)
            var ending = Notes()
            ending.add(canvas.end, canvas.ring, register.folding(tonic), 84)
            tune.notes += ending.all
        }
        return tune
    }

    private func shortest(from: PitchClass, to: PitchClass) -> Int {
        let up = to.interval(above: from)
        return up > 6 ? up - 12 : up
    }

    // MARK: Phrases

    /// What becomes of the motif in the four figures of an eight-bar period.
    private enum Step {
        case motif, changed, sequence(Int), inverted, fragment, contrast, augmented
    }

    /// Ways to build a period: sentences, parallel and contrasting periods.
    ///
    /// Source: Caplin, "Classical Form", 1998.
    private static let periods: [[Step]] = [
        [.motif, .changed, .sequence(2), .contrast], [.motif, .contrast, .motif, .contrast], [.motif, .changed, .contrast, .motif],
        [.motif, .sequence(-1), .sequence(2), .contrast], [.motif, .inverted, .motif, .augmented],
        [.motif, .motif, .fragment, .contrast], [.motif, .sequence(1), .fragment, .augmented],
    ]

    private func source(of kind: SectionKind) -> SectionKind {
        // Intros and outros remember the chorus; breakdowns let it float in.
        kind == .intro || kind == .outro || kind == .breakdown ? .chorus : kind
    }

    private struct Material {
        let motif: Motif
        let answer: Motif
        let period: [Step]
        let stream: SeededRandom
        let busy: Double
        let lift: Int
    }

    private func material(for passage: Canvas.Passage) -> Material {
        let source = source(of: passage.kind)
        let stream = random.fork(source.rawValue)
        let busy = idiom.density * (source == .verse ? 0.88 : source == .solo ? 1.5 : source == .bridge ? 0.8 : 1)
        var dice = stream.fork("period")
        return Material(
            motif: Motif(grid: canvas.grid, density: busy, idiom: idiom, stream: stream.fork("motif")),
            answer: Motif(grid: canvas.grid, density: busy * 0.8, idiom: idiom, stream: stream.fork("answer")),
            period: dice.pick(MelodyWriter.periods), stream: stream, busy: busy,
            lift: source == .chorus ? 3 : source == .verse ? -2 : source == .solo ? 4 : 0)
    }

    private func figure(_ step: Step, _ material: Material) -> Motif {
        switch step {
        case .motif, .changed: material.motif
        case .sequence(let shift): material.motif.moved(by: shift)
        case .inverted: material.motif.inverted
        case .fragment: material.motif.fragmented(grid: canvas.grid, by: 1)
        case .contrast: material.answer
        case .augmented: material.motif.augmented(grid: canvas.grid)
        }
    }

    private func play(_ passage: Canvas.Passage) -> [Score.Note] {
        let material = material(for: passage)
        let unit = Motif.bars
        var notes: [Score.Note] = []
        var singer = Singer(canvas: canvas, idiom: idiom, register: register, lift: material.lift)
        for (index, start) in stride(from: 0, to: passage.section.bars, by: unit).enumerated() {
            let bars = min(unit, passage.section.bars - start)
            let isEnd = start + unit >= passage.section.bars
            let place = isEnd ? 3 : index % 4
            let step = material.period[place]
            var figure = figure(step, material)
            // Soloists do not repeat themselves for long.
            if passage.kind == .solo, index % 2 == 1 {
                figure = Motif(grid: canvas.grid, density: material.busy, idiom: idiom, stream: material.stream.fork("solo.\(index)"))
            }
            var role: Singer.Place = if case .changed = step { .variation } else { .statement }
            if place == 3 { role = isEnd || index % 8 == 7 ? .close : .halfClose }
            var dice = material.stream.fork("phrase.\(place)")
            notes += singer.sing(figure, bar: passage.start + start, bars: bars, as: role, dice: &dice)
        }
        notes = withPickups(notes, passage, stream: material.stream)
        var dice = material.stream.fork("ornaments")
        let ornamentation = Ornamentation(canvas: canvas, idiom: idiom, register: register)
        notes = ornamentation.adorn(notes, dice: &dice)
        guard passage.kind == .verse, passage.occurrence > 0 else { return notes }
        return divided(notes, occurrence: passage.occurrence, dice: &dice)
    }

    /// An eighth or two that lead into a phrase, where the last one leaves room.
    private func withPickups(_ notes: [Score.Note], _ passage: Canvas.Passage, stream: SeededRandom) -> [Score.Note] {
        var result: [Score.Note] = []
        let phrase = canvas.barLength * Double(Motif.bars)
        let begin = canvas.beat(bar: passage.start)
        var lastPhrase = 0
        for note in notes {
            let index = Int(((note.start - begin) / phrase).rounded(.down))
            if index != lastPhrase, let before = result.last {
                lastPhrase = index
                var dice = stream.fork("pickup.\(index % 4)")
                let gap = note.start - before.start - min(before.length, 0.5)
                if dice.chance(idiom.pickups), gap >= 1 {
                    let count = gap >= 1.5 && dice.chance(0.5) ? 2 : 1
                    let key = canvas.key(canvas.bar(at: note.start))
                    let from: Int = dice.chance(0.7) ? -1 : 1
                    result[result.count - 1].length = min(before.length, note.start - Double(count) * 0.5 - before.start)
                    for place in (1...count).reversed() {
                        let pitch = register.folding(key.nearest(to: Int(note.pitch) + from * 2 * place))
                        result.append(
                            Score.Note(
                                start: note.start - 0.5 * Double(place), length: 0.42, pitch: UInt8(min(127, max(0, pitch))),
                                velocity: UInt8(max(1, Int(note.velocity) - 10))))
                    }
                }
            }
            result.append(note)
        }
        return result
    }

    /// Long notes of a returning verse are divided by a neighbour.
    private func divided(_ notes: [Score.Note], occurrence: Int, dice: inout SeededRandom) -> [Score.Note] {
        var result: [Score.Note] = []
        let chance = min(0.45, 0.2 + 0.1 * Double(occurrence))
        for note in notes {
            let roll = dice.unit()
            let up = dice.chance(0.5)
            guard note.length >= 1, roll < chance else {
                result.append(note)
                continue
            }
            let half = (note.length / 2 / Grid.step).rounded(.down) * Grid.step
            let neighbour = canvas.key(canvas.bar(at: note.start)).nearest(to: Int(note.pitch) + (up ? 2 : -2))
            result.append(Score.Note(start: note.start, length: half, pitch: note.pitch, velocity: note.velocity))
            let soft = UInt8(max(1, Int(note.velocity) - 8))
            let turned = UInt8(min(127, max(0, register.folding(neighbour))))
            result.append(Score.Note(start: note.start + half, length: note.length - half, pitch: turned, velocity: soft))
        }
        return result
    }

    // MARK: Words

    /// One note per syllable: each line gets its share of the section's bars, and the section's motifs in turn.
    private func sing(_ lines: [LyricSheet.Line], in passage: Canvas.Passage, firstLine: Int) -> Tune {
        let material = material(for: passage)
        var tune = Tune()
        var singer = Singer(canvas: canvas, idiom: idiom, register: register, lift: material.lift, divides: false)
        let bars = passage.section.bars
        for (index, line) in lines.enumerated() {
            // Several lines share a bar where there are more lines than bars.
            let from = index * bars * canvas.grid.steps / lines.count
            let to = (index + 1) * bars * canvas.grid.steps / lines.count
            let unit = lines.count > bars ? canvas.grid.beatSteps : canvas.grid.steps
            let (first, end) = ((from + unit / 2) / unit * unit, (to + unit / 2) / unit * unit)
            guard end > first else { continue }
            let isLast = index == lines.count - 1
            let place = isLast ? 3 : index % 4
            let figure = figure(material.period[place], material)
                .fitted(to: line.syllables.count, steps: end - first, grid: canvas.grid)
            var dice = material.stream.fork("line.\(place)")
            let bar = passage.start + first / canvas.grid.steps
            let shifted = figure.shifted(by: first % canvas.grid.steps)
            let span = (end - first / canvas.grid.steps * canvas.grid.steps + canvas.grid.steps - 1) / canvas.grid.steps
            let notes = singer.sing(shifted, bar: bar, bars: span, as: isLast ? .close : place == 1 ? .variation : .statement, dice: &dice)
            for (note, syllable) in zip(notes, line.syllables) {
                tune.notes.append(note)
                tune.syllables.append(
                    Score.Syllable(
                        start: note.start, length: note.length, text: syllable.text, endsWord: syllable.endsWord, line: firstLine + index))
            }
        }
        return tune
    }
}

extension Motif {
    /// Later by some sixteenths.
    func shifted(by steps: Int) -> Motif {
        var copy = self
        for index in copy.tones.indices { copy.tones[index].step += steps }
        return copy
    }
}
