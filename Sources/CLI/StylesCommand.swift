import ArgumentParser
import Composer
import Core
import Engines
import Foundation
import Music

struct StylesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "styles", abstract: "List the styles that the built-in engine knows, or check files of your own.",
        discussion: """
            Examples:
              continuo styles
              continuo styles --json
              continuo styles --check my-composer-data

            A folder holds “styles” and “instruments”; docs/reference/styles.md describes the files.
            """)

    @Option(help: ArgumentHelp("Read every file in this folder and name each mistake; fails when there is one.", valueName: "folder"))
    var check: String?

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let book = try ComposerData.book(in: try check.map { URL(filePath: $0) } ?? ComposerData.folder(Settings().folder("composer-data")))
        if check != nil || !book.problems.isEmpty {
            for problem in book.problems { FileHandle.standardError.write(Data("\(problem)\n".utf8)) }
        }
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
            print(String(decoding: try encoder.encode(book.styles.map { Line($0, digest: book.digest) }), as: UTF8.self))
        } else if check == nil {
            for style in book.styles {
                let tempo = "\(Int(style.tempo.lowerBound))–\(Int(style.tempo.upperBound)) bpm"
                print("\(padded(style.name, 20)) \(padded(tempo, 14)) \(padded(style.meter.description, 5)) \(style.about)")
            }
        } else {
            print("\(book.styles.count) styles, \(book.orchestra.entries.count) instruments, \(book.problems.count) mistakes")
        }
        if check != nil, !book.problems.isEmpty { throw ExitCode.failure }
    }

    private func padded(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: max(0, width - text.count)) }

    private struct Line: Encodable {
        let id: String
        let name: String
        let about: String
        let words: [String]
        let tempo: [Double]
        let meter: String
        let range: Double
        let vinyl: Double
        /// Of all the files that were read.
        let digest: String

        init(_ style: Style, digest: String) {
            self.digest = digest
            id = style.id
            name = style.name
            about = style.about
            words = style.words
            tempo = [style.tempo.lowerBound, style.tempo.upperBound]
            meter = style.meter.description
            range = style.mix.range
            vinyl = style.mix.vinyl
        }
    }
}
