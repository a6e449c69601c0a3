import Music

/// A figure of two bars: a rhythm, and a contour in steps of the scale.
struct Motif: Sendable {
    struct Tone: Sendable {
        /// Sixteenths from the figure's start.
        let step: Int
        /// Sixteenths.
        let length: Int
        /// Steps of the scale above or below the figure's anchor.
        let offset: Int
    }

    /// The length of every figure.
    static let bars = 2

    let tones: [Tone]

    /// density: notes per beat.
    init(grid: Grid, density: Double, stream: SeededRandom) {
        var dice = stream
        let steps = grid.steps
        let first = Motif.rhythm(grid: grid, density: density, dice: &dice)
        // The second bar repeats the first and rests on a long note, or leads on to one.
        var second = dice.chance(0.6) ? first : Motif.rhythm(grid: grid, density: density * 0.8, dice: &dice)
        let rest = max(grid.beatSteps, steps * 5 / 8)
        second.removeAll { $0 > rest }
        if second.isEmpty { second = [0] }
        let onsets = first + second.map { $0 + steps }

        let contour = Motif.contour(count: onsets.count, dice: &dice)
        let total = steps * Motif.bars
        let detached = dice.chance(0.3)
        tones = onsets.enumerated().map { index, onset in
            let next = index + 1 < onsets.count ? onsets[index + 1] : total - (dice.chance(0.6) ? grid.beatSteps / 2 : 0)
            let length = max(1, min(next - onset, grid.steps))
            return Tone(step: onset, length: detached && length > 2 && length < 8 ? length - 1 : length, offset: contour[index])
        }
    }

    /// Onsets within one bar, heavier positions first; sixteenths only in dense tunes.
    private static func rhythm(grid: Grid, density: Double, dice: inout SeededRandom) -> [Int] {
        let beats = Double(grid.steps) / Double(grid.beatSteps)
        let wanted = max(1, Int((density * beats + dice.between(-0.6, 0.6)).rounded()))
        let unit = density > 1.9 && !grid.isCompound ? 1 : 2
        let syncopation = dice.between(0.2, 1.1)
        var weights = (0..<grid.steps).map { step -> Double in
            guard step % unit == 0 else { return 0 }
            switch grid.strength(step) {
            case 4: return 4
            case 3: return 1.8
            case 2: return 1.6
            case 1: return 0.5 + syncopation
            default: return 0.25 + 0.3 * syncopation
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

    /// A walk by small steps under one of four arches, within a sixth of the anchor.
    private static func contour(count: Int, dice: inout SeededRandom) -> [Int] {
        let shape = dice.index(4)
        var offset = 0
        var offsets: [Int] = []
        for index in 0..<count {
            let x = count > 1 ? Double(index) / Double(count - 1) : 0
            let arch =
                switch shape {
                case 0: 4 * x * (1 - x) * 4
                case 1: 3 * (1 - x) - 1
                case 2: 3 * x - 1
                default: x < 0.5 ? -4 * x : 4 * (x - 0.5) + 1
                }
            if index > 0 {
                let pull = arch - Double(offset)
                let step = [0, 1, -1, 2, -2, 3, -3][dice.weighted([1.6, 3, 3, 1.4, 1.4, 0.5, 0.5])]
                offset += abs(pull) > 1.2 ? (pull > 0 ? max(1, abs(step)) : -max(1, abs(step))) : step
                offset = min(5, max(-4, offset))
            }
            offsets.append(offset)
        }
        return offsets
    }
}
