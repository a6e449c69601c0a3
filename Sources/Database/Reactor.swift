import CLibPQ
import CLinux
import Core
import Foundation
import Logging

/// The one thread that owns all pool connections: it waits on their sockets and on its inbox, and performs what `PoolState` decides.
///
/// Created inside its thread, and nothing outside ever refers to it.
final class Reactor {
    private let configuration: Database.Configuration
    private let inbox: Inbox
    private let logger: Logger
    private let poll: Int32
    private let clock = ContinuousClock()
    private let start: ContinuousClock.Instant
    private var pool: PoolState
    private var sessions: [Int: Session] = [:]
    private var requests: [Int: Request] = [:]
    private var lastFailure: Failure?
    private var drainDeadline: Duration?
    /// Counts the times a schema change made plans stale.
    private var epoch = 0

    init(configuration: Database.Configuration, inbox: Inbox, logger: Logger) {
        self.configuration = configuration
        self.inbox = inbox
        self.logger = logger
        start = clock.now
        poll = epoll_create1(Int32(EPOLL_CLOEXEC))
        pool = PoolState(
            limits: .init(maximumConnections: configuration.maximumConnections, acquireTimeout: configuration.acquireTimeout))
    }

    private var now: Duration { clock.now - start }

    // MARK: The loop

    func run() {
        watch(inbox.wakeUp, id: 0, operation: EPOLL_CTL_ADD)
        perform(pool.tick(now: now))
        var events = [epoll_event](repeating: epoll_event(), count: 64)
        while !isDone {
            let count = epoll_wait(poll, &events, Int32(events.count), inbox.fallAsleep() ? timeout : 0)
            for event in events.prefix(max(0, Int(count))) {
                let id = Int(event.data.u64)
                if id == 0 {
                    var number: eventfd_t = 0
                    eventfd_read(inbox.wakeUp, &number)
                } else {
                    attend(to: id)
                }
            }
            inbox.take().forEach(handle)
            dropStalled()
            perform(pool.tick(now: now))
            inbox.statistics = pool.statistics
        }
        end()
    }

    private var isDone: Bool {
        guard let drainDeadline else { return false }
        return pool.isDrained || drainDeadline <= now
    }

    private var timeout: Int32 {
        let stalled = sessions.values.compactMap(\.pausedAt).min().map { $0 + configuration.streamPatience }
        guard let deadline = [pool.nextDeadline, drainDeadline, stalled].compactMap({ $0 }).min() else { return -1 }
        let rest = deadline - now
        let milliseconds = rest.components.seconds * 1000 + rest.components.attoseconds / 1_000_000_000_000_000
        return Int32(clamping: max(0, milliseconds + 1))
    }

    private func end() {
        sessions = [:]
        for message in inbox.end() { handle(message) }
        sessions = [:]
        let left = requests.values
        requests = [:]
        for request in left { request.completion.resume(throwing: failure(for: .closed)) }
        close(poll)
    }

    private func handle(_ message: Inbox.Message) {
        switch message {
        case .submit(let request):
            guard !request.cancellation.isRequested else {
                request.completion.resume(throwing: CancellationError())
                return
            }
            requests[request.id] = request
            perform(pool.submit(request.id, request.use, limit: request.limit, now: now))
        case .cancel(let id):
            perform(pool.cancel(id, now: now))
        case .resume(let id):
            if let session = sessions.values.first(where: { $0.request?.id == id && $0.isPaused }) {
                unpause(session)
            }
        case .connected(let id, .success(let handover)):
            adopt(handover, as: id)
        case .connected(let id, .failure(let failure)):
            logger.warning("database connection failed", metadata: ["reason": "\(failure.debugDescription)"])
            lastFailure = failure
            perform(pool.connectFailed(id, refused: failure.code == "database_login_superuser", now: now))
        case .cancelDelivered(let id):
            perform(pool.cancelDelivered(id, now: now))
        case .drain(let grace):
            drainDeadline = min(drainDeadline ?? now + grace, now + grace)
            perform(pool.close(now: now))
        }
    }

    /// Stops the statements of streams that nobody has read from for too long.
    private func dropStalled() {
        for session in sessions.values where session.isPaused {
            guard let since = session.pausedAt else {
                session.pausedAt = now
                continue
            }
            guard since + configuration.streamPatience <= now, let request = session.request else { continue }
            logger.info("stream dropped: nobody reads it", metadata: ["connection": "\(session.id)"])
            request.stream?.abandon(
                Failure(
                    .unavailable, "stream_stalled", "The result was not read for too long.", hint: "Read it without pauses, or in parts."))
            unpause(session)
            perform(pool.cancel(request.id, now: now))
        }
    }

    private func unpause(_ session: Session) {
        session.unpause()
        watch(session.socket, id: session.id, operation: EPOLL_CTL_MOD, writing: session.wantsToWrite)
        attend(to: session.id)
    }

    // MARK: Connections

    private func adopt(_ handover: Handover, as id: Int) {
        guard let connection = handover.take() else { return }
        let session = Session(id: id, connection: connection, statementCapacity: configuration.statementCapacity)
        sessions[id] = session
        watch(session.socket, id: id, operation: EPOLL_CTL_ADD)
        lastFailure = nil
        logger.debug("database connection open", metadata: ["connection": "\(id)"])
        perform(pool.connected(id, now: now))
    }

