import Foundation

/// Where the files that belong to the program lie: beside it when installed, in the source tree when built there.
public enum Installation {
    /// The folder `name`, known by a file or folder in it. Looks in `setting`, beside the program, in `../share/continuo`, and in
    /// the folders above the program. Throws `installation_incomplete`.
    public static func folder(_ name: String, containing witness: String, setting: URL?, flag: String) throws -> URL {
        let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        var places = [program, program.deletingLastPathComponent().appending(path: "share/continuo")]
        var above = program
        while above.path != "/", places.count < 9 {
            above.deleteLastPathComponent()
            places.append(above)
        }
        let candidates = setting.map { [$0] } ?? places.map { $0.appending(path: name) }
        guard let folder = candidates.first(where: { FileManager.default.fileExists(atPath: $0.appending(path: witness).path) }) else {
            throw Failure(
                .unavailable, "installation_incomplete", "The folder “\(name)” that belongs to the program was not found.",
                hint: "Put it beside the program, or name it with --\(flag).")
        }
        return folder
    }
}
