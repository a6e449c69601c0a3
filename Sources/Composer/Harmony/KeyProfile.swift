import Music

/// How strongly chords point to a key, as listeners hear it.
///
/// Source: Krumhansl, "Cognitive Foundations of Musical Pitch", 1990, table 2.1 (probe-tone profiles).
enum KeyProfile {
    private static let major = centred([6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88])
    private static let minor = centred([6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17])

    /// The correlation with the key's profile less that with the most likely other key: −2…2, above 0 where the key wins.
    static func clarity(of bars: [[Chord]], in key: Key) -> Double {
        let heard = centred(weights(of: bars))
        var own = -2.0
        var other = -2.0
        for tonic in 0..<12 {
            for isMinor in [false, true] {
                let profile = isMinor ? minor : major
                let match = (0..<12).reduce(0.0) { $0 + heard[($1 + tonic) % 12] * profile[$1] }
                if tonic == key.tonic.semitone, isMinor == key.isMinor { own = match } else { other = max(other, match) }
            }
        }
        return own - other
    }

    /// How much each pitch class sounds: roots twice (the bass plays them too), each tone with its twelfth, the third partial.
    private static func weights(of bars: [[Chord]]) -> [Double] {
        var weights = [Double](repeating: 0, count: 12)
        for bar in bars {
            for chord in bar {
                for (index, tone) in chord.pitchClasses.enumerated() {
                    let weight = (index == 0 ? 2 : index < 3 ? 1 : 0.7) / Double(bar.count)
                    weights[tone.semitone] += weight
                    weights[(tone.semitone + 7) % 12] += weight * 0.35
                }
            }
        }
        return weights
    }

    private static func centred(_ values: [Double]) -> [Double] {
        let mean = values.reduce(0, +) / Double(values.count)
        let shifted = values.map { $0 - mean }
        let norm = shifted.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return shifted.map { $0 / max(norm, 1e-9) }
    }
}
