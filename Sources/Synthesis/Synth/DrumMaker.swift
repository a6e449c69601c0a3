import Foundation
import Music

/// Makes the sound of one stroke of a synthetic drum.
///
/// Sources: Roland TR-808 and TR-909 service notes (bridged-T oscillators with a falling pitch, noise through envelopes, six square waves for
/// metal); Reid, "Synth Secrets" 31–40, Sound on Sound, 2001–2002.
struct DrumMaker {
    let sampleRate: Double
    /// The frequencies of metal, relative to the lowest.
    private static let metal = [1.0, 1.342, 1.5, 1.79, 2.11, 2.63]

    /// Low drums are tuned to the song: to the tonic or the fifth that is nearest. Nil leaves them as they are.
    var tonic: PitchClass?

    /// Above this, a drum is heard as a colour and not as a pitch.
    private static let highestTuned = 400.0

    /// The factor that brings a frequency to the nearest tonic or fifth.
    private func tuning(of hertz: Double) -> Double {
        guard let tonic, hertz < DrumMaker.highestTuned else { return 1 }
        let note = 69 + 12 * log2(hertz / 440)
        let shifts = [tonic, tonic + 7].map { tone -> Double in
            let distance = (Double(tone.semitone) - note).truncatingRemainder(dividingBy: 12)
            return distance > 6 ? distance - 12 : distance < -6 ? distance + 12 : distance
        }
        let nearest = shifts.min { abs($0) < abs($1) } ?? 0
        return exp2(nearest / 12)
    }

    /// Mono, struck with full force, peak 1.
    func sound(of drum: SynthKit.Drum) -> [Float] {
        let seconds = min(4, (drum.layers.map { $0.decay + Double($0.bursts) * $0.gap }.max() ?? 0.1) * 1.1)
        var sum = [Float](repeating: 0, count: max(64, Int(seconds * sampleRate)))
        for (index, layer) in drum.layers.enumerated() {
            switch layer.kind {
            case .tone: tone(layer, into: &sum)
            case .noise: noise(layer, seed: UInt32(drum.key) &* 2_654_435_761 &+ UInt32(index) &* 97 | 1, into: &sum)
            case .metal: metal(layer, into: &sum)
            }
        }
        if drum.drive > 0 {
            let drive = Float(1 + 8 * drum.drive)
            for index in sum.indices { sum[index] = Float(tanh(Double(sum[index] * drive))) }
        }
        // Whatever is left at the end falls to nothing over its last hundredth of a second.
        let fade = min(sum.count, Int(0.01 * sampleRate))
        for index in 0..<fade { sum[sum.count - 1 - index] *= Float(index) / Float(fade) }
        let peak = sum.reduce(Float(1e-6)) { max($0, abs($1)) }
        return sum.map { $0 / peak }
    }

    /// Falls by 60 dB within `decay`.
    private func rate(_ decay: Double) -> Double { exp(-6.908 / (decay * sampleRate)) }

    private func tone(_ layer: SynthKit.Layer, into sum: inout [Float]) {
        let fall = rate(layer.decay)
        let bend = exp(-4.6 / (layer.sweep * sampleRate))
        let pitch = layer.pitch * tuning(of: layer.pitch)
        var (level, shift, phase) = (layer.level, layer.start - layer.pitch, 0.0)
        // A millisecond of attack, so that a sine does not click where it starts.
        let attack = 0.0007 * sampleRate
        for index in sum.indices {
            let rise = min(1, Double(index) / attack)
            sum[index] += Float(sin(2 * Double.pi * phase) * level * rise)
            phase += (pitch + shift) / sampleRate
            phase -= phase.rounded(.down)
            level *= fall
            shift *= bend
        }
    }

    private func noise(_ layer: SynthKit.Layer, seed: UInt32, into sum: inout [Float]) {
        var state = seed
        var high = Biquad.highPass(layer.pitch, sampleRate: sampleRate)
        var low = Biquad.lowPass(min(layer.start, 0.45 * sampleRate), sampleRate: sampleRate)
        let fall = rate(layer.decay)
        let short = rate(0.02)
        let gap = max(1, Int(layer.gap * sampleRate))
        var level = layer.level
        // A band of noise is weaker than a tone; narrow bands more so.
        let makeup = 1.6 * (20_000 / max(500, layer.start - layer.pitch)).squareRoot()
        for index in sum.indices {
            let burst = index / gap
            if index % gap == 0, burst <= layer.bursts { level = layer.level }
            state ^= state << 13
            state ^= state >> 17
            state ^= state << 5
            let white = Float(Int32(bitPattern: state)) / 2_147_483_648
            sum[index] += low.process(high.process(white)) * Float(level * makeup)
            level *= burst < layer.bursts ? short : fall
        }
    }

    private func metal(_ layer: SynthKit.Layer, into sum: inout [Float]) {
        let fall = rate(layer.decay)
        var level = layer.level
        let base = min(layer.pitch, 5000) / 8
        let steps = DrumMaker.metal.map { UInt32(base * $0 / sampleRate * 4_294_967_296) }
        var phases = steps.map { $0 &* 977 }
        // Below, bells; above, cymbals: the corner leaves the upper partials.
        var high = Biquad.highPass(min(layer.pitch, 0.4 * sampleRate), sampleRate: sampleRate)
        var higher = Biquad.highPass(min(layer.pitch * 0.8, 0.4 * sampleRate), sampleRate: sampleRate)
        for index in sum.indices {
            var value: Float = 0
            for partial in phases.indices {
                value += phases[partial] < 2_147_483_648 ? 1 : -1
                phases[partial] &+= steps[partial]
            }
            sum[index] += higher.process(high.process(value)) * Float(level * 0.5)
            level *= fall
        }
    }
}
