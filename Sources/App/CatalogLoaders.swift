import Core
import DataAPI
import Logging
import ServiceLifecycle
import UnixSignals

/// Loads the Data API's catalogue before the first request, and again at each notification.
struct ProductCatalogLoader: Service {
    let api: DataAPI
    let settings: Settings
    /// What the Data API knows good tokens by.
    let verificationKeys: String

    /// What holds in every transaction of the Data API. Intervals are written as PostgreSQL's own clients expect them.
    private static let always = [(name: "statement_timeout", value: "30s"), (name: "intervalstyle", value: "postgres")]

    func run() async throws {
        try await api.keepLoaded(source, readsRole: true, always: Self.always, channel: "pgrst")
        try? await gracefulShutdown()
    }

    /// So that nobody is told to wait. A database that cannot be reached yet is tried again while serving.
    func loadFirst() async {
        do {
            try await api.load(source, readsRole: true, always: Self.always)
        } catch {
            api.report(error)
        }
    }

    private var source: DataAPI.ConfigurationSource {
        { [settings, verificationKeys] in
            var configuration = RestConfiguration()
            var values: [String: String] = [:]
            for setting in Settings.all where RestConfiguration.names.contains(setting.name) {
                if let value = settings[setting.name] { values[setting.name] = value }
            }
            for (name, value) in settings.environment where name.hasPrefix("CONTINUO_APP_SETTINGS_") {
                values["app.settings." + name.dropFirst("CONTINUO_APP_SETTINGS_".count)] = value
            }
            try configuration.apply(values)
            configuration.jwtSecret = verificationKeys
            return configuration
        }
    }
}

extension Continuo {
    /// Keeps what the Data API knows of the database up to date.
    func makeCatalogLoader() -> ProductCatalogLoader {
        ProductCatalogLoader(api: api, settings: settings, verificationKeys: verificationKeys)
    }
}

/// Keeps the catalogue up to date: at the start, at notifications, and at PostgREST's signals SIGUSR1 and SIGUSR2.
struct RestCatalogLoader: Service {
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
}
