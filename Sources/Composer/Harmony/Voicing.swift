import Music

/// Turns chord symbols into notes that move as little as they can.
struct Voicing: Sendable {
    let voices: Int
    let layout: ChordOptions.Layout
    let register: ClosedRange<Int>
    private var previous: [Int] = []

    /// voices: how many notes, 2…6. register: the MIDI notes they lie within.
    init(voices: Int, layout: ChordOptions.Layout = .close, register: ClosedRange<Int>) {
        self.voices = layout == .chorale ? 4 : min(6, max(2, voices))
        self.layout = layout
        // Less than an octave leaves no room for every pitch class; chorales and open layouts need two.
        let span = layout == .close || layout == .power ? 14 : 20
        self.register = register.lowerBound...max(register.upperBound, register.lowerBound + span)
    }

    /// The next chord, ascending. Every inversion within the register is weighed by the distance all voices travel.
    mutating func next(_ chord: Chord) -> [Int] {
        let tones = Voicing.essentials(of: chord, count: voices)
        var best: (cost: Double, notes: [Int]) = (.infinity, [])
        for notes in candidates(for: chord, tones: tones) {
            let cost = cost(of: notes)
            if cost < best.cost { best = (cost, notes) }
        }
        if best.notes.isEmpty {
            best.notes = tones.prefix(voices).map { register.lowerBound + $0.interval(above: PitchClass(register.lowerBound)) }.sorted()
        }
        previous = best.notes
        return best.notes
    }

    private func cost(of notes: [Int]) -> Double {
        let middle = Double(register.lowerBound + register.upperBound) / 2
        let center = Double(notes.reduce(0, +)) / Double(notes.count)
        var cost = abs(center - middle) * (previous.isEmpty ? 2 : 0.5)
        for (index, note) in notes.enumerated() where !previous.isEmpty {
            let travel = abs(note - previous[min(index, previous.count - 1)])
            cost += Double(travel) * (layout == .chorale && index == 0 ? 0.4 : 1)
        }
        // Seconds low in a chord are mud.
        for (low, high) in zip(notes, notes.dropFirst()) where high - low < 3 && low < 55 { cost += 4 }
        if layout == .chorale, previous.count == notes.count { cost += 40 * Double(Voicing.parallels(previous, notes)) }
        return cost
    }

    /// How many pairs of voices move in parallel perfect fifths or octaves from one chord to the next.
    static func parallels(_ before: [Int], _ after: [Int]) -> Int {
        guard before.count == after.count else { return 0 }
        var count = 0
        for low in before.indices {
            for high in before.indices where high > low {
                let interval = (before[high] - before[low]) % 12
                let moves = before[low] != after[low] && before[high] != after[high]
                if moves, interval == 0 || interval == 7, (after[high] - after[low]) % 12 == interval { count += 1 }
            }
        }
        return count
    }

    // MARK: Candidates

    private func candidates(for chord: Chord, tones: [PitchClass]) -> [[Int]] {
        switch layout {
        case .chorale: return chorales(for: chord, tones: tones)
        case .power:
            return register.filter { PitchClass($0) == chord.root }.map { root in
                let fifth = chord.quality == .diminished ? 6 : chord.quality == .augmented ? 8 : 7
                return Array([root, root + fifth, root + 12, root + 12 + fifth].prefix(voices))
            }
        case .close: return stacks(of: chord, tones: tones, in: register)
        case .open, .drop2:
            let raised = (register.lowerBound + 7)...register.upperBound
            return stacks(of: chord, tones: tones, in: raised).map { notes in
                guard notes.count >= 3 else { return notes }
                var notes = notes
                notes[notes.count - 2] -= 12
                if layout == .open, notes.count >= 4 { notes[notes.count - 3] -= chord.quality == .power ? 0 : 12 }
                return notes.sorted()
            }.filter { $0[0] >= register.lowerBound - 5 }
        }
    }

    /// Close positions from every inversion.
    private func stacks(of chord: Chord, tones: [PitchClass], in register: ClosedRange<Int>) -> [[Int]] {
        register.compactMap { lowest in
            guard let start = tones.firstIndex(of: PitchClass(lowest)) else { return nil }
            // A power chord stands on its root; with the fifth below, it would be another chord.
            guard chord.quality != .power || tones[start] == chord.root else { return nil }
            var notes = [lowest]
            let order = Array(tones[start...] + tones[..<start])
            for index in 1..<max(voices, 2) {
                let tone = order[index % order.count]
                let last = notes[notes.count - 1]
                let step = tone.interval(above: PitchClass(last))
                let note = last + (step == 0 ? 12 : step)
                if note > register.upperBound {
                    guard index >= min(voices, tones.count) else { return nil }
                    break
                }
                notes.append(note)
            }
            return notes
        }
    }

    /// Bass on the chord's bass note, three voices above it with no more than an octave between neighbours, all tones present.
    private func chorales(for chord: Chord, tones: [PitchClass]) -> [[Int]] {
        let low = register.lowerBound
        let basses = (low...(low + 12)).filter { PitchClass($0) == chord.bassNote }
        let upper = ((low + 5)...register.upperBound).filter { tones.contains(PitchClass($0)) || chord.contains(PitchClass($0)) }
        // The third must sound; the fifth may be missing, the root doubled.
        let needed = tones.filter { $0 != chord.root + 7 }
        var found: [[Int]] = []
        for bass in basses {
            for tenor in upper where tenor > bass && tenor - bass <= 16 {
                for alto in upper where alto > tenor && alto - tenor <= 12 {
                    for soprano in upper where soprano > alto && soprano - alto <= 12 {
                        let notes = [bass, tenor, alto, soprano]
                        let classes = notes.map { PitchClass($0) }
                        guard needed.allSatisfy({ classes.contains($0) }) else { continue }
                        // A doubled leading note would move in octaves.
                        let third = chord.root + 4
                        if chord.quality == .major, !chord.extensions.isEmpty, classes.filter({ $0 == third }).count > 1 { continue }
                        found.append(notes)
                    }
                }
            }
        }
        return found
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
