import Core
import Engines
import Foundation
import HTTP
import Music

/// What a person asks for with `POST /generate`, every field checked.
public struct GenerationRequest: Sendable, Hashable, Codable {
    public var prompt: String
    public var lyrics: String?
    public var title: String?
    public var task: EngineDescriptor.Task = .text2music
    /// Seconds; nil lets the prompt decide, else 120.
    public var duration: Double?
    public var seed: UInt64?
    public var engine: String?
    public var bpm: Double?
    public var key: String?
    public var timeSignature: String?
    public var instrumental: Bool = true
    public var parentID: UUID?
    public var repaintStart: Double?
    public var repaintEnd: Double?
    /// Seconds by which `extend` makes the song longer at either end.
    public var extendBefore: Double?
    public var extendAfter: Double?
    /// A recording in Storage, as bucket and name, that `similar` follows.
    public var sourcePath: String?
    /// How many songs, each with a seed of its own.
    public var count: Int = 1
    public var artistID: UUID?
    public var isPublic: Bool = false
    public var format: String = "wav"

    enum CodingKeys: String, CodingKey, CaseIterable {
        case prompt, lyrics, title, task, duration, seed, engine, bpm, key, instrumental, format, count
        case timeSignature = "time_signature"
        case parentID = "parent_id"
        case repaintStart = "repaint_start"
        case repaintEnd = "repaint_end"
        case extendBefore = "extend_before"
        case extendAfter = "extend_after"
        case sourcePath = "source_path"
        case artistID = "artist_id"
        case isPublic = "is_public"
    }

    /// Jobs that were queued by an earlier version lack the later fields.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        prompt = try values.decode(String.self, forKey: .prompt)
        lyrics = try values.decodeIfPresent(String.self, forKey: .lyrics)
        title = try values.decodeIfPresent(String.self, forKey: .title)
        task = try values.decodeIfPresent(EngineDescriptor.Task.self, forKey: .task) ?? .text2music
        duration = try values.decodeIfPresent(Double.self, forKey: .duration)
        seed = try values.decodeIfPresent(UInt64.self, forKey: .seed)
        engine = try values.decodeIfPresent(String.self, forKey: .engine)
        bpm = try values.decodeIfPresent(Double.self, forKey: .bpm)
        key = try values.decodeIfPresent(String.self, forKey: .key)
        timeSignature = try values.decodeIfPresent(String.self, forKey: .timeSignature)
        instrumental = try values.decodeIfPresent(Bool.self, forKey: .instrumental) ?? true
        parentID = try values.decodeIfPresent(UUID.self, forKey: .parentID)
        repaintStart = try values.decodeIfPresent(Double.self, forKey: .repaintStart)
        repaintEnd = try values.decodeIfPresent(Double.self, forKey: .repaintEnd)
        extendBefore = try values.decodeIfPresent(Double.self, forKey: .extendBefore)
        extendAfter = try values.decodeIfPresent(Double.self, forKey: .extendAfter)
        sourcePath = try values.decodeIfPresent(String.self, forKey: .sourcePath)
        count = try values.decodeIfPresent(Int.self, forKey: .count) ?? 1
        artistID = try values.decodeIfPresent(UUID.self, forKey: .artistID)
        isPublic = try values.decodeIfPresent(Bool.self, forKey: .isPublic) ?? false
        format = try values.decodeIfPresent(String.self, forKey: .format) ?? "wav"
    }

    /// The largest seed: every integer up to it is exact in JSON.
    public static let maximumSeed: UInt64 = (1 << 53) - 1
    public static let formats = ["wav", "flac", "mp3", "opus"]

    public init(prompt: String) {
        self.prompt = prompt
    }

    /// Checks every field and names each wrong one. Throws `invalid_request` with `fields`.
    public init(json: [String: JSONValue]) throws {
        var reader = FieldReader(json, known: CodingKeys.allCases.map(\.rawValue))
        prompt = reader.text("prompt", 1...2000, required: true) ?? ""
        lyrics = reader.text("lyrics", 0...10_000)
        title = reader.text("title", 1...200)
        let taskName = reader.choice("task", EngineDescriptor.Task.allCases.map(\.rawValue))
        task = taskName.flatMap(EngineDescriptor.Task.init(rawValue:)) ?? .text2music
        duration = reader.number("duration", 10...600)
        seed = reader.integer("seed", 0...Int(Self.maximumSeed)).map(UInt64.init)
        engine = reader.text("engine", 1...64)
        bpm = reader.number("bpm", 30...300)
        key = reader.text("key", 1...32)
        if let text = key, Key(text) == nil {
            reader.refuse("key", "must be a key such as “F# minor”, “C major” or “D dorian”")
        }
        timeSignature = reader.text("time_signature", 3...5)
        if let text = timeSignature, Meter(text) == nil {
            reader.refuse("time_signature", "must be a time signature such as “4/4”, “3/4” or “6/8”")
        }
        instrumental = reader.flag("instrumental") ?? true
        parentID = reader.id("parent_id")
        repaintStart = reader.number("repaint_start", 0...600)
        repaintEnd = reader.number("repaint_end", 0...600)
        extendBefore = reader.number("extend_before", 0...590)
        extendAfter = reader.number("extend_after", 0...590)
        sourcePath = reader.text("source_path", 3...1000)
        if let path = sourcePath, path.split(separator: "/").count < 2 {
            reader.refuse("source_path", "must be a bucket and a name such as “music/…/riff.wav”")
        }
        count = reader.integer("count", 1...8) ?? 1
        artistID = reader.id("artist_id")
        isPublic = reader.flag("is_public") ?? false
        format = reader.choice("format", Self.formats) ?? "wav"
        if task != .text2music, parentID == nil, !reader.hasProblem("parent_id"), task != .similar || sourcePath == nil {
            let other = task == .similar ? ", or source_path: a recording" : ""
            reader.refuse("parent_id", "is required for the task “\(task.rawValue)”: the song it works on\(other)")
        }
        if sourcePath != nil, task != .similar { reader.refuse("source_path", "goes with the task “similar” only") }
        for (name, value) in [("extend_before", extendBefore), ("extend_after", extendAfter)] where value != nil && task != .extend {
            reader.refuse(name, "goes with the task “extend” only")
        }
        if task == .repaint {
            if repaintStart == nil, !reader.hasProblem("repaint_start") {
                reader.refuse("repaint_start", "is required for the task “repaint”")
            }
            if repaintEnd == nil, !reader.hasProblem("repaint_end") { reader.refuse("repaint_end", "is required for the task “repaint”") }
        }
        if let repaintStart, let repaintEnd, repaintStart >= repaintEnd {
            reader.refuse("repaint_end", "must be greater than repaint_start")
        }
        try reader.finish()
    }
}
