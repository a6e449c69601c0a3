import Music

/// A figure of two bars: a rhythm, and a contour in steps of the scale.
struct Motif: Sendable {
    struct Tone: Sendable {
        /// Sixteenths from the figure's start.
        var step: Int
        /// Sixteenths.
        var length: Int
        /// Steps of the scale above or below the figure's anchor.
        var offset: Int
    }

    /// The length of a figure.
    static let bars = 2

    var tones: [Tone]

    /// density: notes per beat.
    init(grid: Grid, density: Double, idiom: MelodyIdiom, stream: SeededRandom) {
        var dice = stream
        let steps = grid.steps
        let first = Motif.rhythm(grid: grid, density: density, idiom: idiom, dice: &dice)
        // The second bar repeats the first and rests on a long note, or leads on to one.
        var second = dice.chance(0.6) ? first : Motif.rhythm(grid: grid, density: density * 0.8, idiom: idiom, dice: &dice)
        let rest = max(grid.beatSteps, steps * 5 / 8)
        second.removeAll { $0 > rest }
        if second.isEmpty { second = [0] }
        let onsets = first + second.map { $0 + steps }
        let contour = Motif.contour(count: onsets.count, idiom: idiom, dice: &dice)
        let breath = dice.chance(0.6) ? grid.beatSteps / 2 : 0
        tones = Motif.tones(onsets: onsets, contour: contour, total: steps * Motif.bars - breath, longest: steps)
    }

    private init(tones: [Tone]) {
        self.tones = tones
    }

    private static func tones(onsets: [Int], contour: [Int], total: Int, longest: Int) -> [Tone] {
        onsets.enumerated().map { index, onset in
            let next = index + 1 < onsets.count ? onsets[index + 1] : total
            return Tone(step: onset, length: max(1, min(next - onset, longest)), offset: contour[index])
        }
    }

    /// Onsets within one bar, heavier positions first; sixteenths only in dense tunes.
    private static func rhythm(grid: Grid, density: Double, idiom: MelodyIdiom, dice: inout SeededRandom) -> [Int] {
        let beats = Double(grid.steps) / Double(grid.beatSteps)
        let wanted = max(1, Int((density * beats + dice.between(-0.6, 0.6)).rounded()))
        let unit = density > 1.9 && !grid.isCompound ? 1 : 2
        let syncopation = max(0, 1.5 * idiom.syncopation + dice.between(-0.2, 0.2))
        var weights = (0..<grid.steps).map { step -> Double in
            guard step % unit == 0 else { return 0 }
            switch grid.strength(step) {
            case 4: return 4
            case 3: return 1.8
            case 2: return 1.6
            case 1: return 0.3 + syncopation
            default: return 0.15 + 0.35 * syncopation
            }
        }
        var onsets: [Int] = []
        for _ in 0..<min(wanted, grid.steps / unit) {
            let step = dice.weighted(weights)
            guard weights[step] > 0 else { break }
            onsets.append(step)
            weights[step] = 0
            // Neighbours become likelier: tunes move in runs and rests.
            for near in [step - unit, step + unit] where near >= 0 && near < grid.steps && weights[near] > 0 { weights[near] *= 1.25 }
        }
        return onsets.sorted()
    }

    /// A walk by small steps under an arch, within a sixth of the anchor.
    private static func contour(count: Int, idiom: MelodyIdiom, dice: inout SeededRandom) -> [Int] {
        let shape = dice.pick(idiom.shapes)
        let moves = [0, 1, -1, 2, -2, 3, -3, 4, -4]
        let leap = 0.2 + 2 * idiom.leaps
        let weights = [8 * idiom.repeats, 3, 3, leap * 1.6, leap * 1.6, leap, leap, leap * 0.6, leap * 0.6]
        let range = 4 + Int(4 * idiom.leaps)
        var offset = 0
        var offsets: [Int] = []
        for index in 0..<count {
            let x = count > 1 ? Double(index) / Double(count - 1) : 0
            let arch =
                switch shape {
                case .arch: 4 * x * (1 - x) * 4
                case .fall: 3 * (1 - x) - 1
                case .rise: 3 * x - 1
                case .wave: x < 0.5 ? -4 * x : 4 * (x - 0.5) + 1
                case .flat: 0.0
                }
            if index > 0 {
                let pull = arch - Double(offset)
                let step = moves[dice.weighted(weights)]
                offset += abs(pull) > 1.4 && step != 0 ? (pull > 0 ? abs(step) : -abs(step)) : step
                offset = min(range + 1, max(-range, offset))
            }
            offsets.append(offset)
        }
        return offsets
    }

