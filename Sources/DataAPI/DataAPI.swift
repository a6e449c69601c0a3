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
    }

    let database: Database
    let logger: Logger
    private let state = Mutex<State?>(nil)
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

    func replace(_ new: State) {
        state.withLock { $0 = new }
    }

    /// Whether requests can be answered.
    public var isReady: Bool { current != nil && database.isHealthy }

    /// Says in the log what kept the catalogue from being read.
    public func report(_ error: any Error) {
        logger.error("schema cache not loaded, trying again", metadata: ["reason": "\(String(reflecting: error))"])
    }

    // MARK: One request

    /// identity: who asks, where the caller knows already; nil reads it from the request's token.
    /// cancellation: stops the query when the client goes away.
    func answer(_ raw: RawRequest, identity known: Identity?, cancellation: ExchangeCancellation?) async -> RestResponse {
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
            let request = try RestRequest(raw, configuration: state.configuration) { state.catalog.timezones.contains($0) }
            timing.endStage()
            let plan = try Planner(catalog: state.catalog, configuration: state.configuration).plan(request)
            timing.endStage()
            response = try await answer(request, plan, identity, state, cancellation, &timing)
        } catch let error as RestError {
            response = RestResponse(await withoutSecrets(error, asking), isTerse: state.configuration.hasTerseErrors)
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

    /// A hint must not name what the one who asks may not know of.
    private func withoutSecrets(_ error: RestError, _ identity: Identity?) async -> RestError {
        guard error.hint != nil, let disclosed = error.disclosed else { return error }
        var error = error
        let isVisible: SQL
        switch disclosed {
        case .table(let name):
            isVisible = """
                select coalesce(bool_or(has_table_privilege(c.oid, 'select, insert, update, delete')
                    or has_any_column_privilege(c.oid, 'select, insert, update')), false)
                from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
                where n.nspname = \(name.schema) and c.relname = \(name.name)
                """
        case .function(let name):
            isVisible = """
                select coalesce(bool_or(has_function_privilege(p.oid, 'execute')), false)
                from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
                where n.nspname = \(name.schema) and p.proname = \(name.name)
                """
        }
        let role = identity?.role ?? ""
        let rows = try? await database.exchange(
            Exchange(role: role, preamble: ["select set_config('role', \(role), true)"], statements: [isVisible]))
        if (try? rows?.first?.single().value(as: Bool.self)) != true { error.hint = nil }
        return error
    }

    private func answer(
        _ request: RestRequest, _ plan: ActionPlan, _ identity: Identity, _ state: State, _ cancellation: ExchangeCancellation?,
        _ timing: inout ServerTiming
    ) async throws -> RestResponse {
        switch plan {
        case .options(let methods):
            return RestResponse(200, [("Allow", methods.joined(separator: ",")), ("Access-Control-Allow-Origin", "*")])
        case .describe(let schema, let headersOnly):
            return try await describe(schema, request, identity: identity, state, headersOnly: headersOnly)
        default: break
        }
        let writer = StatementWriter(configuration: state.configuration, settings: state.settings)
        guard var statements = writer.statements(for: plan, request, identity: identity) else { return RestResponse(204) }
        statements.exchange.cancellation = cancellation
        let builder = ResponseBuilder(request: request, configuration: state.configuration)
        if statements.shape == .streamed {
            return try await stream(statements.exchange, statements.format, plan, builder, &timing)
        }
        let results = try await run(statements.exchange, request)
        timing.endStage()
        guard let rows = results.last else { throw Database.missingRows }
        if case .plan = plan.handler?.media { return try explanation(rows, plan, builder) }
        guard let row = rows.first else { return RestResponse(200) }
        var summary = try ResultSummary(row)
        if results.count > 1 { try estimate(&summary, results[0], request, state.configuration) }
        try check(summary, plan)
        return try builder.response(to: plan, summary, body: .rows(rows))
    }

    /// Turns the error of a guarded body into what it means.
    private func run(_ exchange: Exchange, _ request: RestRequest) async throws -> [Rows] {
        do {
            return try await database.exchange(exchange)
        } catch {
            throw meaning(of: error, request)
        }
    }

    private func meaning(of error: any Error, _ request: RestRequest) -> any Error {
        guard let failure = error as? Failure, let postgres = failure.postgresError, let rows = RowGuard.rows(in: postgres) else {
            return error
        }
        if request.accept.contains(where: { if case .object = $0 { true } else { false } }) { return RestError.notSingular(rows) }
        return RestError.tooManyAffected(rows)
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
        let guess = Int(number)
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
        _ exchange: Exchange, _ format: Statements.StreamFormat, _ plan: ActionPlan, _ builder: ResponseBuilder,
        _ timing: inout ServerTiming
    ) async throws -> RestResponse {
        let rows = try database.stream(exchange, separator: format == .csv ? "\n" : ",\n ")
        exchange.cancellation?.onCancel { [weak rows] in rows?.cancel() }
        let header: Rows
        do {
            header = try await rows.header()
        } catch {
            throw meaning(of: error, builder.request)
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

extension ActionPlan {
    var handler: MediaHandler? {
        switch self {
        case .read(_, _, let handler), .write(_, _, _, let handler), .call(_, _, _, let handler): handler
        case .describe, .options: nil
        }
    }
}
