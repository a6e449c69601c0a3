import Audio
import Foundation
import Music

/// A share of the parts with a sampler of its own, so that two cores can play one song.
final class Lane {
    let buses: [Bus]
    private let sampler: Sampler
    private let outputs: [StereoBuffer]
    private let busOfStrip: [Int]
    private var schedule: NoteSchedule
    private var strips: [ChannelStrip]

    /// Length of the stretch that each strip's loudness is judged by, in frames; a multiple of the sampler's grid.
    private static let trialFrames = 44_100 * 8 / Mixer.blockFrames * Mixer.blockFrames

    /// strips: with the index of the bus each plays into. Throws `soundfont_unreadable`, `synthesizer_unavailable`.
    init(_ strips: [(strip: Strip, bus: Int)], busCount: Int, soundFont: URL, hasBass: Bool, sampleRate: Int) throws {
        sampler = try Sampler(soundFont: soundFont, instruments: strips.map(\.strip.instrument), sampleRate: sampleRate)
        outputs = strips.map { _ in StereoBuffer(capacity: Mixer.blockFrames) }
        buses = (0..<busCount).map { _ in Bus() }
        busOfStrip = strips.map(\.bus)
        let gains = try Lane.naturalGains(of: strips.map(\.strip), sampler: sampler, outputs: outputs, sampleRate: sampleRate)
        self.strips = zip(strips, gains).map { entry, gain in
            ChannelStrip(entry.strip, gain: gain, hasBass: hasBass, sampleRate: Double(sampleRate))
        }
        schedule = NoteSchedule(strips.map(\.strip.spans))
    }

    /// What brings each strip to its target: the presets of a SoundFont differ by 20 dB and more, and so does how densely they are played.
    ///
    /// All strips play their busiest stretch at the same time, once, before the song.
    private static func naturalGains(
        of strips: [Strip], sampler: Sampler, outputs: [StereoBuffer], sampleRate: Int
    ) throws -> [Double] {
        var trial = NoteSchedule(
            strips.map { strip in
                let start = strip.busiestStart(length: trialFrames)
                return strip.spans.filter { $0.start >= start && $0.start < start + trialFrames }.map { span in
                    var span = span
                    span.start -= start
                    span.end -= start
                    return span
                }
            })
        let meters = try strips.map { _ in try LoudnessMeter(channelCount: 2, sampleRate: sampleRate, measures: .integrated) }
        var interleaved = [Float](repeating: 0, count: 2 * Mixer.blockFrames)
        for start in stride(from: 0, to: trialFrames, by: Mixer.blockFrames) {
            for output in outputs { output.clear(Mixer.blockFrames) }
            trial.render(sampler, into: outputs, start: start, frames: Mixer.blockFrames)
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
        sampler.silence()
        return zip(strips, meters).map { strip, meter in
            let measured = meter.loudness.integrated
            guard measured.isFinite else { return 1 }
            return Units.gain(decibels: min(max(strip.targetLoudness - measured, -30), 30))
        }
    }

    /// Plays one block into the lane's buses. duck: see `ChannelStrip.process`.
    func render(start: Int, frames: Int, duck: UnsafePointer<Float>) {
        for output in outputs { output.clear(frames) }
        for bus in buses { bus.clear(frames) }
        schedule.render(sampler, into: outputs, start: start, frames: frames)
        for index in strips.indices {
            strips[index].process(outputs[index], into: buses[busOfStrip[index]], duck: duck, frames: frames)
        }
    }
}
