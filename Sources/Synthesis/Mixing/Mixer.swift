import Audio
import Core
import Dispatch
import Foundation
import Music
import Synchronization

/// Plays a score block by block into one stereo mix, or into one stem per part.
///
/// A stem is a part after its own chain and its share of the effects. The stems' sum is the mix before mastering, up to rounding.
final class Mixer {
    /// Frames per block, about 93 ms; a multiple of the sampler's grid.
    static let blockFrames = 4096

    enum Output {
        case mix, stems
    }

    /// How many stereo signals come out: 1, or one per part.
    let outputCount: Int
    let frameCount: Int
    private let lanes: [Lane]
    private let busesOfLane: [[Int]]
    private var racks: [EffectsRack]
    private var outlets: [Outlet]
    private var ducking: Ducking
    private let duck: StereoBuffer
    private var position = 0

    /// Throws `score_unrenderable`, `soundfont_unreadable`, `synthesizer_unavailable`.
    init(_ score: Score, output: Output, soundFont: URL, sampleRate: Int) throws {
        let frameCount = try Mixer.frameCount(of: score, sampleRate: sampleRate)
        self.frameCount = frameCount
        let strips = score.parts.map { part in
            Strip.strips(of: part, tonic: score.key.tonic, tempoMap: score.tempoMap, frameCount: frameCount, sampleRate: sampleRate)
        }
        guard strips.joined().count <= Sampler.maxChannels else {
            throw Failure(.unprocessable, "score_unrenderable", "The score has more parts than can be played at once.")
        }
        outputCount = output == .mix ? 1 : score.parts.count
        let hasBass = zip(score.parts, strips).contains { $0.role == .bass && !$1.isEmpty }
        let shares = Mixer.shares(strips)
        let tempo = min(max(score.tempoMap.bpm(at: score.length / 2), 30), 300)
        busesOfLane = shares.map { output == .mix ? [0] : $0 }
        lanes = try shares.map { parts in
            let entries = parts.enumerated().flatMap { index, part in
                strips[part].map { (strip: $0, bus: output == .mix ? 0 : index) }
            }
            return try Lane(
                entries, busCount: output == .mix ? 1 : parts.count, soundFont: soundFont, hasBass: hasBass, tempo: tempo,
                sampleRate: sampleRate)
        }
        racks = (0..<outputCount).map { _ in EffectsRack(mix: score.mix ?? SongMix(), tempo: tempo, sampleRate: Double(sampleRate)) }
        let fade = Mixer.fade(of: score, frameCount: frameCount, sampleRate: sampleRate)
        let shape = SectionShape(score, sampleRate: sampleRate)
        outlets = (0..<outputCount).map { _ in Outlet(fade: fade, shape: shape, sampleRate: Double(sampleRate)) }
        let kicks = strips.joined().filter { $0.kind == .kick }.flatMap { $0.spans.map(\.start) }.sorted()
        ducking = Ducking(kicks: kicks, beat: 60 / tempo, sampleRate: Double(sampleRate))
        duck = StereoBuffer(capacity: Mixer.blockFrames)
    }

    private static func frameCount(of score: Score, sampleRate: Int) throws -> Int {
        guard score.duration.isFinite, score.duration > 0, score.duration <= 3600 else {
            throw Failure(.unprocessable, "score_unrenderable", "The score must last between 0 and 3600 seconds.")
        }
        guard score.tempoMap.changes.allSatisfy({ $0.bpm.isFinite && $0.bpm >= 1 && $0.bpm <= 2000 && $0.start.isFinite }) else {
            throw Failure(.unprocessable, "score_unrenderable", "The score has a tempo that cannot be played.")
        }
        return max(1, Units.frames(seconds: score.duration, sampleRate: sampleRate))
    }

    /// Lanes to play in, when there are as many parts: more than threads, so that a heavy one does not hold up the rest.
    private static let laneCount = 4
    private static let threadCount = 2

