import Foundation
import Synchronization

/// How long each stage of making a song took, by the messages of its progress.
final class StageClock: Sendable {
    private let marks = Mutex<[(stage: String, start: ContinuousClock.Instant)]>([])

    /// The first word of a message names its stage.
    func mark(_ message: String) {
        let stage = String(message.prefix { $0 != " " })
        marks.withLock { marks in if marks.last?.stage != stage { marks.append((stage, .now)) } }
    }

    /// Seconds by stage, as JSON.
    func json() throws -> Data {
        let marks = marks.withLock { $0 } + [("end", ContinuousClock.now)]
        var seconds: [String: Double] = [:]
        for (mark, next) in zip(marks, marks.dropFirst()) {
            let duration = mark.start.duration(to: next.start)
            seconds[mark.stage, default: 0] += Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return try encoder.encode(seconds)
    }
}
