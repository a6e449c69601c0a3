import Music

/// Plays the notes of one strip with the built-in synthesiser.
struct SynthPlayer {
    /// Voices at once; beyond that the oldest released one, then the oldest, makes room.
    private static let polyphony = 20
    /// A mono sound slides when the last note ended no longer ago than this many frames.
    private static let slideGap = 2646

    private let patch: SynthPatch
    private let spans: [NoteSchedule.Span]
    private let tempo: Double
    private let sampleRate: Double
    private let scratch = StereoBuffer(capacity: SynthVoice.blockFrames)
    private let saturator: Saturator?
    private var voices: [SynthVoice] = []
    private var ends: [(frame: Int, key: UInt8, start: Int)] = []
    private var next = 0
    private var lastEnd = Int.min / 2

    /// spans: in order of starts, on the sampler's grid.
    init(_ patch: SynthPatch, spans: [NoteSchedule.Span], tempo: Double, sampleRate: Double) {
        self.patch = patch
        self.spans = spans
        self.tempo = tempo
        self.sampleRate = sampleRate
        saturator = patch.drive > 0 ? Saturator(amount: patch.drive, reference: 0.3) : nil
    }

    /// Adds to `output` what falls into the block that starts at `start`. frames: a multiple of the grid.
    mutating func render(into output: StereoBuffer, start: Int, frames: Int) {
        var sounded = false
        for offset in stride(from: 0, to: frames, by: SynthVoice.blockFrames) {
            let now = start + offset
            release(at: now)
            while next < spans.count, spans[next].start <= now {
                begin(spans[next])
                next += 1
            }
            for index in voices.indices { voices[index].render(into: output, offset: offset, scratch: scratch) }
            if !voices.isEmpty { sounded = true }
            voices.removeAll { $0.isOver }
        }
        if sounded { saturator?.process(output, frames: frames) }
    }

    private mutating func release(at now: Int) {
        guard !ends.isEmpty else { return }
        for end in ends where end.frame <= now {
            for index in voices.indices where voices[index].isHeld && voices[index].key == end.key && voices[index].startFrame == end.start
            {
                voices[index].release()
            }
            lastEnd = max(lastEnd, end.frame)
        }
        ends.removeAll { $0.frame <= now }
    }

    private mutating func begin(_ span: NoteSchedule.Span) {
        ends.append((span.end, span.key, span.start))
        if patch.isMono, !voices.isEmpty {
            let overlaps = voices[0].isHeld
            let slides = patch.glide > 0 && (overlaps || span.start - lastEnd < SynthPlayer.slideGap)
            voices[0].move(to: span.key, velocity: span.velocity, slides: slides, retriggers: true, startFrame: span.start)
            return
        }
        if voices.count >= SynthPlayer.polyphony {
            let victim = voices.firstIndex { !$0.isHeld } ?? 0
            voices.remove(at: victim)
        }
        voices.append(
            SynthVoice(patch, key: span.key, velocity: span.velocity, startFrame: span.start, tempo: tempo, sampleRate: sampleRate))
    }
}