    // MARK: Variation

    /// Upside down about its first note.
    var inverted: Motif {
        let axis = tones.first?.offset ?? 0
        return mapped { $0.offset = 2 * axis - $0.offset }
    }

    /// The first half at half speed.
    func augmented(grid: Grid) -> Motif {
        let half = grid.steps * Motif.bars / 2
        let kept = tones.filter { $0.step < half }.map { Tone(step: $0.step * 2, length: $0.length * 2, offset: $0.offset) }
        return kept.count >= 2 ? Motif(tones: kept) : self
    }

    /// The first bar twice, the second time a step higher or lower.
    func fragmented(grid: Grid, by shift: Int) -> Motif {
        let bar = tones.filter { $0.step < grid.steps }
        guard bar.count >= 2 else { return self }
        let again = bar.map { Tone(step: $0.step + grid.steps, length: $0.length, offset: $0.offset + shift) }
        var all = bar + again
        for index in all.indices.dropLast() { all[index].length = min(all[index].length, all[index + 1].step - all[index].step) }
        return Motif(tones: all)
    }

    func moved(by offset: Int) -> Motif { mapped { $0.offset += offset } }

    private func mapped(_ change: (inout Tone) -> Void) -> Motif {
        var copy = self
        for index in copy.tones.indices { change(&copy.tones[index]) }
        return copy
    }

    // MARK: Syllables

    /// The figure with exactly `count` notes within `steps` sixteenths: lighter ones go first, longer gaps are filled first.
    func fitted(to count: Int, steps: Int, grid: Grid) -> Motif {
        guard count > 0, steps > 0 else { return Motif(tones: []) }
        var onsets = Set(tones.map(\.step).filter { $0 < steps })
        onsets.insert(0)
        // The last beat is for breath, where there is room for that.
        let end = count * 2 <= steps - grid.beatSteps ? steps - grid.beatSteps : steps
        onsets = onsets.filter { $0 < end }
        while onsets.count > count,
            let weakest = onsets.filter({ $0 > 0 }).min(by: {
                (grid.strength($0 % grid.steps), -$0) < (grid.strength($1 % grid.steps), -$1)
            })
        {
            onsets.remove(weakest)
        }
        for unit in [2, 1] {
            while onsets.count < count {
                let sorted = onsets.sorted()
                let gaps = sorted.enumerated().map { index, onset in (index + 1 < sorted.count ? sorted[index + 1] : end) - onset }
                guard let widest = gaps.indices.max(by: { gaps[$0] < gaps[$1] }), gaps[widest] >= 2 * unit else { break }
                onsets.insert(sorted[widest] + gaps[widest] / 2 / unit * unit)
            }
        }
        let sorted = Array(onsets.sorted().prefix(count))
        var contour: [Int] = []
        for onset in sorted { contour.append(tones.last { $0.step <= onset }?.offset ?? tones.first?.offset ?? 0) }
        // New notes between two others pass from one to the next.
        for index in contour.indices.dropLast()
        where index > 0 && contour[index] == contour[index - 1] && !tones.contains(where: { $0.step == sorted[index] }) {
            contour[index] += (contour[index + 1] - contour[index]).signum()
        }
        return Motif(tones: Motif.tones(onsets: sorted, contour: contour, total: steps, longest: grid.steps))
    }
}
