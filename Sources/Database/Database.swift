public import Core
public import Logging
public import ServiceLifecycle
import Synchronization

/// The way into PostgreSQL: a bounded pool of pipelined connections, and the three identities a statement may run under.
///
/// Every statement runs as somebody: `asUser`, `asAnonymous` or `asService`. Role, claims and time-out are set for one transaction only,
/// in the same round trip as the statement, and are gone after it; row-level security does the rest. Nothing here can run as the owner.
///
/// Failures: `database_unavailable` (no connection, or it broke: the outcome of a commit under way is then unknown), `database_busy` (no
/// connection became free in time), `database_timeout`, `database_conflict`, `database_refused`, `database_invalid`, `database_error`,
/// `database_closed`, `database_login_superuser`; `CancellationError` when the task is cancelled, after the statement was stopped on
/// the server.
public final class Database: Service, Sendable {
    public struct Configuration: Sendable {
        /// Any libpq URL or keyword string, of the login role: `authenticator` or its like.
        public var url: String
        public var maximumConnections = 8
        /// How long a request waits for a free connection.
        public var acquireTimeout: Duration = .seconds(10)
        /// How long one statement may run; nil for no limit.
        public var statementTimeout: Duration? = .seconds(30)
        public var applicationName = "continuo"
        /// Prepared statements kept on each connection.
        public var statementCapacity = 256
        /// Off where a pooler hands each transaction to another session.
        public var preparesStatements = true
        /// What a new connection sets for good. The text formats that `Row` reads depend on these.
        public var sessionSettings = ["timezone": "UTC", "datestyle": "ISO, YMD", "bytea_output": "hex", "intervalstyle": "iso_8601"]
        /// How long the reader of a stream may take no rows before its statement is stopped: it holds a connection meanwhile.
        public var streamPatience: Duration = .seconds(30)
        /// Whether the login may be a superuser; only where somebody else's deployment has it so.
        public var allowsSuperuser = false

        public init(url: String) {
            self.url = url
        }
    }

    let configuration: Configuration
    let logger: Logger
    private let inbox = Inbox()
    private let nextID = Mutex(1)
    private let listener: NotificationListener

    /// Starts connecting at once; requests wait for the first connection.
    public init(_ configuration: Configuration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
        listener = NotificationListener(
            target: .init(url: configuration.url, applicationName: configuration.applicationName), logger: logger)
        ReactorThread.start(configuration, inbox: inbox, logger: logger)
    }

    deinit {
        inbox.post(.drain(within: .zero))
        listener.close()
    }

    /// Lives until the task is cancelled or asked to shut down. On shutdown, work already accepted has five seconds to end.
    public func run() async throws {
        var grace: Duration = .seconds(5)
        do { try await gracefulShutdown() } catch is CancellationError { grace = .zero }
        listener.close()
        inbox.post(.drain(within: grace))
        await inbox.waitForEnd()
    }

    // MARK: One statement

    /// Runs one statement as the person in the claims, in one round trip and its own transaction.
    public func asUser(_ claims: Claims, _ sql: SQL) async throws -> Rows {
        guard let rows = try await perform([sql], as: claims).first else { throw Self.missingRows }
        return rows
    }

    /// Runs all statements as the person in the claims, in one round trip and one transaction; their rows in the same order.
    public func asUser(_ claims: Claims, pipeline statements: [SQL]) async throws -> [Rows] {
        try await perform(statements, as: claims)
    }

    /// Runs one statement as nobody in particular: what anyone may do.
    public func asAnonymous(_ sql: SQL) async throws -> Rows {
        try await asUser(.anonymous, sql)
    }

    /// Runs one statement with the rights of the service itself: row-level security does not apply.
    public func asService(_ sql: SQL) async throws -> Rows {
        try await asUser(.service, sql)
    }

    // MARK: Transactions

    /// Runs the body in one transaction, committed when it returns and rolled back when it throws.
    ///
    /// The connection is taken at the first statement and `begin` travels with it. The transaction must not leave the closure; inside it,
    /// use the transaction and not the database, which would need a second connection while the first is held.
    public func asUser<Result: Sendable>(
        _ claims: Claims, _ body: @Sendable (Transaction) async throws -> Result
    ) async throws -> Result {
        let transaction = Transaction(TransactionState(database: self, claims: claims, lease: makeID()))
        let result: Result
        do {
            result = try await body(transaction)
            try Task.checkCancellation()
        } catch {
            await transaction.state.rollback()
            throw error
        }
        try await transaction.state.commit()
        return result
    }

    public func asAnonymous<Result: Sendable>(_ body: @Sendable (Transaction) async throws -> Result) async throws -> Result {
        try await asUser(.anonymous, body)
    }

