/// Working memory for one block of stereo audio. It never leaves the render that made it.
final class StereoBuffer {
    let left: UnsafeMutablePointer<Float>
    let right: UnsafeMutablePointer<Float>
    let capacity: Int

    init(capacity: Int) {
        self.capacity = capacity
        left = .allocate(capacity: capacity)
        right = .allocate(capacity: capacity)
        clear(capacity)
    }

    deinit {
        left.deallocate()
        right.deallocate()
    }

    func clear(_ frames: Int) {
        left.update(repeating: 0, count: frames)
        right.update(repeating: 0, count: frames)
    }

    /// Adds `source` times a gain per side.
    func add(_ source: StereoBuffer, left leftGain: Float, right rightGain: Float, frames: Int) {
        let (from, to) = ((source.left, source.right), (left, right))
        for frame in 0..<frames { to.0[frame] += from.0[frame] * leftGain }
        for frame in 0..<frames { to.1[frame] += from.1[frame] * rightGain }
    }

    func add(_ source: StereoBuffer, frames: Int) {
        add(source, left: 1, right: 1, frames: frames)
    }

    /// Whether any sample of either side is further from zero than `threshold`.
    func isLouder(than threshold: Float, frames: Int) -> Bool {
        for side in [left, right] {
            var start = 0
            while start < frames {
                // In pieces, so that sounding signals are found out at once and silent ones are summed fast.
                let end = min(start + 64, frames)
                var sum: Float = 0
                for frame in start..<end where side[frame] > threshold || side[frame] < -threshold { sum += 1 }
                if sum > 0 { return true }
                start = end
            }
        }
        return false
    }
}
