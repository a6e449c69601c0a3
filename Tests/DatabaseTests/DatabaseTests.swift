import Core
import Database
import Foundation
import TestSupport
import Testing

@Suite struct DatabaseTests {
    @Test func `a statement runs as the person in the claims and the role is gone afterwards`() async throws {
        try await TestDatabase.withDatabase(configure: { $0.maximumConnections = 1 }) { database, _ in
            let person = Claims(userID: UUID())
            let who: SQL =
                "select current_user::text, session_user::text, auth.uid() as uid, current_setting('request.jwt.claims', true) claims"
            let mine = try await database.asUser(person, who).single()
            #expect(try mine.decode("current_user", as: String.self) == "authenticated")
            #expect(try mine.decode("session_user", as: String.self) == "authenticator")
            #expect(try mine.decode("uid", as: UUID.self) == person.userID)
            let anonymous = try await database.asAnonymous(who).single()
            #expect(try anonymous.decode("current_user", as: String.self) == "anon")
            #expect(try anonymous.decode("uid", as: UUID?.self) == nil)
            let service = try await database.asService(who).single()
            #expect(try service.decode("current_user", as: String.self) == "service_role")
            #expect(database.statistics.connections <= 1)
        }
    }

    @Test func `a failed statement leaves no role behind on its connection`() async throws {
        try await TestDatabase.withDatabase(configure: { $0.maximumConnections = 1 }) { database, _ in
            await #expect(throws: Failure.self) { try await database.asService("select 1 / 0") }
            let row = try await database.asAnonymous("select current_user::text, auth.uid() as uid").single()
            #expect(try row.decode("current_user", as: String.self) == "anon")
        }
    }

