import Foundation

/// How far the kick pushes the other parts down, frame by frame.
struct Ducking {
    private let kicks: [Int]
    private let shape: [Float]
    private var next = 0

    /// kicks: frames at which a bass drum is struck, ascending. beat: seconds; the push is over in about half of one.
    init(kicks: [Int], beat: Double, sampleRate: Double) {
        self.kicks = kicks
        let attack = 0.003 * sampleRate
        let hold = 0.025 * sampleRate
        let release = min(max(0.55 * beat, 0.12), 0.32) * sampleRate
        shape = (0..<Int(attack + hold + release)).map { frame in
            let time = Double(frame)
            if time < attack { return Float(time / attack) }
            if time < attack + hold { return 1 }
            let fall = (time - attack - hold) / release
            return Float(0.5 + 0.5 * cos(Double.pi * fall.squareRoot()))
        }
    }

    /// Fills `curve` with 0 (untouched) … 1 (fully down) for the block at `start`.
    mutating func fill(_ curve: UnsafeMutablePointer<Float>, start: Int, frames: Int) {
        curve.update(repeating: 0, count: frames)
        while next < kicks.count, kicks[next] + shape.count <= start { next += 1 }
        var index = next
        while index < kicks.count, kicks[index] < start + frames {
            let offset = kicks[index] - start
            for frame in max(0, offset)..<min(frames, offset + shape.count) { curve[frame] = max(curve[frame], shape[frame - offset]) }
            index += 1
        }
    }
}
