import App
import ArgumentParser
import Core
import Database
import Foundation
import HTTP

struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "Bring the database's schema up to date, or show where it stands.",
        discussion:
            "Example:\n  continuo migrate --status --database-url postgresql://owner@host/music\n\n`serve` migrates by itself when it starts."
    )

    @OptionGroup var common: CommonOptions

    @Flag(help: "Only show what is applied and what is pending.")
    var status = false

    func run() async throws {
        let settings = try common.settings()
        let logger = settings.makeLogger()
        let keys = try await ProjectKeys.load(from: settings.dataFolder.appending(path: "keys.json"), environment: settings.environment)
        let home = try DatabaseHome.attach(settings, keys: keys, logger: logger)
        if !status { try await DatabaseHome.migrate(home, settings, keys: keys, logger: logger) }
        let folder = try DatabaseHome.schemaFolder(settings).appending(path: "migrations")
        for line in try await Migrator.status(ownerURL: home.ownerURL, migrations: folder) {
            print("\(line.version)  \(line.state.rawValue.padding(toLength: 8, withPad: " ", startingAt: 0))  \(line.name)")
        }
    }
}
