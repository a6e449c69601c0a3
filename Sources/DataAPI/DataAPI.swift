import Core
import Database
import HTTP
import Logging
import Synchronization

/// The Data API: tables, views and functions of a PostgreSQL database over HTTP, as PostgREST 14 has it.
///
/// A request goes one way: its text is parsed (`RestRequest`), looked up in the catalogue (`Planner`), written as one SQL statement
/// (`StatementWriter`), sent in one round trip with the settings of its transaction, and answered (`ResponseBuilder`). Everything but the
/// sending is pure.
public final class DataAPI: Sendable {
    /// What a request is answered with; replaced as a whole at a reload, while requests go on with what they began with.
    struct State: Sendable {
        var configuration: RestConfiguration
        var catalog: Catalog
        var settings: TransactionSettings
        var tokens: TokenVerifier
        /// The number of the load that read it.
        var load: Int
    }

    let database: Database
    let logger: Logger
    private let state = Mutex<State?>(nil)
    private let loads = Mutex(0)
    private let address: Mutex<OpenAPIAddress>

    public init(database: Database, logger: Logger) {
        self.database = database
        self.logger = logger
        address = Mutex(OpenAPIAddress(host: "localhost", port: 3000))
    }

    /// Where the API is served, as its description says.
    public func serve(at host: String, port: Int) {
        address.withLock { $0 = OpenAPIAddress(host: host, port: port) }
    }

    var servedAddress: OpenAPIAddress { address.withLock { $0 } }

    /// What it behaves by now; nil before it was read.
    public var configuration: RestConfiguration? { current?.configuration }

    var current: State? { state.withLock { $0 } }

    func beginLoad() -> Int {
        loads.withLock { loads in
            loads += 1
            return loads
        }
    }

    /// What a load has read, unless one that began later was quicker.
    func replace(_ new: State) {
        state.withLock { state in
            if let known = state, known.load > new.load { return }
            state = new
        }
    }

    /// Whether requests can be answered.
    public var isReady: Bool { current != nil && database.isHealthy }

    /// Says in the log what kept the catalogue from being read.
    public func report(_ error: any Error) {
        logger.error("schema cache not loaded, trying again", metadata: ["reason": "\(String(reflecting: error))"])
    }

    // MARK: One request

    /// identity: who asks, where the caller knows already; nil reads it from the request's token.
    /// cancellation: stops the query when the client goes away. `body`: reads the request's body, once all the rest is found good.
    func answer(
        _ raw: RawRequest, identity known: Identity?, cancellation: ExchangeCancellation?, body: () async throws(RestError) -> [UInt8]
    ) async -> RestResponse {
        guard let state = current else {
            return RestResponse(
                RestError(503, "PGRST002", "Could not query the database for the schema cache. Retrying."))
        }
        var timing = ServerTiming(isEnabled: state.configuration.serverTimingEnabled)
        var isAnonymous = true
        var asking: Identity?
        var response: RestResponse
        do {
            let identity: Identity
            if let known {
                identity = known
            } else {
                identity = try await state.tokens.identity(token: bearerCredentials(raw.header("authorization")))
            }
            isAnonymous = identity.isAnonymous
            asking = identity
            timing.endStage()
            var request = try RestRequest(raw, configuration: state.configuration) { state.catalog.timezones.contains($0) }
            if request.takesBody { request = try await read(try await body(), of: request) }
            timing.endStage()
            let plan = try Planner(catalog: state.catalog, configuration: state.configuration).plan(request)
            timing.endStage()
            response = try await answer(request, plan, identity, state, cancellation, &timing)
        } catch let error as RestError {
            response = RestResponse(await withoutSecrets(error, asking, cancellation), isTerse: state.configuration.hasTerseErrors)
        } catch {
            let answer = RestError(error, isAnonymous: isAnonymous)
            if answer.status >= 500, !(error is CancellationError) {
                logger.error("\(raw.method) \(raw.path): \(String(reflecting: error))")
            }
            response = RestResponse(answer, isTerse: state.configuration.hasTerseErrors)
        }
        timing.endStage()
        response.headers += timing.headers
        return response
    }

    /// Long bodies are read on a thread of their own, so that the event loop is free for others meanwhile.
    private func read(_ body: [UInt8], of request: RestRequest) async throws -> RestRequest {
        var request = request
        guard body.count > Self.longBody else {
            try request.read(body)
            return request
        }
        return try await Self.bodies.run { [request] _ in
            var request = request
            try request.read(body)
            return request
        }
    }

    private static let bodies = BlockingPool(name: "request bodies", threads: 2)
    private static let longBody = 1 << 18

    /// An error must not name what the one who asks may not know of.
    private func withoutSecrets(_ error: RestError, _ identity: Identity?, _ cancellation: ExchangeCancellation?) async -> RestError {
        guard !error.disclosed.isEmpty else { return error }
        let role = identity?.role ?? ""
        var exchange = Exchange(
            role: role, preamble: ["select set_config('role', \(role), true)"],
            statements: ["select " + Set(error.disclosed).map(\.isVisible).joined(" and ")], isOneOff: true)
        exchange.cancellation = cancellation
        let rows = try? await database.exchange(exchange)
        return (try? rows?.first?.single().value(as: Bool.self)) == true ? error : error.withheld
    }

