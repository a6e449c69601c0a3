import Audio
import Foundation
import Music

/// A share of the strips with sound sources of its own, so that two cores can play one song.
final class Lane {
    let buses: [Bus]
    private let outputs: [StereoBuffer]
    private let busOfStrip: [Int]
    private var sources: Sources
    private var strips: [ChannelStrip]

    /// Length of the stretch that each strip's loudness is judged by, in frames; a multiple of the sampler's grid.
    private static let trialFrames = 44_100 * 8 / Mixer.blockFrames * Mixer.blockFrames

    /// strips: with the index of the bus each plays into. Throws `soundfont_unreadable`, `synthesizer_unavailable`.
    init(_ strips: [(strip: Strip, bus: Int)], busCount: Int, soundFont: URL, hasBass: Bool, tempo: Double, sampleRate: Int) throws {
        let all = strips.map(\.strip)
        let sampled = all.filter { !$0.instrument.isSynthetic }
        let sampler =
            sampled.isEmpty ? nil : try Sampler(soundFont: soundFont, instruments: sampled.map(\.instrument), sampleRate: sampleRate)
        outputs = strips.map { _ in StereoBuffer(capacity: Mixer.blockFrames) }
        buses = (0..<busCount).map { _ in Bus() }
        busOfStrip = strips.map(\.bus)
        let gains = try Lane.naturalGains(of: all, sampler: sampler, outputs: outputs, tempo: tempo, sampleRate: sampleRate)
        self.strips = zip(strips, gains).map { entry, gain in
            ChannelStrip(entry.strip, gain: gain, hasBass: hasBass, tempo: tempo, sampleRate: Double(sampleRate))
        }
        sources = Sources(all, spans: all.map(\.spans), sampler: sampler, outputs: outputs, tempo: tempo, sampleRate: Double(sampleRate))
    }

    /// What brings each strip to its target: the presets of a SoundFont differ by 20 dB and more, and so does how densely they are played.
    ///
    /// All strips play their busiest stretch at the same time, once, before the song.
    private static func naturalGains(
        of strips: [Strip], sampler: Sampler?, outputs: [StereoBuffer], tempo: Double, sampleRate: Int
    ) throws -> [Double] {
        let stretches = strips.map { strip in
            let start = strip.busiestStart(length: trialFrames)
            return strip.spans.filter { $0.start >= start && $0.start < start + trialFrames }.map { span in
                var span = span
                span.start -= start
                span.end -= start
                return span
            }
        }
        var trial = Sources(strips, spans: stretches, sampler: sampler, outputs: outputs, tempo: tempo, sampleRate: Double(sampleRate))
        let meters = try strips.map { _ in try LoudnessMeter(channelCount: 2, sampleRate: sampleRate, measures: .integrated) }
        var interleaved = [Float](repeating: 0, count: 2 * Mixer.blockFrames)
        for start in stride(from: 0, to: trialFrames, by: Mixer.blockFrames) {
            for output in outputs { output.clear(Mixer.blockFrames) }
            trial.render(start: start, frames: Mixer.blockFrames)
            for (output, meter) in zip(outputs, meters) {
                try interleaved.withUnsafeMutableBufferPointer { samples in
                    guard let base = samples.baseAddress else { return }
                    for frame in 0..<Mixer.blockFrames {
                        base[2 * frame] = output.left[frame]
                        base[2 * frame + 1] = output.right[frame]
                    }
                    try meter.add(base, frames: Mixer.blockFrames)
                }
            }
        }
        sampler?.silence()
        return zip(strips, meters).map { strip, meter in
            let measured = meter.loudness.integrated
            guard measured.isFinite else { return 1 }
            return Units.gain(decibels: min(max(strip.targetLoudness - measured, -40), 40))
        }
    }

    /// Plays one block into the lane's buses. duck: see `ChannelStrip.process`.
    func render(start: Int, frames: Int, duck: UnsafePointer<Float>) {
        for output in outputs { output.clear(frames) }
        for bus in buses { bus.clear(frames) }
        sources.render(start: start, frames: frames)
        for index in strips.indices {
            strips[index].process(outputs[index], into: buses[busOfStrip[index]], duck: duck, start: start, frames: frames)
        }
    }
}

/// What makes the sound of some strips: one sampler for all that are sampled, a synthesiser for each of the others.
struct Sources {
    private let sampler: Sampler?
    private var schedule: NoteSchedule
    private let sampled: [StereoBuffer]
    private var synths: [(player: SynthPlayer, output: StereoBuffer)] = []
    private var drums: [(player: DrumPlayer, output: StereoBuffer)] = []

    /// spans, outputs: one per strip. sampler: with a channel for each strip that is sampled, in order.
    init(
        _ strips: [Strip], spans: [[NoteSchedule.Span]], sampler: Sampler?, outputs: [StereoBuffer], tempo: Double, sampleRate: Double
    ) {
        self.sampler = sampler
        var channels: [[NoteSchedule.Span]] = []
        var sampled: [StereoBuffer] = []
        for (index, strip) in strips.enumerated() {
            if let patch = strip.instrument.patch {
                synths.append((SynthPlayer(patch, spans: spans[index], tempo: tempo, sampleRate: sampleRate), outputs[index]))
            } else if let kit = strip.instrument.kit {
                drums.append((DrumPlayer(kit, spans: spans[index], tonic: strip.tonic, sampleRate: sampleRate), outputs[index]))
            } else {
                channels.append(spans[index])
                sampled.append(outputs[index])
            }
        }
        schedule = NoteSchedule(channels)
        self.sampled = sampled
    }

    /// Adds one block to the outputs, which are zeroed before.
    mutating func render(start: Int, frames: Int) {
        if let sampler { schedule.render(sampler, into: sampled, start: start, frames: frames) }
        for index in synths.indices { synths[index].player.render(into: synths[index].output, start: start, frames: frames) }
        for index in drums.indices { drums[index].player.render(into: drums[index].output, start: start, frames: frames) }
    }
}
