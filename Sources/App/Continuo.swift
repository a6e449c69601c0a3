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
import Site
import Storage
import Studio

/// The whole product, constructed and connected: the one place that knows every part.
public struct Continuo: Sendable {
    public let settings: Settings
    public let database: Database
    public let queue: JobQueue
    public let engines: EngineRegistry
    public let signer: TokenSigner
    public let api: DataAPI
    private let keys: ProjectKeys
    var verificationKeys: String { keys.verificationKeys }
    private let composer: ComposerEngine
    private let samples: StyleSamples
    private let files: SongFiles
    private let objects: ObjectStore
    private let syncTarget: SyncTarget?
    private let logger: Logger

    /// The program's version, as `continuo --version` and the API say it.
    public static let version = "0.1.0"

    public init(settings: Settings, keys: ProjectKeys, database: Database, logger: Logger) throws {
        self.settings = settings
        self.keys = keys
        self.database = database
        self.logger = logger
        queue = JobQueue(database: database)
        composer = ComposerEngine(
            soundFont: settings.folder("soundfont"), data: settings.folder("composer-data"), threads: max(1, settings.integer("workers")))
        engines = EngineRegistry([composer], idleTimeout: .seconds(settings.integer("engine-idle")), logger: logger)
        signer = TokenSigner(
            secret: keys.jwtSecret, signingKeys: keys.signingKeys, opaqueKeys: [keys.publishableKey: .anonymous, keys.secretKey: .service])
        api = DataAPI(database: database, logger: logger)
        samples = try StyleSamples(folder: settings.dataFolder.appending(path: "samples"), composer: composer)
        files = try SongFiles(folder: settings.dataFolder.appending(path: "outputs"))
        syncTarget = try settings["sync-url"].map { try SyncTarget(url: $0, key: settings["sync-key"] ?? "") }
        let remote = settings["storage-url"].map { ObjectStore.Remote(url: $0, key: settings["storage-key"] ?? "", database: database) }
        objects = try ObjectStore(folder: settings.dataFolder.appending(path: "storage"), remote: remote, logger: logger)
    }

    /// Every route there is.
    public func makeRouter(address: PublicAddress) throws -> Router<AppRequestContext> {
        let router = Router(context: AppRequestContext.self, options: .autoGenerateHeadEndpoints)
        let origins = (settings["allowed-origins"] ?? "*").split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        router.add(middleware: Compression())
        guard let proxies = TrustedProxies(settings["trusted-proxies"] ?? "") else {
            throw Failure(
                .invalid, "invalid_setting", "trusted-proxies must be addresses or CIDR blocks, separated by commas.",
                hint: "For example 127.0.0.1,10.0.0.0/8.")
        }
        router.add(middleware: Gateway(allowedOrigins: origins, proxies: proxies))
        router.add(
            middleware: RestRoutes(
                responder: RestResponder(api, prefix: RestRoutes.prefix, gatewayParameter: "apikey"), keys: keys, signer: signer))
        router.add(middleware: ErrorResponses(.product))
        router.add(middleware: MethodNotAllowed())

        let outbox = Outbox(folder: settings.dataFolder.appending(path: "outbox"))
        let accounts = try AuthRoutes(
            database: database, signer: signer, address: address, keys: keys, configuration: AuthConfiguration(settings),
            mail: try mailServer() ?? outbox)
        accounts.addRoutes(to: router)
        if settings["smtp-url"] == nil { OutboxPage(outbox: outbox).addRoutes(to: router) }

        StorageRoutes(
            database: database, store: objects, signer: signer, address: address, configuration: StorageConfiguration(settings)
        ).addRoutes(to: router)
        HealthRoutes(database: database, queue: queue).addRoutes(to: router)
        let api = router.group().add(middleware: Authentication(signer: signer))
        let desk = GenerationDesk(database: database, queue: queue, engines: engines, dailyLimit: settings.integer("daily-limit"))
        accounts.addAccountRoutes(to: api)
        SyncRoutes(database: database, target: syncTarget).addRoutes(to: api)
        ExportRoutes(database: database, objects: objects).addRoutes(to: api)
        GenerationRoutes(desk: desk, engines: engines).addRoutes(to: api)
        JobRoutes(queue: queue).addRoutes(to: api)
        StyleRoutes(samples: samples, database: database, queue: queue).addRoutes(to: api)
        SongRoutes(store: SongStore(database: database, objects: objects, isSynced: syncTarget != nil), files: files, signer: signer) {
            [composer] in
            try composer.makeRenderer()
        }.addRoutes(to: api)
        DocsRoutes(address: address).addRoutes(to: router)

        let page: JSONValue = [
            "name": "Continuo", "version": .string(Self.version), "anon_key": .string(keys.anonKey),
            "engines": .array(engines.descriptors.map { .string($0.name) }),
        ]
        let folder = try Installation.folder("site", containing: "index.html", setting: settings.folder("site"), flag: "site")
        SiteRoutes(folder: folder, configuration: page.text).addRoutes(to: router)
        return router
    }

    /// Where mails go that shall really go out.
    private func mailServer() throws -> (any MailTransport)? {
        try settings["smtp-url"].map { url in
            try MailServer(url: url, from: settings["smtp-from"] ?? "", certificates: settings["smtp-certificates"])
        }
    }

    /// What takes jobs from the queue.
    public func makeWorker() -> Worker {
        var configuration = Worker.Configuration()
        configuration.slots = settings.integer("workers")
        configuration.lease = .seconds(settings.integer("lease"))
        let handlers: [any JobHandler] = [
            SongMaker(engines: engines, files: files, objects: objects, database: database, isSynced: syncTarget != nil),
            SampleMaker(samples: samples),
            SongSync(database: database, objects: objects, target: syncTarget, logger: logger),
            Maintenance(kind: "maintenance.daily_counters") { [database] in
                _ = try await database.asService("select continuo.reset_daily_counts()")
            },
            Maintenance(kind: "maintenance.accounts") { [database] in
                _ = try await database.asService("select continuo.tidy_accounts()")
            },
            Maintenance(kind: "maintenance.sessions") { [database] in _ = try await database.asService("select continuo.expire_sessions()")
            },
            Maintenance(kind: "maintenance.discarded") { [database, objects, files] in
                try await objects.clear(database)
                try await files.clear(database)
            },
            Maintenance(kind: "maintenance.jobs") { [database] in _ = try await database.asService("select continuo.delete_old_jobs()") },
            OrphanSweep(
                database: database, files: files, objects: objects, trash: Trash(folder: settings.dataFolder.appending(path: "trash")),
                dataFolder: settings.dataFolder, logger: logger),
        ]
        return Worker(queue: queue, handlers: handlers, configuration: configuration, logger: logger)
    }
}

/// A recurring task: one line into the part that knows how.
struct Maintenance: JobHandler {
    let kind: String
    let work: @Sendable () async throws -> Void

    func run(_ job: Job, report: ProgressReport) async throws -> JobOutcome {
        try await work()
        return JobOutcome()
    }
}
