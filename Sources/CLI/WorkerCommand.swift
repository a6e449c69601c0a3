import App
import ArgumentParser
import Core
import Foundation
import Jobs

struct WorkerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker", abstract: "Run jobs beside a server, against the same database and data folder.",
        discussion: "Example:\n  continuo worker --data ~/music --slots 2\n\n" + CommonOptions.list)

    @OptionGroup var common: CommonOptions

    @Option(help: "Jobs that this process runs at once.")
    var slots: Int = 1

    @Option(help: "Seconds without a sign of life after which another worker takes a job over.")
    var lease: Int = 15

    func validate() throws {
        guard (1...64).contains(slots) else { throw ValidationError("--slots must be from 1 to 64.") }
        guard (2...3600).contains(lease) else { throw ValidationError("--lease must be from 2 to 3600 seconds.") }
    }

    func run() async throws {
        var flags = try common.flags()
        flags["workers"] = String(slots)
        let settings = try Settings(flags: flags)
        var configuration = Worker.Configuration()
        configuration.slots = slots
        configuration.lease = .seconds(lease)
        try await Server.work(settings, configuration: configuration, logger: settings.makeLogger()) { name in
            announce("working as \(name)")
        }
    }
}
