import Foundation
import Music

/// What a song is recorded on: tape, vinyl or an old sampler, the tilt of its spectrum, and how wide it is.
///
/// Part of the master, since saturation of a sum is not the sum of saturations. Works block by block on interleaved stereo.
struct Character {
    private let mix: SongMix
    private let sampleRate: Double
    private var filters: [Biquad]
    private var tape: Saturator?
    private var wow: Wow?
    private var crusher: Crusher?
    private var dust: Dust?
    private var sideFilter: Biquad
    private let buffer: StereoBuffer
    private let side: StereoBuffer

    /// Below this, everything is mono.
    private static let monoHertz = 110.0

    init(_ mix: SongMix, frameCount: Int, loudness: Double, sampleRate: Double) {
        self.mix = mix
        self.sampleRate = sampleRate
        var filters: [Biquad] = []
        if abs(mix.tilt) > 0.05 {
            let tilt = min(4, max(-4, mix.tilt))
            filters.append(.lowShelf(420, decibels: -tilt / 2, sampleRate: sampleRate))
            filters.append(.highShelf(2200, decibels: tilt / 2, sampleRate: sampleRate))
        }
        if mix.tape > 0 {
            filters.append(.peak(75, decibels: 1.8 * mix.tape, q: 0.8, sampleRate: sampleRate))
            filters.append(.lowPass(19_000 - 9_000 * mix.tape, q: 0.6, sampleRate: sampleRate))
            // Driven by how loud this song is: the knee lies where its peaks are.
            tape = Saturator(amount: 0.08 + 0.25 * mix.tape, reference: Float(pow(10, (loudness + 4) / 20)))
            wow = Wow(depth: mix.tape, sampleRate: sampleRate)
        }
        if mix.loFi > 0 {
            filters.append(.lowPass(15_000 - 9_500 * mix.loFi, sampleRate: sampleRate))
            crusher = Crusher(amount: mix.loFi, peak: pow(10, (loudness + 14) / 20), sampleRate: sampleRate)
        }
        if mix.vinyl > 0 {
            filters.append(.highPass(30 + 50 * mix.vinyl, sampleRate: sampleRate))
            filters.append(.lowPass(17_000 - 8_000 * mix.vinyl, sampleRate: sampleRate))
            dust = Dust(amount: mix.vinyl, loudness: loudness, frameCount: frameCount, sampleRate: sampleRate)
        }
        self.filters = filters
        sideFilter = .highPass(Character.monoHertz, sampleRate: sampleRate)
        buffer = StereoBuffer(capacity: Mixer.blockFrames)
        side = StereoBuffer(capacity: Mixer.blockFrames)
    }

    /// frames: at most `Mixer.blockFrames`.
    mutating func process(_ samples: UnsafeMutablePointer<Float>, frames: Int) {
        for frame in 0..<frames {
            buffer.left[frame] = samples[2 * frame]
            buffer.right[frame] = samples[2 * frame + 1]
        }
        spread(frames)
        wow?.process(buffer, frames: frames)
        tape?.process(buffer, frames: frames)
        crusher?.process(buffer, frames: frames)
        for index in filters.indices { filters[index].process(buffer, frames: frames) }
        dust?.add(to: buffer, frames: frames)
        for frame in 0..<frames {
            samples[2 * frame] = buffer.left[frame]
            samples[2 * frame + 1] = buffer.right[frame]
        }
    }

    /// Scales what the sides differ in, and takes it out of the lows.
    private mutating func spread(_ frames: Int) {
        let width = Float(min(1.5, max(0, mix.width)))
        for frame in 0..<frames { side.left[frame] = 0.5 * (buffer.left[frame] - buffer.right[frame]) * width }
        for frame in 0..<frames { side.right[frame] = side.left[frame] }
        sideFilter.process(side, frames: frames)
        for frame in 0..<frames {
            let middle = 0.5 * (buffer.left[frame] + buffer.right[frame])
            buffer.left[frame] = middle + side.left[frame]
            buffer.right[frame] = middle - side.left[frame]
        }
    }
}

/// The pitch of a tape that does not run quite evenly: a slow wave and a faster one.
private struct Wow {
    private static let length = 1024
    private var left = [Float](repeating: 0, count: length)
    private var right = [Float](repeating: 0, count: length)
    private var position = 0
    private var phase = (0.0, 0.0)
    private let depth: (Double, Double)
    private let rate: (Double, Double)
    private let base: Double
    private var last: Double?

