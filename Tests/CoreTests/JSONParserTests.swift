import Core
import Foundation
import Testing

/// RFC 8259, and what strangers send instead.
@Suite struct JSONParserTests {
    @Test(arguments: [
        (
            #"{"a":[1,-2.5e3,true,false,null,"x\n\u00e9\ud83c\udfb5"]}"#,
            JSONValue.object(["a": .array([.number(1), .number(-2500), .bool(true), .bool(false), .null, .string("x\né🎵")])])
        ),
        (" [ ] ", .array([])), ("{}", .object([:])), ("0", .number(0)), (#""\/""#, .string("/")),
        (#"{"a":1,"a":2}"#, .object(["a": .number(2)])),
        (#""\ud800x""#, .string("\u{FFFD}x")), ("1e2", .number(100)),
    ])
    func `valid texts have their value`(text: String, value: JSONValue) {
        #expect(JSONValue(parsing: text.utf8) == value)
    }

    @Test(arguments: [
        "", " ", "{", "[1,]", "{\"a\":1,}", "{a:1}", "01", "1.", ".5", "+1", "-", "1e", "tru", "nul", "\"a", "\"\\x\"", "\"\\u12g4\"",
        "\"a\tb\"", "1 2", "[1}",
        "1e999", "'a'", "NaN", "{\"a\"}", "[,1]",
    ])
    func `anything else is refused`(text: String) {
        #expect(JSONValue(parsing: text.utf8) == nil)
    }

    @Test func `depth is bounded and bytes that are no text are refused`() {
        #expect(JSONValue(parsing: (String(repeating: "[", count: 64) + String(repeating: "]", count: 64)).utf8) != nil)
        #expect(JSONValue(parsing: String(repeating: "[", count: 100_000).utf8) == nil)
        #expect(JSONValue(parsing: [0x22, 0xFF, 0x22]) == nil)
    }

    @Test func `what is read and written again is the same value`() throws {
        let value: JSONValue = ["a": .array([.number(1.5), .string("\u{1}\"\\/é🎵"), .null, .bool(true)]), "": .object([:])]
        #expect(JSONValue(parsing: value.text.utf8) == value)
    }

    @Test func `random damage never traps`() {
        var generator = SystemRandomNumberGenerator()
        let text = Array(#"{"a":[1,-2.5e3,true,null,"x\n\u00e9\ud83c\udfb5",{"b":{}}]}"#.utf8)
        for _ in 0..<20_000 {
            var bytes = text
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 32...126, using: &generator)
            }
            if let value = JSONValue(parsing: bytes) { #expect(JSONValue(parsing: value.text.utf8) == value) }
        }
    }
}
