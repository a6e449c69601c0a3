import Core
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

    /// A pool that is all in use is busy, not broken.
    private var isReady: Bool {
        get async {
            guard api.isReady else { return false }
            do {
                try await database.ping()
                return true
            } catch let failure as Failure {
                return failure.code == "database_busy"
            } catch {
                return false
            }
        }
    }

    var router: Router<AppRequestContext> {
        let router = Router(context: AppRequestContext.self, options: .autoGenerateHeadEndpoints)
        router.get("live") { _, _ in Response(status: isServing.isSet ? .ok : .internalServerError) }
        router.get("ready") { _, _ in
            guard isServing.isSet else { return Response(status: .internalServerError) }
            return Response(status: await isReady ? .ok : .serviceUnavailable)
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
