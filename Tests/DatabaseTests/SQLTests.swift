import Core
import Database
import Foundation
import TestSupport
import Testing

@Suite struct SQLTests {
    @Test func `interpolated values become numbered binds and never text`() {
        let title = "x'; drop table songs; --"
        let sql: SQL = "select * from songs where title = \(title) and bpm > \(120) and key is not distinct from \(String?.none)"
        #expect(sql.text == "select * from songs where title = $1 and bpm > $2 and key is not distinct from $3")
        #expect(!"\(sql)".contains("drop"))
    }

    @Test func `a spliced fragment has its binds renumbered`() {
        let condition: SQL = "bpm between \(90) and \(120)"
        let sql: SQL = "select * from songs where user_id = \(UUID()) and (\(sql: condition)) limit \(10)"
        #expect(sql.text == "select * from songs where user_id = $1 and (bpm between $2 and $3) limit $4")
        #expect((condition + " and \(true)").text == "bpm between $1 and $2 and $3")
    }

    @Test func `identifiers are quoted so that they cannot end early`() {
        let sql: SQL = "select \(identifier: #"a"b"#) from \(unsafeSQL: "songs")"
        #expect(sql.text == #"select "a""b" from songs"#)
    }

    @Test func `a text with a NUL character is refused instead of being cut short`() async throws {
        try await TestDatabase.withDatabase { database, _ in
            let failure = await #expect(throws: Failure.self) { try await database.asAnonymous("select \("before\0after")::text") }
            #expect(failure?.code == "database_invalid")
        }
    }

    @Test func `a value that has no JSON form is refused`() async throws {
        try await TestDatabase.withDatabase { database, _ in
            let failure = await #expect(throws: Failure.self) { try await database.asAnonymous("select \(JSON([Double.nan]))::jsonb") }
            #expect(failure?.code == "database_invalid")
        }
    }
}

@Suite struct SQLValueTests {
    private struct Note: Codable, Equatable {
        var title: String
        var at: Date
    }

    /// Sends a value, casts it on the server, and reads it back.
    private func roundTrip<Value: SQLEncodable & SQLDecodable & Equatable>(_ values: [Value], as type: String) async throws {
        try await TestDatabase.withDatabase { database, _ in
            for value in values {
                let row = try await database.asAnonymous("select \(value)::\(unsafeSQL: type) as value").single()
                #expect(try row.decode("value", as: Value.self) == value)
            }
        }
    }

    @Test func `numbers return as they were sent`() async throws {
        try await roundTrip([0, -1, Int.max, Int.min], as: "bigint")
        try await roundTrip([Int32.min, Int32.max], as: "integer")
        try await roundTrip([0.1, -1e300, 2.5e-300, .infinity], as: "double precision")
        try await roundTrip([Float(0.1), 3.4e38], as: "real")
        try await roundTrip([true, false], as: "boolean")
    }

    @Test func `texts and identifiers return as they were sent`() async throws {
        try await roundTrip(["", "é 音 🎛", "a\\b\"c'{d},NULL", "line\nline"], as: "text")
        try await roundTrip([UUID()], as: "uuid")
        try await roundTrip([Bytes([0, 1, 127, 128, 255]), Bytes([])], as: "bytea")
        try await roundTrip([["a", "", "NULL", "x,y", "\"q\"", "back\\slash", "{}"], []], as: "text[]")
        try await roundTrip([[1, 2, 3]], as: "integer[]")
        try await roundTrip([["a", nil, "b"] as [String?]], as: "text[]")
    }

    @Test(arguments: [0.0, 1_000_000.123456, -1.5, 1_795_254_368.000001, -62_000_000_000, 7_258_118_400])
    func `a date returns to the microsecond`(seconds: Double) async throws {
        let date = Date(timeIntervalSince1970: seconds)
        try await TestDatabase.withDatabase { database, _ in
            let row = try await database.asAnonymous(
                "select \(date)::timestamptz as back, extract(epoch from \(date)::timestamptz)::double precision as epoch"
            ).single()
            #expect(abs(try row.decode("back", as: Date.self).timeIntervalSince(date)) < 1e-6)
            #expect(abs(try row.decode("epoch", as: Double.self) - seconds) < 1e-5)
        }
    }

    @Test func `dates are read whatever their form, and infinity is far away`() async throws {
        try await TestDatabase.withDatabase { database, _ in
            let row = try await database.asAnonymous(
                """
                select 'infinity'::timestamptz a, '2026-02-28'::date b, '2026-02-28 12:00'::timestamp c,
                    '1999-12-31T23:59:59.5+05:30'::text d
                """
            ).single()
            #expect(try row.decode("a", as: Date.self) == .distantFuture)
            #expect(try row.decode("b", as: Date.self) == Date(timeIntervalSince1970: 1_772_236_800))
            #expect(try row.decode("c", as: Date.self) == Date(timeIntervalSince1970: 1_772_280_000))
            #expect(try row.decode("d", as: Date.self) == Date(timeIntervalSince1970: 946_664_999.5))
        }
    }

    @Test func `a codable value lives in jsonb with its dates`() async throws {
        let note = Note(title: "A/B \"quoted\"", at: Date(timeIntervalSince1970: 1_795_254_368.25))
        try await roundTrip([JSON(note)], as: "jsonb")
        try await TestDatabase.withDatabase { database, _ in
            let row = try await database.asAnonymous(
                "select jsonb_build_object('title', 'x', 'at', '2026-01-01 00:00:00+00'::timestamptz) as note"
            ).single()
            #expect(try row.decode("note", as: JSON<Note>.self).value.at == Date(timeIntervalSince1970: 1_767_225_600))
        }
    }

    @Test func `bytes of a JSON-building statement pass through untouched`() async throws {
        try await TestDatabase.withDatabase { database, _ in
            let rows = try await database.asAnonymous("select json_build_object('n', 1, 's', 'é')")
            #expect(String(decoding: try rows.bytes(), as: UTF8.self) == #"{"n" : 1, "s" : "é"}"#)
            #expect(try await database.asAnonymous("select 1 where false").bytesIfPresent() == nil)
        }
    }

    @Test(arguments: [
        ("select null::int as bpm", "expected Int, got NULL of type integer"),
        ("select 'fast' as bpm", "expected Int, got another value of type text"),
        ("select 1.5::float8 as bpm", "expected Int, got another value of type double precision"),
        ("select 1 as tempo", "no such column; there are: tempo"),
    ])
    func `a value that cannot be read says column, expected and got, but not the value`(statement: String, said: String) async throws {
        try await TestDatabase.withDatabase { database, _ in
            let row = try await database.asAnonymous(SQL(unsafeSQL: statement)).single()
            let failure = #expect(throws: Failure.self) { _ = try row.decode("bpm", as: Int.self) }
            let text = failure?.debugDescription ?? ""
            #expect(failure?.code == "row_decoding")
            #expect(text.contains("\"bpm\"") && text.contains(said) && !text.contains("fast"))
            #expect(failure?.description.contains("bpm") == false)
        }
    }
}
