import App
import Core
import Foundation

/// `continuo rest` in this process, on a loopback port: the Data API alone over a database of the test's own.
public enum TestRestServer {
    /// Serves until the body returns. settings: PostgREST's, by their names with dashes.
    public static func withServer<Result: Sendable>(
        _ databaseURL: String, _ settings: [String: String], _ body: @Sendable (TestServer) async throws -> Result
    ) async throws -> Result {
        let values = try Self.settings(databaseURL, settings)
        return try await TestServer.withService { announce in
            try await RestServer.run(values, signals: [], logger: TestDatabase.logger, announce: announce)
        } body: { address in
            try await body(server(at: address))
        }
    }

    /// Starts a server that lives as long as the process.
    public static func start(_ databaseURL: String, _ settings: [String: String]) async throws -> TestServer {
        let values = try Self.settings(databaseURL, settings)
        let (addresses, announce) = AsyncStream.makeStream(of: String.self)
        Task {
            defer { announce.finish() }
            try await RestServer.run(values, signals: [], logger: TestDatabase.logger) { announce.yield($0) }
        }
        guard let address = await addresses.first(where: { _ in true }) else {
            throw Failure(.unavailable, "test_server", "The server did not start.")
        }
        return server(at: address)
    }

    /// How to talk to a server that is there already.
    public static func server(at address: String) -> TestServer {
        TestServer(address: address, ownerURL: "", dataFolder: URL(filePath: "/"), anonKey: "")
    }

    private static func settings(_ databaseURL: String, _ settings: [String: String]) throws -> RestSettings {
        var environment = ["PGRST_DB_URI": databaseURL, "PGRST_SERVER_PORT": "0", "PGRST_SERVER_HOST": "127.0.0.1", "PGRST_DB_POOL": "4"]
        for (name, value) in settings {
            let variable =
                name.hasPrefix("app.settings.")
                ? "PGRST_APP_SETTINGS_" + name.dropFirst("app.settings.".count)
                : "PGRST_" + name.uppercased().replacing("-", with: "_")
            environment[variable] = value
        }
        return try RestSettings(file: nil, environment: environment)
    }
}
