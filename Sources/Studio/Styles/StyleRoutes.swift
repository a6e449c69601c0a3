import Composer
import Core
import Database
import Engines
import Foundation
import HTTP
import HTTPTypes
import Hummingbird
import Jobs
import Music

/// `/styles`: what the built-in engine can play, and how it sounds.
public struct StyleRoutes: Sendable {
    private let samples: StyleSamples
    private let database: Database
    private let queue: JobQueue

    public init(samples: StyleSamples, database: Database, queue: JobQueue) {
        self.samples = samples
        self.database = database
        self.queue = queue
    }

    public func addRoutes(to router: some RouterMethods<AppRequestContext>) {
        router.group("styles")
            .get("") { _, _ in try await list() }
            .get("{style}/sample") { request, context in
                let style = try await samples.style(try context.parameters.require("style"))
                guard try await samples.exists(style) else {
                    throw Failure(
                        .notFound, "sample_missing", "This style has no sample yet.", hint: "POST to the same address has one made.")
                }
                return try await FileResponse(
                    file: try await samples.file(of: style), contentType: "audio/mpeg", cacheControl: "public, max-age=86400"
                ).response(to: request, context: context)
            }
            .post("{style}/sample") { _, context in try await make(context) }
    }

    private func list() async throws -> Response {
        var items: [JSONValue] = []
        for style in try await samples.composer.book().styles {
            items.append([
                "id": .string(style.id), "name": .string(style.name), "about": .string(style.about),
                "words": .array(style.words.map { .string($0) }),
                "tempo": .array([.number(style.tempo.lowerBound), .number(style.tempo.upperBound)]),
                "meter": .string(style.meter.description),
                "sample": try await samples.exists(style) ? StyleSamples.json(style) : .null,
            ])
        }
        return Response.json(JSONValue.object(["styles": .array(items)]).text)
    }

    /// The sample where it is there; else the job that makes it: one for each person and style at a time.
    private func make(_ context: AppRequestContext) async throws -> Response {
        let claims = try context.requireUser()
        let style = try await samples.style(try context.parameters.require("style"))
        if try await samples.exists(style) {
            return Response.json(JSONValue.object(["sample": StyleSamples.json(style)]).text)
        }
        let arguments = String(decoding: try JSONEncoder.sorted.encode(SampleMaker.Arguments(style: style.id)), as: UTF8.self)
        let job = try await database.asService { transaction in
            // One after the other for each person, so that two requests at once find the same job.
            _ = try await transaction.query("select pg_advisory_xact_lock(hashtextextended(\(claims.userID.map(\.text) ?? ""), 5))")
            let known = try await transaction.query(
                """
                select id from continuo.jobs where kind = \(SampleMaker.jobKind) and user_id = \(claims.userID)
                    and status in ('queued', 'running') and request ->> 'style' = \(style.id) limit 1
                """
            ).first
            if let known { return try known.decode("id", as: UUID.self) }
            return try await queue.enqueue(kind: SampleMaker.jobKind, request: arguments, userID: claims.userID, in: transaction)
        }
        return Response.json(#"{"job_id":"\#(job.text)"}"#, status: .accepted, headers: [.location: "/jobs/\(job.text)"])
    }
}
