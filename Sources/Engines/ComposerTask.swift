import Audio
import Composer
import Core
import Foundation
import Music

/// Composes what a request asks for, from its words or from another song.
struct ComposerTask {
    let composer: Composer
    let request: EngineRequest

    /// Throws `parent_unsuitable` where the task needs a song of this composer and the source is none.
    func composition(checkCancellation: () throws -> Void) throws -> Composition {
        let wish = try CompositionRequest(request)
        switch request.task {
        case .text2music: return try composer.compose(wish)
        case .similar:
            if let parent = try parent() { return try composer.similar(to: parent, wish) }
            let reference = try reference(checkCancellation)
            return try composer.similar(to: reference, wish)
        case .remix: return try composer.remix(try requiredParent(), wish)
        case .extend:
            // Half a minute more at its end, where nothing is said.
            let isSilent = request.extendBefore == nil && request.extendAfter == nil
            return try composer.extend(
                try requiredParent(), before: request.extendBefore ?? 0, after: request.extendAfter ?? (isSilent ? 30 : 0), wish)
        case .repaint:
            guard let from = request.repaintStart, let to = request.repaintEnd else {
                throw Failure(.invalid, "invalid_request", "A range to repaint is needed.", fields: [.init("repaint_start", "is required")])
            }
            return try composer.repaint(try requiredParent(), from: from, to: to, wish)
        }
    }

    /// The parent's plan and score; nil for songs that other engines made, and for recordings.
    private func parent() throws -> Composition? {
        guard let file = request.source?.composition, FileManager.default.fileExists(atPath: file.path) else { return nil }
        let plan = file
        let score = file.deletingLastPathComponent().appending(path: file.lastPathComponent.replacing("_plan.json", with: "_score.json"))
        let unsuitable = Failure(
            .unprocessable, "parent_unsuitable", "What the composer kept of this song cannot be read.",
            hint: "It was made by another version. Make the song again, or ask for one that is similar.")
        guard let plan = try? JSONDecoder().decode(SongPlan.self, from: Data(contentsOf: plan)),
            let score = try? JSONDecoder().decode(Score.self, from: Data(contentsOf: score)), Self.isSound(plan, score)
        else { throw unsuitable }
        return Composition(plan: plan, score: score)
    }

    /// Whether a plan and a score from disk can be worked on: damaged files may hold anything.
    private static func isSound(_ plan: SongPlan, _ score: Score) -> Bool {
        let limit = 100_000.0
        return Composer.tempos.contains(plan.bpm) && (1...8).contains(plan.meter.bar) && (1...200).contains(plan.sections.count)
            && plan.sections.allSatisfy { (1...4000).contains($0.bars) && $0.energy.isFinite } && (0...3600).contains(score.duration)
            && (0...limit).contains(score.length)
            && score.chords.allSatisfy { (0...limit).contains($0.start) && (0...limit).contains($0.length) }
            && score.parts.allSatisfy { $0.notes.allSatisfy { (-1...limit).contains($0.start) && (0...limit).contains($0.length) } }
    }

    private func requiredParent() throws -> Composition {
        guard let parent = try parent() else {
            throw Failure(
                .unprocessable, "parent_unsuitable",
                "The task “\(request.task.rawValue)” needs a song of this composer, since it works on the notes.",
                hint: "The task “similar” follows any recording.")
        }
        return parent
    }

    private func reference(_ checkCancellation: () throws -> Void) throws -> Reference {
        guard let source = request.source else {
            throw Failure(.invalid, "invalid_request", "A song to follow is needed.", fields: [.init("parent_id", "is required")])
        }
        let audio = try AudioFile.readMono(
            source.audio, maximumSeconds: AudioSketch.maximumSeconds, checkCancellation: checkCancellation)
        return Reference(try AudioSketch(of: audio, checkCancellation: checkCancellation))
    }
}

extension Reference {
    init(_ sketch: AudioSketch) {
        self.init(
            bpm: sketch.bpm, key: Key(PitchClass(sketch.tonic), sketch.isMinor ? .minor : .major),
            chords: sketch.bars.map { Chord(PitchClass($0.root), $0.isMinor ? .minor : .major) }, energies: sketch.bars.map(\.energy),
            brightness: sketch.brightness, duration: sketch.duration)
    }
}

/// Puts new sound into a range of a song.
enum Repainting {
    /// Seconds over which old and new are faded into each other, inside the range.
    static let crossfade = 0.01

    /// The original, sample for sample, outside the range; the new sound inside. Throws `parent_unsuitable` when the formats differ.
    static func paint(_ original: inout PCMBuffer, with painted: PCMBuffer, from: Seconds, to: Seconds) throws {
        guard original.sampleRate == painted.sampleRate, original.channelCount == painted.channelCount else {
            throw Failure(.unprocessable, "parent_unsuitable", "The song's file has another format than the composer's.")
        }
        let rate = Double(original.sampleRate)
        let end = min(original.frameCount, painted.frameCount, Int(max(0, to) * rate))
        let range = min(end, Int(max(0, from) * rate))..<end
        let fade = min(Int(crossfade * rate), range.count / 2)
        // In place: ten minutes of sound are 200 MB.
        for frame in range {
            let inside = min(frame - range.lowerBound, range.upperBound - 1 - frame)
            let share = inside >= fade ? 1 : Float(inside) / Float(max(1, fade))
            for index in (frame * original.channelCount)..<((frame + 1) * original.channelCount) {
                original.samples[index] += (painted.samples[index] - original.samples[index]) * share
            }
        }
    }
}

extension CompositionRequest {
    init(_ request: EngineRequest) throws {
        func parsed<Value: LosslessStringConvertible>(_ text: String?, _ field: String) throws -> Value? {
            guard let text else { return nil }
            guard let value = Value(text) else {
                throw Failure(
                    .invalid, "invalid_request", "These fields are not valid: \(field).", fields: [.init(field, "is not understood")])
            }
            return value
        }
        self.init(
            prompt: request.prompt, lyrics: request.lyrics, title: request.title, duration: request.duration, seed: request.seed,
            bpm: request.bpm, key: try parsed(request.key, "key"), meter: try parsed(request.timeSignature, "time_signature"),
            instrumental: request.instrumental, fingerprint: request.fingerprint)
    }
}
