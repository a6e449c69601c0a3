import Music

/// The notes of a few channels as sampler events in the order of time.
struct NoteSchedule {
    struct Event {
        var frame: Int
        var isOn: Bool
        var channel: Int
        var key: UInt8
        var velocity: UInt8
    }

    /// A note in frames, on the sampler's grid.
    struct Span {
        var start: Int
        var end: Int
        var key: UInt8
        var velocity: UInt8
    }

    private let events: [Event]
    private var next = 0

    /// One list of notes per channel.
    init(_ channels: [[Span]]) {
        var events: [Event] = []
        for (channel, spans) in channels.enumerated() {
            for span in spans {
                events.append(Event(frame: span.start, isOn: true, channel: channel, key: span.key, velocity: span.velocity))
                events.append(Event(frame: span.end, isOn: false, channel: channel, key: span.key, velocity: 0))
            }
        }
        // A total order: the result must not depend on how the sort treats equals. Ends come before starts.
        self.events = events.sorted {
            ($0.frame, $0.isOn ? 1 : 0, $0.channel, $0.key, $0.velocity) < ($1.frame, $1.isOn ? 1 : 0, $1.channel, $1.key, $1.velocity)
        }
    }

    /// Plays what falls into the block that starts at `start`. outputs: zeroed buffers, one per channel. frames: a multiple of the grid.
    mutating func render(_ sampler: Sampler, into outputs: [StereoBuffer], start: Int, frames: Int) {
        var done = 0
        while done < frames {
            while next < events.count, events[next].frame <= start + done {
                let event = events[next]
                if event.isOn {
                    sampler.noteOn(channel: event.channel, key: event.key, velocity: event.velocity)
                } else {
                    sampler.noteOff(channel: event.channel, key: event.key)
                }
                next += 1
            }
            let until = next < events.count ? min(frames, events[next].frame - start) : frames
            sampler.render(into: outputs, offset: done, frames: until - done)
            done = until
        }
    }

    /// Notes in frames. Notes that cannot sound (outside the song, no velocity) are left out; a note ends where the same key starts again.
    static func spans(of notes: [Score.Note], isDrumKit: Bool, tempoMap: TempoMap, frameCount: Int, sampleRate: Int) -> [Span] {
        func frame(_ beats: Beats) -> Int? {
            let seconds = tempoMap.seconds(at: beats)
            guard seconds.isFinite, seconds >= -0.5, seconds < 1e6 else { return nil }
            return max(0, Int((seconds * Double(sampleRate) / Double(Sampler.grid)).rounded())) * Sampler.grid
        }
        var spans: [Span] = []
        for note in notes where note.velocity > 0 && note.pitch < 128 {
            guard let start = frame(note.start), start < frameCount, let end = frame(note.start + max(0, note.length)) else { continue }
            let least = isDrumKit ? Int(ring(of: note.pitch) * Double(sampleRate)) / Sampler.grid * Sampler.grid : Sampler.grid
            spans.append(Span(start: start, end: max(end, start + least), key: note.pitch, velocity: min(note.velocity, 127)))
        }
        spans.sort { ($0.start, $0.key, $0.end, $0.velocity) < ($1.start, $1.key, $1.end, $1.velocity) }
        var result: [Span] = []
        var lastOfKey = [Int](repeating: -1, count: 128)
        for span in spans {
            let last = lastOfKey[Int(span.key)]
            if last >= 0, result[last].start == span.start {
                result[last].end = max(result[last].end, span.end)
                result[last].velocity = max(result[last].velocity, span.velocity)
                continue
            }
            if last >= 0 { result[last].end = min(result[last].end, span.start) }
            lastOfKey[Int(span.key)] = result.count
            result.append(span)
        }
        return result
    }

    /// Seconds that a drum rings at least, however short its note is written: GM drums are struck, not held.
    private static func ring(of key: UInt8) -> Double {
        switch key {
        case 49, 51, 52, 53, 55, 57, 59: 3
        case 46, 54, 58, 80, 81: 1
        case 42, 44: 0.25
        default: 0.5
        }
    }
}
