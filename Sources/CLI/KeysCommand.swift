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

    @Option(
        help: ArgumentHelp(
            "Make a fresh key that signs access tokens from the next start on, ES256 or EdDSA; tokens of the keys before hold until they expire.",
            valueName: "algorithm"))
    var rotate: String?

    func validate() throws {
        guard rotate.map({ SigningKey.Algorithm(rawValue: $0) != nil }) ?? true else {
            throw ValidationError("--rotate takes ES256 or EdDSA.")
        }
    }

    func run() async throws {
        var flags = try common.flags()
        if let port { flags["port"] = String(port) }
        let settings = try Settings(flags: flags)
        let file = settings.dataFolder.appending(path: "keys.json")
        if let algorithm = rotate.flatMap(SigningKey.Algorithm.init(rawValue:)) {
            let key = try await ProjectKeys.rotate(file, to: algorithm)
            print("Key \(key.identifier) signs access tokens once the server is started again.")
            return
        }
        let keys = try await ProjectKeys.load(from: file, environment: settings.environment)
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
