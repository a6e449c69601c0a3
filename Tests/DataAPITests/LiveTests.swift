import AsyncHTTPClient
import Core
import Database
import Foundation
import NIOCore
import NIOHTTP1
import TestSupport
import Testing

/// What shows only while things happen: long results, clients that go away, schemas that change, databases that fail.
@Suite struct LiveTests {
    // MARK: Schemas

    @Test func `a table made later is served after a notification, and no request fails meanwhile`() async throws {
        try await withAPI("create table api.first (id int); grant select on api.first to case_anon") { server, owner in
            #expect(try await server.send("GET", "/second").status == 404)
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        var statuses: Set<Int> = []
                        for _ in 0..<40 { statuses.insert(try await server.send("GET", "/first").status) }
                        return statuses == [200] ? 200 : statuses.max() ?? 0
                    }
                }
                _ = try await owner(
                    "create table api.second (id int); grant select on api.second to case_anon; notify pgrst, 'reload schema'")
                for try await status in group { #expect(status == 200) }
            }
            try await eventually { try await server.send("GET", "/second").status == 200 }
        }
    }

    @Test func `settings of the login role hold after a notification`() async throws {
        // The role is the whole cluster's: the setting is made for this database alone.
        try await withAPI("create table api.things as select generate_series(1, 9) as id; grant select on api.things to case_anon") {
            server, owner in
            #expect(try await server.send("GET", "/things").headers["content-range"] == "0-8/*")
            _ = try await owner(
                """
                do $$ begin execute format('alter role authenticator in database %I set pgrst.db_max_rows = ''4''', current_database()); end $$;
                notify pgrst, 'reload config'
                """)
            try await eventually { try await server.send("GET", "/things").headers["content-range"] == "0-3/*" }
        }
    }

    @Test func `a wrong setting of the login role does not keep the schema from being read anew`() async throws {
        try await withAPI("create table api.first (id int); grant select on api.first to case_anon") { server, owner in
            _ = try await owner(
                """
                do $$ begin execute format('alter role authenticator in database %I set pgrst.db_max_rows = ''many''', current_database()); end $$;
                create table api.second (id int); grant select on api.second to case_anon; notify pgrst, 'reload schema'
                """)
            try await eventually { try await server.send("GET", "/second").status == 200 }
        }
    }

    // MARK: Connections

    @Test func `a request that finds no connection in time is told so, and the one before it is answered`() async throws {
        let sql = "create function api.wait() returns text language sql as $$ select 'done' from pg_sleep(3) $$"
        try await withAPI(sql, ["db-pool": "1", "db-pool-acquisition-timeout": "1"]) { server, _ in
            async let first = server.send("POST", "/rpc/wait")
            async let second = server.send("POST", "/rpc/wait")
            let answers = try await [first, second].sorted { $0.status < $1.status }
            #expect(answers.map(\.status) == [200, 504])
            #expect(answers[0].text == "\"done\"")
            #expect(answers[1].json["code"]?.string == "PGRST003")
        }
    }

    @Test func `a connection that breaks under a request is reported, and the next request has another`() async throws {
        let sql = """
            create function api.quit() returns boolean language sql volatile security definer
                as $$ select pg_terminate_backend(pg_backend_pid()) $$;
            create function api.stay() returns int language sql stable as $$ select 1 $$
            """
        try await withAPI(sql) { server, _ in
            let broken = try await server.send("POST", "/rpc/quit")
            #expect(broken.status == 503)
            #expect(broken.json["code"]?.string == "57P01")
            #expect(try await server.send("GET", "/rpc/stay").text == "1")
        }
    }

    // MARK: Long results

    @Test(arguments: ["application/json", "text/csv"])
    func `a million rows pass through with flat memory`(_ type: String) async throws {
        let sql = """
            create table api.many as select i as id, md5(i::text) as text from generate_series(1, 1000000) i;
            grant select on api.many to case_anon
            """
        _ = try await CaseServers.shared.databaseURL()
        try await TestDatabase.withEmptyDatabase { ownerURL in
            try await TestDatabase.owner(ownerURL, "create schema api; grant usage on schema api to case_anon;\n" + sql)
            let login = ownerURL.replacing("user='\(TestDatabase.ownerRole)'", with: "user='authenticator'")
            let file = FileManager.default.temporaryDirectory.appending(path: "continuo-test-\(UUID().uuidString).conf")
            try Data(
                "db-uri = \"\(login.replacing("\"", with: "\\\""))\"\ndb-schemas = \"api\"\ndb-anon-role = \"case_anon\"\nserver-port = 0\n"
                    .utf8
            )
            .write(to: file)
            defer { try? FileManager.default.removeItem(at: file) }
            let program = try TestProgram(["rest", file.path])
            defer { program.kill() }
            let address = try await program.line(after: "listening on ")
            _ = try await HTTPClient.shared.execute(HTTPClientRequest(url: address + "/many?limit=1"), timeout: .seconds(30))
            let before = try memory(of: program.processID)
            var request = HTTPClientRequest(url: address + "/many")
            request.headers.add(name: "Accept", value: type)
            let response = try await HTTPClient.shared.execute(request, timeout: .seconds(120))
            #expect(response.headers.first(name: "content-range") == "0-999999/*")
            var lines = 1
            for try await buffer in response.body { lines += buffer.readableBytesView.count { $0 == UInt8(ascii: "\n") } }
            #expect(lines == (type == "text/csv" ? 1_000_001 : 1_000_000))
            let growth = try memory(of: program.processID) - before
            #expect(growth < 64, "grew by \(growth) MB")
        }
    }

    /// The most memory a process has had, in megabytes.
    private func memory(of process: Int32) throws -> Int {
        let status = try String(contentsOf: URL(filePath: "/proc/\(process)/status"), encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
        return try #require(Int(line.filter(\.isNumber))) / 1024
    }

    // MARK: Clients that go away

    @Test func `a query ends on the server soon after its client has gone`() async throws {
        let sql = """
            create function api.slow() returns text language sql stable as $$ select 'marked-as-slow' || pg_sleep(60) $$;
            """
        try await withAPI(sql) { server, owner in
            let running = """
                select count(*) from pg_stat_activity where datname = current_database() and state = 'active' and query like '%api%slow%'
                    and pid <> pg_backend_pid()
                """
            let asking = Task { try await server.send("GET", "/rpc/slow") }
            try await eventually { try await owner(running).single().value(as: Int.self) == 1 }
            asking.cancel()
            try await eventually(within: .seconds(5)) { try await owner(running).single().value(as: Int.self) == 0 }
        }
    }

    @Test func `a download that is broken off gives its connection back`() async throws {
        let sql = """
            create table api.many as select i as id, repeat('x', 1000) as text from generate_series(1, 200000) i;
            grant select on api.many to case_anon
            """
        try await withAPI(sql, ["db-pool": "1"]) { server, _ in
            for _ in 0..<3 {
                let response = try await HTTPClient.shared.execute(HTTPClientRequest(url: server.address + "/many"), timeout: .seconds(60))
                for try await _ in response.body { break }
            }
            #expect(try await server.send("GET", "/many?id=eq.1&select=id").text == "[{\"id\":1}]")
        }
    }

    // MARK: Databases that fail

    @Test func `requests go on after the server's connections were killed`() async throws {
        try await withAPI("create table api.things (id int); grant select on api.things to case_anon") { server, owner in
            #expect(try await server.send("GET", "/things").status == 200)
            _ = try await owner(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()")
            try await eventually { try await server.send("GET", "/things").status == 200 }
        }
    }
}
