import Audio
import Foundation
import Music

/// The hand on the fader and the treble of the whole mix: fuller sections are a little louder and brighter than the band alone makes them.
///
/// Linear, so that the stems' sum stays the mix.
struct SectionShape {
    /// Decibels of level and of treble between the emptiest and the fullest section.
    private static let level = (low: -2.5, high: 0.0)
    private static let treble = (low: -2.5, high: 3.0)
    /// Where the treble begins, in hertz.
    private static let corner = 2200.0
    /// Seconds that a change takes.
    private static let ramp = 0.25
    private static let step = 64

    private let starts: [Int]
    private let levels: [Double]
    private let trebles: [Double]
    private let rampFrames: Double
    private let coefficient: Float
    private var low = SIMD2<Float>()

    init(_ score: Score, sampleRate: Int) {
        let energies = score.sections.map { min(1, max(0, $0.energy)) }
        let (floor, top) = (energies.min() ?? 0, energies.max() ?? 0)
        // Songs of one energy are left alone; a small difference is not blown up.
        let span = max(0.3, top - floor)
        starts = score.sections.map { max(0, Int(score.tempoMap.seconds(at: $0.start) * Double(sampleRate))) }
        let shares = energies.map { 1 - (top - $0) / span }
        levels = shares.map { SectionShape.level.low + (SectionShape.level.high - SectionShape.level.low) * max(0, $0) }
        trebles = shares.map { SectionShape.treble.low + (SectionShape.treble.high - SectionShape.treble.low) * max(0, $0) }
        rampFrames = SectionShape.ramp * Double(sampleRate)
        coefficient = Float(1 - exp(-2 * Double.pi * SectionShape.corner / Double(sampleRate)))
    }

    /// The value at a frame, moving in a line for a moment around each section's start.
    private func value(_ values: [Double], at frame: Int) -> Double {
        guard let index = starts.lastIndex(where: { $0 <= frame }) else { return values.first ?? 0 }
        guard index > 0 else { return values[index] }
        let share = min(1, Double(frame - starts[index]) / rampFrames)
        return values[index - 1] + (values[index] - values[index - 1]) * share
    }

    mutating func process(_ buffer: StereoBuffer, start: Int, frames: Int) {
        guard !levels.isEmpty else { return }
        var level = Float(Units.gain(decibels: value(levels, at: start)))
        var treble = Float(Units.gain(decibels: value(trebles, at: start)) - 1)
        for offset in stride(from: 0, to: frames, by: SectionShape.step) {
            let end = min(frames, offset + SectionShape.step)
            let count = Float(end - offset)
            let levelStep = (Float(Units.gain(decibels: value(levels, at: start + end))) - level) / count
            let trebleStep = (Float(Units.gain(decibels: value(trebles, at: start + end)) - 1) - treble) / count
            for frame in offset..<end {
                let sample = SIMD2(buffer.left[frame], buffer.right[frame])
                low += coefficient * (sample - low) + 1e-20
                let output = (sample + (sample - low) * treble) * level
                buffer.left[frame] = output.x
                buffer.right[frame] = output.y
                level += levelStep
                treble += trebleStep
            }
        }
    }
}
