import Foundation

/// A stereo chorus: two slowly swept copies per side, a quarter turn apart, so that the sides differ. Wet signal only.
struct Chorus {
    private static let length = 2048
    private var delay: [Float]
    private var position = 0
    private var phases: [Double] = [0, 0.25, 0.5, 0.75]
    private let rates: [Double]
    private let base: Double
    private let depth: Double

    init(sampleRate: Double) {
        delay = [Float](repeating: 0, count: 2 * Chorus.length)
        rates = [0.61, 0.61, 0.87, 0.87].map { $0 / sampleRate }
        base = 0.0125 * sampleRate
        depth = 0.0035 * sampleRate
    }

    /// Moves the sweep on through silence, so that it does not matter which other parts sounded before.
    mutating func skip(frames: Int) {
        for done in stride(from: 0, to: frames, by: 32) { advance(min(32, frames - done)) }
    }

    private mutating func advance(_ count: Int) {
        for voice in 0..<4 {
            phases[voice] += rates[voice] * Double(count)
            phases[voice] -= phases[voice].rounded(.down)
        }
    }

    /// Reads `input` and adds to `output`.
    mutating func process(_ input: StereoBuffer, into output: StereoBuffer, frames: Int) {
        let mask = Chorus.length - 1
        var done = 0
        while done < frames {
            let count = min(32, frames - done)
            let offsets = phases.map { base + depth * sin(2 * Double.pi * $0) }
            advance(count)
            let steps = (0..<4).map { (base + depth * sin(2 * Double.pi * phases[$0]) - offsets[$0]) / Double(count) }
            delay.withUnsafeMutableBufferPointer { line in
                for frame in done..<(done + count) {
                    line[position] = input.left[frame]
                    line[position + Chorus.length] = input.right[frame]
                    var sums = SIMD2<Float>()
                    for voice in 0..<4 {
                        let side = voice & 1
                        let offset = offsets[voice] + steps[voice] * Double(frame - done)
                        let whole = Int(offset)
                        let fraction = Float(offset - Double(whole))
                        let near = line[side * Chorus.length + ((position - whole) & mask)]
                        let far = line[side * Chorus.length + ((position - whole - 1) & mask)]
                        sums[side] += near + (far - near) * fraction
                    }
                    output.left[frame] += sums.x * 0.7
                    output.right[frame] += sums.y * 0.7
                    position = (position + 1) & mask
                }
            }
            done += count
        }
    }
}
