import Ableton
import Audio
import Core
import Database
import Engines
import Foundation
import Music
import Storage
import Synthesis

/// What lies in `outputs/` for each song: the finished WAV, its sidecar and score, and what is made from them on first ask.
///
/// Names are made of the song's id alone. Everything is written aside and renamed, so that a file is whole or not there.
public struct SongFiles: Sendable {
    private let folder: URL
    private let pool: BlockingPool
    /// Apart from the work above, which may take minutes.
    private let cleaning = BlockingPool(name: "song cleaning", threads: 1)
    private let making = InFlight()

    /// folder: `outputs/` in the data folder.
    public init(folder: URL) throws {
        self.folder = folder
        pool = BlockingPool(name: "song files", threads: 2)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    /// `outputs/<song id>` and an ending such as `.wav` or `_input_params.json`.
    public func file(_ id: UUID, _ ending: String) -> URL {
        folder.appending(path: id.uuidString.lowercased() + ending)
    }

    /// A name for unfinished work that the sweep knows as such.
    public func unfinished(_ id: UUID, _ ending: String) -> URL {
        folder.appending(path: "\(id.uuidString.lowercased())-\(UUID().uuidString.prefix(8).lowercased()).partial\(ending)")
    }

    /// Writes text durably under the song's name.
    public func write(_ text: String, _ id: UUID, _ ending: String) throws {
        let partial = unfinished(id, ending)
        do {
            try Data(text.utf8).write(to: partial)
            try finish(partial, as: id, ending)
        } catch let failure as Failure {
            throw failure
        } catch {
            try? FileManager.default.removeItem(at: partial)
            throw Failure(
                .unavailable, "storage_unwritable", "The song's files could not be written.",
                hint: "Is the disk full, or the data folder not writable?", underlying: error)
        }
    }

    /// Makes an unfinished file the song's, durably and in one step.
    public func finish(_ partial: URL, as id: UUID, _ ending: String) throws {
        let handle = try FileHandle(forUpdating: partial)
        try handle.synchronize()
        try handle.close()
        guard rename(partial.path, file(id, ending).path) == 0 else {
            throw Failure(.unavailable, "storage_unwritable", "The song's files could not be put in place.")
        }
    }

    // MARK: Made on first ask and kept

    /// The song's audio in a format.
    public func audio(of song: Song, format: AudioFormat) async throws -> URL {
        let wav = file(song.id, ".wav")
        guard format != .wav else { return wav }
        return try await make(file(song.id, "." + format.fileExtension)) { target in
            try AudioFile.convert(from: wav, to: target, format: format)
        }
    }

    /// The waveform's overview as JSON.
    public func peaks(of song: Song) async throws -> URL {
        let wav = file(song.id, ".wav")
        return try await make(file(song.id, "_peaks.json")) { target in
            let encoder = JSONEncoder()
            try encoder.encode(Peaks(of: wav)).write(to: target)
        }
    }

    /// The composition as JSON; throws `score_missing` for songs of engines that do not compose.
    public func scoreFile(of song: Song) throws -> URL {
        let file = file(song.id, "_score.json")
        guard FileManager.default.fileExists(atPath: file.path) else {
            throw Failure(
                .notFound, "score_missing", "This song has no score.",
                hint: "Only the built-in composer writes scores; other engines make sound directly.")
        }
        return file
    }

    private func score(of song: Song) throws -> Score {
        try JSONDecoder().decode(Score.self, from: Data(contentsOf: scoreFile(of: song)))
    }

    public func midi(of song: Song) async throws -> URL {
        let score = try score(of: song)
        return try await make(file(song.id, ".mid")) { target in
            try Data(MIDIFile(score).data()).write(to: target)
        }
    }

    /// An Ableton Live set with the song's notes. Throws `score_missing`, `live_set_unwritable`.
    public func liveSet(of song: Song) async throws -> URL {
        let score = try score(of: song)
        return try await make(file(song.id, ".als")) { target in
            try Data(LiveSetWriter(score).data()).write(to: target)
        }
    }

    /// A lead sheet as MusicXML.
    public func leadSheet(of song: Song) async throws -> URL {
        let score = try score(of: song)
        return try await make(file(song.id, ".musicxml")) { target in
            try Data(LeadSheet(score).xml.utf8).write(to: target)
        }
    }

    /// The lyrics in time. Throws `lyrics_missing` for songs without words.
    public func lyrics(of song: Song) async throws -> URL {
        guard let lyrics = LRC(try score(of: song)) else {
            throw Failure(
                .notFound, "lyrics_missing", "This song has no lyrics in time.",
                hint: "Ask for a song with lyrics whose sections are tagged, such as [verse] and [chorus].")
        }
        return try await make(file(song.id, ".lrc")) { target in try Data(lyrics.text.utf8).write(to: target) }
    }

    /// A zip of the stems as FLAC, rendered again from the score.
    public func stems(of song: Song, renderer: @escaping @Sendable () throws -> Renderer) async throws -> URL {
        let score = try score(of: song)
        return try await make(file(song.id, "_stems.zip")) { target in
            let work = target.deletingPathExtension().appendingPathExtension("stems")
            try FileManager.default.createDirectory(at: work, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: work) }
            let stems = try renderer().renderStems(score, into: work, format: .flac)
            try ZipArchive.write(stems, to: target)
        }
    }

