import Core
import Foundation

/// Turns what PostgreSQL printed, or the kernel answered, into what a person can do about it. Pure.
enum ClusterDiagnosis {
    static func failure(log: String, layout: ClusterLayout, programs: ClusterPrograms) -> Failure {
        let cause = LogExcerpt(text: log.suffix(2000).trimmingCharacters(in: .whitespacesAndNewlines))
        if log.contains("setpriv: failed to execute") { return unreachable(programs: programs, output: log) }
        if log.contains("No space left on device") || log.contains("Disk quota exceeded") { return diskFull(layout, cause) }
        if log.contains("Permission denied") || log.contains("has wrong ownership") || log.contains("has invalid permissions") {
            return permission(layout, "PostgreSQL, running as \(layout.user.name), may not use \(layout.folder.path).", cause)
        }
        if log.contains("could not map anonymous shared memory") || log.contains("could not resize shared memory")
            || log.contains("out of memory")
        {
            return Failure(
                .unavailable, "cluster_memory", "PostgreSQL found too little memory.",
                hint: "Free some, or lower shared_buffers in \(layout.folder.path)/continuo.conf.", underlying: cause)
        }
        if log.contains("already exists") && log.contains("postmaster.pid") || log.contains("pre-existing shared memory block") {
            return Failure(
                .unavailable, "cluster_busy", "Another PostgreSQL works in \(layout.folder.path).", hint: "Stop it first.",
                underlying: cause)
        }
        if log.contains("configuration file") && log.contains("contains errors") {
            return Failure(
                .unavailable, "cluster_failed", "PostgreSQL does not understand a setting.",
                hint: "Look at \(layout.folder.path)/continuo.conf; \(layout.log) names the line.", underlying: cause)
        }
        return Failure(
            .unavailable, "cluster_failed", "PostgreSQL did not start.", hint: "Its last words are in \(layout.log).", underlying: cause)
    }

    static func failure(errno code: Int32, doing what: String, layout: ClusterLayout) -> Failure {
        let reason = String(cString: strerror(code))
        switch code {
        case ENOSPC, EDQUOT: return diskFull(layout, LogExcerpt(text: reason))
        case EACCES, EPERM, EROFS: return permission(layout, "The program cannot \(what): \(reason).", LogExcerpt(text: reason))
        default:
            return Failure(
                .unavailable, "cluster_failed", "The program cannot \(what): \(reason).", underlying: LogExcerpt(text: reason))
        }
    }

    static func unreachable(programs: ClusterPrograms, output: String) -> Failure {
        Failure(
            .unavailable, "postgres_unreachable",
            "PostgreSQL's programs in \(programs.folder.path) cannot be run by user \(programs.userName).",
            hint: "Every folder above must be open to that user (chmod o+x), or install them under /opt/continuo with `make setup`.",
            underlying: LogExcerpt(text: String(output.suffix(2000))))
    }

    private static func diskFull(_ layout: ClusterLayout, _ cause: LogExcerpt) -> Failure {
        Failure(
            .unavailable, "cluster_disk_full", "The disk that holds \(layout.dataFolder.path) is full.",
            hint: "Free some space and start again; what was stored before is safe.", underlying: cause)
    }

    private static func permission(_ layout: ClusterLayout, _ message: String, _ cause: LogExcerpt) -> Failure {
        Failure(
            .unavailable, "cluster_permission", message,
            hint:
                "The folder must belong to \(layout.user.name) with mode 0700: sudo chown -R \(layout.user.name): '\(layout.folder.path)'",
            underlying: cause)
    }
}

/// The end of a program's output, for logs.
struct LogExcerpt: Error, CustomStringConvertible {
    var text: String

    var description: String { text }
}
