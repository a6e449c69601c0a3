import Core
import Database
import Foundation
import HTTP

/// A finished song, as its row says.
public struct Song: Sendable {
    public var id: UUID
    public var userID: UUID?
    public var title: String
    public var prompt: String?
    public var lyrics: String?
    public var duration: Double
    public var seed: Int?
    public var engine: String?
    public var engineVersion: String?
    public var bpm: Double?
    public var key: String?
    public var timeSignature: String?
    public var storagePath: String?
    public var isPublic: Bool
    public var parentID: UUID?
    public var plan: JSONValue?
    public var createdAt: Date
    /// Whether a second server may have a copy.
    public var isSyncEnabled: Bool
    /// How far that is, for the owner: `waiting`, `failed`, `pushed`.
    public var syncState: String?
    public var syncError: String?

    static let columns: SQL = """
        s.id, s.user_id, s.title, s.prompt, s.lyrics, s.duration, s.seed, s.engine, s.engine_version, s.bpm, s.key, s.time_signature,
        s.storage_path, s.is_public, s.parent_id, s.plan, s.created_at, s.sync_enabled
        """

    init(_ row: Row) throws {
        id = try row.decode("id")
        userID = try row.decode("user_id")
        title = try row.decode("title", as: String?.self) ?? "Untitled"
        prompt = try row.decode("prompt")
        lyrics = try row.decode("lyrics")
        duration = try row.decode("duration", as: Double?.self) ?? 0
        seed = try row.decode("seed")
        engine = try row.decode("engine")
        engineVersion = try row.decode("engine_version")
        bpm = try row.decode("bpm")
        key = try row.decode("key")
        timeSignature = try row.decode("time_signature")
        storagePath = try row.decode("storage_path")
        isPublic = try row.decode("is_public", as: Bool?.self) ?? false
        parentID = try row.decode("parent_id")
        plan = try row.decode("plan", as: JSON<JSONValue>?.self)?.value
        createdAt = try row.decode("created_at", as: Date?.self) ?? .distantPast
        isSyncEnabled = try row.decode("sync_enabled")
    }

    /// The song for the API. linkToken: lets a player or a download fetch its files without a header.
    func json(linkToken: String) -> JSONValue {
        let id = id.uuidString.lowercased()
        func link(_ what: String) -> JSONValue { .string("/songs/\(id)/\(what)?token=\(linkToken)") }
        return [
            "id": .string(id), "title": .string(title), "prompt": prompt.map(JSONValue.string) ?? .null,
            "lyrics": lyrics.map(JSONValue.string) ?? .null, "duration": .number(duration),
            "seed": seed.map { .number(Double($0)) } ?? .null, "engine": engine.map(JSONValue.string) ?? .null,
            "bpm": bpm.map(JSONValue.number) ?? .null, "key": key.map(JSONValue.string) ?? .null,
            "time_signature": timeSignature.map(JSONValue.string) ?? .null, "is_public": .bool(isPublic),
            "parent_id": parentID.map { .string($0.uuidString.lowercased()) } ?? .null, "plan": plan ?? .null,
            "storage_path": storagePath.map(JSONValue.string) ?? .null, "created_at": .string(createdAt.rfc3339),
            "sync_enabled": .bool(isSyncEnabled),
            "sync": syncState.map { ["state": .string($0), "error": syncError.map(JSONValue.string) ?? .null] } ?? .null,
            "links": [
                "audio": link("audio"), "midi": link("midi"), "stems": link("stems"), "peaks": link("peaks"), "score": link("score"),
                "als": link("als"), "musicxml": link("musicxml"), "lrc": link("lrc"),
            ],
        ]
    }
}
