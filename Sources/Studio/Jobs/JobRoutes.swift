import Core
import Database
import Foundation
import HTTP
import HTTPTypes
import Hummingbird
import Jobs
import ServiceLifecycle

/// `/jobs`: what became of long work, live where wanted.
public struct JobRoutes: Sendable {
    private let queue: JobQueue

    public init(queue: JobQueue) {
        self.queue = queue
    }

    public func addRoutes(to router: some RouterMethods<AppRequestContext>) {
        router.group("jobs")
            .get("") { request, context in try await list(request, context) }
            .get("{id}") { _, context in
                Response.json(try await job(context).json.text)
            }
            .get("{id}/events") { _, context in try await events(context) }
            .delete("{id}") { _, context in
                let job = try await job(context)
                guard try await queue.cancel(job.id) else { throw Self.ended(job) }
                return Response.json(try await self.job(context).json.text, status: .accepted)
            }
            .post("{id}/retry") { _, context in
                let job = try await job(context)
                guard try await queue.retry(job.id) else {
                    throw Failure(
                        .conflict, "job_not_retryable",
                        "Only failed or cancelled jobs can be tried again; this one is \(job.status.rawValue).")
                }
                return Response.json(try await self.job(context).json.text, status: .accepted)
            }
    }

    private static func ended(_ job: Job) -> Failure {
        Failure(.conflict, "job_ended", "The job is \(job.status.rawValue) already.")
    }

    private func job(_ context: AppRequestContext) async throws -> Job {
        let claims = try context.requireUser()
        guard let job = try await queue.job(try context.parameters.requireID(), for: claims) else {
            throw Failure(.notFound, "not_found", "There is no such job, or it is not yours.")
        }
        return job
    }

    private func list(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        let claims = try context.requireUser()
        var reader = QueryReader(request.uri.queryParameters)
        let limit = reader.integer("limit", 1...200) ?? 50
        let status = reader.choice("status", Job.Status.allCases.map(\.rawValue)).flatMap(Job.Status.init(rawValue:))
        let kind = reader.text("kind", 1...64)
        try reader.finish()
        let jobs = try await queue.jobs(for: claims, status: status, kind: kind, limit: limit)
        return Response.json(JSONValue.object(["jobs": .array(jobs.map(\.json))]).text)
    }

    /// The job each time it changed, until it ended. NOTIFY says when to look; once a second somebody looks anyway.
    private func events(_ context: AppRequestContext) async throws -> Response {
        let claims = try context.requireUser()
        let first = try await job(context)
        let id = first.id
        let queue = queue
        let events = AsyncThrowingStream<String, any Error> { continuation in
            // Lives exactly as long as the stream: the client's going away ends it.
            let task = Task {
                do {
                    // A server that shuts down ends its streams first: clients reconnect to the next one.
                    try await cancelWhenGracefulShutdown { try await Self.watch(id, claims, queue, continuation) }
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { _ in task.cancel() }
        }
        return .serverSentEvents(events)
    }

    private static func watch(
        _ id: UUID, _ claims: Claims, _ queue: JobQueue, _ continuation: AsyncThrowingStream<String, any Error>.Continuation
    ) async throws {
        let (looks, look) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for await payload in queue.database.notifications(on: "continuo_job")
                where payload.isEmpty || payload == id.uuidString.lowercased() {
                    look.yield()
                }
            }
            group.addTask {
                while !Task.isCancelled {
                    look.yield()
                    try await Task.sleep(for: .seconds(1))
                }
            }
            group.addTask {
                var last = ""
                var silence = 0
                for await _ in looks {
                    guard let job = try await queue.job(id, for: claims) else { return }
                    let text = job.json.text
                    silence = text == last ? silence + 1 : 0
                    if text != last {
                        continuation.yield(text)
                    } else if silence % 15 == 14 {
                        continuation.yield("")
                    }
                    last = text
                    if job.status.isEnded { return }
                }
            }
            // Whichever ends first, the look-out or an error, ends the watch.
            try await group.next()
            while !group.isEmpty {
                group.cancelAll()
                look.finish()
                _ = try? await group.next()
            }
        }
    }
}

extension Job {
    /// The job for the API.
    var json: JSONValue {
        func parsed(_ text: String?) -> JSONValue {
            text.flatMap { try? JSONDecoder().decode(JSONValue.self, from: Data($0.utf8)) } ?? .null
        }
        let arguments = parsed(request)
        return [
            "job_id": .string(id.uuidString.lowercased()), "kind": .string(kind), "status": .string(status.rawValue),
            "progress": .number(progress),
            "message": message.map(JSONValue.string) ?? .null, "position": position.map { .number(Double($0)) } ?? .null,
            "created_at": .string(createdAt.rfc3339), "started_at": startedAt.map { .string($0.rfc3339) } ?? .null,
            "finished_at": finishedAt.map { .string($0.rfc3339) } ?? .null, "request": arguments["request"] ?? arguments,
            "attempts": .number(Double(attempts)), "result": parsed(result), "error": status == .failed ? parsed(error) : .null,
        ]
    }
}
