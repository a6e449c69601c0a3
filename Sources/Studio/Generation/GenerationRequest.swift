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
    public var artistID: UUID?
    public var isPublic: Bool = false
    public var format: String = "wav"

    enum CodingKeys: String, CodingKey, CaseIterable {
        case prompt, lyrics, title, task, duration, seed, engine, bpm, key, instrumental, format
        case timeSignature = "time_signature"
        case parentID = "parent_id"
        case repaintStart = "repaint_start"
        case repaintEnd = "repaint_end"
        case artistID = "artist_id"
        case isPublic = "is_public"
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
        artistID = reader.id("artist_id")
        isPublic = reader.flag("is_public") ?? false
        format = reader.choice("format", Self.formats) ?? "wav"
        if task != .text2music, parentID == nil, !reader.hasProblem("parent_id") {
            reader.refuse("parent_id", "is required for the task “\(task.rawValue)”: the song it works on")
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
