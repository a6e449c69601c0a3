import CEBUR128
import Core

/// How loud a piece of audio is, by ITU-R BS.1770-4 and EBU R 128.
public struct Loudness: Sendable, Hashable {
    /// Integrated loudness in LUFS; `-infinity` for silence or less than 0.4 s.
    public var integrated: Double
    /// The highest true peak of any channel in dBTP; `-infinity` for silence.
    public var truePeak: Double
    /// Loudness range in LU, ≥ 0.
    public var range: Double

    /// Measures a whole buffer. Throws `loudness_unmeasurable` for a layout that the meter refuses.
    public static func measure(_ buffer: PCMBuffer) throws -> Loudness {
        let meter = try LoudnessMeter(channelCount: buffer.channelCount, sampleRate: buffer.sampleRate)
        try buffer.samples.withUnsafeBufferPointer { samples in
            guard let start = samples.baseAddress else { return }
            try meter.add(start, frames: buffer.frameCount)
        }
        return meter.loudness
    }
}

/// A running measurement with libebur128, fed block by block.
public final class LoudnessMeter {
    /// What to measure; the true peak takes most of the time.
    public enum Measures: Sendable {
        case integrated, everything
    }

    private var state: UnsafeMutablePointer<ebur128_state>?
    private let channelCount: Int
    private let measures: Measures

    /// Throws `loudness_unmeasurable`.
    public init(channelCount: Int, sampleRate: Int, measures: Measures = .everything) throws {
        self.channelCount = channelCount
        self.measures = measures
        let mode =
            switch measures {
            case .integrated: EBUR128_MODE_I.rawValue
            case .everything: EBUR128_MODE_I.rawValue | EBUR128_MODE_LRA.rawValue | EBUR128_MODE_TRUE_PEAK.rawValue
            }
        state = ebur128_init(UInt32(channelCount), UInt(sampleRate), Int32(mode))
        guard state != nil else { throw LoudnessMeter.failure }
    }

    deinit { ebur128_destroy(&state) }

    private static let failure = Failure(.unprocessable, "loudness_unmeasurable", "The loudness of this audio cannot be measured.")

    /// Adds interleaved frames.
    public func add(_ samples: UnsafePointer<Float>, frames: Int) throws {
        guard ebur128_add_frames_float(state, samples, frames) == EBUR128_SUCCESS.rawValue else { throw LoudnessMeter.failure }
    }

    /// Of everything added so far; `range` and `truePeak` are 0 and `-infinity` when only the integrated loudness is measured.
    public var loudness: Loudness {
        var result = Loudness(integrated: -.infinity, truePeak: -.infinity, range: 0)
        var value = 0.0
        if ebur128_loudness_global(state, &value) == EBUR128_SUCCESS.rawValue { result.integrated = value }
        guard measures == .everything else { return result }
        if ebur128_loudness_range(state, &value) == EBUR128_SUCCESS.rawValue { result.range = value }
        for channel in 0..<channelCount {
            guard ebur128_true_peak(state, UInt32(channel), &value) == EBUR128_SUCCESS.rawValue else { continue }
            result.truePeak = max(result.truePeak, Units.decibels(gain: value))
        }
        return result
    }
}
