import Core
import Engines
import Foundation
import HTTP
import HTTPTypes
import Hummingbird
import Jobs

/// `POST /generate` and `GET /engines`.
public struct GenerationRoutes: Sendable {
    private let desk: GenerationDesk
    private let engines: EngineRegistry

    public init(desk: GenerationDesk, engines: EngineRegistry) {
        self.desk = desk
        self.engines = engines
    }

    public func addRoutes(to router: some RouterMethods<AppRequestContext>) {
        router.post("generate") { request, context in
            let claims = try context.requireUser()
            let generation = try GenerationRequest(json: try await request.jsonObject())
            let jobs = try await desk.accept(generation, from: claims).map(\.text)
            let answer: JSONValue = ["job_id": .string(jobs[0]), "job_ids": .array(jobs.map { .string($0) })]
            return Response.json(answer.text, status: .accepted, headers: [.location: "/jobs/\(jobs[0])"])
        }
        router.get("engines") { _, context in
            _ = try context.requireClaims()
            let engines: [JSONValue] = await engines.statuses().map { status in
                [
                    "name": .string(status.engine.name), "version": .string(status.engine.version),
                    "summary": .string(status.engine.summary),
                    "tasks": .array(status.engine.tasks.map { .string($0.rawValue) }), "default": .bool(status.isDefault),
                    "loaded": .bool(status.isLoaded), "reachable": .bool(status.isReachable),
                    "problem": status.problem.map(JSONValue.string) ?? .null,
                    "limits": [
                        "minimum_duration": .number(status.engine.minimumDuration),
                        "maximum_duration": .number(status.engine.maximumDuration),
                        "sample_rate": .number(Double(status.engine.sampleRate)),
                    ],
                ]
            }
            return Response.json(JSONValue.object(["engines": .array(engines)]).text)
        }
    }
}
