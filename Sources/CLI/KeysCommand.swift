import App
import ArgumentParser
import Core
import Database
import Foundation
import HTTP

struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "Print the addresses and keys that clients need, as environment variables.",
        discussion: "Example:\n  continuo keys --data ~/music > .env\n\nThe service key can do everything: keep it secret.")

    @OptionGroup var common: CommonOptions

    @Option(help: "The port the server listens on; without it, that of the server that runs on the data folder.")
    var port: Int?

    func run() async throws {
        var flags = try common.flags()
        if let port { flags["port"] = String(port) }
        let settings = try Settings(flags: flags)
        let keys = try await ProjectKeys.load(from: settings.dataFolder.appending(path: "keys.json"), environment: settings.environment)
        let logger = settings.makeLogger()
        let running = port == nil ? try? String(contentsOf: settings.dataFolder.appending(path: Server.addressFile), encoding: .utf8) : nil
        let url = settings["public-url"] ?? running ?? "http://\(settings["host"] ?? "127.0.0.1"):\(settings.integer("port"))"
        let database =
            try settings["database-url"] ?? PrivateCluster(dataFolder: settings.dataFolder, logger: logger).addressOfRunning()?.ownerURI
            ?? ""
        print("SUPABASE_URL=\(url)")
        print("SUPABASE_ANON_KEY=\(keys.anonKey)")
        print("SUPABASE_SERVICE_ROLE_KEY=\(keys.serviceRoleKey)")
        print("SUPABASE_PUBLISHABLE_KEY=\(keys.publishableKey)")
        print("SUPABASE_SECRET_KEY=\(keys.secretKey)")
        print("DATABASE_URL=\(database)")
    }
}
