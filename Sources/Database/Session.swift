import CLibPQ
import Core
import Logging

/// One pool connection in pipeline mode. Lives on the reactor's thread and never leaves it.
final class Session {
    enum Progress {
        case waiting
        case finished(PipelineState<Rows>.Outcome)
        case lost(PostgresError)
    }

    let id: Int
    let socket: Int32
    private let connection: OpaquePointer
    private var cache: StatementCache
    private var pipeline = PipelineState<Rows>(steps: [])
    private var sentTexts: [String] = []
    private(set) var isRunning = false
    /// Whether bytes wait for the socket to take them.
    private(set) var wantsToWrite = false
    /// Whether the reader of a stream has to catch up before anything more is read.
    private(set) var isPaused = false
    /// Set by the reactor: since when.
    var pausedAt: Duration?
    private(set) var request: Request?
    /// The schema version, as this process counts it, that the prepared statements were made under.
    private var epoch = 0

    /// Takes ownership of a connection that is set up, non-blocking and in pipeline mode.
    init(id: Int, connection: OpaquePointer, statementCapacity: Int) {
        self.id = id
        self.connection = connection
        socket = PQsocket(connection)
        cache = StatementCache(capacity: statementCapacity, prefix: "c\(UInt32.random(in: 0...UInt32.max))_")
    }

    deinit {
        PQfinish(connection)
    }

    /// The means to cancel what runs, for another thread.
    func makeCanceller() -> Handover? {
        // A `PGcancel` is a copy of what a cancel request needs and shares nothing with the connection (libpq, “Canceling Queries in Progress”);
        // made from its address, it does not count as a part of it either.
        guard let handle = OpaquePointer(bitPattern: Int(bitPattern: PQgetCancel(connection))) else { return nil }
        return Handover(handle) { PQfreeCancel($0) }
    }

    // MARK: Sending

    /// Sends a request's statements and their sync in one go. False when the connection does not take them any more.
    func send(_ request: Request, epoch: Int) -> Bool {
        if epoch != self.epoch {
            cache.discardAll()
            self.epoch = epoch
        }
        self.request = request
        var steps: [PipelineState<Rows>.Step] = []
        sentTexts = []
        func sent(_ step: PipelineState<Rows>.Step, _ text: String) {
            steps.append(step)
            sentTexts.append(text)
        }
        if request.startsWithRollback {
            guard sendPlain("rollback") else { return false }
            sent(.housekeeping, "rollback")
        }
        if request.startsOutsideTransaction {
            for name in cache.takeDiscarded() {
                guard sendPlain("deallocate \(name)") else { return false }
                sent(.housekeeping, "deallocate")
            }
        }
        for statement in request.preamble {
            guard send(statement, role: "", step: .housekeeping, sent) else { return false }
        }
        for statement in request.statements {
            guard send(statement, role: request.role, step: .query, sent) else { return false }
        }
        return finishSending(steps)
    }

    /// Asks the server for a sign of life: a sync with nothing before it.
    func sendCheck() -> Bool {
        request = nil
        sentTexts = []
        return finishSending([])
    }

    private func finishSending(_ steps: [PipelineState<Rows>.Step]) -> Bool {
        pipeline = PipelineState(steps: steps)
        guard PQpipelineSync(connection) == 1 else { return false }
        isRunning = true
        return flush()
    }

    private func send(
        _ statement: EncodedStatement, role: String, step: PipelineState<Rows>.Step, _ sent: (PipelineState<Rows>.Step, String) -> Void
    ) -> Bool {
        if statement.isTransactionControl {
            guard sendPlain(statement.text) else { return false }
            sent(step, statement.text)
            return true
        }
        if !statement.isPrepared {
            let isSent = statement.parameters.withPointers { values in
                PQsendQueryParams(connection, statement.text, Int32(values.count), nil, values, nil, nil, 0) == 1
            }
            guard isSent else { return false }
            sent(step, statement.text)
            return true
        }
        let key = StatementCache.Key(role: role, text: statement.text)
        let lookup = cache.use(key)
        if lookup.isNew {
            guard PQsendPrepare(connection, lookup.name, statement.text, 0, nil) == 1 else { return false }
            sent(.prepare(key), statement.text)
        }
        let isSent = statement.parameters.withPointers { values in
            PQsendQueryPrepared(connection, lookup.name, Int32(values.count), values, nil, nil, 0) == 1
        }
        guard isSent else { return false }
        sent(step, statement.text)
        return true
    }