    /// Runs `work` once for callers that ask for the same file at the same time, on a thread of its own.
    private func make(_ target: URL, _ work: @escaping @Sendable (URL) throws -> Void) async throws -> URL {
        if FileManager.default.fileExists(atPath: target.path) { return target }
        return try await making.once(target.path) {
            if FileManager.default.fileExists(atPath: target.path) { return target }
            return try await pool.run { _ in
                let name = target.lastPathComponent
                let partial = target.deletingLastPathComponent().appending(
                    path: "\(UUID().uuidString.prefix(8).lowercased()).partial-\(name)")
                defer { try? FileManager.default.removeItem(at: partial) }
                try work(partial)
                guard rename(partial.path, target.path) == 0 else {
                    throw Failure(.unavailable, "storage_unwritable", "The file could not be put in place.")
                }
                return target
            }
        }
    }

    // MARK: Cleaning

    /// Removes the files of songs that have left the table (`continuo.discarded_songs`). Several at once may take the same ones: ids never come
    /// back, so removing twice is removing.
    public func clear(_ database: Database) async throws {
        while true {
            let rows = try await database.asService(
                "select song_id from continuo.discarded_songs order by discarded_at, song_id limit 500")
            let ids = try rows.map { try $0.decode("song_id", as: UUID.self) }
            guard !ids.isEmpty else { return }
            try await cleaning.run { _ in remove(ids) }
            _ = try await database.asService("delete from continuo.discarded_songs where song_id = any (\(ids)::uuid[])")
        }
    }

    private func remove(_ ids: [UUID]) {
        let gone = Set(ids.map(\.text))
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        for name in names where gone.contains(String(name.prefix(36))) { unlink(folder.appending(path: name).path) }
    }

    /// As `clear`, for the end of a request: what cannot be removed now is removed by the hourly sweep.
    public func clearSoon(_ database: Database) async {
        try? await clear(database)
    }

    private func all(_ id: UUID) -> [URL] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.hasPrefix(id.uuidString.lowercased()) }.map { folder.appending(path: $0) }
    }

    /// Runs work on files on one of the pool's threads; cancelling the caller tells it.
    func perform<Result: Sendable>(_ work: @escaping @Sendable (BlockingPool.Cancellation) throws -> Result) async throws -> Result {
        try await pool.run(work)
    }

    /// Song ids with files older than `age`, and all unfinished files of that age (removed at once).
    func candidatesForSweep(olderThan age: TimeInterval) -> [UUID] {
        let limit = Date.now.addingTimeInterval(-age)
        let files =
            (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: [.contentModificationDateKey])) ?? []
        var ids: Set<UUID> = []
        for file in files {
            let date = (try? file.resourceValues(forKeys: [.contentModificationDateKey]))?.contentModificationDate
            guard let date, date < limit else { continue }
            if file.lastPathComponent.contains(".partial") {
                try? FileManager.default.removeItem(at: file)
            } else if let id = UUID(uuidString: String(file.lastPathComponent.prefix(36))) {
                ids.insert(id)
            }
        }
        return ids.sorted { $0.uuidString < $1.uuidString }
    }
}

/// Lets concurrent askers of one thing share one making of it.
actor InFlight {
    private var tasks: [String: Task<URL, any Error>] = [:]

    func once(_ key: String, _ work: @escaping @Sendable () async throws -> URL) async throws -> URL {
        if let task = tasks[key] { return try await task.value }
        // Shared by several callers, so it is nobody's child; it ends by itself and is awaited by each of them.
        let task = Task(operation: work)
        tasks[key] = task
        defer { tasks[key] = nil }
        return try await task.value
    }
}

extension SongFiles {
    /// Whether no song was ever made here.
    public var isEmpty: Bool {
        (try? FileManager.default.contentsOfDirectory(atPath: folder.path))?.isEmpty ?? true
    }

    /// Moves files to the trash that are older than `age` (seconds) and whose song is neither in the database nor being made: what a crash left.
    public func sweep(olderThan age: TimeInterval, trash: Trash, database: Database) async throws -> Int {
        let candidates = candidatesForSweep(olderThan: age)
        guard !candidates.isEmpty else { return 0 }
        let rows = try await database.asService(
            """
            select c.id from unnest(\(candidates)::uuid[]) as c (id)
            where not exists (select 1 from public.songs s where s.id = c.id)
                and not exists (select 1 from continuo.jobs j where j.status in ('queued', 'running') and j.request ->> 'song_id' ilike c.id::text)
            """)
        for row in rows { for file in all(try row.decode("id")) { trash.take(file) } }
        return rows.count
    }
}
