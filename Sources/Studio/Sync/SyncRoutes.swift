import Core
import Database
import HTTP
import Hummingbird

/// `GET /sync`: where songs are copied to, and how far that is for one's own.
public struct SyncRoutes: Sendable {
    private let database: Database
    private let target: SyncTarget?

    public init(database: Database, target: SyncTarget?) {
        self.database = database
        self.target = target
    }

    public func addRoutes(to router: some RouterMethods<AppRequestContext>) {
        router.get("sync") { _, context in
            let claims = try context.requireUser()
            let row = try await database.asUser(
                claims,
                """
                select count(*) filter (where not s.sync_enabled) as off,
                    count(*) filter (where s.sync_enabled and c.state = 'pushed') as pushed,
                    count(*) filter (where s.sync_enabled and c.state = 'waiting') as waiting,
                    count(*) filter (where s.sync_enabled and c.state = 'failed') as failed,
                    (select f.error from continuo.song_sync f join public.songs o on o.id = f.song_id
                        where o.user_id = \(claims.userID) and f.state = 'failed' order by f.due_at desc limit 1) as error
                from public.songs s left join continuo.song_sync c on c.song_id = s.id where s.user_id = \(claims.userID)
                """
            ).single()
            func count(_ name: String) throws -> JSONValue { .number(Double(try row.decode(name, as: Int.self))) }
            let answer: JSONValue = [
                "target": target.map { .string($0.url) } ?? .null, "off": try count("off"), "pushed": try count("pushed"),
                "waiting": try count("waiting"), "failed": try count("failed"),
                "last_error": try row.decode("error", as: String?.self).map(JSONValue.string) ?? .null,
            ]
            return Response.json(answer.text)
        }
    }
}
