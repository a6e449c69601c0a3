import CLinux
import Core
import Crypto
import Foundation

/// Where a private cluster's parts lie, whose they are, and whether they may be used.
struct ClusterLayout: Sendable {
    struct User: Sendable {
        var name: String
        var userID: uid_t
        var groupID: gid_t
    }

    let dataFolder: URL
    /// The cluster itself: PostgreSQL's data directory.
    let folder: URL
    /// Who runs the server: this user, or, for root, the system user.
    let user: User
    let programUser: User
    let socketFolder: String

    /// Throws `cluster_user_missing`.
    init(dataFolder: URL) throws {
        // The kernel reports processes' working directories with links resolved; ours must read the same.
        self.dataFolder = dataFolder.resolvingSymlinksInPath()
        folder = self.dataFolder.appending(path: "postgres")
        let own = geteuid()
        guard let programUser = Self.user(own) else {
            throw Failure(
                .unavailable, "cluster_user_missing", "User \(own) has no name on this machine, without which PostgreSQL does not start.",
                hint: "Add an entry for it to /etc/passwd, or set DATABASE_URL to a PostgreSQL of your own.")
        }
        self.programUser = programUser
        user = own == 0 ? try Self.systemUser(for: folder) : programUser
        socketFolder = Self.socketFolder(dataFolder: self.dataFolder.path, userID: own)
    }

    var log: String { dataFolder.appending(path: "postgres.log").path }

    var isInitialized: Bool { FileManager.default.fileExists(atPath: folder.path) }

    // MARK: Checks

    /// Throws `cluster_version` when the folder was made by another major version.
    func checkVersion(_ version: String) throws {
        guard
            let found = try? String(contentsOf: folder.appending(path: "PG_VERSION"), encoding: .utf8)
                .trimmingCharacters(in: .whitespacesAndNewlines)
        else {
            try checkAccess()
            throw Failure(
                .unavailable, "cluster_failed", "The folder \(folder.path) is not a PostgreSQL cluster: it has no PG_VERSION.",
                hint: "Restore it from a backup, or move it away to start with an empty one.")
        }
        guard found == version else {
            throw Failure(
                .unavailable, "cluster_version",
                "The data in \(folder.path) is of PostgreSQL \(found), but PostgreSQL \(version) is installed.",
                hint: """
                    Run it with PostgreSQL \(found) (CONTINUO_POSTGRES names its folder), make a copy with that version's pg_dump, \
                    move the folder \
                    away, start anew and restore the copy.
                    """)
        }
    }

    /// Throws `cluster_permission` when the cluster does not belong to the user who is to run it.
    func checkAccess() throws {
        var status = stat()
        guard lstat(folder.path, &status) == 0 else { throw ClusterDiagnosis.failure(errno: errno, doing: "read", layout: self) }
        guard status.st_uid == user.userID else {
            let owner = Self.user(status.st_uid)?.name ?? "user \(status.st_uid)"
            throw Failure(
                .unavailable, "cluster_permission",
                "The database in \(folder.path) belongs to \(owner), and this program runs as \(user.name).",
                hint: """
                    Run the program as \(owner == "continuo" ? "root" : owner), or give the folder to \(user.name): \
                    sudo chown -R \(user.name): '\(folder.path)'
                    """
            )
        }
        guard status.st_mode & 0o777 & ~0o750 == 0, status.st_mode & 0o700 == 0o700 else {
            throw Failure(
                .unavailable, "cluster_permission",
                "The database folder \(folder.path) has permissions \(String(status.st_mode & 0o777, radix: 8)), which PostgreSQL refuses.",
                hint: "Run: chmod 0700 '\(folder.path)'")
        }
    }

    // MARK: Making

    func makePrivateFolder(_ folder: URL) throws {
        guard mkdir(folder.path, 0o700) == 0, chown(folder.path, user.userID, user.groupID) == 0 else {
            throw ClusterDiagnosis.failure(errno: errno, doing: "make \(folder.path)", layout: self)
        }
    }

