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
        let loader = CatalogLoader(api: api, settings: settings, readsRole: readsRole, logger: logger)
        let configuration = try settings.configuration()
        let (host, port) = (settings.host("server-host"), try settings.integer("server-port", standard: 3000))
        let responder = RestResponder(api)
        let gate = RestGateway(api: api, responder: responder, fallback: configuration)
        let isServing = Flag()
        let application = Application(
            responder: gate,
            server: .http1(configuration: .init(additionalChannelHandlers: [ConnectionWatch()])),
            configuration: .init(address: settings.address(host, port), serverName: "continuo"),
            onServerRunning: { channel in
                let bound = channel.localAddress?.port ?? port
                api.serve(at: host, port: bound)
                await loader.waitUntilLoaded()
                isServing.set()
                announce("http://\(host == "0.0.0.0" ? "127.0.0.1" : host.contains(":") ? "[::1]" : host):\(bound)")
            },
            logger: quiet(logger))
        var services: [any Service] = [database, loader, application]
        if let adminPort = try settings.optionalInteger("admin-server-port") {
            let admin = AdminRoutes(api: api, database: database, isServing: isServing)
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

/// Keeps the catalogue up to date: at the start, at notifications, and at PostgREST's signals SIGUSR1 and SIGUSR2.
struct CatalogLoader: Service {
    let api: DataAPI
    let settings: RestSettings
    let readsRole: Bool
    let logger: Logger

    func run() async throws {
        let source: DataAPI.ConfigurationSource = { [settings] in try settings.configuration() }
        let configuration = try settings.configuration()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await api.keepLoaded(source, readsRole: readsRole, channel: configuration.channelEnabled ? configuration.channel : nil)
                // Without a channel there is nothing to wait for but the end.
                try? await gracefulShutdown()
            }
            group.addTask {
                await cancelWhenGracefulShutdown {
                    for await _ in await UnixSignalsSequence(trapping: .sigusr1, .sigusr2) {
                        do {
                            try await api.load(source, readsRole: readsRole)
                        } catch {
                            logger.error("reload failed", metadata: ["reason": "\(String(reflecting: error))"])
                        }
                    }
                }
            }
            try await group.next()
            group.cancelAll()
        }
    }

    func waitUntilLoaded() async {
        while !api.isReady, !Task.isCancelled { try? await Task.sleep(for: .milliseconds(20)) }
    }
}

/// `/live` and `/ready` on the admin port.
struct AdminRoutes: Sendable {
    let api: DataAPI
    let database: Database
    let isServing: Flag

    var router: Router<AppRequestContext> {
        let router = Router(context: AppRequestContext.self, options: .autoGenerateHeadEndpoints)
        router.get("live") { _, _ in Response(status: isServing.isSet ? .ok : .internalServerError) }
        router.get("ready") { _, _ in
            guard isServing.isSet else { return Response(status: .internalServerError) }
            return Response(status: api.isReady ? .ok : .serviceUnavailable)
        }
        router.get("metrics") { _, _ in
            let pool = database.statistics
            let text = """
                # HELP pgrst_db_pool_available Connections of the pool that nobody uses.
                # TYPE pgrst_db_pool_available gauge
                pgrst_db_pool_available \(pool.idle)
                # HELP pgrst_db_pool_waiting Requests waiting for a connection.
                # TYPE pgrst_db_pool_waiting gauge
                pgrst_db_pool_waiting \(pool.waiting)

                """
            return Response(
                status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
        }
        return router
    }
}