    private func answer(
        _ request: RestRequest, _ plan: ActionPlan, _ identity: Identity, _ state: State, _ cancellation: ExchangeCancellation?,
        _ timing: inout ServerTiming
    ) async throws -> RestResponse {
        switch plan {
        case .options(let methods):
            return RestResponse(200, [("Allow", methods.joined(separator: ",")), ("Access-Control-Allow-Origin", "*")])
        case .describe(let schema, let headersOnly):
            return try await describe(
                schema, request, identity: identity, state, headersOnly: headersOnly, cancellation: cancellation)
        default: break
        }
        let writer = StatementWriter(configuration: state.configuration, settings: state.settings)
        guard var statements = writer.statements(for: plan, request, identity: identity) else { return RestResponse(204) }
        statements.exchange.cancellation = cancellation
        let builder = ResponseBuilder(request: request, configuration: state.configuration)
        if statements.shape == .streamed {
            return try await stream(statements, plan, builder, &timing)
        }
        let results: [Rows]
        do {
            results = try await database.exchange(statements.exchange)
        } catch {
            throw statements.meaning(of: error)
        }
        timing.endStage()
        guard let rows = results.last else { throw Database.missingRows }
        if case .plan = plan.handler?.media { return try explanation(rows, plan, builder) }
        guard let row = rows.first else { return RestResponse(200) }
        var summary = try ResultSummary(row)
        if results.count > 1 { try estimate(&summary, results[0], request, state.configuration) }
        try check(summary, plan)
        return try builder.response(to: plan, summary, body: .rows(rows))
    }

    /// What must hold of the number of rows, where nothing was written that would have to be taken back.
    private func check(_ summary: ResultSummary, _ plan: ActionPlan) throws(RestError) {
        switch plan {
        case .read(_, _, let handler):
            if case .object = handler.media, summary.rows != 1 { throw .notSingular(summary.rows) }
        case .write(_, _, .upsertOne, _):
            if summary.rows != 1 { throw .putMismatch }
        default: break
        }
    }

    private func estimate(
        _ summary: inout ResultSummary, _ rows: Rows, _ request: RestRequest, _ configuration: RestConfiguration
    ) throws {
        guard let plan = JSONValue(parsing: try rows.bytes()), case .array(let nodes) = plan,
            let number = nodes.first?["Plan"]?["Plan Rows"]?.number
        else { return }
        // The planner may guess more rows than a number of ours can hold.
        let guess = Int(exactly: number.rounded()) ?? .max
        switch request.preferences.count {
        case .planned: summary.total = guess
        case .estimated:
            if let total = summary.total, total > configuration.maximumRows ?? -1 { summary.total = max(total, guess) }
        default: break
        }
    }

    private func explanation(_ rows: Rows, _ plan: ActionPlan, _ builder: ResponseBuilder) throws -> RestResponse {
        var text = ""
        for row in rows { text += try row.value(as: String.self) + "\n" }
        let type = plan.handler?.media.contentType ?? MediaType.json.contentType
        return RestResponse(200, [("Content-Type", type)] + builder.profileHeaders, .text(text))
    }

    // MARK: Streams

    private func stream(
        _ statements: Statements, _ plan: ActionPlan, _ builder: ResponseBuilder, _ timing: inout ServerTiming
    ) async throws -> RestResponse {
        let (exchange, format) = (statements.exchange, statements.format)
        let rows = try database.stream(exchange, separator: format == .csv ? "\n" : ",\n ")
        exchange.cancellation?.onCancel { [weak rows] in rows?.cancel() }
        let header: Rows
        do {
            header = try await rows.header()
        } catch {
            throw statements.meaning(of: error)
        }
        timing.endStage()
        guard let row = header.first else { throw Database.missingRows }
        var summary = try ResultSummary(row)
        if let guess = rows.earlier.first { try estimate(&summary, guess, builder.request, builder.configuration) }
        try check(summary, plan)
        var start = Array("[".utf8)
        if format == .csv { start = Array(((try row.decodeIfPresent("body", as: String.self) ?? "") + "\n").utf8) }
        let body = try await self.body(rows, start: start, end: format == .json ? "]" : "", isShort: summary.rows <= MainQuery.fewRows)
        return try builder.response(to: plan, summary, body: body)
    }

    /// Few rows are gathered, so that the answer can say its length; many, or very long ones, are passed on as they come.
    private func body(_ rows: RowStream, start: [UInt8], end: String, isShort: Bool) async throws -> RestResponse.Body {
        var start = start
        while isShort, start.count < 1 << 20 {
            guard let bytes = try await rows.next() else { return .bytes(start + Array(end.utf8)) }
            start += bytes
        }
        return .stream(rows, before: start, after: end)
    }
}

extension RestError.Disclosure {
    /// Whether the role may use it; of a function, all of its overloads.
    fileprivate var isVisible: SQL {
        switch self {
        case .table(let name):
            """
            (select coalesce(bool_or(has_table_privilege(c.oid, 'select, insert, update, delete')
                or has_any_column_privilege(c.oid, 'select, insert, update')), false)
            from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
            where n.nspname = \(name.schema) and c.relname = \(name.name))
            """
        case .function(let name):
            """
            (select coalesce(bool_and(has_function_privilege(p.oid, 'execute')), false)
            from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
            where n.nspname = \(name.schema) and p.proname = \(name.name))
            """
        }
    }
}

extension ActionPlan {
    var handler: MediaHandler? {
        switch self {
        case .read(_, _, let handler), .write(_, _, _, let handler), .call(_, _, _, let handler): handler
        case .describe, .options: nil
        }
    }
}
