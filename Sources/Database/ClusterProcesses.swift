import Core
import Foundation

/// Server processes at work in a cluster's folder, found in `/proc` by their working directory: a `postmaster.pid` alone may be stale, or
/// name a stranger that was given the same number.
struct ClusterProcesses: Sendable {
    let folder: URL

    var all: [pid_t] {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        let path = folder.resolvingSymlinksInPath().path
        return entries.compactMap { pid_t($0) }.filter { process in
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process)/cwd")) == path
                && (try? String(contentsOfFile: "/proc/\(process)/comm", encoding: .utf8)) == "postgres\n"
        }
    }

    private var postmasterFile: URL { folder.appending(path: "postmaster.pid") }

    private var postmasterLines: [Substring] {
        ((try? String(contentsOf: postmasterFile, encoding: .utf8)) ?? "").split(separator: "\n", omittingEmptySubsequences: false)
    }

    private var recordedPostmaster: pid_t? { postmasterLines.first.flatMap { pid_t($0) } }

    /// Where the server listens, when it runs (line 5 of `postmaster.pid`).
    func socketFolderOfPostmaster() -> String? {
        let lines = postmasterLines
        guard lines.count >= 5, let recorded = recordedPostmaster, all.contains(recorded) else { return nil }
        return String(lines[4])
    }

    /// Stops whatever a dead program left running here, and removes a stale mark that would hinder the start. Blocks.
    /// The caller holds the data folder's lock, so nobody else can want them. Throws `cluster_busy`.
    func clear() throws {
        var elapsed = 0
        var remaining = all
        while !remaining.isEmpty {
            switch elapsed {
            // A fast shutdown; then, as for orphans without a postmaster, an immediate one.
            case 0: if let postmaster = recordedPostmaster, remaining.contains(postmaster) { kill(postmaster, SIGINT) }
            case 5000: remaining.forEach { kill($0, SIGQUIT) }
            case 10_000: remaining.forEach { kill($0, SIGKILL) }
            case 15_000...:
                throw Failure(
                    .unavailable, "cluster_busy", "An older PostgreSQL still works in \(folder.path) and does not stop.",
                    hint: "Processes: \(remaining.map(String.init).joined(separator: " ")).")
            case 1000 where recordedPostmaster.map { !remaining.contains($0) } ?? true: remaining.forEach { kill($0, SIGQUIT) }
            default: break
            }
            usleep(20_000)
            elapsed += 20
            remaining = all
        }
        // PostgreSQL believes the file when the number in it is alive, whoever that is. Nobody is at work here: it is stale.
        if let recorded = recordedPostmaster, kill(recorded, 0) == 0 || errno == EPERM { unlink(postmasterFile.path) }
    }
}
