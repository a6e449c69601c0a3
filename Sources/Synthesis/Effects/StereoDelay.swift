/// Echoes in time with the song that cross from side to side and lose highs and lows on the way. Wet signal only.
struct StereoDelay {
    private var left: [Float]
    private var right: [Float]
    private var position = 0
    private let feedback: Float
    private var low = SIMD2<Float>()
    private var rumble = SIMD2<Float>()

    /// seconds: from one echo to the next, 0.02…2. feedback: 0…0.9.
    init(seconds: Double, feedback: Float, sampleRate: Double) {
        let length = max(64, Int(min(max(seconds, 0.02), 2) * sampleRate))
        left = [Float](repeating: 0, count: length)
        right = [Float](repeating: 0, count: length)
        self.feedback = min(max(feedback, 0), 0.9)
    }

    /// Reads `input` and adds to `output`.
    mutating func process(_ input: StereoBuffer, into output: StereoBuffer, frames: Int) {
        let length = left.count
        var (low, rumble, position) = (low, rumble, position)
        let feedback = feedback
        left.withUnsafeMutableBufferPointer { left in
            right.withUnsafeMutableBufferPointer { right in
                for frame in 0..<frames {
                    let echo = SIMD2(left[position], right[position])
                    // One pole each: about 4.5 kHz down, 200 Hz up.
                    low += 0.47 * (echo - low) + 1e-18
                    rumble += 0.028 * (low - rumble)
                    let filtered = low - rumble
                    output.left[frame] += filtered.x
                    output.right[frame] += filtered.y
                    let centre = 0.5 * (input.left[frame] + input.right[frame])
                    left[position] = 0.7 * centre + 0.3 * input.left[frame] + feedback * filtered.y
                    right[position] = 0.3 * input.right[frame] + feedback * filtered.x
                    position += 1
                    if position == length { position = 0 }
                }
            }
        }
        (self.low, self.rumble, self.position) = (low, rumble, position)
    }
}
