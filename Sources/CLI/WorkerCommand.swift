import App
import ArgumentParser
import Core
import Foundation

struct WorkerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker", abstract: "Run jobs beside a server, against the same database and data folder.",
        discussion: "Example:\n  continuo worker --data ~/music --slots 2\n\n" + CommonOptions.list)

    @OptionGroup var common: CommonOptions

    @Option(help: "Jobs that this process runs at once.")
    var slots: Int = 1

    func validate() throws {
        guard (1...64).contains(slots) else { throw ValidationError("--slots must be from 1 to 64.") }
    }

    func run() async throws {
        var flags = try common.flags()
        flags["workers"] = String(slots)
        let settings = try Settings(flags: flags)
        try await Server.work(settings, logger: settings.makeLogger()) { name in
            announce("working as \(name)")
        }
    }
}
