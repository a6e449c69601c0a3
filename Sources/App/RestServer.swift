import Core
import DataAPI
import Database
import Foundation
import HTTP
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import UnixSignals

/// The Data API alone, over any database, configured as PostgREST is: `continuo rest`.
public enum RestServer {
    /// Serves until it is told to stop. `announce` gets the address once requests are answered.
    public static func run(
        _ settings: RestSettings, signals: [UnixSignal] = [.sigterm, .sigint], logger: Logger,
        announce: @escaping @Sendable (String) -> Void
    ) async throws {
        var connection = Database.Configuration(url: try settings.databaseURL)
        connection.maximumConnections = try settings.integer("db-pool", standard: 10)
        connection.acquireTimeout = .seconds(try settings.integer("db-pool-acquisition-timeout", standard: 10))
        connection.preparesStatements = try settings.flag("db-prepared-statements", standard: true)
        connection.statementTimeout = nil
        connection.sessionSettings = [:]
        connection.allowsSuperuser = true
        let database = Database(connection, logger: logger)
        let api = DataAPI(database: database, logger: logger)
        let readsRole = try settings.flag("db-config", standard: true)
        let loader = RestCatalogLoader(api: api, settings: settings, readsRole: readsRole, logger: logger)
        let configuration = try settings.configuration()
        let (host, port) = (settings.host("server-host"), try settings.integer("server-port", standard: 3000))
        let responder = RestResponder(api)
        let gate = RestGateway(api: api, responder: responder, fallback: configuration)
        let isServing = Flag()
        let (addresses, bound) = AsyncStream.makeStream(of: String.self)
        let application = Application(
            responder: gate,
            server: .http1(configuration: .init(additionalChannelHandlers: [ConnectionWatch()], idleTimeout: .seconds(75))),
            configuration: .init(address: settings.address(host, port), serverName: "continuo"),
            onServerRunning: { channel in
                let port = channel.localAddress?.port ?? port
                api.serve(at: host, port: port)
                isServing.set()
                bound.yield("http://\(host == "0.0.0.0" ? "127.0.0.1" : host.contains(":") ? "[::1]" : host):\(port)")
            },
            logger: quiet(logger))
        var services: [any Service] = [database, loader, application, Announcement(addresses: addresses, api: api, announce: announce)]
        if let adminPort = try settings.optionalInteger("admin-server-port") {
            let admin = RestAdminRoutes(api: api, database: database, isServing: isServing)
            services.append(
                Application(
                    router: admin.router, configuration: .init(address: .hostname(settings.host("admin-server-host"), port: adminPort)),
                    logger: quiet(logger)))
        }
        let entries = services.map { service in
            ServiceGroupConfiguration.ServiceConfiguration(
                service: service, successTerminationBehavior: .gracefullyShutdownGroup, failureTerminationBehavior: .gracefullyShutdownGroup
            )
        }
        var group = ServiceGroupConfiguration(services: entries, gracefulShutdownSignals: signals, logger: quiet(logger))
        group.maximumGracefulShutdownDuration = .seconds(20)
        try await ServiceGroup(configuration: group).run()
    }

    private static func quiet(_ logger: Logger) -> Logger {
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .notice)
        return quiet
    }
}

/// Says where the Data API is served once it has something to serve. Until then, requests are answered with 503.
private struct Announcement: Service {
    let addresses: AsyncStream<String>
    let api: DataAPI
    let announce: @Sendable (String) -> Void

    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await address in addresses {
                while !api.isReady, !Task.isCancelled { try? await Task.sleep(for: .milliseconds(20)) }
                if !Task.isCancelled { announce(address) }
            }
        }
    }
}
