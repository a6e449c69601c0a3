import Ableton
import ArgumentParser
import Audio
import Composer
import Core
import Engines
import Foundation
import Music
import Studio

struct GenerateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate", abstract: "Make a song from a prompt, with no server and no database.",
        discussion: """
            Examples:
              continuo generate "dark techno, 130 bpm" --duration 60 --seed 7 -o song.flac
              continuo generate "sad piano ballad in D minor"

            The same prompt and seed always make the same song.
            """)

    @Argument(help: "What to make, in words.")
    var prompt: String

    @Option(help: "Seconds, 10 to 600. Without it the prompt decides, else 120.")
    var duration: Double?

    @Option(help: "0 to 9007199254740991. Without it a random one, which is printed.")
    var seed: UInt64?

    @Option(help: "Beats per minute, 30 to 300.")
    var bpm: Double?

    @Option(help: "Such as \"F# minor\".")
    var key: String?

    @Option(help: "Such as 4/4, 3/4 or 6/8.")
    var timeSignature: String?

    @Option(help: "A file with lyrics; its section tags such as [verse] shape the form.")
    var lyrics: String?

    @Option(help: "The song's title.")
    var title: String?

    @Option(name: .shortAndLong, help: "The file to write: .wav, .flac, .mp3 or .opus. Without it, a name made of the title.")
    var output: String?

    @Option(help: ArgumentHelp("Also write the score as a Standard MIDI File.", valueName: "file"))
    var midi: String?

    @Option(help: ArgumentHelp("Also write an Ableton Live set.", valueName: "file"))
    var als: String?

    @Option(name: .customLong("musicxml"), help: ArgumentHelp("Also write a lead sheet as MusicXML.", valueName: "file"))
    var musicXML: String?

    @Option(help: ArgumentHelp("Also write the lyrics in time.", valueName: "file"))
    var lrc: String?

    @Option(help: ArgumentHelp("Follow this recording: its tempo, key, chords, energy and brightness.", valueName: "file"))
    var like: String?

    @Option(help: ArgumentHelp("Also write the score as JSON.", valueName: "file"))
    var score: String?

    @Option(help: ArgumentHelp("Also write how many seconds each stage took, the waveform's peaks included, as JSON.", valueName: "file"))
    var timings: String?

    @Flag(help: "Compose without playing: write only the files named by --midi, --score, --als, --musicxml and --lrc.")
    var noAudio = false

    @Flag(name: .shortAndLong, help: "Only print the file's name.")
    var quiet = false

    func run() async throws {
        var fields: [String: JSONValue] = ["prompt": .string(prompt)]
        if let duration { fields["duration"] = .number(duration) }
        if let seed { fields["seed"] = .number(Double(seed)) }
        if let bpm { fields["bpm"] = .number(bpm) }
        if let key { fields["key"] = .string(key) }
        if let timeSignature { fields["time_signature"] = .string(timeSignature) }
        if let title { fields["title"] = .string(title) }
        if let lyrics { fields["lyrics"] = .string(try String(contentsOfFile: lyrics, encoding: .utf8)) }
        let request = try GenerationRequest(json: fields)
        let format = try output.map(Self.format) ?? .wav
        let seed = request.seed ?? UInt64.random(in: 0...GenerationRequest.maximumSeed)

        let settings = try Settings()
        let engine = ComposerEngine(soundFont: settings.folder("soundfont"), data: settings.folder("composer-data"), threads: 1)
        if noAudio { return try await compose(request, seed: seed, with: engine) }
        try await engine.load()
        // Beside the result, so that putting it in place is a rename.
        let folder =
            output.map { URL(filePath: $0).absoluteURL.deletingLastPathComponent() }
            ?? URL(filePath: FileManager.default.currentDirectoryPath)
        let scratch = folder.appending(path: ".continuo-\(UUID().uuidString.prefix(8)).wav")
        defer { try? FileManager.default.removeItem(at: scratch) }
        let bar = ProgressBar(isShown: !quiet && isatty(STDERR_FILENO) == 1)
        let engineRequest = EngineRequest(
            prompt: request.prompt, lyrics: request.lyrics, title: request.title, task: like == nil ? .text2music : .similar,
            duration: request.duration, seed: seed, bpm: request.bpm, key: request.key, timeSignature: request.timeSignature,
            source: like.map { SourceSong(audio: URL(filePath: $0)) })
        let clock = StageClock()
        let song = try await engine.generate(engineRequest, into: scratch) { progress, message in
            bar.show(progress, message)
            clock.mark(message)
        }
        if timings != nil {
            clock.mark("peaks")
            _ = try Peaks(of: scratch)
        }
        clock.mark("encoding")
        let target = URL(filePath: output ?? Self.fileName(song.title))
        if format == .wav {
            _ = try? FileManager.default.removeItem(at: target)
            try FileManager.default.moveItem(at: scratch, to: target)
        } else {
            try AudioFile.convert(from: scratch, to: target, format: format)
        }
        if let timings { try clock.json().write(to: URL(filePath: timings), options: .atomic) }
        if let score = song.score { try writeNotes(score) }
        bar.finish()
        if quiet {
            print(target.path)
        } else {
            let key = song.key.map { ", \($0)" } ?? ""
            let bpm = song.bpm.map { ", \(Int($0.rounded())) bpm" } ?? ""
            print("\(target.path): “\(song.title)”, \(Int(song.duration.rounded())) s\(bpm)\(key), seed \(seed)")
        }
    }

    private func compose(_ request: GenerationRequest, seed: UInt64, with engine: ComposerEngine) async throws {
        let wish = CompositionRequest(
            prompt: request.prompt, lyrics: request.lyrics, title: request.title, duration: request.duration, seed: seed, bpm: request.bpm,
            key: request.key.flatMap { Key($0) }, meter: request.timeSignature.flatMap { Meter($0) })
        let score = try Composer(book: try await engine.book()).compose(wish).score
        try writeNotes(score)
        if !quiet {
            print(
                "“\(score.title)”, \(Int(score.duration.rounded())) s, \(Int(score.tempoMap.bpm(at: 0).rounded())) bpm, \(score.key), seed \(seed)"
            )
        }
    }

    private func writeNotes(_ score: Score) throws {
        func write(_ data: Data, to path: String?) throws { if let path { try data.write(to: URL(filePath: path), options: .atomic) } }
        if midi != nil { try write(Data(MIDIFile(score).data()), to: midi) }
        if als != nil { try write(Data(LiveSetWriter(score).data()), to: als) }
        if musicXML != nil { try write(Data(LeadSheet(score).xml.utf8), to: musicXML) }
        if lrc != nil, let lyrics = LRC(score) { try write(Data(lyrics.text.utf8), to: lrc) }
        if self.score != nil {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            try write(try encoder.encode(score), to: self.score)
        }
    }

    private static func format(_ name: String) throws -> AudioFormat {
        guard let format = AudioFormat(fileName: name) else {
            throw ValidationError("The file's name must end in .wav, .flac, .mp3 or .opus.")
        }
        return format
    }

    private static func fileName(_ title: String) -> String {
        let plain = title.map { $0.isLetter || $0.isNumber ? $0 : "-" }
        return String(String(plain).lowercased().prefix(60)) + ".wav"
    }
}
