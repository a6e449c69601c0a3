import App
import ArgumentParser
import Core
import Foundation
import Logging

/// The program `continuo`: one file per command beside this one.
@main
struct Program: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "continuo",
        abstract: "Music from a prompt: a whole music platform in one program.",
        discussion: """
            Examples:
              continuo serve
              continuo generate "dark techno, 130 bpm" --duration 60 --seed 7 -o song.flac
            """,
        version: Continuo.version,
        subcommands: [
            ServeCommand.self, WorkerCommand.self, GenerateCommand.self, StylesCommand.self, MigrateCommand.self, KeysCommand.self,
            PsqlCommand.self,
            RestCommand.self, UsersCommand.self,
        ])

    static func main() async {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let failure as Failure {
            FileHandle.standardError.write(Data("continuo: \(failure.message)\n\(failure.hint.map { "  \($0)\n" } ?? "")".utf8))
            for field in failure.fields { FileHandle.standardError.write(Data("  \(field.name): \(field.message)\n".utf8)) }
            if ProcessInfo.processInfo.environment["CONTINUO_LOG_LEVEL"] == "debug" {
                FileHandle.standardError.write(Data((failure.debugDescription + "\n").utf8))
            }
            Foundation.exit(1)
        } catch {
            exit(withError: error)
        }
    }
}

/// Prints a line that somebody may be waiting for on a pipe.
func announce(_ line: String) {
    print(line)
    fflush(nil)
}

extension Settings {
    /// Log lines go to standard error; standard output belongs to the commands' results.
    func makeLogger() -> Logger {
        var logger = Logger(label: "continuo") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = Logger.Level(rawValue: self["log-level"] ?? "info") ?? .info
        return logger
    }
}
