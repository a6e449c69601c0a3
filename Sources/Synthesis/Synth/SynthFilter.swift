import Foundation
import Music

/// The filter of one voice, for both sides at once: state-variable with two poles or a ladder with four.
///
/// Source: Zavalishin, "The Art of VA Filter Design", 2018 (topology-preserving transform; the ladder saturates at its input).
struct SynthFilter {
    private let kind: SynthPatch.Filter.Kind
    /// Damping of the state-variable filter, feedback of the ladder.
    private let damping: Float
    private let feedback: Float
    private var a = SIMD2<Float>()
    private var b = SIMD2<Float>()
    private var c = SIMD2<Float>()
    private var d = SIMD2<Float>()

    init(_ kind: SynthPatch.Filter.Kind, resonance: Double) {
        self.kind = kind
        damping = Float(2 - 1.94 * min(max(resonance, 0), 1))
        feedback = Float(3.9 * min(max(resonance, 0), 1))
    }

    /// tan(π f / sampleRate), f held below 0.45 of the rate.
    static func gain(_ hertz: Double, sampleRate: Double) -> Float {
        let x = Double.pi * min(max(hertz, 20), 0.42 * sampleRate) / sampleRate
        return Float(tan(x))
    }

    /// g: at the block's start; step: its change per frame.
    mutating func process(
        _ left: UnsafeMutablePointer<Float>, _ right: UnsafeMutablePointer<Float>, frames: Int, g start: Float, step: Float
    ) {
        var g = start
        switch kind {
        case .ladder:
            let k = feedback
            // The resonance takes level from the lows; half of that is given back.
            let makeup = 1 + 0.5 * k
            for frame in 0..<frames {
                let G = g / (1 + g)
                let G2 = G * G
                let S = ((a * G2 * G) + (b * G2) + (c * G) + d) / (1 + g)
                var u = (SIMD2(left[frame], right[frame]) * makeup - k * S) / (1 + k * G2 * G2)
                // A cubic soft clip, flat from ±1.5 on.
                u = u.clamped(lowerBound: SIMD2(repeating: -1.5), upperBound: SIMD2(repeating: 1.5))
                u -= u * u * u * 0.148148
                var v = (u - a) * G
                let one = v + a
                a = one + v
                v = (one - b) * G
                let two = v + b
                b = two + v
                v = (two - c) * G
                let three = v + c
                c = three + v
                v = (three - d) * G
                let four = v + d
                d = four + v
                left[frame] = four.x
                right[frame] = four.y
                g += step
            }
        case .low, .band, .high:
            let r = damping
            for frame in 0..<frames {
                let scale = 1 / (1 + g * (g + r))
                let input = SIMD2(left[frame], right[frame])
                let high = (input - (r + g) * a - b) * scale
                let band = high * g + a
                a = high * g + band
                let low = band * g + b
                b = band * g + low
                let output = kind == .low ? low : kind == .band ? band * r : high
                left[frame] = output.x
                right[frame] = output.y
                g += step
            }
        }
    }

    /// Decaying states would end as denormal numbers, which are slow.
    mutating func settle() {
        if (a * a + b * b + c * c + d * d).sum() < 1e-18 { (a, b, c, d) = (.zero, .zero, .zero, .zero) }
    }
}

/// A four-stage envelope that moves in lines of a control block, along exponential curves.
struct SynthEnvelope {
    private let shape: SynthPatch.Envelope
    private let attackStep: Double
    private let decayRate: Double
    private let releaseRate: Double
    private var stage = Stage.idle
    private(set) var level = 0.0

    private enum Stage {
        case idle, attack, decay, release
    }

    /// seconds: of one control block.
    init(_ shape: SynthPatch.Envelope, seconds: Double) {
        self.shape = shape
        attackStep = seconds / max(shape.attack, seconds)
        // The named times are those in which it falls by 40 dB.
        decayRate = 1 - exp(-4.6 * seconds / max(shape.decay, seconds))
        releaseRate = 1 - exp(-4.6 * seconds / max(shape.release, seconds))
    }

    var isIdle: Bool { stage == .idle }
    var isReleased: Bool { stage == .release || stage == .idle }

    mutating func start() { stage = .attack }
    mutating func release() { if stage != .idle { stage = .release } }

    /// The level at the end of the next control block.
    mutating func next() -> Double {
        switch stage {
        case .idle: level = 0
        case .attack:
            level += attackStep
            if level >= 1 {
                level = 1
                stage = .decay
            }
        case .decay: level += (shape.sustain - level) * decayRate
        case .release:
            level -= level * releaseRate
            if level < 1e-4 {
                level = 0
                stage = .idle
            }
        }
        return level
    }
}
