import Core
import Database
import Foundation
import TestSupport
import Testing

/// What must hold for any text a client may send, tried with many of them from a fixed seed.
@Suite struct PropertyTests {
    /// A small generator of its own, so that a failure can be repeated (SplitMix64; Steele, Lea, Flood 2014).
    private struct Random: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    private static let alphabet = Array("abzAZ09_ -.,:;!?*()[]{}<>=+&|'\"\\/$%#@^~`\t\näß漢字🎵\u{301}".unicodeScalars)

    private static func text(_ random: inout Random, _ length: ClosedRange<Int>) -> String {
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: length, using: &random) { text.append(alphabet.randomElement(using: &random) ?? "a") }
        return String(text)
    }

    private static func encoded(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }

    /// In double quotes, as names and values are written in a query string.
    private static func quoted(_ text: String) -> String {
        // Scalar by scalar: a quote with an accent on it is one character, and no less a quote to a parser.
        var output = String.UnicodeScalarView("\"".unicodeScalars)
        for scalar in text.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { output.append("\\") }
            output.append(scalar)
        }
        output.append("\"")
        return String(output)
    }

    @Test func `any name and any value find their row, however they are spelt`() async throws {
        var random = Random(state: 7)
        // Names that Swift holds for equal, or for one character, and PostgreSQL does not.
        var columns: [(name: String, value: String)] = [
            ("\u{E9}", "one scalar"), ("e\u{301}", "two scalars"), ("K", "letter"), ("\u{212A}", "kelvin"), ("a\"\u{301}b", "\"\u{301}"),
            ("\"\u{301}; select 1 --", "'\u{301}; select 1 --"), ("\\\u{301}", "\\\u{301}"), ("'\u{301}", "e\u{301}"),
            ("*\u{301}", "*\u{301}"),
            ("(\u{301}", ")\u{301},\u{301}"),
        ]
        while columns.count < 40 {
            let name = Self.text(&random, 1...12)
            if name.utf8.count <= 63, !columns.contains(where: { $0.name == name }) { columns.append((name, Self.text(&random, 0...20))) }
        }
        let url = try await CaseServers.shared.databaseURL()
        let owner = url(TestDatabase.ownerRole)
        var table: SQL = "create table shop.odd_names ("
        for (index, column) in columns.enumerated() { table += "\(sql: index > 0 ? ", " : "")\(identifier: column.name) text" }
        try await TestDatabase.owner(owner, sql: table + ")")
        var row: SQL = "insert into shop.odd_names values ("
        for (index, column) in columns.enumerated() { row += "\(sql: index > 0 ? ", " : "")\(column.value)" }
        try await TestDatabase.owner(owner, sql: row + ")")
        try await TestDatabase.owner(owner, "grant select on shop.odd_names to case_anon")
        let server = try await TestRestServer.start(url("authenticator"), CaseServers.standard)
        for column in columns {
            let name = Self.quoted(column.name)
            let path = "/odd_names?select=\(Self.encoded(name))&\(Self.encoded(name))=eq.\(Self.encoded(column.value))"
            let answer = try await server.send("GET", path)
            #expect(answer.status == 200, "\(column.name) → \(answer.text)")
            #expect(answer.json == .array([.object([column.name: .string(column.value)])]), "\(column.name)")
            let listed =
                "/odd_names?select=\(Self.encoded(name))&\(Self.encoded(name))=in.\(Self.encoded("(\(Self.quoted(column.value)),\"zz\")"))"
            #expect(
                try await server.send("GET", listed).json == .array([.object([column.name: .string(column.value)])]), "in: \(column.name)")
            let tree =
                "/odd_names?select=\(Self.encoded(name))&or=\(Self.encoded("(\(name).eq.\(Self.quoted(column.value)),\(name).eq.zz)"))"
            #expect(
                try await server.send("GET", tree).json == .array([.object([column.name: .string(column.value)])]), "or: \(column.name)")
        }
    }

    @Test(arguments: 0..<8)
    func `no text makes the server fail or writes broken SQL`(_ seed: Int) async throws {
        var random = Random(state: UInt64(seed) &* 7919 &+ 1)
        let server = try await CaseServers.shared.server([:])
        let words = [
            "select", "id", "*", "name", "artists", "albums", "tracks", "eq", "not", "in", "is", "null", "and", "or", "order", "asc",
            "desc",
            "nullsfirst", "limit", "offset", "columns", "on_conflict", "(", ")", ",", ".", ":", "::", "->", "->>", "!", "inner", "...",
            "sum()",
            "count()", "text", "int", "1", "\"", "{", "}", "fts(english)", "any", "all", "&", "=", "%00", "%", "=eq.", "select=", "order=",
        ]
        for _ in 0..<120 {
            var query = ""
            for _ in 0..<Int.random(in: 1...14, using: &random) {
                let word = Bool.random(using: &random) ? words.randomElement(using: &random) ?? "" : Self.encoded(Self.text(&random, 0...4))
                query += word == "\"" || word == "{" || word == "}" || word == "%" ? Self.encoded(word) : word
            }
            let path =
                ["/artists?", "/tracks?", "/rpc/\(Self.encoded(Self.text(&random, 1...6)))?", "/"].randomElement(using: &random) ?? "/"
            let answer = try await server.send("GET", path + query)
            #expect(answer.status < 500, "GET \(path)\(query) → \(answer.text)")
            #expect(answer.json["code"]?.string != "42601", "GET \(path)\(query) → \(answer.text)")
            #expect(JSONValue(parsing: answer.bytes) != nil || answer.bytes.isEmpty, "GET \(path)\(query)")
        }
    }

    @Test(arguments: 0..<4)
    func `no body makes the server fail`(_ seed: Int) async throws {
        var random = Random(state: UInt64(seed) &* 104_729 &+ 3)
        let server = try await CaseServers.shared.server([:])
        let pieces = [
            "{", "}", "[", "]", ",", ":", "\"id\"", "\"name\"", "1", "-0.5e3", "null", "true", "\"\\u0000\"", "\"\\ud800\"", "\"x\"", " ",
            "a,b\n1,2\n",
        ]
        let types = ["application/json", "text/csv", "application/x-www-form-urlencoded", "text/plain", "application/octet-stream", "x/y"]
        for _ in 0..<100 {
            var body = ""
            for _ in 0..<Int.random(in: 0...12, using: &random) { body += pieces.randomElement(using: &random) ?? "" }
            let answer = try await server.send(
                ["POST", "PATCH", "PUT"].randomElement(using: &random) ?? "POST", "/artists?id=eq.1", body: Array(body.utf8),
                headers: ["Content-Type": types.randomElement(using: &random) ?? "", "Prefer": "tx=rollback"])
            #expect(answer.status < 500, "\(body) → \(answer.text)")
        }
    }
}
