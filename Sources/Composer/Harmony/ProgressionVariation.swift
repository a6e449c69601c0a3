import Music

/// Changes a progression as players do: other chords of the same function, dominants on the way, colours from the parallel key.
///
/// Sources: Schoenberg, "Structural Functions of Harmony", 1954; Levine, "The Jazz Theory Book", 1995 (tritone substitution).
struct ProgressionVariation {
    let variations: [Harmony.Variation]
    let isMinor: Bool

    /// The progression with at most two of its chords changed. The first chord stays.
    func vary(_ progression: Progression, dice: inout SeededRandom) -> Progression {
        guard !variations.isEmpty, progression.bars.count > 1 else { return progression }
        var varied = progression
        for _ in 0..<(1 + dice.index(2)) {
            let variation = dice.pick(variations)
            let bar = 1 + dice.index(varied.bars.count - 1)
            apply(variation, to: &varied.bars, at: bar)
        }
        return varied
    }

    private func apply(_ variation: Harmony.Variation, to bars: inout [[RomanNumeral]], at bar: Int) {
        guard let chord = bars[bar].first, bars[bar].count == 1, !chord.isApplied else { return }
        switch variation {
        case .diatonic: if let other = related(to: chord) { bars[bar] = [other] }
        case .secondary:
            // Bars that hold one chord give their second half to the dominant of what follows.
            let next = bars[(bar + 1) % bars.count].first
            guard let next, !next.isApplied, next.degree != 0, next.quality == .major || next.quality == .minor, chord != next,
                let name = plainName(of: next), let dominant = RomanNumeral("V7/\(name)")
            else { return }
            bars[bar] = [chord, dominant]
        case .borrowed: if let other = borrowed(for: chord) { bars[bar] = [other] }
        case .tritone:
            guard chord.degree == 4, chord.quality == .major, bars[(bar + 1) % bars.count].first?.degree == 0,
                let other = RomanNumeral(isMinor ? "bII7" : "bII7")
            else { return }
            bars[bar] = [other]
        case .suspended:
            guard chord.quality == .major, chord.degree == 4 || chord.degree == 3, chord.alteration == 0, chord.inversion == 0,
                let suspended = RomanNumeral(chord.degree == 4 ? "Vsus4" : "IVsus2")
            else { return }
            bars[bar] = [suspended, chord]
        case .inverted:
            guard chord.inversion == 0, chord.extensions.isEmpty, let name = plainName(of: chord), let other = RomanNumeral("\(name)/3")
            else { return }
            let before = bars[bar - 1].first?.degree ?? 0
            // The third in the bass lies a step from the root before: I V/3, vi IV/3 do not.
            let step = ((chord.degree + 2) - before + 7) % 7
            if step == 1 || step == 6 { bars[bar] = [other] }
        case .none: break
        }
    }

    private static let names = ["I", "II", "III", "IV", "V", "VI", "VII"]

    private func plainName(of chord: RomanNumeral) -> String? {
        guard chord.quality == .major || chord.quality == .minor else { return nil }
        let accidental = chord.alteration < 0 ? "b" : chord.alteration > 0 ? "#" : ""
        let name = ProgressionVariation.names[chord.degree]
        return accidental + (chord.quality == .minor ? name.lowercased() : name)
    }

    /// Tonic, subdominant and dominant each have a substitute a third away.
    private func related(to chord: RomanNumeral) -> RomanNumeral? {
        guard chord.alteration == 0, chord.inversion == 0 else { return nil }
        let seventh = chord.hasSeventh
        let text: String? =
            switch (isMinor, chord.degree) {
            case (false, 0): seventh ? "vi7" : "vi"
            case (false, 3): seventh ? "ii7" : "ii"
            case (false, 1): seventh ? "IVmaj7" : "IV"
            case (false, 5): seventh ? "iii7" : "iii"
            case (true, 0): seventh ? "VImaj7" : "VI"
            case (true, 3): seventh ? "iiø7" : "VI"
            case (true, 5): seventh ? "iv7" : "iv"
            case (true, 6): seventh ? "v7" : "v"
            default: nil
            }
        return chord.quality == .power ? nil : text.flatMap { RomanNumeral($0) }
    }

    private func borrowed(for chord: RomanNumeral) -> RomanNumeral? {
        guard chord.alteration == 0, chord.inversion == 0 else { return nil }
        let seventh = chord.hasSeventh
        let text: String? =
            switch (isMinor, chord.degree, chord.quality) {
            case (false, 3, .major): seventh ? "iv7" : "iv"
            case (false, 5, .minor): seventh ? "bVImaj7" : "bVI"
            case (false, 4, .major): "bVII"
            case (true, 3, .minor): seventh ? "IV7" : "IV"
            case (true, 4, .minor): seventh ? "V7" : "V"
            case (true, 6, .major): "bII"
            default: nil
            }
        return text.flatMap { RomanNumeral($0) }
    }
}
