import Composer
import Core
import Database
import Engines
import Foundation
import Jobs

/// The arguments of a `generate` job: everything that decides the song, fixed when it was accepted.
struct GenerationArguments: Codable, Sendable {
    var songID: UUID
    var request: GenerationRequest
    /// Chosen at random where the person named none.
    var seed: UInt64
    var engine: String
    /// The artist's habits as they were then.
    var fingerprint: ArtistFingerprint?

    enum CodingKeys: String, CodingKey {
        case request, seed, engine, fingerprint
        case songID = "song_id"
    }

    static let kind = "generate"
}

/// Accepts requests for songs: checks what the engine can do, counts the daily limit and queues the job, in one transaction.
public struct GenerationDesk: Sendable {
    private let database: Database
    private let queue: JobQueue
    private let engines: EngineRegistry
    private let dailyLimit: Int

    public init(database: Database, queue: JobQueue, engines: EngineRegistry, dailyLimit: Int) {
        self.database = database
        self.queue = queue
        self.engines = engines
        self.dailyLimit = dailyLimit
    }

    /// Returns the jobs' ids, one for each song asked for; all are accepted or none.
    ///
    /// Throws `task_unsupported`, `engine_unknown`, `daily_limit_reached`, `not_found` (parent, recording, artist).
    public func accept(_ request: GenerationRequest, from claims: Claims) async throws -> [UUID] {
        let engine = try engines.engine(named: request.engine)
        let descriptor = engine.descriptor
        guard descriptor.tasks.contains(request.task) else {
            throw Failure(
                .unsupported, "task_unsupported", "The engine “\(descriptor.name)” does not do “\(request.task.rawValue)”.",
                hint: "It does: \(descriptor.tasks.map(\.rawValue).joined(separator: ", ")).")
        }
        if let duration = request.duration, !(descriptor.minimumDuration...descriptor.maximumDuration).contains(duration) {
            throw Failure(
                .invalid, "invalid_request", "These fields are not valid: duration.",
                fields: [
                    .init("duration", "this engine makes \(Int(descriptor.minimumDuration)) to \(Int(descriptor.maximumDuration)) seconds")
                ])
        }
        try await checkSources(of: request, claims)
        let fingerprint = try await fingerprint(of: request.artistID, claims)
        // Neighbouring seeds are as different as any two.
        let first = request.seed ?? UInt64.random(in: 0...GenerationRequest.maximumSeed)
        let jobs = try (0..<request.count).map { number -> String in
            let seed = (first + UInt64(number)) % (GenerationRequest.maximumSeed + 1)
            let arguments = GenerationArguments(
                songID: UUID(), request: request, seed: seed, engine: descriptor.name, fingerprint: fingerprint)
            return String(decoding: try JSONEncoder.sorted.encode(arguments), as: UTF8.self)
        }
        return try await database.asService { transaction in
            var ids: [UUID] = []
            for job in jobs {
                try await claimOne(claims, in: transaction)
                ids.append(try await queue.enqueue(kind: GenerationArguments.kind, request: job, userID: claims.userID, in: transaction))
            }
            return ids
        }
    }

    /// One of the day's songs. Throws `daily_limit_reached`.
    private func claimOne(_ claims: Claims, in transaction: Transaction) async throws {
        let claim = try await transaction.query(
            "select granted, used, resets_at from continuo.claim_generation(\(claims.userID), \(dailyLimit))"
        ).first
        guard let claim else {
            throw Failure(.unauthenticated, "no_authorization", "This account does not exist any more.", hint: "Sign in again.")
        }
        guard try claim.decode("granted", as: Bool.self) else {
            let reset: Date = try claim.decode("resets_at")
            throw Failure(
                .limited, "daily_limit_reached", "The limit of \(dailyLimit) songs a day is reached.",
                hint: "It starts again at \(reset.formatted(.iso8601)).")
        }
    }

    /// What the song is made from must be the caller's to read.
    private func checkSources(of request: GenerationRequest, _ claims: Claims) async throws {
        if let parent = request.parentID {
            let rows = try await database.asUser(claims, "select 1 as one from public.songs where id = \(parent)")
            if rows.isEmpty { throw Failure(.notFound, "not_found", "The song in parent_id does not exist, or is not yours to see.") }
        }
        if let path = request.sourcePath {
            let parts = path.split(separator: "/", maxSplits: 1).map { String($0) }
            let rows = try await database.asUser(
                claims, "select 1 as one from storage.objects where bucket_id = \(parts[0]) and name = \(parts.last ?? "")")
            if rows.isEmpty {
                throw Failure(.notFound, "not_found", "The recording in source_path does not exist, or is not yours to read.")
            }
        }
    }

    /// The habits in an artist's profile, as far as the caller may read it.
    private func fingerprint(of artist: UUID?, _ claims: Claims) async throws -> ArtistFingerprint? {
        guard let artist else { return nil }
        let rows = try await database.asUser(
            claims,
            """
            select coalesce(p.master_schema, '{}')::text as profile from public.artists a
            left join public.artist_profiles p on p.artist_id = a.id where a.id = \(artist)
            """)
        guard let row = rows.first else {
            throw Failure(.notFound, "not_found", "The artist in artist_id does not exist, or you are not a member.")
        }
        return ArtistFingerprint(
            profile: try JSONDecoder().decode(JSONValue.self, from: Data(try row.decode("profile", as: String.self).utf8)))
    }
}

extension ArtistFingerprint {
    /// Reads `master_schema` as the Producer writes it; what is missing or of another type is left out.
    init(profile: JSONValue) {
        let habits = profile["daw_fingerprint_aggregates"]
        func texts(_ value: JSONValue?) -> [String] { (value?.array ?? []).compactMap(\.string).prefix(40).map { String($0.prefix(200)) } }
        let range = habits?["core_bpm_range"]
        var tempos = (range?["cluster_centers"]?.array ?? []).compactMap(\.number)
        if tempos.isEmpty, let low = range?["min"]?.number, let high = range?["max"]?.number { tempos = [(low + high) / 2] }
        let drums = habits?["drum_palette"]
        let identity = profile["artist"]?["core_identities"]
        self.init(
            tempos: Array(tempos.prefix(12)), keys: texts(habits?["keys_and_modes"]?["common_keys"]),
            genres: texts(identity?["primary_genre_space"]) + texts(identity?["secondary_spaces"]),
            palettes: texts(habits?["core_synth_palette"]) + texts(habits?["bass_workflow"]) + texts(drums?["kick_character"])
                + texts(drums?["snare_clap_character"]) + texts(drums?["percussion_notes"]),
            habits: texts(habits?["arrangement_habits"]) + texts(identity?["energy_profile"]) + texts(identity?["melodic_character"]))
    }
}

extension JSONEncoder {
    static var sorted: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }
}
