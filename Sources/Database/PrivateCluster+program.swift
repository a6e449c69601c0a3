import Core
public import Foundation

extension PrivateCluster {
    /// One of PostgreSQL's own programs (`psql`, `pg_dump` …) of the version that the private cluster runs. Throws `postgres_missing`.
    public static func program(_ name: String, binaries: URL?) throws -> URL {
        try ClusterPrograms(binaries, user: .init(name: NSUserName(), userID: getuid(), groupID: getgid())).folder.appending(
            path: "bin/\(name)")
    }
}
