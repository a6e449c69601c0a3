import Music

/// Turns chord symbols into notes that move as little as they can.
struct Voicing: Sendable {
    let voices: Int
    let register: ClosedRange<Int>
    private var previous: [Int] = []

    /// voices: how many notes, 2…6. register: the MIDI notes they lie within.
    init(voices: Int, register: ClosedRange<Int>) {
        self.voices = min(6, max(2, voices))
        // Less than an octave leaves no room for every pitch class.
        self.register = register.lowerBound...max(register.upperBound, register.lowerBound + 14)
    }

    /// The next chord, ascending. Every inversion within the register is weighed by the distance all voices travel.
    mutating func next(_ chord: Chord) -> [Int] {
        let tones = Voicing.essentials(of: chord, count: voices)
        let middle = Double(register.lowerBound + register.upperBound) / 2
        var best: (cost: Double, notes: [Int]) = (.infinity, [])
        for lowest in register {
            guard let start = tones.firstIndex(of: PitchClass(lowest)) else { continue }
            // A power chord stands on its root; with the fifth below, it would be another chord.
            guard chord.quality != .power || tones[start] == chord.root else { continue }
            var notes = [lowest]
            // Stack the remaining tones upwards in close position from this inversion.
            let order = Array(tones[start...] + tones[..<start])
            var fits = true
            for index in 1..<max(voices, 2) {
                let tone = order[index % order.count]
                let last = notes[notes.count - 1]
                let step = tone.interval(above: PitchClass(last))
                let note = last + (step == 0 ? 12 : step)
                if note > register.upperBound {
                    fits = index >= min(voices, tones.count)
                    break
                }
                notes.append(note)
            }
            guard fits else { continue }
            let center = Double(notes.reduce(0, +)) / Double(notes.count)
            var cost = abs(center - middle) * (previous.isEmpty ? 2 : 0.5)
            for (index, note) in notes.enumerated() where !previous.isEmpty {
                cost += Double(abs(note - previous[min(index, previous.count - 1)]))
            }
            // Seconds low in a chord are mud.
            for (low, high) in zip(notes, notes.dropFirst()) where high - low < 3 && low < 55 { cost += 4 }
            if cost < best.cost { best = (cost, notes) }
        }
        if best.notes.isEmpty {
            best.notes = tones.prefix(voices).map { register.lowerBound + $0.interval(above: PitchClass(register.lowerBound)) }.sorted()
        }
        previous = best.notes
        return best.notes
    }

    /// The pitch classes that say what the chord is, ascending from the root; the fifth and then the root go first when there are too many.
    private static func essentials(of chord: Chord, count: Int) -> [PitchClass] {
        var intervals = chord.intervals
        let rank: (Int) -> Int = { interval in
            switch interval {
            case 3, 4: 0
            case 10, 11, 9: 1
            case 2, 5, 6, 8: 2
            case 14, 13, 15, 21, 20, 17, 18: 3
            case 0: 4
            default: 5
            }
        }
        while intervals.count > count, let worst = intervals.max(by: { rank($0) < rank($1) }) {
            intervals.removeAll { $0 == worst }
        }
        var classes: [PitchClass] = []
        for interval in intervals.map({ $0 % 12 }).sorted() {
            let tone = chord.root + interval
            if !classes.contains(tone) { classes.append(tone) }
        }
        return classes
    }
}