    init(depth: Double, sampleRate: Double) {
        // 0.3 % at the most, as IEC 60386 weighs it in a worn machine.
        self.depth = (0.0006 * depth * sampleRate, 0.00004 * depth * sampleRate)
        rate = (0.55 / sampleRate, 6.3 / sampleRate)
        base = 0.001 * sampleRate + self.depth.0 + self.depth.1
    }

    mutating func process(_ buffer: StereoBuffer, frames: Int) {
        let mask = Wow.length - 1
        for start in stride(from: 0, to: frames, by: 64) {
            let count = min(64, frames - start)
            phase.0 += rate.0 * Double(count)
            phase.1 += rate.1 * Double(count)
            let target = base + depth.0 * sin(2 * Double.pi * phase.0) + depth.1 * sin(2 * Double.pi * phase.1)
            var offset = last ?? target
            let step = (target - offset) / Double(count)
            for frame in start..<(start + count) {
                left[position] = buffer.left[frame]
                right[position] = buffer.right[frame]
                offset += step
                let whole = Int(offset)
                let fraction = Float(offset - Double(whole))
                let (near, far) = ((position - whole) & mask, (position - whole - 1) & mask)
                buffer.left[frame] = left[near] + (left[far] - left[near]) * fraction
                buffer.right[frame] = right[near] + (right[far] - right[near]) * fraction
                position = (position + 1) & mask
            }
            last = target
        }
    }
}

/// Fewer samples and fewer bits, as in samplers of the eighties.
private struct Crusher {
    private let step: Float
    private let quantum: Float
    private var phase: Float = 1
    private var held = SIMD2<Float>()

    init(amount: Double, peak: Double, sampleRate: Double) {
        step = Float((sampleRate - 20_000 * amount) / sampleRate)
        // 12 bits below the peak at the most.
        quantum = Float(peak / pow(2, 14 - 3 * amount))
    }

    mutating func process(_ buffer: StereoBuffer, frames: Int) {
        for frame in 0..<frames {
            phase += step
            if phase >= 1 {
                phase -= 1
                let sample = SIMD2(buffer.left[frame], buffer.right[frame]) / quantum
                held = sample.rounded(.toNearestOrAwayFromZero) * quantum
            }
            buffer.left[frame] = held.x
            buffer.right[frame] = held.y
        }
    }
}

/// Crackle and hiss of a record, from the same grooves every time.
private struct Dust {
    private var state: UInt32 = 0x9e37_79b9
    private let crackle: Float
    private let hiss: Float
    private let density: UInt32
    private var pulse: Float = 0
    private var pulsePan: Float = 0
    private var low: Float = 0
    private var position = 0
    private let frameCount: Int
    private let fade: Int

    init(amount: Double, loudness: Double, frameCount: Int, sampleRate: Double) {
        let reference = pow(10, loudness / 20)
        crackle = Float(reference * 0.5 * amount)
        hiss = Float(reference * 0.006 * amount)
        // About six to twenty crackles a second.
        density = UInt32((6 + 14 * amount) / sampleRate * 4_294_967_295)
        self.frameCount = frameCount
        fade = Int(1.2 * sampleRate)
    }

    private mutating func draw() -> UInt32 {
        state ^= state << 13
        state ^= state >> 17
        state ^= state << 5
        return state
    }

    mutating func add(to buffer: StereoBuffer, frames: Int) {
        for frame in 0..<frames {
            let edge = min(position, frameCount - position)
            let level = edge >= fade ? 1 : max(0, Float(edge) / Float(fade))
            if draw() < density {
                let size = Float(draw() >> 8) / 16_777_216
                pulse += (size * size * size * 2 - 0.1) * crackle
                pulsePan = Float(draw() >> 8) / 16_777_216 - 0.5
            }
            let white = Float(Int32(bitPattern: draw())) / 2_147_483_648
            low += 0.3 * (white * hiss - low)
            let value = (pulse + low) * level
            buffer.left[frame] += value * (1 - pulsePan * 0.6)
            buffer.right[frame] += value * (1 + pulsePan * 0.6)
            pulse *= -0.72
            position += 1
        }
    }
}
