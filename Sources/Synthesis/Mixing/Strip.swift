import Audio
import Music

/// One sampler channel with its way into the mix. A drum part has two: the kick by itself, and the rest of the kit.
struct Strip {
    enum Kind {
        case kick, kit, voice
    }

    let kind: Kind
    let role: Score.Part.Role
    let instrument: Instrument
    let mix: PartMix
    let spans: [NoteSchedule.Span]

    /// General MIDI keys of the bass drums.
    static let kickKeys: Set<UInt8> = [35, 36]

    /// The strips of a part; none for a part without notes.
    static func strips(of part: Score.Part, tempoMap: TempoMap, frameCount: Int, sampleRate: Int) -> [Strip] {
        let spans = NoteSchedule.spans(
            of: part.notes, isDrumKit: part.instrument.isDrumKit, tempoMap: tempoMap, frameCount: frameCount, sampleRate: sampleRate)
        func strip(_ kind: Kind, _ spans: [NoteSchedule.Span]) -> Strip {
            Strip(kind: kind, role: part.role, instrument: part.instrument, mix: part.mix, spans: spans)
        }
        guard part.instrument.isDrumKit, part.role == .drums else { return spans.isEmpty ? [] : [strip(.voice, spans)] }
        let kicks = spans.filter { kickKeys.contains($0.key) }
        let rest = spans.filter { !kickKeys.contains($0.key) }
        return (kicks.isEmpty ? [] : [strip(.kick, kicks)]) + (rest.isEmpty ? [] : [strip(.kit, rest)])
    }

    /// Loudness in LUFS that the busiest stretch of this strip gets before the part's own gain, which places it in the mix.
    var targetLoudness: Double {
        switch (kind, role) {
        // The meter hears lows less than a listener feels them, and the kit is many instruments.
        case (.kick, _): -20
        case (.kit, _), (_, .percussion): -21.5
        case (_, .bass), (_, .drums): -20
        case (_, .lead), (_, .counter), (_, .arpeggio): -20
        case (_, .chords), (_, .pad), (_, .effects): -20.5
        }
    }

    /// Where the stretch of `length` frames with the most playing starts: the one to judge the loudness by.
    func busiestStart(length: Int) -> Int {
        var (best, bestSum, sum, tail) = (0, -1, 0, 0)
        for head in spans.indices {
            sum += weight(spans[head])
            while spans[head].start - spans[tail].start >= length {
                sum -= weight(spans[tail])
                tail += 1
            }
            if sum > bestSum { (best, bestSum) = (spans[tail].start, sum) }
        }
        return best
    }

    private func weight(_ span: NoteSchedule.Span) -> Int {
        Int(span.velocity) * Int(span.velocity) / 16 * min(span.end - span.start, 22_050) / 64
    }
}