    /// Parts for each lane, about as even as whole parts allow. The same score is always shared out alike.
    private static func shares(_ strips: [[Strip]]) -> [[Int]] {
        let costs = strips.map { $0.reduce(0) { $0 + $1.cost } }
        var shares = [[Int]](repeating: [], count: laneCount)
        var sums = [Int](repeating: 0, count: laneCount)
        for part in strips.indices.sorted(by: { (-costs[$0], $0) < (-costs[$1], $1) }) {
            let lane = sums.indices.min { (sums[$0], $0) < (sums[$1], $1) } ?? 0
            shares[lane].append(part)
            sums[lane] += costs[part]
        }
        return shares.filter { !$0.isEmpty }.map { $0.sorted() }
    }

    /// Frames over which the song's end fades: what follows the last bar, or a moment when the score ends on it.
    private static func fade(of score: Score, frameCount: Int, sampleRate: Int) -> Range<Int> {
        let end = score.tempoMap.seconds(at: score.length)
        let tail = end.isFinite ? score.duration - end : 0
        let seconds = score.fadeOut.map { min($0, score.duration) } ?? (tail > 0.3 ? min(tail * 0.8, 5) : min(1.5, score.duration * 0.05))
        let length = min(frameCount, max(Units.frames(seconds: seconds, sampleRate: sampleRate), sampleRate / 100))
        return (frameCount - length)..<frameCount
    }

    /// The next block: one bus per output with the finished signal in `dry`, and how many frames of it count. Nil at the end.
    func next() -> (outputs: [Bus], frames: Int)? {
        guard position < frameCount else { return nil }
        let (start, frames) = (position, Mixer.blockFrames)
        ducking.fill(duck.left, start: start, frames: frames)
        let nextLane = Atomic(0)
        // Proof: the counter gives each lane to one thread, and a lane reaches nothing but what it made in its own `init` (sampler, buffers,
        // buses, strips); the curve was written before and is only read; and `concurrentPerform` returns when the last lane is done, so
        // nobody reads a bus that is still written.
        nonisolated(unsafe) let (lanes, duck) = (lanes, duck)
        DispatchQueue.concurrentPerform(iterations: min(Mixer.threadCount, lanes.count)) { _ in
            while true {
                let lane = nextLane.wrappingAdd(1, ordering: .relaxed).oldValue
                guard lane < lanes.count else { return }
                lanes[lane].render(start: start, frames: frames, duck: duck.left)
            }
        }
        var outputs = [Bus?](repeating: nil, count: outputCount)
        for (lane, indices) in zip(lanes, busesOfLane) {
            for (bus, output) in zip(lane.buses, indices) {
                if let sum = outputs[output] { sum.add(bus, frames: frames) } else { outputs[output] = bus }
            }
        }
        let buses = outputs.map { $0 ?? Bus() }
        for index in buses.indices {
            racks[index].process(buses[index], frames: frames)
            outlets[index].process(buses[index].dry, start: start, frames: frames)
        }
        position += frames
        return (buses, min(frames, frameCount - start))
    }
}

/// What every signal passes last: no direct current, the fader and the tone of the section, and the song's fade.
private struct Outlet {
    /// Frames, about 3 ms.
    private static let attack = 128
    private var highPass: Biquad
    private let fade: Range<Int>
    private var shape: SectionShape

    init(fade: Range<Int>, shape: SectionShape, sampleRate: Double) {
        highPass = .highPass(18, sampleRate: sampleRate)
        self.fade = fade
        self.shape = shape
    }

    mutating func process(_ buffer: StereoBuffer, start: Int, frames: Int) {
        highPass.process(buffer, frames: frames)
        shape.process(buffer, start: start, frames: frames)
        // The first strokes rise out of silence, however early they are.
        for frame in 0..<max(0, min(frames, Outlet.attack - start)) {
            let gain = Float(start + frame) / Float(Outlet.attack)
            buffer.left[frame] *= gain
            buffer.right[frame] *= gain
        }
        for frame in max(0, fade.lowerBound - start)..<max(max(0, fade.lowerBound - start), frames) {
            let progress = Double(start + frame - fade.lowerBound + 1) / Double(fade.count)
            let gain = progress >= 1 ? 0 : Float(0.5 + 0.5 * cos(Double.pi * progress))
            buffer.left[frame] *= gain
            buffer.right[frame] *= gain
        }
    }
}