    /// The socket's folder, open to the server's user only (and to root). A folder of somebody else in its place is refused.
    func makeSocketFolder() throws {
        if mkdir(socketFolder, 0o700) != 0, errno != EEXIST {
            throw ClusterDiagnosis.failure(errno: errno, doing: "make \(socketFolder)", layout: self)
        }
        let descriptor = open(socketFolder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        var status = stat()
        guard descriptor >= 0, fstat(descriptor, &status) == 0 else {
            throw ClusterDiagnosis.failure(errno: errno, doing: "use \(socketFolder)", layout: self)
        }
        defer { close(descriptor) }
        guard [programUser.userID, user.userID].contains(status.st_uid) else {
            throw Failure(
                .unavailable, "cluster_permission", "The folder \(socketFolder) belongs to somebody else.",
                hint: "Remove it, and start again.")
        }
        guard fchmod(descriptor, 0o700) == 0, fchown(descriptor, user.userID, user.groupID) == 0 else {
            throw ClusterDiagnosis.failure(errno: errno, doing: "use \(socketFolder)", layout: self)
        }
    }

    /// Both users that may be at the other end of the socket are let in as owner and as login role, and nobody else.
    func writeAccessRules() throws {
        let names = Set([programUser.name, user.name]).sorted()
        let map = names.flatMap { name in ["continuo", "authenticator"].map { "continuo \"\(name)\" \($0)\n" } }.joined()
        try write("local all all peer map=continuo\n", to: folder.appending(path: "pg_hba.conf"))
        try write(map, to: folder.appending(path: "pg_ident.conf"))
    }

    /// Replaces a file of the cluster in one step, leaving it to the server's user.
    func write(_ text: String, to file: URL) throws {
        let draft = file.path + ".new"
        unlink(draft)
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw ClusterDiagnosis.failure(errno: errno, doing: "write \(file.path)", layout: self) }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count, fchown(descriptor, user.userID, user.groupID) == 0,
            rename(draft, file.path) == 0
        else {
            throw ClusterDiagnosis.failure(errno: errno, doing: "write \(file.path)", layout: self)
        }
    }

    func syncFileSystem(of folder: URL) throws {
        let descriptor = open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw ClusterDiagnosis.failure(errno: errno, doing: "sync", layout: self) }
        defer { close(descriptor) }
        guard syncfs(descriptor) == 0 else { throw ClusterDiagnosis.failure(errno: errno, doing: "sync", layout: self) }
    }

    // MARK: Choices

    private static func user(_ id: uid_t) -> User? {
        guard let entry = getpwuid(id)?.pointee, let name = entry.pw_name else { return nil }
        return User(name: String(cString: name), userID: entry.pw_uid, groupID: entry.pw_gid)
    }

    /// For root: whoever owns the cluster already, else the system user `continuo`.
    private static func systemUser(for folder: URL) throws -> User {
        var status = stat()
        if lstat(folder.path, &status) == 0, status.st_uid != 0, let owner = user(status.st_uid) { return owner }
        guard let entry = getpwnam("continuo")?.pointee else {
            throw Failure(
                .unavailable, "cluster_user_missing", "PostgreSQL does not run as root, and the system user continuo does not exist.",
                hint: "Run: useradd --system --user-group --no-create-home --shell /usr/sbin/nologin continuo")
        }
        return User(name: "continuo", userID: entry.pw_uid, groupID: entry.pw_gid)
    }

    /// A socket's path must stay under 108 bytes (`sockaddr_un`), so deep data folders keep theirs elsewhere.
    static func socketFolder(
        dataFolder: String, userID: uid_t, runtimeFolder: String? = ProcessInfo.processInfo.environment["XDG_RUNTIME_DIR"]
    )
        -> String
    {
        func fits(_ folder: String) -> Bool { folder.utf8.count + "/.s.PGSQL.5432.lock".utf8.count < 104 }
        let digest = Hexadecimal.text(SHA256.hash(data: Data(dataFolder.utf8)).prefix(6))
        if userID == 0 { return "/run/continuo-\(digest)" }
        let beside = dataFolder + "/run"
        if fits(beside) { return beside }
        if let runtimeFolder, !runtimeFolder.isEmpty, fits("\(runtimeFolder)/continuo-\(digest)"), access(runtimeFolder, W_OK) == 0 {
            return "\(runtimeFolder)/continuo-\(digest)"
        }
        return "/tmp/continuo-\(userID)-\(digest)"
    }
}
