import ArgumentParser
import Core

/// The settings that every command with a data folder knows. Each is also an environment variable; see `Settings.all`.
struct CommonOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The data folder.", valueName: "folder"))
    var data: String?

    @Option(help: ArgumentHelp("A PostgreSQL 15 or newer with pgvector, as its owner; none: the program runs its own.", valueName: "url"))
    var databaseURL: String?

    @Option(name: .customLong("set"), help: ArgumentHelp("Any other setting, as name=value; see the list below.", valueName: "name=value"))
    var others: [String] = []

    func flags() throws -> [String: String] {
        var flags: [String: String] = [:]
        for pair in others {
            let halves = pair.split(separator: "=", maxSplits: 1).map(String.init)
            guard halves.count == 2, Settings.all.contains(where: { $0.name == halves[0] }) else {
                throw ValidationError("“\(pair)” is not of the form name=value with a known setting.")
            }
            flags[halves[0]] = halves[1]
        }
        flags["data"] = data ?? flags["data"]
        flags["database-url"] = databaseURL ?? flags["database-url"]
        return flags
    }

    func settings() throws -> Settings {
        try Settings(flags: flags())
    }

    /// All settings, for the help of commands that take them.
    static var list: String {
        let rows = Settings.all.map { setting in
            "  \(setting.name)  (\(setting.environment)\(setting.standard.map { ", standard \($0)" } ?? ""))\n      \(setting.help)"
        }
        return "Settings, by flag, --set name=value, environment or continuo.json in the data folder:\n" + rows.joined(separator: "\n")
    }
}