    public func asService<Result: Sendable>(_ body: @Sendable (Transaction) async throws -> Result) async throws -> Result {
        try await asUser(.service, body)
    }

    // MARK: Notifications

    /// The payloads sent to a channel, over one connection shared by all listeners.
    ///
    /// An empty payload comes when listening begins and after every reconnection: something may have been missed, look for yourself.
    /// A slow reader loses the oldest of more than a thousand. Ends when the database closes.
    public func notifications(on channel: String) -> AsyncStream<String> {
        listener.subscribe(to: channel)
    }

    // MARK: Health

    /// What the pool is doing.
    public struct Statistics: Sendable, Hashable {
        /// Open connections, whatever they do.
        public var connections = 0
        public var idle = 0
        /// Requests that have no connection yet.
        public var waiting = 0

        package init(connections: Int = 0, idle: Int = 0, waiting: Int = 0) {
            self.connections = connections
            self.idle = idle
            self.waiting = waiting
        }
    }

    public var statistics: Statistics { inbox.statistics }

    /// Whether a connection stands right now; it is looked after even when nobody asks for one.
    public var isHealthy: Bool { inbox.statistics.connections > 0 }

    /// Asks the server for an answer. Throws `database_unavailable` when there is none.
    public func ping() async throws {
        _ = try await asAnonymous("select 1")
    }

    // MARK: Requests

    func makeID() -> Int {
        nextID.withLock { id in
            defer { id += 1 }
            return id
        }
    }

    private func perform(_ statements: [SQL], as claims: Claims) async throws -> [Rows] {
        try await submit(
            use: .alone, role: claims.role.rawValue, preamble: [try settings(for: claims)],
            statements: try statements.map { try $0.encoded() })
    }

    /// Role, claims and time-out for one transaction, as one statement.
    func settings(for claims: Claims) throws -> EncodedStatement {
        var milliseconds: Int64 = 0
        if let timeout = configuration.statementTimeout {
            milliseconds = max(1, timeout.components.seconds * 1000 + timeout.components.attoseconds / 1_000_000_000_000_000)
        }
        let settings: SQL = """
            select set_config('role', \(claims.role.rawValue), true), set_config('request.jwt.claims', \(claims.json), true),
                set_config('statement_timeout', \(String(milliseconds)), true)
            """
        return try settings.encoded()
    }

    /// Sends one round trip and waits for its sync. `isCancellable`: whether cancelling the task stops it on the server.
    func submit(
        use: PoolState.Use, role: String, preamble: [EncodedStatement] = [], statements: [EncodedStatement], isCancellable: Bool = true,
        stoppedBy outside: ExchangeCancellation? = nil
    ) async throws -> [Rows] {
        if isCancellable { try Task.checkCancellation() }
        let id = makeID()
        let cancellation = Cancellation()
        // Beyond the server's own time-out and some grace, the connection itself must be dead.
        let limit = configuration.statementTimeout.map { $0 * (statements.count + 1) + .seconds(15) }
        var isReplayable = true
        if case .within = use { isReplayable = false }
        let replayable = isReplayable
        outside?.onCancel { [inbox] in
            cancellation.request()
            inbox.post(.cancel(id))
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let request = Request(
                    id: id, use: use, role: role, preamble: preamble, statements: statements, limit: limit, isReplayable: replayable,
                    cancellation: cancellation, completion: .rows(continuation))
                if !inbox.post(.submit(request)) {
                    continuation.resume(throwing: Failure(.unavailable, "database_closed", "The server is shutting down."))
                }
            }
        } onCancel: {
            guard isCancellable else { return }
            cancellation.request()
            inbox.post(.cancel(id))
        }
    }

    /// Sends one round trip and gives what comes of its last statement, row by row.
    func open(role: String, preamble: [EncodedStatement], statements: [EncodedStatement], separator: String) -> RowStream {
        let id = makeID()
        let cancellation = Cancellation()
        let core = RowStream.Channel(
            separator: separator, resume: { [inbox] in inbox.post(.resume(id)) },
            stop: { [inbox] in
                cancellation.request()
                inbox.post(.cancel(id))
            })
        let request = Request(
            id: id, use: .alone, role: role, preamble: preamble, statements: statements, limit: nil, isReplayable: true,
            cancellation: cancellation, completion: .stream(core))
        if !inbox.post(.submit(request)) { core.end(Failure(.unavailable, "database_closed", "The server is shutting down.")) }
        return RowStream(core)
    }

    package static var missingRows: Failure {
        Failure(.unexpected, "database_error", "The database could not do this.")
    }
}
