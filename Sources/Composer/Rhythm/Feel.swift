import Music

/// The last pass over a part: swing, the small inexactness of hands, and a tidy list.
struct Feel {
    let swing: Swing
    /// Standard deviation of the timing, in beats.
    let looseness: Beats
    /// Standard deviation of velocity.
    let touch: Double
    /// Where the song ends; no note lasts beyond it.
    let length: Beats
    /// Beats behind the beat, for the whole part and for single keys of a drum kit.
    var late: Beats = 0
    var lateKeys: [Int: Beats] = [:]

    /// Positions and lengths are multiples of this, so that they survive JSON and come close to MIDI ticks.
    static let resolution = 1920.0
    private static let shortest: Beats = 1.0 / 64

    func perform(_ notes: [Score.Note], dice: SeededRandom) -> [Score.Note] {
        var dice = dice
        var played: [Score.Note] = []
        played.reserveCapacity(notes.count)
        // Notes struck together stay together: one hand, one displacement.
        var lastStart = -1.0
        var shift = 0.0
        for note in Feel.sorted(notes) {
            if note.start != lastStart {
                lastStart = note.start
                shift = dice.bell() * looseness
            }
            let velocity = Double(note.velocity) + dice.bell() * touch
            let behind = shift + late + (lateKeys[Int(note.pitch)] ?? 0)
            let start = Feel.rounded(max(0, swung(note.start) + behind))
            let end = min(length, Feel.rounded(swung(note.start + note.length) + behind))
            guard end - start >= Feel.shortest else { continue }
            played.append(
                Score.Note(
                    start: start, length: end - start, pitch: note.pitch, velocity: UInt8(min(127, max(1, velocity.rounded())))))
        }
        return Feel.withoutOverlaps(played)
    }

    /// Stretches the first half of each pair and squeezes the second.
    func swung(_ beat: Beats) -> Beats {
        guard swing.amount != 0.5 else { return beat }
        let pairs = (beat / swing.pair).rounded(.down)
        let position = beat / swing.pair - pairs
        let warped =
            position < 0.5 ? position * 2 * swing.amount : swing.amount + (position - 0.5) * 2 * (1 - swing.amount)
        return (pairs + warped) * swing.pair
    }

    private static func rounded(_ beat: Beats) -> Beats { (beat * resolution).rounded() / resolution }

    private static func sorted(_ notes: [Score.Note]) -> [Score.Note] {
        notes.sorted { ($0.start, $0.pitch, $0.length, $0.velocity) < ($1.start, $1.pitch, $1.length, $1.velocity) }
    }

    /// A key is struck anew only once it is up.
    private static func withoutOverlaps(_ notes: [Score.Note]) -> [Score.Note] {
        var kept: [Score.Note] = []
        kept.reserveCapacity(notes.count)
        var sounding = [Int](repeating: -1, count: 128)
        for note in sorted(notes) {
            let last = sounding[Int(note.pitch)]
            if last >= 0, kept[last].start + kept[last].length > note.start {
                if note.start - kept[last].start < shortest {
                    kept[last].length = max(kept[last].length, note.start + note.length - kept[last].start)
                    kept[last].velocity = max(kept[last].velocity, note.velocity)
                    continue
                }
                kept[last].length = note.start - kept[last].start
            }
            sounding[Int(note.pitch)] = kept.count
            kept.append(note)
        }
        return kept
    }
}
