import Audio
import Foundation
import Music

/// One sound source with its way into the mix. A drum part has two: the kick by itself, and the rest of the kit; a synthetic kit may have
/// a sampled one beneath it.
struct Strip {
    enum Kind {
        case kick, kit, voice
    }

    let kind: Kind
    let role: Score.Part.Role
    let instrument: Instrument
    let mix: PartMix
    let spans: [NoteSchedule.Span]
    var automation: [AutomationCurve] = []
    /// The song's tonic, for drums that are tuned.
    var tonic: PitchClass?
    /// Decibels by which a layer lies below the strip it belongs to.
    var layerDecibels = 0.0

    /// General MIDI keys of the bass drums.
    static let kickKeys: Set<UInt8> = [35, 36]

    /// The strips of a part; none for a part without notes.
    static func strips(of part: Score.Part, tonic: PitchClass?, tempoMap: TempoMap, frameCount: Int, sampleRate: Int) -> [Strip] {
        let spans = NoteSchedule.spans(
            of: part.notes, isDrumKit: part.instrument.isDrumKit, tempoMap: tempoMap, frameCount: frameCount, sampleRate: sampleRate)
        let curves = (part.automation ?? []).compactMap { AutomationCurve($0, tempoMap: tempoMap, sampleRate: sampleRate) }
        func strip(_ kind: Kind, _ spans: [NoteSchedule.Span], _ instrument: Instrument, layer: Double = 0) -> Strip {
            Strip(
                kind: kind, role: part.role, instrument: instrument, mix: part.mix, spans: spans, automation: curves, tonic: tonic,
                layerDecibels: layer)
        }
        guard part.instrument.isDrumKit, part.role == .drums else { return spans.isEmpty ? [] : [strip(.voice, spans, part.instrument)] }
        let kicks = spans.filter { kickKeys.contains($0.key) }
        let rest = spans.filter { !kickKeys.contains($0.key) }
        var strips =
            (kicks.isEmpty ? [] : [strip(.kick, kicks, part.instrument)]) + (rest.isEmpty ? [] : [strip(.kit, rest, part.instrument)])
        let share = min(1, max(0, part.mix.sampledKit))
        if part.instrument.kit != nil, share > 0.02, !rest.isEmpty {
            var sampled = part.instrument
            sampled.kit = nil
            strips.append(strip(.kit, rest, sampled, layer: 20 * log10(share)))
        }
        return strips
    }

    /// Loudness in LUFS that the busiest stretch of this strip gets before the part's own gain, which places it in the mix.
    var targetLoudness: Double {
        let usual =
            switch (kind, role) {
            // The meter hears lows less than a listener feels them, and the kit is many instruments.
            case (.kick, _): -20.0
            case (.kit, _), (_, .percussion): -21.5
            case (_, .bass), (_, .drums): -20.0
            case (_, .lead), (_, .counter), (_, .arpeggio): -20.0
            case (_, .chords), (_, .pad), (_, .effects): -20.5
            }
        return usual + layerDecibels
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

    /// About how long it takes to play, in the unit of the sampler's frames: synthetic drums are read from memory.
    var cost: Int {
        let frames = spans.reduce(0) { $0 + $1.end - $1.start + 11_025 }
        if instrument.kit != nil { return frames / 20 }
        guard let patch = instrument.patch else { return frames }
        let oscillators = patch.oscillators.reduce(0) { $0 + $1.unison }
        return frames * (2 + oscillators) / 6
    }
}
