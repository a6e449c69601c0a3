import CSoxr
import Core

/// Sample-rate conversion of interleaved audio, block by block, at soxr's high-quality setting.
final class Resampler {
    private let handle: OpaquePointer
    private let channelCount: Int
    private let ratio: Double

    /// Throws `audio_rate_unsupported` when the rates cannot be converted.
    init(from inputRate: Int, to outputRate: Int, channelCount: Int) throws {
        var error: soxr_error_t?
        let created = soxr_create(Double(inputRate), Double(outputRate), UInt32(channelCount), &error, nil, nil, nil)
        guard let created, error == nil else {
            throw Failure(.unprocessable, "audio_rate_unsupported", "Audio at \(inputRate) Hz cannot be converted to \(outputRate) Hz.")
        }
        handle = created
        self.channelCount = channelCount
        ratio = Double(outputRate) / Double(inputRate)
    }

    deinit { soxr_delete(handle) }

    /// Converts one block of `frames` frames; nil ends the stream and gives back what is left inside.
    func process(_ input: UnsafePointer<Float>?, frames: Int) throws -> [Float] {
        var output: [Float] = []
        var rest = frames
        var cursor = input
        let room = Int(Double(max(frames, 1024)) * ratio) + 1024
        while true {
            var consumed = 0
            var produced = 0
            var failed = false
            let chunk = [Float](unsafeUninitializedCapacity: room * channelCount) { buffer, count in
                failed = soxr_process(handle, cursor, rest, &consumed, buffer.baseAddress, room, &produced) != nil
                count = produced * channelCount
            }
            if failed { throw Failure(.unexpected, "audio_resampling_failed", "Sample-rate conversion failed.") }
            output += chunk
            rest -= consumed
            if let position = cursor { cursor = position + consumed * channelCount }
            if input == nil ? produced == 0 : rest == 0 { return output }
        }
    }
}
