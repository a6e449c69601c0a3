import Core
import Foundation
import Logging

/// The engines by name; loads one when it is used and unloads it when nobody used it for a while.
public actor EngineRegistry {
    /// One line of `GET /engines`.
    public struct Status: Codable, Sendable {
        public var engine: EngineDescriptor
        public var isDefault: Bool
        public var isLoaded: Bool
        public var isReachable: Bool
        /// Why it is not reachable.
        public var problem: String?
    }

    private let engines: [any AudioEngine]
    private let idleTimeout: Duration
    private let logger: Logger
    private var uses: [String: Int] = [:]
    private var lastUse: [String: ContinuousClock.Instant] = [:]

    /// engines: the first is the default.
    public init(_ engines: [any AudioEngine], idleTimeout: Duration = .seconds(300), logger: Logger) {
        self.engines = engines
        self.idleTimeout = idleTimeout
        self.logger = logger
    }

    public nonisolated var descriptors: [EngineDescriptor] { engines.map(\.descriptor) }

    /// The engine of this name; nil means the default. Throws `engine_unknown`.
    public nonisolated func engine(named name: String?) throws -> any AudioEngine {
        guard let name else {
            guard let first = engines.first else { throw Failure(.unavailable, "engine_unavailable", "No engine is configured.") }
            return first
        }
        guard let engine = engines.first(where: { $0.descriptor.name == name }) else {
            throw Failure(
                .invalid, "engine_unknown", "There is no engine named “\(name.prefix(64))”.",
                hint: "There are: \(engines.map(\.descriptor.name).joined(separator: ", ")).")
        }
        return engine
    }

    public func statuses() async -> [Status] {
        var result: [Status] = []
        for (index, engine) in engines.enumerated() {
            var problem: String?
            do { try await engine.check() } catch { problem = (error as? Failure)?.description ?? "The engine does not answer." }
            result.append(
                Status(
                    engine: engine.descriptor, isDefault: index == 0, isLoaded: await engine.isLoaded, isReachable: problem == nil,
                    problem: problem))
        }
        return result
    }

    /// Runs `body` with the engine loaded; it is not unloaded meanwhile.
    public func use<Result: Sendable>(
        _ engine: any AudioEngine, _ body: @Sendable (any AudioEngine) async throws -> Result
    ) async throws -> Result {
        let name = engine.descriptor.name
        uses[name, default: 0] += 1
        defer {
            uses[name, default: 1] -= 1
            lastUse[name] = .now
        }
        try await engine.load()
        return try await body(engine)
    }

    /// Unloads what has been idle for the time-out, looking every few seconds, until cancelled.
    public func unloadIdleEngines() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: min(idleTimeout, .seconds(5)))
            for engine in engines where await engine.isLoaded {
                let name = engine.descriptor.name
                guard uses[name, default: 0] == 0, let last = lastUse[name], ContinuousClock.now - last >= idleTimeout else { continue }
                await engine.unload()
                logger.info("unloaded the idle engine \(name)")
            }
        }
    }
}
