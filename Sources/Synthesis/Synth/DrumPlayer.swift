import Foundation
import Music

/// Plays the strokes of one strip with synthetic drums: each drum is made once and played back by velocity.
struct DrumPlayer {
    private struct Drum {
        let samples: [Float]
        let left: Float
        let right: Float
        /// Whether softer strokes are duller.
        let dulls: Bool
    }

    private struct Stroke {
        let drum: Int
        let key: UInt8
        var position: Int
        let gain: Float
        /// Coefficient of a one-pole low-pass: 1 leaves all through.
        let tone: Float
        var state: Float = 0
        /// Frames left of a short fade, once another stroke has taken over.
        var fade: Int?
    }

    /// Frames in which a choked sound falls silent, about 6 ms.
    private static let chokeFrames = 256
    private static let hats: Set<UInt8> = [42, 44, 46]

    private let drums: [Drum]
    private let drumOfKey: [UInt8: Int]
    private let spans: [NoteSchedule.Span]
    private var strokes: [Stroke] = []
    private var next = 0

    /// tonic: what low drums are tuned to.
    init(_ kit: SynthKit, spans: [NoteSchedule.Span], tonic: PitchClass?, sampleRate: Double) {
        let maker = DrumMaker(sampleRate: sampleRate, tonic: tonic)
        var drums: [Drum] = []
        var drumOfKey: [UInt8: Int] = [:]
        for key in Set(spans.map(\.key)).sorted() {
            guard let drum = DrumPlayer.drum(for: key, in: kit) else { continue }
            drumOfKey[key] = drums.count
            drums.append(
                Drum(
                    samples: maker.sound(of: drum), left: Float(drum.level * min(1, 1 - drum.pan)),
                    right: Float(drum.level * min(1, 1 + drum.pan)), dulls: drum.layers.contains { $0.kind != .tone }))
        }
        self.drums = drums
        self.drumOfKey = drumOfKey
        self.spans = spans
    }

    /// Keys that a kit lacks are played by what is nearest in kind.
    private static func drum(for key: UInt8, in kit: SynthKit) -> SynthKit.Drum? {
        let stand: [UInt8: [UInt8]] = [
            35: [36], 40: [38], 41: [43], 48: [50, 47], 53: [51], 55: [49], 57: [49], 59: [51], 60: [63, 50], 61: [64, 47], 65: [50],
            66: [47], 67: [56], 68: [56], 69: [82], 70: [82], 73: [82], 76: [75], 77: [75], 80: [81, 56], 81: [56], 85: [37], 86: [43],
            87: [43], 39: [38], 78: [64], 79: [63], 54: [42], 44: [42],
        ]
        for candidate in [key] + (stand[key] ?? []) {
            if let drum = kit.drums.first(where: { $0.key == candidate }) { return drum }
        }
        return kit.drums.first { $0.key == 42 } ?? kit.drums.first
    }

    /// Adds to `output` what falls into the block that starts at `start`.
    mutating func render(into output: StereoBuffer, start: Int, frames: Int) {
        var done = 0
        while done < frames {
            while next < spans.count, spans[next].start <= start + done {
                strike(spans[next])
                next += 1
            }
            let until = next < spans.count ? min(frames, spans[next].start - start) : frames
            for index in strokes.indices {
                DrumPlayer.play(&strokes[index], drums[strokes[index].drum], into: output, from: done, frames: until - done)
            }
            strokes.removeAll { $0.position >= drums[$0.drum].samples.count || $0.fade == 0 }
            done = until
        }
    }

    /// A drum struck again takes over from its last stroke, and a closed hi-hat from an open one.
    private mutating func strike(_ span: NoteSchedule.Span) {
        guard let drum = drumOfKey[span.key] else { return }
        let isHat = DrumPlayer.hats.contains(span.key)
        for index in strokes.indices where strokes[index].fade == nil {
            if strokes[index].key == span.key || isHat && DrumPlayer.hats.contains(strokes[index].key) {
                strokes[index].fade = DrumPlayer.chokeFrames
            }
        }
        let force = Float(span.velocity) / 127
        let tone = drums[drum].dulls ? min(1, 0.25 + 0.85 * force) : 1
        strokes.append(Stroke(drum: drum, key: span.key, position: 0, gain: powf(force, 1.5) * 0.5, tone: tone))
    }

    private static func play(_ stroke: inout Stroke, _ drum: Drum, into output: StereoBuffer, from: Int, frames: Int) {
        let count = min(frames, drum.samples.count - stroke.position)
        guard count > 0 else { return }
        let (left, right) = (output.left + from, output.right + from)
        drum.samples.withUnsafeBufferPointer { samples in
            for index in 0..<count {
                stroke.state += stroke.tone * (samples[stroke.position + index] - stroke.state)
                var value = stroke.state * stroke.gain
                if let fade = stroke.fade {
                    value *= Float(fade) / Float(chokeFrames)
                    stroke.fade = max(0, fade - 1)
                }
                left[index] += value * drum.left
                right[index] += value * drum.right
            }
        }
        stroke.position += count
    }
}
