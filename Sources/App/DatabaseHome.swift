import Core
import Database
import Foundation
import HTTP
import Logging

/// Where the database is: a cluster of the program's own, or the server that `DATABASE_URL` names.
public struct DatabaseHome: Sendable {
    /// For migrations and `continuo psql`.
    public var ownerURL: String
    /// For requests and workers: never a superuser.
    public var loginURL: String
    /// The program's own cluster, when this process runs it.
    public var cluster: RunningCluster?

    /// Starts or finds the database, and brings its schema up to date.
    ///
    /// lock: held by the process that serves this data folder.
    public static func open(_ settings: Settings, keys: ProjectKeys, lock: DataFolderLock, logger: Logger) async throws -> DatabaseHome {
        var home: DatabaseHome
        if let outside = try outside(settings, keys: keys) {
            home = outside
        } else {
            let cluster = try await PrivateCluster(
                dataFolder: settings.dataFolder, binaries: settings.folder("postgres"), lock: lock, logger: logger
            ).start()
            home = DatabaseHome(ownerURL: cluster.ownerURL, loginURL: cluster.loginURL, cluster: cluster)
        }
        do {
            try await migrate(home, settings, keys: keys, logger: logger)
        } catch {
            await home.cluster?.stop()
            throw error
        }
        return home
    }

    /// The database that another process serves from the same data folder. Throws `server_not_running`.
    public static func attach(_ settings: Settings, keys: ProjectKeys, logger: Logger) throws -> DatabaseHome {
        if let outside = try outside(settings, keys: keys) { return outside }
        guard let address = try PrivateCluster(dataFolder: settings.dataFolder, logger: logger).addressOfRunning() else {
            throw Failure(
                .unavailable, "server_not_running", "No server runs on the data folder \(settings.dataFolder.path).",
                hint: "Start `continuo serve --data \(settings.dataFolder.path)` first, or set DATABASE_URL.")
        }
        return DatabaseHome(ownerURL: address.ownerURL, loginURL: address.loginURL)
    }

    public static func migrate(_ home: DatabaseHome, _ settings: Settings, keys: ProjectKeys, logger: Logger) async throws {
        let folder = try schemaFolder(settings)
        // On the private cluster the socket's owner is the proof; elsewhere the login role needs a password, unless a login was named.
        let needsPassword = home.cluster == nil && settings["database-url"] != nil && settings["api-database-url"] == nil
        try await Migrator.migrate(
            ownerURL: home.ownerURL, migrations: folder.appending(path: "migrations"), bootstrap: folder.appending(path: "bootstrap"),
            authenticatorPassword: needsPassword ? keys.databasePassword : nil, logger: logger)
    }

    public static func schemaFolder(_ settings: Settings) throws -> URL {
        try Installation.folder("supabase", containing: "migrations", setting: settings.folder("migrations"), flag: "migrations")
    }

    private static func outside(_ settings: Settings, keys: ProjectKeys) throws -> DatabaseHome? {
        guard let url = settings["database-url"] else { return nil }
        let login =
            try settings["api-database-url"] ?? ConnectionString.replacing(user: "authenticator", password: keys.databasePassword, in: url)
        return DatabaseHome(ownerURL: url, loginURL: login)
    }
}
