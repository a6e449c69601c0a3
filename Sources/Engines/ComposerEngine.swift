import Audio
import Composer
import Core
import Foundation
import Music
import Synthesis

/// The built-in engine: composes a score and renders it on the CPU, offline and reproducibly.
///
/// Nothing heavy stays in memory between songs: a render reads just the SoundFont presets it plays and frees them at its end.
/// What `load` does once is to read the styles and to make sure that the SoundFont is there and whole.
public actor ComposerEngine: AudioEngine {
    public nonisolated let descriptor = EngineDescriptor(
        name: "composer", version: ComposerEngine.version,
        summary: "Composes and plays songs on the CPU: offline, and the same request and seed always give the same song.",
        tasks: EngineDescriptor.Task.allCases, minimumDuration: 10, maximumDuration: 600, sampleRate: Renderer.sampleRate)

    /// Composer and renderer together: either may change what a seed sounds like.
    public static let version = "\(Composer.version)+\(Renderer.version)"

    private let soundFont: URL?
    private let data: URL?
    private let pool: BlockingPool
    private var loaded: (composer: Composer, renderer: Renderer)?

    /// soundFont, data: nil looks in the usual places. threads: songs rendered at once.
    public init(soundFont: URL?, data: URL? = nil, threads: Int) {
        self.soundFont = soundFont
        self.data = data
        pool = BlockingPool(name: "composer", threads: threads)
    }

    public var isLoaded: Bool { loaded != nil }

    public func load() async throws {
        _ = try await ready()
    }

    private func ready() async throws -> (composer: Composer, renderer: Renderer) {
        if let loaded { return loaded }
        let renderer = try makeRenderer()
        let book = try await pool.run { [data] _ in
            try renderer.verify()
            return try ComposerData.book(in: try ComposerData.folder(data))
        }
        let made = (Composer(book: book), renderer)
        loaded = made
        return made
    }

    public func unload() async {
        loaded = nil
    }

    public func check() async throws {
        _ = try makeRenderer()
        _ = try ComposerData.folder(data)
    }

    public nonisolated func makeRenderer() throws -> Renderer {
        Renderer(soundFont: try soundFont ?? Renderer.findSoundFont())
    }

    /// The styles and instruments it composes with.
    public func book() async throws -> StyleBook { try await ready().composer.book }

    /// Runs work on one of the engine's threads; cancelling the caller tells it.
    public func perform<Result: Sendable>(_ work: @escaping @Sendable (BlockingPool.Cancellation) throws -> Result) async throws -> Result {
        try await pool.run(work)
    }

    public func generate(
        _ request: EngineRequest, into file: URL, progress: @escaping @Sendable (Double, String) -> Void
    ) async throws -> EngineSong {
        let (composer, renderer) = try await ready()
        return try await pool.run { cancellation in
            progress(0, "composing")
            let composition = try ComposerTask(composer: composer, request: request).composition(checkCancellation: cancellation.check)
            let (plan, score) = (composition.plan, composition.score)
            try cancellation.check()
            progress(0.03, "playing \(score.parts.count) parts")
            var buffer = try renderer.render(
                score, progress: { progress(0.03 + 0.9 * $0, $0 < 0.75 ? "playing \(score.parts.count) parts" : "mastering") },
                checkCancellation: cancellation.check)
            if request.task == .repaint, let source = request.source, let from = request.repaintStart, let to = request.repaintEnd {
                var original = try AudioFile.read(source.audio)
                try Repainting.paint(&original, with: buffer, from: from, to: to)
                buffer = original
            }
            progress(0.94, "writing the file")
            let tags = AudioTags(
                title: score.title, artist: "Continuo", prompt: request.prompt, seed: Int(request.seed),
                software: "Continuo composer \(Self.version)")
            try AudioFile.write(buffer, to: file, format: .wav, tags: tags)
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return EngineSong(
                title: score.title, duration: Double(buffer.frameCount) / Double(buffer.sampleRate), sampleRate: buffer.sampleRate,
                bpm: plan.bpm, key: plan.key.description, timeSignature: plan.meter.description,
                plan: String(
                    decoding: try encoder.encode(SongOutline(plan: plan, score: score, isInstrumental: request.instrumental)), as: UTF8.self
                ), score: score, composition: try encoder.encode(composition.plan))
        }
    }
}

/// The plan in seconds and words, for the song's page.
struct SongOutline: Encodable {
    struct Section: Encodable {
        var name: String
        /// Seconds.
        var start: Double
        var length: Double
        var energy: Double
    }

    var style: String
    var styleName: String
    var instruments: [String]
    var sections: [Section]
    var understood: [String]
    var unrecognised: [String]

    init(plan: SongPlan, score: Score, isInstrumental: Bool) {
        style = plan.style
        styleName = plan.styleName
        instruments = score.parts.map(\.name)
        understood = plan.understood.map { "\($0.words): \($0.meaning)" }
        if !isInstrumental { understood.append("vocals: not sung yet; an instrument carries the melody") }
        unrecognised = plan.unrecognised
        let tempo = score.tempoMap
        sections = score.sections.map { section in
            let start = tempo.seconds(at: section.start)
            return Section(
                name: section.name, start: start, length: tempo.seconds(at: section.start + section.length) - start, energy: section.energy)
        }
    }
}
