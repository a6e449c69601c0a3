import DataAPI
import Database
import HTTP
import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

/// `/live` and `/ready` on the admin port.
struct RestAdminRoutes: Sendable {
    let api: DataAPI
    let database: Database
    let isServing: Flag

    var router: Router<AppRequestContext> {
        let router = Router(context: AppRequestContext.self, options: .autoGenerateHeadEndpoints)
        router.get("live") { _, _ in Response(status: isServing.isSet ? .ok : .internalServerError) }
        router.get("ready") { _, _ in
            guard isServing.isSet else { return Response(status: .internalServerError) }
            return Response(status: api.isReady ? .ok : .serviceUnavailable)
        }
        router.get("metrics") { _, _ in
            let pool = database.statistics
            let text = """
                # HELP pgrst_db_pool_available Connections of the pool that nobody uses.
                # TYPE pgrst_db_pool_available gauge
                pgrst_db_pool_available \(pool.idle)
                # HELP pgrst_db_pool_waiting Requests waiting for a connection.
                # TYPE pgrst_db_pool_waiting gauge
                pgrst_db_pool_waiting \(pool.waiting)

                """
            return Response(
                status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
        }
        return router
    }
}

/// Something that becomes true once.
final class Flag: Sendable {
    private let state = Mutex(false)

    var isSet: Bool { state.withLock { $0 } }

    func set() {
        state.withLock { $0 = true }
    }
}
