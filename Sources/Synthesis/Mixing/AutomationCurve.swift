import Foundation
import Music

/// An automation in frames.
struct AutomationCurve {
    let parameter: Automation.Parameter
    private let frames: [Int]
    /// Frequencies as octaves.
    private let values: [Double]
    private let isOctaves: Bool

    /// Nil without points that can be used.
    init?(_ automation: Automation, tempoMap: TempoMap, sampleRate: Int) {
        parameter = automation.parameter
        isOctaves = automation.parameter == .lowPass
        var frames: [Int] = []
        var values: [Double] = []
        for point in automation.points {
            let seconds = tempoMap.seconds(at: point.beat)
            guard seconds.isFinite, seconds < 1e6, point.value.isFinite else { continue }
            let frame = max(frames.last ?? 0, Int(max(0, seconds) * Double(sampleRate)))
            frames.append(frame)
            values.append(isOctaves ? log2(min(20_000, max(20, point.value))) : point.value)
        }
        guard !frames.isEmpty else { return nil }
        self.frames = frames
        self.values = values
    }

    /// The value at a frame.
    func value(at frame: Int) -> Double {
        var (low, high) = (0, frames.count)
        while low < high {
            let middle = (low + high) / 2
            if frames[middle] <= frame { low = middle + 1 } else { high = middle }
        }
        let value: Double
        if low == 0 {
            value = values[0]
        } else if low == frames.count || frames[low] == frames[low - 1] {
            value = values[low - 1]
        } else {
            let share = Double(frame - frames[low - 1]) / Double(frames[low] - frames[low - 1])
            value = values[low - 1] + (values[low] - values[low - 1]) * share
        }
        return isOctaves ? exp2(value) : value
    }
}

/// A low-pass of two poles whose corner moves; state-variable, so that it stays calm while it does.
struct SweptFilter {
    private var filter = SynthFilter(.low, resonance: 0.35)
    private var last: Float?
    private let curve: AutomationCurve
    private let sampleRate: Double
    private static let step = 64

    init(_ curve: AutomationCurve, sampleRate: Double) {
        self.curve = curve
        self.sampleRate = sampleRate
    }

    mutating func process(_ buffer: StereoBuffer, start: Int, frames: Int) {
        for offset in stride(from: 0, to: frames, by: SweptFilter.step) {
            let count = min(SweptFilter.step, frames - offset)
            let g = SynthFilter.gain(curve.value(at: start + offset + count), sampleRate: sampleRate)
            let from = last ?? g
            filter.process(buffer.left + offset, buffer.right + offset, frames: count, g: from, step: (g - from) / Float(count))
            last = g
        }
        filter.settle()
    }
}
