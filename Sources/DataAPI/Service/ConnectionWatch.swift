import Database
import NIOCore
import Synchronization

/// Notices that the client of a connection has gone, and stops the query that runs for it.
///
/// One in each connection's pipeline; requests find theirs by channel.
public final class ConnectionWatch: ChannelInboundHandler, RemovableChannelHandler, Sendable {
    public typealias InboundIn = Any

    private static let watches = Mutex<[ObjectIdentifier: ConnectionWatch]>([:])
    private let running = Mutex<ExchangeCancellation?>(nil)

    public init() {}

    static func of(_ channel: any Channel) -> ConnectionWatch? {
        watches.withLock { $0[ObjectIdentifier(channel)] }
    }

    func begin(_ cancellation: ExchangeCancellation) {
        running.withLock { $0 = cancellation }
    }

    func end() {
        running.withLock { $0 = nil }
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
        running.withLock { $0 }?.cancel()
    }
}