    @Test func `a stranger's rows stay hidden by row-level security`() async throws {
        try await TestDatabase.withDatabase { database, ownerURL in
            let (mine, theirs) = (UUID(), UUID())
            try await TestDatabase.owner(
                ownerURL,
                """
                create table public.notes (user_id uuid, body text); alter table public.notes enable row level security;
                grant select, insert on public.notes to authenticated;
                create policy own on public.notes using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
                """)
            _ = try await database.asUser(Claims(userID: theirs), "insert into public.notes values (\(theirs), 'secret')")
            #expect(try await database.asUser(Claims(userID: mine), "select * from public.notes").isEmpty)
            #expect(try await database.asUser(Claims(userID: theirs), "select * from public.notes").count == 1)
            let failure = await #expect(throws: Failure.self) {
                try await database.asUser(Claims(userID: mine), "insert into public.notes values (\(theirs), 'forged')")
            }
            #expect(failure?.code == "database_refused" && failure?.kind == .forbidden)
        }
    }

    @Test func `role, claims and statement are one round trip`() async throws {
        try await TestDatabase.withURLs { loginURL, _ in
            let socketFolder = loginURL.split(separator: "'")[1]
            let tap = try WireTap(to: String(socketFolder))
            defer { tap.close() }
            var configuration = Database.Configuration(url: loginURL.replacing(socketFolder, with: tap.folder.path))
            configuration.maximumConnections = 1
            try await TestDatabase.run(Database(configuration, logger: TestDatabase.logger)) { database in
                let person = Claims(userID: UUID())
                try await database.ping()
                for _ in 0..<3 {
                    let before = tap.roundTrips
                    let first = try await database.asUser(person, "select auth.uid() as uid, \(before) as n").single()
                    #expect(try first.decode("uid", as: UUID.self) == person.userID)
                    #expect(tap.roundTrips - before == 1, "the first time too, when the statement is prepared on the way")
                }
                let before = tap.roundTrips
                try await database.asUser(person) { transaction in
                    _ = try await transaction.pipeline(["select 1", "select 2", "select auth.uid()"])
                }
                #expect(tap.roundTrips - before == 2, "begin travels with the first statements, commit is the second")
            }
        }
    }

    @Test func `an error of a deferred constraint is never missed`() async throws {
        try await TestDatabase.withDatabase { database, ownerURL in
            try await TestDatabase.owner(
                ownerURL,
                """
                create table parent (id int primary key);
                create table child (id int references parent deferrable initially deferred);
                grant all on parent, child to service_role;
                """)
            for _ in 0..<20 {
                let alone = await #expect(throws: Failure.self) { try await database.asService("insert into child values (1)") }
                #expect(alone?.code == "database_conflict" && alone?.postgresError?.sqlState == "23503")
                let together = await #expect(throws: Failure.self) {
                    try await database.asService { try await $0.query("insert into child values (2)") }
                }
                #expect(together?.code == "database_conflict")
            }
            #expect(try await database.asService("select * from child").isEmpty)
        }
    }

    @Test(arguments: [
        ("select 1 / 0", "database_invalid"), ("select 'x'::int", "database_invalid"),
        ("insert into t values (1), (1)", "database_conflict"),
        ("insert into t values (null)", "database_invalid"), ("insert into t values (-1)", "database_invalid"),
        ("select * from forbidden", "database_refused"), ("select * from nowhere", "database_error"), ("selec 1", "database_error"),
    ])
    func `each class of error has its code, and says nothing of the inside`(statement: String, code: String) async throws {
        try await TestDatabase.withDatabase { database, ownerURL in
            try await TestDatabase.owner(
                ownerURL,
                """
                create table t (id int primary key check (id > 0)); grant all on t to service_role;
                create table forbidden (); revoke all on forbidden from service_role;
                """)
            let failure = await #expect(throws: Failure.self) { try await database.asService(SQL(unsafeSQL: statement)) }
            #expect(failure?.code == code)
            #expect(failure.map { !$0.description.contains(statement) } == true)
            #expect(failure.map { $0.debugDescription.contains(statement) } == true)
            _ = try await database.asService("select 1")
        }
    }

    @Test func `a bound value appears in no description of an error`() async throws {
        try await TestDatabase.withDatabase { database, ownerURL in
            try await TestDatabase.owner(ownerURL, "create table t (email text unique); grant all on t to service_role")
            let secret = "hidden@example.org"
            _ = try await database.asService("insert into t values (\(secret))")
            for sql: SQL in ["insert into t values (\(secret))", "select \(secret)::text::int"] {
                let failure = await #expect(throws: Failure.self) { try await database.asService(sql) }
                #expect(failure.map { !"\($0) \($0.debugDescription)".contains("hidden") } == true)
            }
        }
    }

    @Test func `a statement over its time is stopped`() async throws {
        try await TestDatabase.withDatabase(configure: { $0.statementTimeout = .milliseconds(50) }) { database, _ in
            let failure = await #expect(throws: Failure.self) { try await database.asAnonymous("select pg_sleep(30)") }
            #expect(failure?.code == "database_timeout")
        }
    }

    @Test func `cancelling the task stops the statement on the server`() async throws {
        try await TestDatabase.withDatabase(configure: { $0.maximumConnections = 2 }) { database, ownerURL in
            let task = Task { try await database.asAnonymous("select pg_sleep(60) /* to be cancelled */") }
            let running =
                "select pid from pg_stat_activity where query like '%to be cancelled%' and state = 'active' and pid <> pg_backend_pid()"
            while try await TestDatabase.owner(ownerURL, running).isEmpty { await Task.yield() }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(try await TestDatabase.owner(ownerURL, running).isEmpty)
            for _ in 0..<20 { _ = try await database.asAnonymous("select 1") }
        }
    }

    @Test func `cancelling while waiting for a connection takes no connection`() async throws {
        try await TestDatabase.withDatabase(configure: { $0.maximumConnections = 1 }) { database, _ in
            try await database.asAnonymous { transaction in
                _ = try await transaction("select 1")
                let waiting = Task { try await database.asAnonymous("select 2") }
                while database.statistics.waiting == 0 { await Task.yield() }
                waiting.cancel()
                await #expect(throws: CancellationError.self) { try await waiting.value }
            }
            _ = try await database.asAnonymous("select 3")
        }
    }

    @Test func `nobody waits longer for a connection than agreed`() async throws {
        try await TestDatabase.withDatabase(configure: {
            $0.maximumConnections = 1
            $0.acquireTimeout = .seconds(1)
        }) { database, _ in
            try await database.asAnonymous { transaction in
                _ = try await transaction("select 1")
                let failure = await #expect(throws: Failure.self) { try await database.asAnonymous("select 2") }
                #expect(failure?.code == "database_busy" && failure?.kind == .unavailable)
            }
        }
    }

    @Test func `many requests share few connections and each gets its own answer`() async throws {
        try await TestDatabase.withDatabase(configure: { $0.maximumConnections = 3 }) { database, _ in
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<400 {
                    group.addTask {
                        let claims = number % 2 == 0 ? Claims(userID: UUID()) : Claims.anonymous
                        let row = try await database.asUser(claims, "select \(number)::int as n, auth.uid() as uid").single()
                        return try row.decode("n", as: Int.self) == number && row.decode("uid", as: UUID?.self) == claims.userID
                    }
                }
                for try await isRight in group { #expect(isRight) }
            }
            #expect(database.statistics.connections <= 3)
        }
    }

    @Test func `batches larger than the socket's buffers go through`() async throws {
        try await TestDatabase.withDatabase(configure: { $0.maximumConnections = 1 }) { database, _ in
            let megabyte = String(repeating: "x", count: 1_000_000)
            let lengths = try await database.asAnonymous { transaction in
                try await transaction.pipeline((0..<30).map { _ in "select \(megabyte)::text as echo" }).map {
                    try $0.single().decode("echo", as: String.self).utf8.count
                }
            }
            #expect(lengths == Array(repeating: 1_000_000, count: 30))
        }
    }

    @Test func `a login that is superuser is refused`() async throws {
        try await TestDatabase.withURLs { _, ownerURL in
            try await TestDatabase.run(Database(.init(url: ownerURL), logger: TestDatabase.logger)) { database in
                let failure = await #expect(throws: Failure.self) { try await database.asAnonymous("select 1") }
                #expect(failure?.code == "database_login_superuser")
            }
        }
    }

    @Test func `a closed database says so`() async throws {
        try await TestDatabase.withURLs { loginURL, _ in
            let database = Database(.init(url: loginURL), logger: TestDatabase.logger)
            try await TestDatabase.run(database) { _ = try await $0.asAnonymous("select 1") }
            let failure = await #expect(throws: Failure.self) { try await database.asAnonymous("select 1") }
            #expect(failure?.code == "database_closed")
            #expect(!database.isHealthy)
        }
    }

    @Test func `statements survive a change of the schema under them`() async throws {
        try await TestDatabase.withDatabase(configure: { $0.maximumConnections = 1 }) { database, ownerURL in
            try await TestDatabase.owner(ownerURL, "create table t (a int); insert into t values (1); grant all on t to service_role")
            let all: SQL = "select * from t"
            #expect(try await database.asService(all).columns.count == 1)
            try await TestDatabase.owner(ownerURL, "alter table t add b int default 2")
            #expect(try await database.asService(all).columns.count == 2)
            try await TestDatabase.owner(ownerURL, "alter table t add c int default 3")
            #expect(try await database.asService { try await $0.query(all) }.columns.count == 3)
        }
    }

    @Test func `prepared statements stay within their bound on the server`() async throws {
        try await TestDatabase.withDatabase(configure: {
            $0.maximumConnections = 1
            $0.statementCapacity = 5
        }) { database, _ in
            for number in 0..<30 { _ = try await database.asAnonymous(SQL(unsafeSQL: "select \(number)")) }
            let count = try await database.asAnonymous("select count(*) from pg_prepared_statements").single().value(as: Int.self)
            #expect(count <= 7)
            #expect(count >= 5)
        }
    }
}
