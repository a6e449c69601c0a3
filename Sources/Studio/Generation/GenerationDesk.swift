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

    enum CodingKeys: String, CodingKey {
        case request, seed, engine
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

    /// Returns the job's id. Throws `task_unsupported`, `engine_unknown`, `daily_limit_reached`, `not_found` (parent).
    public func accept(_ request: GenerationRequest, from claims: Claims) async throws -> UUID {
        let engine = try engines.engine(named: request.engine)
        let descriptor = engine.descriptor
        guard descriptor.tasks.contains(request.task) else {
            throw Failure(
                .unsupported, "task_unsupported", "The engine “\(descriptor.name)” does not do “\(request.task.rawValue)” yet.",
                hint: "It does: \(descriptor.tasks.map(\.rawValue).joined(separator: ", ")).")
        }
        if let duration = request.duration, !(descriptor.minimumDuration...descriptor.maximumDuration).contains(duration) {
            throw Failure(
                .invalid, "invalid_request", "These fields are not valid: duration.",
                fields: [
                    .init("duration", "this engine makes \(Int(descriptor.minimumDuration)) to \(Int(descriptor.maximumDuration)) seconds")
                ])
        }
        if request.artistID != nil {
            throw Failure(
                .unsupported, "artist_unsupported", "The engine “\(descriptor.name)” does not follow an artist's profile yet.",
                hint: "Leave `artist_id` out.")
        }
        if let parent = request.parentID {
            let rows = try await database.asUser(claims, "select 1 as one from public.songs where id = \(parent)")
            if rows.isEmpty { throw Failure(.notFound, "not_found", "The song in parent_id does not exist, or is not yours to see.") }
        }
        let arguments = GenerationArguments(
            songID: UUID(), request: request, seed: request.seed ?? UInt64.random(in: 0...GenerationRequest.maximumSeed),
            engine: descriptor.name)
        let json = String(decoding: try JSONEncoder.sorted.encode(arguments), as: UTF8.self)
        return try await database.asService { transaction in
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
            return try await queue.enqueue(kind: GenerationArguments.kind, request: json, userID: claims.userID, in: transaction)
        }
    }
}

extension JSONEncoder {
    static var sorted: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }
}
