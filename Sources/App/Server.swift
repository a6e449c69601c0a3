import Auth
import Core
import DataAPI
import Database
import Engines
import Foundation
import HTTP
import Hummingbird
import Jobs
import Logging
import NIOCore
import ServiceLifecycle
import UnixSignals

/// The running program: database, workers and HTTP in one service group, each stopped in its turn.
public enum Server {
    /// In the data folder, while a server runs: the address people use.
    public static let addressFile = "server.address"

    /// Serves until it is told to stop. `announce` gets the address once requests are answered.
    public static func run(
        _ settings: Settings, signals: [UnixSignal] = [.sigterm, .sigint], logger: Logger, announce: @escaping @Sendable (String) -> Void
    ) async throws {
        let lock = try DataFolderLock(settings.dataFolder)
        let keys = try await ProjectKeys.load(from: settings.dataFolder.appending(path: "keys.json"), environment: settings.environment)
        let home = try await DatabaseHome.open(settings, keys: keys, lock: lock, logger: logger)
        do {
            let continuo = try Continuo(settings: settings, keys: keys, database: database(home, settings, logger), logger: logger)
            try await run(continuo, cluster: home.cluster, signals: signals, logger: logger, announce: announce)
        } catch {
            await home.cluster?.stop()
            throw error
        }
        withExtendedLifetime(lock) {}
    }

    /// Runs jobs only, against a database that is served elsewhere.
    public static func work(_ settings: Settings, logger: Logger, announce: @escaping @Sendable (String) -> Void) async throws {
        let keys = try await ProjectKeys.load(from: settings.dataFolder.appending(path: "keys.json"), environment: settings.environment)
        let home = try DatabaseHome.attach(settings, keys: keys, logger: logger)
        let continuo = try Continuo(settings: settings, keys: keys, database: database(home, settings, logger), logger: logger)
        let worker = continuo.makeWorker()
        let services: [any Service] = [continuo.database, IdleEngines(engines: continuo.engines), worker]
        let group = group(of: services, signals: [.sigterm, .sigint], logger: logger)
        announce(worker.name)
        try await group.run()
    }

    /// Does something with people's accounts, against a database that is served elsewhere.
    public static func administer<Result: Sendable>(
        _ settings: Settings, logger: Logger, _ body: @escaping @Sendable (Administration) async throws -> Result
    ) async throws -> Result {
        let keys = try await ProjectKeys.load(from: settings.dataFolder.appending(path: "keys.json"), environment: settings.environment)
        let home = try DatabaseHome.attach(settings, keys: keys, logger: logger)
        let database = database(home, settings, logger)
        let accounts = try Administration(
            database: database, signer: TokenSigner(secret: keys.jwtSecret), address: PublicAddress(settings["public-url"] ?? ""),
            keys: keys, configuration: AuthConfiguration(settings),
            mail: Outbox(folder: settings.dataFolder.appending(path: "outbox")))
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await database.run() }
            defer { group.cancelAll() }
            return try await body(accounts)
        }
    }

    private static func database(_ home: DatabaseHome, _ settings: Settings, _ logger: Logger) -> Database {
        var configuration = Database.Configuration(url: home.loginURL)
        configuration.maximumConnections = settings.integer("connections")
        return Database(configuration, logger: logger)
    }

    private static func run(
        _ continuo: Continuo, cluster: RunningCluster?, signals: [UnixSignal], logger: Logger,
        announce: @escaping @Sendable (String) -> Void
    ) async throws {
        let settings = continuo.settings
        let host = settings["host"] ?? "127.0.0.1"
        let port = settings.integer("port")
        let address = PublicAddress(settings["public-url"] ?? "http://\(host):\(port)")
        let mark = settings.dataFolder.appending(path: addressFile)
        defer { try? FileManager.default.removeItem(at: mark) }
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .notice)
        let loader = continuo.makeCatalogLoader()
        await loader.loadFirst()
        let application = Application(
            router: try continuo.makeRouter(address: address),
            server: .http1(configuration: .init(additionalChannelHandlers: [ConnectionWatch()], idleTimeout: .seconds(75))),
            configuration: .init(address: .hostname(host, port: port), serverName: "Continuo"),
            onServerRunning: { channel in
                let listening = "http://\(host):\(channel.localAddress?.port ?? port)"
                if settings["public-url"] == nil { address.update(listening) }
                continuo.api.serve(at: host, port: channel.localAddress?.port ?? port)
                // For `continuo keys`, which runs beside the server; without it, keys shows the configured address.
                try? Data(address.url.utf8).write(to: mark, options: .atomic)
                announce(listening)
            },
            logger: quiet)
        var services: [any Service] = [continuo.database, IdleEngines(engines: continuo.engines), loader]
        if let cluster { services.insert(cluster, at: 0) }
        services.append(application)
        // Last in, first out: running jobs are given back while the database is still there.
        if settings.integer("workers") > 0 { services.append(continuo.makeWorker()) }
        do {
            try await group(of: services, signals: signals, logger: quiet).run()
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw Failure(
                .unavailable, "address_in_use", "Another program listens on \(host):\(port) already.",
                hint: "Choose another with --port, or 0 for a free one.")
        }
    }

    /// The first that ends, well or badly, ends the others in reverse order.
    private static func group(of services: [any Service], signals: [UnixSignal], logger: Logger) -> ServiceGroup {
        let entries = services.map { service in
            ServiceGroupConfiguration.ServiceConfiguration(
                service: service, successTerminationBehavior: .gracefullyShutdownGroup, failureTerminationBehavior: .gracefullyShutdownGroup
            )
        }
        var configuration = ServiceGroupConfiguration(services: entries, gracefulShutdownSignals: signals, logger: logger)
        configuration.maximumGracefulShutdownDuration = .seconds(20)
        return ServiceGroup(configuration: configuration)
    }
}

/// Unloads engines that nobody uses.
struct IdleEngines: Service {
    let engines: EngineRegistry

    func run() async throws {
        await cancelWhenGracefulShutdown { await engines.unloadIdleEngines() }
    }
}
