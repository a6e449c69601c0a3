import Audio
import Composer
import Core
import Database
import Engines
import Foundation
import HTTP
import Jobs

/// A minute of each style to listen to, made when somebody first asks for it, and kept.
///
/// Files lie in `samples/` in the data folder, named by the style, the composer's version and its data: other music, another file.
public struct StyleSamples: Sendable {
    static let duration = 60.0
    private static let format = AudioFormat.mp3

    private let folder: URL
    let composer: ComposerEngine

    /// folder: `samples/` in the data folder.
    public init(folder: URL, composer: ComposerEngine) throws {
        self.folder = folder
        self.composer = composer
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    /// Throws `style_unknown`.
    func style(_ id: String) async throws -> Style {
        guard let style = try await composer.book().style(id) else {
            throw Failure(.notFound, "style_unknown", "There is no style of that name.", hint: "GET /styles lists them.")
        }
        return style
    }

    /// Where a style's sample is or will be.
    func file(of style: Style) async throws -> URL {
        let data = try await composer.book().digest
        return folder.appending(path: "\(style.id)-\(ComposerEngine.version)-\(data).\(Self.format.fileExtension)")
    }

    func exists(_ style: Style) async throws -> Bool { FileManager.default.fileExists(atPath: try await file(of: style).path) }

    static func json(_ style: Style) -> JSONValue { ["url": .string("/styles/\(style.id)/sample"), "duration": .number(duration)] }

    /// Makes a sample under a name of its own and puts it in place; where there is one already, it stays.
    func make(_ style: Style, progress: @escaping @Sendable (Double, String) -> Void) async throws {
        let target = try await file(of: style)
        guard !FileManager.default.fileExists(atPath: target.path) else { return }
        let work = folder.appending(path: "\(UUID().text).partial.wav")
        let encoded = folder.appending(path: "\(UUID().text).partial.\(Self.format.fileExtension)")
        defer { for file in [work, encoded] { try? FileManager.default.removeItem(at: file) } }
        let request = EngineRequest(prompt: style.words[0], title: style.name, duration: Self.duration, seed: Self.seed(of: style))
        _ = try await composer.generate(request, into: work, progress: progress)
        try await composer.perform { cancellation in
            try AudioFile.convert(from: work, to: encoded, format: Self.format, checkCancellation: cancellation.check)
            guard rename(encoded.path, target.path) == 0 else {
                throw Failure(.unavailable, "storage_unwritable", "The sample could not be put in place.")
            }
        }
    }

    /// The same for everybody, another for each style.
    private static func seed(of style: Style) -> UInt64 { style.id.utf8.reduce(7) { ($0 &* 31 &+ UInt64($1)) % 1_000_003 } }
}

/// Does `styles.sample` jobs.
public struct SampleMaker: JobHandler {
    struct Arguments: Codable, Sendable {
        var style: String
    }

    static let jobKind = "styles.sample"
    public let kind = "styles.sample"
    private let samples: StyleSamples

    public init(samples: StyleSamples) {
        self.samples = samples
    }

    public func run(_ job: Job, report: ProgressReport) async throws -> JobOutcome {
        let arguments = try JSONDecoder().decode(Arguments.self, from: Data(job.request.utf8))
        let style = try await samples.style(arguments.style)
        try await samples.make(style) { progress, message in report.update(progress * 0.95, message) }
        let result: JSONValue = ["style": .string(style.id), "sample": StyleSamples.json(style)]
        return JobOutcome(result: result.text)
    }
}
