import App
import ArgumentParser
import Core
import Foundation
import Logging

struct RestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rest", abstract: "Serve the Data API alone, over any PostgreSQL database, configured as PostgREST is.",
        discussion: """
            Reads PostgREST's configuration file and the PGRST_… environment variables; they win. docs/reference/data-api.md lists the settings.

            Examples:
              continuo rest postgrest.conf
              PGRST_DB_URI=postgresql://authenticator@localhost/app PGRST_DB_SCHEMAS=api PGRST_DB_ANON_ROLE=anon continuo rest
            """)

    @Argument(help: ArgumentHelp("PostgREST's configuration file.", valueName: "config"))
    var file: String?

    func run() async throws {
        EventLoops.takeOver()
        let settings = try RestSettings(file: file.map { URL(filePath: $0) })
        var logger = Logger(label: "continuo") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = Self.level(settings.logLevel)
        try await RestServer.run(settings, logger: logger) { address in
            announce("listening on \(address)")
        }
    }

    /// PostgREST's names for levels.
    private static func level(_ name: String?) -> Logger.Level {
        switch name {
        case "crit": .critical
        case "warn": .warning
        case "info": .info
        case "debug": .debug
        default: .error
        }
    }
}