    private func sendPlain(_ text: String) -> Bool {
        PQsendQueryParams(connection, text, 0, nil, nil, nil, nil, 0) == 1
    }

    /// Hands waiting bytes to the socket. False when the connection is lost.
    func flush() -> Bool {
        let rest = PQflush(connection)
        wantsToWrite = rest == 1
        return rest >= 0
    }

    // MARK: Receiving

    /// Reads what has arrived.
    func receive() -> Progress {
        guard PQconsumeInput(connection) == 1, !wantsToWrite || flush() else { return .lost(lossReport) }
        guard isRunning else {
            // Nothing was asked: a notice, or the server closing the connection, which reads as end of file.
            return PQstatus(connection) == CONNECTION_OK ? .waiting : .lost(lossReport)
        }
        var emptyReads = 0
        while !isPaused, PQisBusy(connection) == 0 {
            guard let result = PQgetResult(connection) else {
                // Null separates the results of one statement from the next; two in a row mean there is nothing to read.
                emptyReads += 1
                if emptyReads > 1 { break }
                if let stream = request?.stream, pipeline.isAtLastQuery, !stream.isEnded {
                    PQsetSingleRowMode(connection)
                }
                continue
            }
            emptyReads = 0
            if PQresultStatus(result) == PGRES_SINGLE_TUPLE, let stream = request?.stream {
                pass(result, to: stream)
                continue
            }
            let isEarlier = pipeline.isAtQuery && !pipeline.isAtLastQuery
            guard let reply = reply(for: result) else { return .lost(lossReport) }
            if isEarlier, let stream = request?.stream, case .done(let rows) = reply { stream.addEarlier(rows) }
            if let outcome = pipeline.receive(reply) {
                return finish(outcome)
            }
        }
        request?.stream?.flush()
        return PQstatus(connection) == CONNECTION_OK ? .waiting : .lost(lossReport)
    }

    /// Hands one streamed row on. Takes ownership of the result.
    private func pass(_ result: OpaquePointer, to stream: RowStream.Channel) {
        guard stream.hasBegun else {
            stream.begin(Rows(ResultStorage(result)))
            return
        }
        defer { PQclear(result) }
        guard let value = PQgetvalue(result, 0, 0) else { return }
        let length = Int(PQgetlength(result, 0, 0))
        let hasRoom = value.withMemoryRebound(to: UInt8.self, capacity: length) {
            stream.append(UnsafeBufferPointer(start: $0, count: length))
        }
        isPaused = !hasRoom
    }

    /// The reader has caught up.
    func unpause() {
        isPaused = false
        pausedAt = nil
    }

    /// Takes ownership of the result. Nil for what has no place in a pipeline: COPY.
    private func reply(for result: OpaquePointer) -> PipelineState<Rows>.Reply? {
        switch PQresultStatus(result) {
        case PGRES_PIPELINE_SYNC:
            PQclear(result)
            return .sync
        case PGRES_PIPELINE_ABORTED:
            PQclear(result)
            return .skipped
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
            return .done(Rows(ResultStorage(result)))
        case PGRES_FATAL_ERROR, PGRES_NONFATAL_ERROR, PGRES_BAD_RESPONSE:
            defer { PQclear(result) }
            return .failed(PostgresError(result: result, statement: pipeline.statementNumber.map { sentTexts[$0] }))
        default:
            PQclear(result)
            return nil
        }
    }

    private func finish(_ outcome: PipelineState<Rows>.Outcome) -> Progress {
        isRunning = false
        for key in outcome.unprepared { cache.forget(key) }
        if let error = outcome.error, error.isStalePlan, let request {
            for statement in request.statements { cache.discard(StatementCache.Key(role: request.role, text: statement.text)) }
        }
        cache.trim()
        let isInTransaction = PQtransactionStatus(connection) != PQTRANS_IDLE
        if isInTransaction, request?.mayLeaveTransactionOpen != true {
            return .lost(PostgresError(lostConnection: "a statement left a transaction open"))
        }
        return .finished(outcome)
    }

    /// The request is answered: nothing of it stays.
    func takeRequest() -> Request? {
        defer {
            request = nil
            sentTexts = []
        }
        return request
    }

    private var lossReport: PostgresError {
        pipeline.error ?? PostgresError(lostConnection: String(cString: PQerrorMessage(connection)))
    }
}
