import Core
import Database
import Foundation
import Glibc
import TestSupport
import Testing

/// What strangers send to learn or to break something.
@Suite struct AbuseTests {
    // MARK: What costs too much

    @Test func `a few bytes of CSV cannot become gigabytes of JSON`() async throws {
        try await withAPI("create table api.things (id int); grant select, insert on api.things to case_anon") { server, _ in
            let csv = String(repeating: "x", count: 20_000) + String(repeating: "\n1", count: 20_000)
            let answer = try await server.send("POST", "/things", body: Array(csv.utf8), headers: ["Content-Type": "text/csv"])
            #expect(answer.status == 413)
            #expect(answer.json["code"]?.string == "PGRST102")
        }
    }

    @Test func `long statements are not kept by the database`() async throws {
        let sql = """
            create table api.things as select 1 as id; grant select on api.things to case_anon;
            create function api.longest() returns int language sql volatile
                as $$ select max(octet_length(statement)) from pg_prepared_statements $$
            """
        try await withAPI(sql, ["db-pool": "1"]) { server, _ in
            let filters = (0..<3000).map { "id=neq.1\($0)" }.joined(separator: "&")
            #expect(try await server.send("GET", "/things?\(filters)").text == #"[{"id":1}]"#)
            let longest = try await server.send("POST", "/rpc/longest")
            #expect(try #require(Int(longest.text)) < 10_000)
        }
    }

    @Test func `a guess of the planner beyond all numbers is only a guess`() async throws {
        let tables = Array(repeating: "pg_catalog.pg_attribute", count: 12).enumerated().map { "\($1) t\($0)" }.joined(separator: ", ")
        try await withAPI("create view api.huge as select 1 as id from \(tables); grant select on api.huge to case_anon") { server, _ in
            let answer = try await server.send("GET", "/huge?limit=0", headers: ["Prefer": "count=planned"])
            #expect(answer.headers["content-range"] == "*/\(Int.max)")
            #expect(try await server.send("GET", "/huge?limit=1").text == #"[{"id":1}]"#)
        }
    }

    @Test func `a name that no name can be is not looked for`() async throws {
        try await withAPI("create table api.things (id int); grant select on api.things to case_anon") { server, _ in
            let answer = try await server.send("GET", "/" + String(repeating: "things", count: 8000))
            #expect(answer.status == 404)
            #expect(answer.json["hint"] == .null)
            #expect(try await server.send("GET", "/thing").json["hint"]?.string == "Perhaps you meant the table 'api.things'")
        }
    }

    @Test func `an answer to a long request has short headers`() async throws {
        try await withAPI("create table api.things as select 1 as id; grant select on api.things to case_anon") { server, _ in
            let list = (0..<5000).map(String.init).joined(separator: ",")
            let answer = try await server.send("GET", "/things?id=in.(\(list))")
            #expect(answer.text == #"[{"id":1}]"#)
            #expect(answer.headers.values.map(\.utf8.count).reduce(0, +) < 8 << 10)
            #expect(try await server.send("GET", "/things?id=eq.1").headers["content-location"] == "/things?id=eq.1")
        }
    }

    // MARK: What is not theirs to know

    @Test func `errors about several candidates do not name what the role may not use`() async throws {
        let sql = """
            create table api.lefts (id int primary key); create table api.rights (id int primary key);
            create table api.secret_pairs (l int references api.lefts, r int references api.rights, primary key (l, r));
            create table api.secret_links (l int references api.lefts, r int references api.rights, primary key (l, r));
            grant select on api.lefts, api.rights to case_anon;
            create function api.pick(a int) returns int language sql as 'select 1';
            create function api.pick(a text) returns int language sql as 'select 1';
            revoke execute on function api.pick(text) from public
            """
        try await withAPI(sql) { server, owner in
            let hidden = try await server.send("GET", "/lefts?select=*,rights(*)")
            #expect(hidden.status == 300)
            #expect(hidden.json["code"]?.string == "PGRST201")
            #expect(!hidden.text.contains("secret"))
            let function = try await server.send("GET", "/rpc/pick?a=1")
            #expect(function.json["code"]?.string == "PGRST203")
            #expect(!function.text.contains("=>"))
            _ = try await owner(
                "grant select on api.secret_pairs, api.secret_links to case_anon; grant execute on function api.pick(text) to case_anon")
            #expect(try await server.send("GET", "/lefts?select=*,rights(*)").text.contains("secret_pairs using"))
            #expect(try await server.send("GET", "/rpc/pick?a=1").text.contains("a => text"))
        }
    }

    // MARK: Clients that come only to leave

    @Test func `a client that leaves before its request is begun has no query running`() async throws {
        let sql = "create function api.slow() returns text language sql stable as $$ select 'marked-as-slow' || pg_sleep(60) $$"
        try await withAPI(sql) { server, owner in
            for _ in 0..<5 { try leave(server, after: "GET /rpc/slow HTTP/1.1\r\nHost: localhost\r\n\r\n") }
            #expect(try await server.send("GET", "/").status == 200)
            try await eventually {
                try await owner(
                    """
                    select count(*) from pg_stat_activity where datname = current_database() and state = 'active'
                        and query like '%api%slow%' and pid <> pg_backend_pid()
                    """
                ).single().value(as: Int.self) == 0
            }
        }
    }

    @Test(.timeLimit(.minutes(2))) func `a statement that will not stop holds up nobody else`() async throws {
        // It goes on until the sequence, which every transaction sees as it is now, says otherwise.
        let sql = """
            create sequence api.stop;
            grant select on sequence api.stop to case_anon;
            create function api.stubborn() returns setof int language plpgsql stable as $$
            begin
                while (select not is_called from api.stop) loop
                    begin
                        perform pg_sleep(0.05);
                        raise notice 'still here';
                    exception when query_canceled then null;
                    end;
                end loop;
                return next 1;
            end $$;
            create table api.things as select 1 as id; grant select on api.things to case_anon
            """
        try await withAPI(sql) { server, owner in
            let running = """
                select count(*) from pg_stat_activity where datname = current_database() and state = 'active'
                    and query like '%api%stubborn%' and pid <> pg_backend_pid()
                """
            let leaving = Task { try await server.send("GET", "/rpc/stubborn") }
            try await eventually { try await owner(running).single().value(as: Int.self) == 1 }
            leaving.cancel()
            for _ in 0..<10 { #expect(try await server.send("GET", "/things").status == 200) }
            #expect(try await owner(running).single().value(as: Int.self) == 1, "it ended too soon to show anything")
            _ = try await owner("select nextval('api.stop')")
            try await eventually { try await owner(running).single().value(as: Int.self) == 0 }
        }
    }

    /// Sends a request and closes the connection at once.
    private func leave(_ server: TestServer, after request: String) throws {
        let port = try #require(UInt16(server.address.split(separator: ":").last ?? ""))
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        #expect(isConnected)
        _ = Array(request.utf8).withUnsafeBytes { send(socket, $0.baseAddress, $0.count, 0) }
    }
}
