import App
import ArgumentParser
import Core
import Foundation

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Serve everything: page, API, workers and the database.",
        discussion: "Example:\n  continuo serve --data ~/music --port 8000\n\n" + CommonOptions.list)

    @OptionGroup var common: CommonOptions

    @Option(help: "The address to listen on.")
    var host: String?

    @Option(help: "The port to listen on; 0 takes a free one.")
    var port: Int?

    @Option(help: "Jobs that this process runs at once; 0 leaves them to `continuo worker`.")
    var workers: Int?

    func run() async throws {
        EventLoops.takeOver()
        var flags = try common.flags()
        if let host { flags["host"] = host }
        if let port { flags["port"] = String(port) }
        if let workers { flags["workers"] = String(workers) }
        let settings = try Settings(flags: flags)
        try await Server.run(settings, logger: settings.makeLogger()) { address in
            announce("listening on \(address)")
        }
    }
}
