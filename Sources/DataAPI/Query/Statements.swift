import Core
import Database

/// Everything that one request sends to the database, in one round trip.
struct Statements {
    var exchange: Exchange
    var shape: MainQuery.Shape
    /// What makes the statement fail by itself.
    var guardrail: MainQuery.Guardrail?
    /// What comes between rows in a stream, and around them.
    var format: StreamFormat = .json

    enum StreamFormat {
        case json, csv
    }

    /// What an error of the guarded body says; any other error as it is.
    func meaning(of error: any Error) -> any Error {
        guard let guardrail, let postgres = (error as? Failure)?.postgresError, let rows = RowGuard.rows(in: postgres) else { return error }
        return switch guardrail {
        case .exactlyOne: RestError.notSingular(rows)
        case .atMost: RestError.tooManyAffected(rows)
        }
    }
}

/// Writes the statements for a plan. Pure.
struct StatementWriter {
    let configuration: RestConfiguration
    let settings: TransactionSettings

    /// Nil where nothing has to be asked.
    func statements(for plan: ActionPlan, _ request: RestRequest, identity: Identity) -> Statements? {
        switch plan {
        case .read(let read, _, let handler): self.read(read, handler, request, identity)
        case .write(let write, let read, let mutation, let handler): self.write(write, read, mutation, handler, request, identity)
        case .call(let call, let read, _, let handler): self.call(call, read, handler, request, identity)
        case .describe, .options: nil
        }
    }

    // MARK: One for each kind of request

    private func read(
        _ plan: ReadPlan, _ handler: MediaHandler, _ request: RestRequest, _ identity: Identity
    ) -> Statements {
        let (count, total) = MainQuery.total(
            request.preferences, countQuery: plan.countQuery, hasLimit: !plan.range.isAll || configuration.maximumRows != nil,
            maximumRows: configuration.maximumRows, countsAsOne: false)
        let parts = MainQuery.Parts(
            source: plan.query, count: count, total: total, rows: "SELECT * FROM pgrst_source", body: .init(handler.maker))
        let isLong = (plan.range.limit ?? .max) > MainQuery.fewRows
        return assemble(
            parts, handler, request, identity, shape: isLong && parts.body.row != nil ? .streamed : .whole, mayWrite: false,
            estimate: request.preferences.wantsEstimate ? plan.countQuery : nil)
    }

    private func write(
        _ write: WritePlan, _ read: ReadPlan, _ mutation: RestRequest.Mutation, _ handler: MediaHandler, _ request: RestRequest,
        _ identity: Identity
    ) -> Statements {
        var parts = MainQuery.Parts(
            source: write.query, total: "null::bigint", rows: handler.maker == .nothing ? "SELECT * FROM pgrst_source" : read.query,
            body: .init(handler.maker))
        if case .insert(let conflict, let isPut) = write.kind {
            if request.preferences.representation == .headersOnly { parts.location = MainQuery.location(primaryKey: write.primaryKey) }
            if isPut || conflict?.resolution == .merge {
                parts.inserted = "nullif(current_setting('pgrst.inserted', true), '')::int"
            }
        }
        parts.location = parts.location ?? "null::text"
        switch mutation {
        case .upsertOne: break
        case .insert: parts.guardrail = Self.guardrail(handler)
        case .update, .delete: parts.guardrail = Self.guardrail(handler) ?? Self.maxAffected(request)
        }
        return assemble(parts, handler, request, identity, shape: .whole, mayWrite: true, estimate: nil)
    }

    private func call(
        _ call: CallPlan, _ read: ReadPlan, _ handler: MediaHandler, _ request: RestRequest, _ identity: Identity
    ) -> Statements {
        let isSingle = !call.function.returnsSet
        let (count, total) = MainQuery.total(
            request.preferences, countQuery: read.countQuery, hasLimit: !read.range.isAll || configuration.maximumRows != nil,
            maximumRows: configuration.maximumRows, countsAsOne: isSingle)
        var parts = MainQuery.Parts(
            source: call.query, count: count, total: total, rows: read.query, body: .init(handler.maker, function: call.function))
        parts.countsAsOne = isSingle
        if !isSingle { parts.guardrail = Self.guardrail(handler) ?? Self.maxAffected(request) }
        let isLong = (read.range.limit ?? .max) > MainQuery.fewRows
        return assemble(
            parts, handler, request, identity, shape: !isSingle && isLong && parts.body.row != nil ? .streamed : .whole,
            mayWrite: call.mayWrite, estimate: nil, function: call.function)
    }

    private static func guardrail(_ handler: MediaHandler) -> MainQuery.Guardrail? {
        if case .object = handler.media { .exactlyOne } else { nil }
    }

    private static func maxAffected(_ request: RestRequest) -> MainQuery.Guardrail? {
        guard request.preferences.handling == .strict, let number = request.preferences.maxAffected else { return nil }
        return .atMost(number)
    }

    // MARK: What all have in common

    private func assemble(
        _ parts: MainQuery.Parts, _ handler: MediaHandler, _ request: RestRequest, _ identity: Identity, shape: MainQuery.Shape,
        mayWrite: Bool, estimate: SQL?, function: Function? = nil
    ) -> Statements {
        var exchange = Exchange(
            role: identity.role,
            preamble: settings.preamble(for: request, identity: identity, function: function, mayWrite: mayWrite), statements: [])
        let isolation = function?.isolation ?? settings.isolation(of: identity.role)
        let rollsBack = endsInRollback(request)
        if rollsBack || isolation != nil {
            let level = TransactionSettings.isolationLevel(isolation)
            exchange.opening = "begin isolation level \(level) \(mayWrite ? "read write" : "read only")"
            exchange.rollsBack = rollsBack
        }
        if case .plan(_, let isJSON, let options) = handler.media {
            exchange.statements = [MainQuery.explained(MainQuery.sql(parts, shape: .whole), isJSON: isJSON, options: options)]
            return Statements(exchange: exchange, shape: .whole, guardrail: parts.guardrail)
        }
        // What writes is answered only when it is committed, and holds its locks no longer than it must.
        let shape = exchange.opening == nil && !mayWrite ? shape : .whole
        if let estimate { exchange.statements.append(MainQuery.explained(estimate, isJSON: true, options: [])) }
        exchange.statements.append(MainQuery.sql(parts, shape: shape))
        return Statements(exchange: exchange, shape: shape, guardrail: parts.guardrail, format: handler.maker == .csv ? .csv : .json)
    }

    private func endsInRollback(_ request: RestRequest) -> Bool {
        switch request.preferences.ending {
        case .commit: false
        case .rollback: true
        case nil: configuration.transactionEnd.rollsBack
        }
    }
}
