import Foundation

/// A room: early diffusion, then eight delay lines that feed each other through a Hadamard matrix. Wet signal only.
///
/// Sources: Jot and Chaigne, "Digital delay networks for designing artificial reverberators", 1991; Schroeder, 1962 (all-pass diffusion).
struct Reverb {
    private static let lengths = [1499, 1693, 1949, 2203, 2477, 2729, 3061, 3307]
    private static let diffusers = [(149, 211), (227, 307), (389, 421), (557, 509)]

    private var lines: [Float]
    private var starts: [Int] = []
    private var positions: [Int]
    private let gains: SIMD8<Float>
    private var damped = SIMD8<Float>()
    private let damping: Float
    private var allPasses: [AllPass]
    private var predelay: PreDelay
    private var lowCut: Biquad
    private let wet: StereoBuffer

    /// seconds: time to fall by 60 dB, 0.2…8. brightness: 0…1, how slowly the highs die. blockFrames: the largest block.
    init(seconds: Double, brightness: Double, sampleRate: Double, blockFrames: Int) {
        let scale = sampleRate / 44_100
        let lengths = Reverb.lengths.map { Int(Double($0) * scale) }
        var total = 0
        for length in lengths {
            starts.append(total)
            total += length
        }
        starts.append(total)
        lines = [Float](repeating: 0, count: total)
        positions = Array(starts.dropLast())
        var gains = SIMD8<Float>()
        for index in 0..<8 {
            gains[index] = Float(pow(10, -3 * Double(lengths[index]) / (min(max(seconds, 0.2), 8) * sampleRate)))
        }
        self.gains = gains
        damping = Float(0.25 + 0.5 * min(max(brightness, 0), 1))
        allPasses = Reverb.diffusers.map { AllPass(Int(Double($0.0) * scale), Int(Double($0.1) * scale)) }
        predelay = PreDelay(frames: Int(0.018 * sampleRate))
        lowCut = .highPass(190, sampleRate: sampleRate)
        wet = StereoBuffer(capacity: blockFrames)
    }

    /// Reads `input` and adds to `output`.
    mutating func process(_ input: StereoBuffer, into output: StereoBuffer, frames: Int) {
        predelay.process(input, into: wet, frames: frames)
        lowCut.process(wet, frames: frames)
        for index in allPasses.indices { allPasses[index].process(wet, frames: frames) }
        let (gains, damping, wet) = (gains, damping, wet)
        var damped = damped
        lines.withUnsafeMutableBufferPointer { lines in
            positions.withUnsafeMutableBufferPointer { positions in
                starts.withUnsafeBufferPointer { starts in
                    for frame in 0..<frames {
                        var taps = SIMD8<Float>()
                        for line in 0..<8 { taps[line] = lines[positions[line]] }
                        damped += damping * (taps - damped)
                        let (left, right) = (wet.left[frame], wet.right[frame])
                        let out = taps * SIMD8(1, 1, -1, 1, 1, -1, 1, 1)
                        output.left[frame] += 0.5 * out.evenHalf.sum()
                        output.right[frame] += 0.5 * out.oddHalf.sum()
                        let turned = Reverb.hadamard(damped * gains)
                        let back = turned + 0.5 * SIMD8(left, right, left, -right, -left, right, left, right) + 1e-18
                        for line in 0..<8 {
                            lines[positions[line]] = back[line]
                            let next = positions[line] + 1
                            positions[line] = next == starts[line + 1] ? starts[line] : next
                        }
                    }
                }
            }
        }
        self.damped = damped
    }

    /// The orthonormal 8×8 Hadamard matrix, in three butterfly steps.
    @inline(__always)
    private static func hadamard(_ x: SIMD8<Float>) -> SIMD8<Float> {
        let (low, high) = (x.lowHalf, x.highHalf)
        let (sum, difference) = (low + high, low - high)
        func four(_ y: SIMD4<Float>) -> SIMD4<Float> {
            let (a, b) = (y.lowHalf + y.highHalf, y.lowHalf - y.highHalf)
            return SIMD4(a.x + a.y, a.x - a.y, b.x + b.y, b.x - b.y)
        }
        return SIMD8(lowHalf: four(sum), highHalf: four(difference)) * 0.353_553_39
    }

    private struct PreDelay {
        private var line: [Float]
        private var position = 0

        init(frames: Int) {
            line = [Float](repeating: 0, count: 2 * max(1, frames))
        }

        mutating func process(_ input: StereoBuffer, into output: StereoBuffer, frames: Int) {
            let count = line.count
            line.withUnsafeMutableBufferPointer { line in
                for frame in 0..<frames {
                    let (left, right) = (input.left[frame], input.right[frame])
                    output.left[frame] = line[position]
                    output.right[frame] = line[position + 1]
                    line[position] = left
                    line[position + 1] = right
                    position += 2
                    if position == count { position = 0 }
                }
            }
        }
    }

    private struct AllPass {
        private var left: [Float]
        private var right: [Float]
        private var leftPosition = 0
        private var rightPosition = 0

        init(_ leftLength: Int, _ rightLength: Int) {
            left = [Float](repeating: 0, count: leftLength)
            right = [Float](repeating: 0, count: rightLength)
        }

        mutating func process(_ buffer: StereoBuffer, frames: Int) {
            AllPass.run(&left, &leftPosition, buffer.left, frames)
            AllPass.run(&right, &rightPosition, buffer.right, frames)
        }

        private static func run(_ line: inout [Float], _ position: inout Int, _ samples: UnsafeMutablePointer<Float>, _ frames: Int) {
            let gain: Float = 0.62
            let length = line.count
            var place = position
            line.withUnsafeMutableBufferPointer { line in
                for frame in 0..<frames {
                    let delayed = line[place]
                    let inner = samples[frame] + gain * delayed + 1e-18
                    samples[frame] = delayed - gain * inner
                    line[place] = inner
                    place += 1
                    if place == length { place = 0 }
                }
            }
            position = place
        }
    }
}
