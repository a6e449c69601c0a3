import Database
import NIOCore
import Synchronization

/// Notices that the client of a connection has gone, and stops the query that runs for it.
///
/// One in each connection's pipeline; requests find theirs by channel.
public final class ConnectionWatch: ChannelInboundHandler, RemovableChannelHandler, Sendable {
    public typealias InboundIn = Any

    private static let watches = Mutex<[ObjectIdentifier: ConnectionWatch]>([:])
    private struct State {
        var running: ExchangeCancellation?
        var isClosed = false
    }

    private let state = Mutex(State())

    public init() {}

    static func of(_ channel: any Channel) -> ConnectionWatch? {
        watches.withLock { $0[ObjectIdentifier(channel)] }
    }

    /// Cancels at once where the client has gone already.
    func begin(_ cancellation: ExchangeCancellation) {
        let isClosed = state.withLock { state in
            state.running = cancellation
            return state.isClosed
        }
        if isClosed { cancellation.cancel() }
    }

    func end() {
        state.withLock { $0.running = nil }
    }

    // MARK: The connection's side

    public func handlerAdded(context: ChannelHandlerContext) {
        let id = ObjectIdentifier(context.channel)
        Self.watches.withLock { $0[id] = self }
    }

    public func handlerRemoved(context: ChannelHandlerContext) {
        let id = ObjectIdentifier(context.channel)
        Self.watches.withLock { $0[id] = nil }
    }

    public func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed? = event as? ChannelEvent { stop() }
        context.fireUserInboundEventTriggered(event)
    }

    public func channelInactive(context: ChannelHandlerContext) {
        stop()
        context.fireChannelInactive()
    }

    private func stop() {
        let running = state.withLock { state in
            state.isClosed = true
            return state.running
        }
        running?.cancel()
    }
}
