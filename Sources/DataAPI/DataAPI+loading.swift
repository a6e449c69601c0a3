import Core
import Database
import Foundation
import Logging
import ServiceLifecycle

extension DataAPI {
    /// Where settings come from, asked again at every reload.
    public typealias ConfigurationSource = @Sendable () throws -> RestConfiguration

    /// Reads configuration and catalogue. Requests are answered with what was there before until all of it is read.
    ///
    /// readsRole: whether `ALTER ROLE … SET pgrst.…` of the login role has a say.
    public func load(_ source: ConfigurationSource, readsRole: Bool, always: [(name: String, value: String)] = []) async throws {
        let number = beginLoad()
        var configuration = try source()
        if readsRole {
            let roleSettings = try await RoleConfiguration.settings(database, preConfig: configuration.preConfig)
            do {
                try configuration.apply(roleSettings)
            } catch {
                // The schema is read anew all the same: who can set the role's settings should not stop everything by a slip.
                logger.error("settings of the database role not taken", metadata: ["reason": "\(String(reflecting: error))"])
                configuration = try current?.configuration ?? source()
            }
        }
        var settings = TransactionSettings(configuration: configuration)
        settings.roles = try await RoleConfiguration.roles(database)
        settings.always = always
        let before = current
        let catalog = try await CatalogReader.read(database, configuration, timezones: before?.catalog.timezones)
        var tokens = before?.tokens
        if tokens == nil || before?.configuration != configuration { tokens = try await TokenVerifier(configuration) }
        guard let tokens else { return }
        replace(State(configuration: configuration, catalog: catalog, settings: settings, tokens: tokens, load: number))
        logger.debug("schema cache loaded", metadata: ["tables": "\(catalog.tables.count)", "functions": "\(catalog.functions.count)"])
    }

    /// Loads until it works, then again at each notification, and after each reconnection, when one may have been missed.
    /// Ends when the task is cancelled or asked to shut down.
    public func keepLoaded(
        _ source: @escaping ConfigurationSource, readsRole: Bool, always: [(name: String, value: String)] = [], channel: String?
    ) async throws {
        await cancelWhenGracefulShutdown { [self] in
            if current == nil { await loadUntilDone(source, readsRole: readsRole, always: always) }
            guard let channel else { return }
            var isFirst = true
            for await payload in database.notifications(on: channel) {
                // The first empty one only says that listening has begun; changes made before it were loaded, or come now.
                defer { isFirst = false }
                switch payload {
                case "reload schema", "reload config", "": break
                default: continue
                }
                logger.debug("schema cache reload", metadata: ["payload": "\(isFirst ? "listening" : payload)"])
                await loadUntilDone(source, readsRole: readsRole, always: always)
            }
        }
    }

    private func loadUntilDone(_ source: ConfigurationSource, readsRole: Bool, always: [(name: String, value: String)]) async {
        var pause = Duration.milliseconds(100)
        while !Task.isCancelled {
            do {
                try await load(source, readsRole: readsRole, always: always)
                return
            } catch is CancellationError {
                return
            } catch {
                report(error)
                try? await Task.sleep(for: pause)
                pause = min(pause * 2, .seconds(8))
            }
        }
    }
}
