import Core
import Foundation
import Testing

/// Requests and the answers they must get, as text: `## claim`, lines of the request behind `>`, lines of the answer behind `<`.
///
/// `config: name=value` at the top sets the server up. `> As: {claims}` stands for a token with these claims. Of the answer, `< Name: value`
/// must be a header, `< Name~ pattern` must match one, `< !Name` must be absent; after `<` alone comes the body, compared as JSON where
/// both are; `<~ pattern` must match it; `<@ path == JSON` looks into it.
struct CaseFile: Sendable {
    var title = ""
    var configuration: [String: String] = [:]
    var cases: [Case] = []

    struct Case: Sendable, CustomTestStringConvertible {
        var file: String
        var claim: String
        var configuration: [String: String]
        var exchanges: [Exchange] = []

        var testDescription: String { "\(file): \(claim)" }
    }

    struct Exchange: Sendable {
        var method = ""
        var path = ""
        var headers: [(name: String, value: String)] = []
        var claims: String?
        var body: String?
        /// Nil for any.
        var status: Int?
        var expectedHeaders: [(name: String, value: String)] = []
        var headerPatterns: [(name: String, pattern: String)] = []
        var absentHeaders: [String] = []
        var expectedBody: String?
        var bodyPatterns: [String] = []
        var lookups: [String] = []
    }

    /// Every file of the folder `Cases`.
    static func all() throws -> [CaseFile] {
        let folder = Bundle.module.bundleURL.appending(path: "Cases")
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".http") }.sorted().map { name in
            CaseFile(try String(contentsOf: folder.appending(path: name), encoding: .utf8), name: String(name.dropLast(5)))
        }
    }

    init(_ text: String, name: String) {
        var current: Case?
        var exchange = Exchange()
        var (isInRequestBody, isInAnswer, isInAnswerBody) = (false, false, false)
        func endExchange() {
            if !exchange.method.isEmpty { current?.exchanges.append(exchange) }
            exchange = Exchange()
            (isInRequestBody, isInAnswer, isInAnswerBody) = (false, false, false)
        }
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            if line.hasPrefix("## ") {
                endExchange()
                if let current { cases.append(current) }
                current = Case(file: name, claim: String(line.dropFirst(3)), configuration: configuration)
            } else if line.hasPrefix("# ") {
                title = String(line.dropFirst(2))
            } else if line.hasPrefix("config:") {
                let pair = line.dropFirst(7).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                let key = pair[0].trimmingCharacters(in: .whitespaces)
                configuration[key] = pair.count > 1 ? String(pair[1]).trimmingCharacters(in: .whitespaces) : ""
            } else if line.hasPrefix(">") {
                if isInAnswer { endExchange() }
                let rest = String(line.dropFirst(line.hasPrefix("> ") ? 2 : 1))
                if isInRequestBody {
                    exchange.body = exchange.body.map { $0 + "\n" + rest } ?? rest
                } else if exchange.method.isEmpty {
                    let words = rest.split(separator: " ", maxSplits: 1).map(String.init)
                    exchange.method = words[0]
                    exchange.path = words.count > 1 ? words[1] : "/"
                } else if rest.isEmpty {
                    isInRequestBody = true
                } else {
                    let pair = Self.pair(rest, at: ":")
                    if pair.name == "As" { exchange.claims = pair.value } else { exchange.headers.append(pair) }
                }
            } else if line.hasPrefix("<") {
                Self.read(line, into: &exchange, &isInAnswer, &isInAnswerBody)
            }
        }
        endExchange()
        if let current { cases.append(current) }
    }

    private static func read(_ line: String, into exchange: inout Exchange, _ isInAnswer: inout Bool, _ isInBody: inout Bool) {
        let rest = String(line.dropFirst(line.hasPrefix("< ") ? 2 : 1))
        if line.hasPrefix("<~ ") {
            exchange.bodyPatterns.append(String(line.dropFirst(3)))
        } else if line.hasPrefix("<@ ") {
            exchange.lookups.append(String(line.dropFirst(3)))
        } else if !isInAnswer {
            isInAnswer = true
            exchange.status = Int(rest.prefix(3))
        } else if isInBody {
            exchange.expectedBody = (exchange.expectedBody.map { $0.isEmpty ? rest : $0 + "\n" + rest }) ?? rest
        } else if rest.isEmpty {
            isInBody = true
            exchange.expectedBody = ""
        } else if rest.hasPrefix("!") {
            exchange.absentHeaders.append(String(rest.dropFirst()))
        } else if let tilde = rest.firstIndex(of: "~"), rest[..<tilde].allSatisfy({ $0.isLetter || $0 == "-" }) {
            let (name, pattern) = pair(rest, at: "~")
            exchange.headerPatterns.append((name, pattern))
        } else {
            exchange.expectedHeaders.append(pair(rest, at: ":"))
        }
    }

    private static func pair(_ text: String, at separator: Character) -> (name: String, value: String) {
        let halves = text.split(separator: separator, maxSplits: 1, omittingEmptySubsequences: false)
        return (String(halves[0]), halves.count > 1 ? halves[1].trimmingCharacters(in: .whitespaces) : "")
    }
}

/// Looks into JSON by a path: `a.b["c d"][0]`.
enum JSONPath {
    static func value(_ path: String, in json: JSONValue) -> JSONValue? {
        var value: JSONValue? = json
        var rest = path[...]
        while let first = rest.first, value != nil {
            if first == "." {
                rest.removeFirst()
            } else if rest.hasPrefix("[\"") {
                rest.removeFirst(2)
                let name = rest.prefix { $0 != "\"" }
                rest = rest.dropFirst(name.count + 2)
                value = value?[String(name)]
            } else if first == "[" {
                rest.removeFirst()
                let digits = rest.prefix { $0 != "]" }
                rest = rest.dropFirst(digits.count + 1)
                guard case .array(let items)? = value, let index = Int(digits), items.indices.contains(index) else { return nil }
                value = items[index]
            } else {
                let name = rest.prefix { $0 != "." && $0 != "[" }
                rest = rest.dropFirst(name.count)
                value = value?[String(name)]
            }
        }
        return value
    }
}
