import Core
import Database
import Foundation
import Jobs
import Logging
import Storage
import Studio

/// Clears files that a crash left behind, but only in a data folder that belongs to the database asked: with another one
/// every file would look like an orphan.
struct OrphanSweep: JobHandler {
    let kind = "maintenance.files"
    let database: Database
    let files: SongFiles
    let objects: ObjectStore
    let trash: Trash
    let dataFolder: URL
    let logger: Logger
    /// Seconds a file may lie about without a row.
    static let grace: TimeInterval = 3600

    func run(_ job: Job, report: ProgressReport) async throws -> JobOutcome {
        guard try await isOurs() else {
            logger.warning(
                "the data folder holds songs of another database: orphaned files are not swept. If it is the right one, write the id in continuo.installation to \(mark.path)"
            )
            return JobOutcome(result: #"{"swept":null}"#)
        }
        try await files.clear(database)
        let songs = try await files.sweep(olderThan: Self.grace, trash: trash, database: database)
        let versions = try await objects.sweep(olderThan: Self.grace, trash: trash, database: database)
        trash.empty()
        return JobOutcome(result: #"{"swept":\#(songs + versions)}"#)
    }

    private var mark: URL { dataFolder.appending(path: "installation") }

    /// Folder and database know the same id. A folder that is still empty is taken into possession.
    private func isOurs() async throws -> Bool {
        let id = try await database.asService("select id from continuo.installation").single().value(as: UUID.self).uuidString.lowercased()
        if let known = try? String(contentsOf: mark, encoding: .utf8) {
            return known.trimmingCharacters(in: .whitespacesAndNewlines) == id
        }
        guard files.isEmpty, objects.isEmpty else { return false }
        try Data((id + "\n").utf8).write(to: mark, options: .atomic)
        return true
    }
}