    private func watch(_ descriptor: Int32, id: Int, operation: Int32, reading: Bool = true, writing: Bool = false) {
        var event = epoll_event()
        event.events = (reading ? EPOLLIN.rawValue : 0) | (writing ? EPOLLOUT.rawValue : 0)
        event.data.u64 = UInt64(id)
        epoll_ctl(poll, operation, descriptor, &event)
    }

    /// The socket of a connection is ready.
    private func attend(to id: Int) {
        guard let session = sessions[id] else { return }
        let wanted = session.wantsToWrite
        switch session.receive() {
        case .waiting:
            if session.wantsToWrite != wanted || session.isPaused {
                watch(session.socket, id: id, operation: EPOLL_CTL_MOD, reading: !session.isPaused, writing: session.wantsToWrite)
            }
        case .lost(let error):
            lose(session, error)
        case .finished(let outcome):
            if wanted { watch(session.socket, id: id, operation: EPOLL_CTL_MOD) }
            finish(session, outcome)
        }
    }

    private func lose(_ session: Session, _ error: PostgresError) {
        logger.info("database connection lost", metadata: ["connection": "\(session.id)", "reason": "\(error.debugDescription)"])
        lastFailure = error.failure
        if let request = session.takeRequest(), requests.removeValue(forKey: request.id) != nil {
            let failure = error.failure
            request.completion.resume(throwing: failure.code == "database_unavailable" ? failure : self.failure(for: .connectionLost))
        }
        perform(pool.lost(session.id, now: now))
    }

    private func finish(_ session: Session, _ outcome: PipelineState<Rows>.Outcome) {
        let request = session.request
        if let error = outcome.error, error.isStalePlan {
            // The schema changed under every connection's statements, not only this one's.
            epoch += 1
            if var request, request.isReplayable {
                request.isReplayable = false
                if case .opens = request.use { request.startsWithRollback = true }
                requests[request.id] = request
                send(request, on: session)
                return
            }
        }
        if let request = session.takeRequest(), requests.removeValue(forKey: request.id) != nil {
            if let error = outcome.error {
                let isCancelled = error.sqlState == "57014" && request.cancellation.isRequested
                request.completion.resume(throwing: isCancelled ? CancellationError() : error.failure)
            } else {
                request.completion.resume(returning: outcome.outputs)
            }
        }
        perform(pool.finished(session.id, now: now))
    }

    // MARK: Actions

    private func perform(_ actions: [PoolState.Action]) {
        for action in actions {
            switch action {
            case .connect(let id):
                connect(id)
            case .run(let id, on: let connection):
                guard let request = requests[id], let session = sessions[connection] else { continue }
                send(request, on: session)
            case .check(let id):
                guard let session = sessions[id] else { continue }
                if session.sendCheck() { flushLater(session) } else { lose(session, PostgresError(lostConnection: "check not sent")) }
            case .cancel(let id):
                cancel(id)
            case .close(let id):
                if let session = sessions.removeValue(forKey: id) {
                    var event = epoll_event()
                    epoll_ctl(poll, EPOLL_CTL_DEL, session.socket, &event)
                }
            case .fail(let id, let reason):
                requests.removeValue(forKey: id)?.completion.resume(throwing: error(for: reason))
            }
        }
    }

    private func send(_ request: Request, on session: Session) {
        if session.send(request, epoch: epoch) {
            flushLater(session)
        } else {
            lose(session, PostgresError(lostConnection: "the connection closed"))
        }
    }

    private func flushLater(_ session: Session) {
        if session.wantsToWrite { watch(session.socket, id: session.id, operation: EPOLL_CTL_MOD, writing: true) }
    }

    private func connect(_ id: Int) {
        var target = Connector.Target(url: configuration.url, applicationName: configuration.applicationName)
        target.sessionSettings = configuration.sessionSettings
        target.allowsSuperuser = configuration.allowsSuperuser
        Thread.detachNewThread { [inbox, target] in
            let result = Result { () throws(Failure) in
                do { return try Connector.connectForPool(target) } catch let failure as Failure { throw failure } catch {
                    throw Failure(.unavailable, "database_unavailable", "The database cannot be reached right now.", underlying: error)
                }
            }
            inbox.post(.connected(id, result))
        }
    }

    /// `PQcancel` opens a connection of its own and waits: on a thread of its own, then. When it returns, the server has been told.
    private func cancel(_ id: Int) {
        guard let canceller = sessions[id]?.makeCanceller() else {
            perform(pool.cancelDelivered(id, now: now))
            return
        }
        Thread.detachNewThread { [inbox] in
            var message = [CChar](repeating: 0, count: 256)
            if let handle = canceller.take() {
                _ = PQcancel(handle, &message, Int32(message.count))
                PQfreeCancel(handle)
            }
            inbox.post(.cancelDelivered(id))
        }
    }

    private func error(for reason: PoolState.Reason) -> any Error {
        reason == .cancelled ? CancellationError() : failure(for: reason)
    }

    private func failure(for reason: PoolState.Reason) -> Failure {
        switch reason {
        case .busy:
            Failure(.unavailable, "database_busy", "The database is busy.", hint: "Try again in a moment.")
        case .refused:
            lastFailure ?? Failure(.unavailable, "database_unavailable", "The database refuses the login.")
        case .closed:
            Failure(.unavailable, "database_closed", "The server is shutting down.", hint: "Try again in a moment.")
        case .unreachable, .connectionLost, .cancelled:
            Failure(
                .unavailable, "database_unavailable", "The database cannot be reached right now.", hint: "Try again in a moment.",
                underlying: lastFailure?.underlying)
        }
    }
}
