import Core
import Database
import Foundation
import HTTP
import HTTPTypes
import Hummingbird
import Jobs
import NIOCore

/// `/healthz`, `/readyz`, `/metrics`: for those who keep the program running.
struct HealthRoutes: Sendable {
    let database: Database
    let queue: JobQueue

    func addRoutes(to router: some RouterMethods<AppRequestContext>) {
        router.get("healthz") { _, _ in Response.json(#"{"status":"ok"}"#) }
        router.get("readyz") { _, _ in try await readiness() }
        router.get("metrics") { _, _ in try await metrics() }
    }

    private func readiness() async throws -> Response {
        do {
            try await database.ping()
            return Response.json(#"{"status":"ready","database":"ok"}"#)
        } catch {
            return Response.json(#"{"status":"unavailable","database":"unreachable"}"#, status: .serviceUnavailable)
        }
    }

    /// Prometheus text exposition format 0.0.4.
    private func metrics() async throws -> Response {
        let pool = database.statistics
        var text = """
            # HELP continuo_database_connections Connections of this process to PostgreSQL.
            # TYPE continuo_database_connections gauge
            continuo_database_connections{state="all"} \(pool.connections)
            continuo_database_connections{state="idle"} \(pool.idle)
            # HELP continuo_database_waiting Queries waiting for a connection.
            # TYPE continuo_database_waiting gauge
            continuo_database_waiting \(pool.waiting)

            """
        let rows = try await database.asService("select status, count(*) as number from continuo.jobs group by status")
        let counts = Dictionary(try rows.map { (try $0.decode("status", as: String.self), try $0.decode("number", as: Int.self)) }) {
            $0 + $1
        }
        text += "# HELP continuo_jobs Jobs by status.\n# TYPE continuo_jobs gauge\n"
        for status in Job.Status.allCases {
            text += "continuo_jobs{status=\"\(status.rawValue)\"} \(counts[status.rawValue, default: 0])\n"
        }
        return Response(
            status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}
