import Music

/// Writes tunes from motifs: statement, variation, return and answer, with chord tones where the bar is heavy.
///
/// Each kind of section has its own tune, and every section of that kind sings it again; verses ornament it on their return,
/// choruses leave it as it is.
struct MelodyWriter {
    let canvas: Canvas
    /// MIDI notes.
    let register: ClosedRange<Int>
    /// Notes per beat.
    let density: Double
    let random: SeededRandom

    init(canvas: Canvas, register: ClosedRange<Int>, density: Double) {
        self.canvas = canvas
        self.register = register
        self.density = density
        random = canvas.random.fork("melody")
    }

    func write(for voice: Voice) -> [Score.Note] {
        var notes = Notes()
        var last: Int?
        for passage in canvas.passages where !voice.absent.contains(passage.kind) {
            let phrase = tune(for: passage)
            for note in phrase where canvas.plays(voice, bar: min(canvas.bars - 1, Int((note.start / canvas.barLength).rounded(.down)))) {
                notes.append([note])
                last = Int(note.pitch)
            }
        }
        if let last, canvas.bars > 0, canvas.plays(voice, bar: canvas.bars - 1) {
            let tonic = last + shortest(from: PitchClass(last), to: canvas.ending.root)
            notes.add(canvas.end, canvas.ring, register.folding(tonic), 84)
        }
        return notes.all
    }

    private func shortest(from: PitchClass, to: PitchClass) -> Int {
        let up = to.interval(above: from)
        return up > 6 ? up - 12 : up
    }

    // MARK: Phrases

    private func tune(for passage: Canvas.Passage) -> [Score.Note] {
        // Intros and outros remember the chorus; breakdowns let it float in.
        let source: SectionKind = passage.kind == .intro || passage.kind == .outro || passage.kind == .breakdown ? .chorus : passage.kind
        let stream = random.fork(source.rawValue)
        let busy = density * (source == .verse ? 0.9 : source == .solo ? 1.5 : source == .breakdown ? 0.6 : 1)
        let motif = Motif(grid: canvas.grid, density: busy, stream: stream.fork("motif"))
        let answer = Motif(grid: canvas.grid, density: busy * 0.8, stream: stream.fork("answer"))
        let unit = Motif.bars
        var notes: [Score.Note] = []
        var singer = Singer(canvas: canvas, register: register, lift: source == .chorus ? 3 : source == .verse ? -2 : 0)
        var dice = stream.fork("pitch")
        for (index, start) in stride(from: 0, to: passage.section.bars, by: unit).enumerated() {
            let bars = min(unit, passage.section.bars - start)
            let isEnd = start + unit >= passage.section.bars
            let place = isEnd ? 3 : index % 4
            var figure = place == 3 ? answer : motif
            // Soloists do not repeat themselves for long.
            if source == .solo, index % 2 == 1 {
                figure = Motif(grid: canvas.grid, density: busy, stream: stream.fork("solo.\(index)"))
            }
            let role: Singer.Place =
                switch place {
                case 0: .statement
                case 1: .variation
                case 2: .sequence
                default: isEnd || index % 8 == 7 ? .close : .halfClose
                }
            var phraseDice = stream.fork("phrase.\(place)")
            notes += singer.sing(figure, bar: passage.start + start, bars: bars, as: role, dice: &phraseDice)
        }
        return passage.kind == .verse && passage.occurrence > 0 ? ornamented(notes, dice: &dice, occurrence: passage.occurrence) : notes
    }

    /// Long notes of a returning verse are divided by a neighbour.
    private func ornamented(_ notes: [Score.Note], dice: inout SeededRandom, occurrence: Int) -> [Score.Note] {
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
            let neighbour = canvas.key.nearest(to: Int(note.pitch) + (up ? 2 : -2))
            result.append(Score.Note(start: note.start, length: half, pitch: note.pitch, velocity: note.velocity))
            let soft = UInt8(max(1, Int(note.velocity) - 8))
            let turned = UInt8(min(127, max(0, register.folding(neighbour))))
            result.append(Score.Note(start: note.start + half, length: note.length - half, pitch: turned, velocity: soft))
        }
        return result
    }
}
