import Core
import Engines
import Studio
import Testing

@Suite struct GenerationRequestTests {
    private func problems(_ fields: [String: JSONValue]) -> [String] {
        do {
            _ = try GenerationRequest(json: fields)
            return []
        } catch let failure as Failure {
            return failure.fields.map(\.name).sorted()
        } catch {
            return ["?"]
        }
    }

    @Test func `a prompt is enough, and everything else has its documented standard`() throws {
        let request = try GenerationRequest(json: ["prompt": "  calm piano  "])
        #expect(request.prompt == "calm piano")
        #expect(request.task == .text2music && request.format == "wav" && !request.isPublic && request.instrumental)
        #expect(request.duration == nil && request.seed == nil)
    }

    @Test func `every wrong field is named in one answer`() {
        let fields: [String: JSONValue] = [
            "prompt": "", "lyrics": .string(String(repeating: "a", count: 10_001)), "task": "dance", "duration": .number(9),
            "seed": .number(-1),
            "bpm": .number(301), "key": "H minor", "time_signature": "7/0", "instrumental": "yes", "parent_id": "x", "format": "aiff",
            "wrong": .null,
            "title": .number(3),
        ]
        #expect(
            problems(fields) == [
                "bpm", "duration", "format", "instrumental", "key", "lyrics", "parent_id", "prompt", "seed", "task", "time_signature",
                "title", "wrong",
            ])
    }

    @Test(arguments: [
        ("duration", JSONValue.number(10), true), ("duration", .number(600), true), ("duration", .number(600.1), false),
        ("duration", .string("60"), false), ("seed", .number(9_007_199_254_740_991), true), ("seed", .number(1.5), false),
        ("bpm", .number(30), true), ("bpm", .number(29.9), false), ("key", .string("F# minor"), true), ("key", .string("D dorian"), true),
        ("time_signature", .string("6/8"), true), ("time_signature", .string("4-4"), false), ("prompt", .string("a\0b"), false),
        ("prompt", .string(String(repeating: "é", count: 2000)), true), ("prompt", .string(String(repeating: "é", count: 2001)), false),
    ])
    func `limits are inclusive and types are exact`(field: String, value: JSONValue, isValid: Bool) {
        var fields: [String: JSONValue] = ["prompt": "x"]
        fields[field] = value
        #expect(problems(fields) == (isValid ? [] : [field]))
    }

    @Test func `tasks that work on a song need one, and a repaint its range`() {
        #expect(problems(["prompt": "x", "task": "extend"]) == ["parent_id"])
        #expect(problems(["prompt": "x", "task": "repaint"]) == ["parent_id", "repaint_end", "repaint_start"])
        let parent: JSONValue = "7b6fb4a8-54b7-4a5f-9f3c-0a5b1fd0a5b1"
        #expect(
            problems(["prompt": "x", "task": "repaint", "parent_id": parent, "repaint_start": .number(9), "repaint_end": .number(8)]) == [
                "repaint_end"
            ])
    }
}
