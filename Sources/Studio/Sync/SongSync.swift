import Core
import Database
import Foundation
import HTTP
import Jobs
import Logging
import Storage

/// `sync.songs` jobs: bring the second server up to date, song by song.
///
/// Everything is sent so that sending it again changes nothing: files before rows, both under the song's own id. A run is short, so that
/// it holds no worker up for long; what is left is another job. Failures are waited out, longer each time, up to an hour.
public struct SongSync: JobHandler {
    static let kindName = "sync.songs"
    public let kind = SongSync.kindName

    private let database: Database
    private let objects: ObjectStore
    private let target: SyncTarget?
    private let logger: Logger
    /// How long one run goes on taking songs.
    static let runLength: Duration = .seconds(20)
    /// Seconds. The longest pause after failures, and how long a song that was taken is left alone.
    private static let longestWait = 3600.0
    private static let grip = 90

    /// target: nil where there is no second server; runs then do nothing.
    public init(database: Database, objects: ObjectStore, target: SyncTarget?, logger: Logger) {
        self.database = database
        self.objects = objects
        self.target = target
        self.logger = logger
    }

    public func run(_ job: Job, report: ProgressReport) async throws -> JobOutcome {
        guard let target else { return JobOutcome(result: #"{"pushed":0}"#) }
        let deadline = ContinuousClock.now + Self.runLength
        var (pushed, failed) = (0, 0)
        while ContinuousClock.now < deadline, let entry = try await next() {
            try Task.checkCancellation()
            report.update(0, "song \(pushed + failed + 1)")
            do {
                let isComplete = try await push(entry, to: target, until: deadline)
                guard isComplete else { break }
                pushed += 1
            } catch let failure as Failure {
                failed += 1
                logger.warning("song \(entry.songID.text) was not pushed: \(String(reflecting: failure))")
                try await note(failure, of: entry)
                // The others would fare no better.
                if failure.code == "remote_unreachable" { break }
            }
        }
        return JobOutcome(result: #"{"pushed":\#(pushed),"failed":\#(failed)}"#) { transaction in
            try await Self.followUp(in: transaction)
        }
    }

    /// Queues the next run for when something is due, unless one waits already.
    static func followUp(in transaction: Transaction) async throws {
        _ = try await transaction.query(
            """
            insert into continuo.jobs (kind, priority, run_after)
            select \(kindName), -10, greatest(min(s.due_at), now()) from continuo.song_sync s
            where s.state <> 'pushed' and s.due_at < now() + interval '1 minute'
                and not exists (select from continuo.jobs j where j.kind = \(kindName) and j.status = 'queued')
            having count(*) > 0
            """)
    }

    // MARK: One song

    /// What is to be done about one song.
    struct Entry: Sendable {
        var songID: UUID
        var state: String
        var revision: Int
        var attempts: Int
        var remotePath: String?
        /// Where it may be there, if it was ever sent.
        var begunPath: String?
        var upload: SyncTarget.Upload?
    }

    /// The one that has waited longest. Nobody else takes it for a while: it is free again if this process dies.
    private func next() async throws -> Entry? {
        try await database.asService(
            """
            update continuo.song_sync s set due_at = now() + \(Self.grip) * interval '1 second'
            where s.song_id = (
                select c.song_id from continuo.song_sync c where c.state <> 'pushed' and c.due_at <= now()
                order by c.due_at, (select o.created_at from public.songs o where o.id = c.song_id), c.song_id limit 1 for update skip locked
            )
            returning s.song_id, s.state, s.revision, s.attempts, s.remote_path, s.begun_path, s.upload_url, s.upload_version
            """
        ).first.map { row in
            var upload: SyncTarget.Upload?
            if let url = try row.decode("upload_url", as: String?.self), let version = try row.decode("upload_version", as: String?.self) {
                upload = .init(url: url, version: version)
            }
            return Entry(
                songID: try row.decode("song_id"), state: try row.decode("state"), revision: try row.decode("revision"),
                attempts: try row.decode("attempts"), remotePath: try row.decode("remote_path"), begunPath: try row.decode("begun_path"),
                upload: upload)
        }
    }

    /// False where the time was up before the file was over: it goes on there next time.
    private func push(_ entry: Entry, to target: SyncTarget, until deadline: ContinuousClock.Instant) async throws -> Bool {
        guard entry.state != "gone" else {
            try await target.remove(entry.songID, path: entry.remotePath ?? entry.begunPath, upload: entry.upload)
            _ = try await database.asService("delete from continuo.song_sync where song_id = \(entry.songID) and state = 'gone'")
            return true
        }
        guard let song = try await song(entry.songID) else {
            _ = try await database.asService(
                "delete from continuo.song_sync where song_id = \(entry.songID) and coalesce(remote_path, begun_path) is null")
            return true
        }
        guard song.isEnabled else {
            try await finish(entry, path: entry.remotePath)
            return true
        }
        guard let object = try await objects.object(song.storagePath, in: database) else {
            throw Failure(.notFound, "song_file_missing", "The song's file is not in the storage of this server.")
        }
        let person = try await target.person(song.person)
        let path = person.text + "/" + song.fileName
        // A song that is deleted from here on leaves this behind, so that its copy is deleted too.
        let isNoted = try await !database.asService(
            "update continuo.song_sync set begun_path = \(path) where song_id = \(entry.songID) and state <> 'gone' returning 1"
        ).isEmpty
        guard isNoted else { return true }
        let isComplete = try await target.push(object, as: path, from: entry.upload, until: deadline) { upload in
            _ = try await database.asService(
                """
                update continuo.song_sync set upload_url = \(upload.url), upload_version = \(upload.version)
                where song_id = \(entry.songID)
                """)
        } bytes: { from, count in
            try await objects.bytes(of: object, from: from, count: count)
        }
        guard isComplete else {
            _ = try await database.asService("update continuo.song_sync set due_at = now() where song_id = \(entry.songID)")
            return false
        }
        try await target.upsert(song.row, person: person, path: "music/" + path)
        if let old = entry.remotePath, old != path { try await target.removeObject(old) }
        try await finish(entry, path: path)
        return true
    }

    private func finish(_ entry: Entry, path: String?) async throws {
        // Changed meanwhile: what went out is there, and what is new waits.
        let changes: SQL = """
            update continuo.song_sync set remote_path = \(path), upload_url = null, upload_version = null, pushed_at = now(), due_at = now(),
                state = case when revision = \(entry.revision) and state <> 'gone' then 'pushed' else state end, attempts = 0, error = null
            where song_id = \(entry.songID)
            """
        // What was made from it went over without its parent.
        let children: SQL = """
            update continuo.song_sync set state = 'waiting', revision = revision + 1, due_at = now()
            where state = 'pushed' and remote_path is not null and \(entry.remotePath == nil && path != nil)
                and song_id in (select s.id from public.songs s where s.parent_id = \(entry.songID))
            """
        _ = try await database.asUser(.service, pipeline: [changes, children])
    }

    private func note(_ failure: Failure, of entry: Entry) async throws {
        let wait = min(Self.longestWait, 5 * pow(2, Double(min(entry.attempts, 12))))
        _ = try await database.asService(
            """
            update continuo.song_sync set state = case when state = 'gone' then state else 'failed' end, attempts = attempts + 1,
                error = \(failure.description), due_at = now() + \(wait) * interval '1 second'
            where song_id = \(entry.songID) and revision = \(entry.revision)
            """)
    }

    // MARK: Rows

    private struct SyncedSong: Sendable {
        var person: SyncTarget.Person
        var storagePath: String
        var isEnabled: Bool
        /// As the other server shall have it, but for what depends on that server.
        var row: JSONValue

        var fileName: String { storagePath.split(separator: "/").dropFirst(2).joined(separator: "/") }
    }

    private func song(_ id: UUID) async throws -> SyncedSong? {
        // A parent that the other server does not have would be refused.
        try await database.asService(
            """
            select s.user_id, u.email, p.display_name, s.storage_path, s.sync_enabled,
                jsonb_build_object('id', s.id, 'title', s.title, 'prompt', s.prompt, 'lyrics', s.lyrics, 'duration', s.duration,
                    'is_public', s.is_public, 'seed', s.seed, 'engine', s.engine, 'engine_version', s.engine_version, 'bpm', s.bpm,
                    'key', s.key, 'time_signature', s.time_signature, 'format', s.format, 'sample_rate', s.sample_rate, 'task', s.task,
                    'plan', s.plan, 'request', s.request, 'size_bytes', s.size_bytes, 'sha256', s.sha256, 'created_at', s.created_at,
                    'sync_enabled', false,
                    'parent_id', (select c.song_id from continuo.song_sync c where c.song_id = s.parent_id and c.remote_path is not null)
                ) as row
            from public.songs s join auth.users u on u.id = s.user_id left join public.profiles p on p.id = s.user_id where s.id = \(id)
            """
        ).first.map { row in
            SyncedSong(
                person: .init(
                    id: try row.decode("user_id"), email: try row.decode("email", as: String?.self),
                    name: try row.decode("display_name", as: String?.self)),
                storagePath: try row.decode("storage_path"), isEnabled: try row.decode("sync_enabled"),
                row: try row.decode("row", as: JSON<JSONValue>.self).value)
        }
    }
}
