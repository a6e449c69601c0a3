import App
import ArgumentParser
import Core
import Database
import Foundation
import HTTP

struct PsqlCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "psql", abstract: "Open the database with PostgreSQL's own tool, as its owner.",
        discussion: "Example:\n  continuo psql --data ~/music -- -c 'select count(*) from songs'")

    @OptionGroup var common: CommonOptions

    @Argument(parsing: .postTerminator, help: "Arguments for psql, after --.")
    var arguments: [String] = []

    func run() async throws {
        let settings = try common.settings()
        let keys = try await ProjectKeys.load(from: settings.dataFolder.appending(path: "keys.json"), environment: settings.environment)
        let home = try DatabaseHome.attach(settings, keys: keys, logger: settings.makeLogger())
        let own = try? PrivateCluster.program("psql", binaries: settings.folder("postgres"))
        let words = [own?.path ?? "psql", home.ownerURL] + arguments
        // psql takes this process over: terminal, signals and exit code are its own.
        var pointers = words.map { strdup($0) }
        pointers.append(nil)
        execvp(words[0], pointers)
        throw Failure(.unavailable, "psql_missing", "psql could not be started.", hint: "Install PostgreSQL's client, or run `make setup`.")
    }
}
