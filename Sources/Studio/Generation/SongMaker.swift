import Audio
import Core
import Database
import Engines
import Foundation
import Jobs
import NIOCore
import Storage

/// Does `generate` jobs: engine → files → object and row.
///
/// Files are written under names made of the song's id, fixed when the job was accepted: a second attempt overwrites what a
/// first left. Row, object and the job's completion are one transaction, so that a song exists exactly once or not at all.
public struct SongMaker: JobHandler {
    public let kind = GenerationArguments.kind

    private let engines: EngineRegistry
    private let files: SongFiles
    private let objects: ObjectStore
    private let database: Database
    /// Whether a second server gets a copy, soon.
    private let isSynced: Bool

    public init(engines: EngineRegistry, files: SongFiles, objects: ObjectStore, database: Database, isSynced: Bool = false) {
        self.engines = engines
        self.files = files
        self.objects = objects
        self.database = database
        self.isSynced = isSynced
    }

    public func run(_ job: Job, report: ProgressReport) async throws -> JobOutcome {
        let arguments: GenerationArguments
        do {
            arguments = try JSONDecoder().decode(GenerationArguments.self, from: Data(job.request.utf8))
        } catch {
            throw Failure(.invalid, "job_arguments", "The job's arguments cannot be read.", underlying: error)
        }
        let id = arguments.songID
        let engine = try engines.engine(named: arguments.engine)
        let recording = files.unfinished(id, ".source")
        defer { try? FileManager.default.removeItem(at: recording) }
        let source = try await source(of: arguments.request, recording: recording)
        let partial = files.unfinished(id, ".wav")
        defer { try? FileManager.default.removeItem(at: partial) }

        let song = try await engines.use(engine) { engine in
            try await engine.generate(arguments.engineRequest(source), into: partial) { progress, message in
                report.update(progress, message)
            }
        }
        try Task.checkCancellation()
        report.update(0.96, "saving")
        let (staged, delivered, format) = try await files.perform { [files, objects] cancellation in
            try files.finish(partial, as: id, ".wav")
            if let score = song.score {
                try files.write(String(decoding: try JSONEncoder.sorted.encode(score), as: UTF8.self), id, "_score.json")
            }
            if let composition = song.composition { try files.write(String(decoding: composition, as: UTF8.self), id, "_plan.json") }
            let format = AudioFormat(rawValue: arguments.request.format) ?? .wav
            if format != .wav {
                let converted = files.unfinished(id, "." + format.fileExtension)
                defer { try? FileManager.default.removeItem(at: converted) }
                try AudioFile.convert(from: files.file(id, ".wav"), to: converted, format: format, checkCancellation: cancellation.check)
                try files.finish(converted, as: id, "." + format.fileExtension)
            }
            try files.write(Self.sidecar(job, arguments, engine.descriptor, song), id, "_input_params.json")
            try cancellation.check()
            let delivered = files.file(id, "." + format.fileExtension)
            return (try objects.stage(delivered, mimeType: format.mimeType), delivered, format)
        }
        try await objects.place(staged)
        let name = "\(job.userID?.uuidString.lowercased() ?? "shared")/\(id.uuidString.lowercased()).\(format.fileExtension)"
        let row = SongRow(job: job, arguments: arguments, engine: engine.descriptor, song: song, path: "music/\(name)", size: staged.size)
        return JobOutcome(result: row.result(files: delivered.lastPathComponent)) { [objects, isSynced] transaction in
            try await objects.insert(staged, bucket: "music", name: name, owner: job.userID, in: transaction)
            try await row.insert(in: transaction)
            if isSynced { try await SongSync.followUp(in: transaction) }
        }
    }

    /// The files of the song or recording to work on. Throws `parent_missing`.
    private func source(of request: GenerationRequest, recording: URL) async throws -> SourceSong? {
        if let parent = request.parentID {
            let audio = files.file(parent, ".wav")
            guard FileManager.default.fileExists(atPath: audio.path) else {
                throw Failure(
                    .notFound, "parent_missing", "The song to work on is not there any more.", hint: "It may have been deleted meanwhile.")
            }
            return SourceSong(audio: audio, composition: files.file(parent, "_plan.json"))
        }
        guard let path = request.sourcePath else { return nil }
        guard let object = try await objects.object(path, in: database) else {
            throw Failure(.notFound, "parent_missing", "The recording to follow is not there any more.")
        }
        guard object.size <= SongMaker.mostSourceBytes else {
            throw Failure(.tooLarge, "recording_too_large", "A recording to follow may have 512 MB at most.")
        }
        guard FileManager.default.createFile(atPath: recording.path, contents: nil) else {
            throw Failure(.unavailable, "storage_unwritable", "The recording could not be copied for reading.")
        }
        let handle = try FileHandle(forWritingTo: recording)
        defer { try? handle.close() }
        try await objects.bytes(of: object).forEach { chunk in
            let data = Data(chunk.readableBytesView)
            try await files.perform { _ in try handle.write(contentsOf: data) }
        }
        return SourceSong(audio: recording)
    }

    private static let mostSourceBytes = 512 << 20

    /// Everything needed to make the song again.
    private static func sidecar(_ job: Job, _ arguments: GenerationArguments, _ engine: EngineDescriptor, _ song: EngineSong) throws
        -> String
    {
        let sidecar: JSONValue = [
            "song_id": .string(arguments.songID.uuidString.lowercased()), "job_id": .string(job.id.uuidString.lowercased()),
            "request": try JSONDecoder().decode(JSONValue.self, from: JSONEncoder.sorted.encode(arguments.request)),
            "resolved": [
                "title": .string(song.title), "seed": .number(Double(arguments.seed)), "duration": .number(song.duration),
                "sample_rate": .number(Double(song.sampleRate)), "bpm": song.bpm.map(JSONValue.number) ?? .null,
                "key": song.key.map(JSONValue.string) ?? .null, "time_signature": song.timeSignature.map(JSONValue.string) ?? .null,
            ],
            "engine": ["name": .string(engine.name), "version": .string(engine.version)],
        ]
        return sidecar.text + "\n"
    }
}

extension GenerationArguments {
    func engineRequest(_ source: SourceSong?) -> EngineRequest {
        EngineRequest(
            prompt: request.prompt, lyrics: request.lyrics, title: request.title, task: request.task, duration: request.duration,
            seed: seed,
            bpm: request.bpm, key: request.key, timeSignature: request.timeSignature, instrumental: request.instrumental,
            repaintStart: request.repaintStart, repaintEnd: request.repaintEnd, extendBefore: request.extendBefore,
            extendAfter: request.extendAfter, source: source, fingerprint: fingerprint)
    }
}

/// What a finished song leaves in the database and in the job's result.
struct SongRow: Sendable {
    var job: Job
    var arguments: GenerationArguments
    var engine: EngineDescriptor
    var song: EngineSong
    /// Bucket and name.
    var path: String
    /// Bytes.
    var size: Int

    func insert(in transaction: Transaction) async throws {
        let request = arguments.request
        _ = try await transaction.query(
            """
            insert into public.songs (id, user_id, title, prompt, lyrics, duration, storage_path, is_public, parent_id, seed, engine, engine_version,
                bpm, key, time_signature, format, sample_rate, task, job_id, plan, request, size_bytes)
            values (\(arguments.songID), \(job.userID), \(song.title), \(request.prompt), \(request.lyrics), \(song.duration), \(path),
                \(request.isPublic), \(request.parentID), \(Int(arguments.seed)), \(engine.name), \(engine.version), \(song.bpm), \(song.key),
                \(song.timeSignature), \(request.format), \(song.sampleRate), \(request.task.rawValue), \(job.id),
                \(song.plan.map(RawJSON.init)), \(RawJSON(job.request)), \(size))
            """)
    }

    func result(files name: String) -> String {
        let id = arguments.songID.uuidString.lowercased()
        let result: JSONValue = [
            "song_id": .string(id), "title": .string(song.title), "seed": .number(Double(arguments.seed)), "engine": .string(engine.name),
            "duration": .number(song.duration), "sample_rate": .number(Double(song.sampleRate)),
            "bpm": song.bpm.map(JSONValue.number) ?? .null,
            "key": song.key.map(JSONValue.string) ?? .null, "storage_path": .string(path),
            "files": [
                "audio": .string("outputs/\(name)"), "wav": .string("outputs/\(id).wav"),
                "params": .string("outputs/\(id)_input_params.json"),
            ],
        ]
        return result.text
    }
}
