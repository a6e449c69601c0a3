import Core
import Foundation
import TestSupport
import Testing

/// `continuo rest` as a process of its own, started as PostgREST is in a container: by environment variables.
@Suite struct RestProgramTests {
    @Test func `it waits for its database, says when it is ready, and reports when the database refuses it`() async throws {
        _ = try await CaseServers.shared.databaseURL()
        try await TestDatabase.withEmptyDatabase { ownerURL in
            try await TestDatabase.owner(
                ownerURL,
                """
                create schema api; grant usage on schema api to case_anon;
                create table api.first as select 1 as id; grant select on api.first to case_anon
                """)
            try await admit(false, ownerURL)
            let (port, adminPort) = (try Self.freePort(), try Self.freePort())
            let program = try TestProgram(
                ["rest"],
                environment: [
                    "PGRST_DB_URI": ownerURL.replacing("user='\(TestDatabase.ownerRole)'", with: "user='authenticator'"),
                    "PGRST_DB_SCHEMAS": "api", "PGRST_DB_ANON_ROLE": "case_anon", "PGRST_SERVER_PORT": "\(port)",
                    "PGRST_SERVER_HOST": "127.0.0.1", "PGRST_ADMIN_SERVER_PORT": "\(adminPort)", "PGRST_DB_CHANNEL_ENABLED": "false",
                    "PGRST_DB_POOL_ACQUISITION_TIMEOUT": "2", "PGRST_LOG_LEVEL": "crit",
                ])
            defer { program.kill() }
            let admin = TestRestServer.server(at: "http://127.0.0.1:\(adminPort)")
            let early = TestRestServer.server(at: "http://127.0.0.1:\(port)")
            try await eventually { (try? await early.send("GET", "/first").status) == 503 }
            #expect(try await early.send("GET", "/first").json["code"]?.string == "PGRST002")
            #expect(try await admin.send("GET", "/ready").status == 503)
            #expect(try await admin.send("GET", "/live").status == 200)

            try await admit(true, ownerURL)
            let server = TestRestServer.server(at: try await program.line(after: "listening on "))
            #expect(server.address == early.address)
            #expect(try await admin.send("GET", "/live").status == 200)
            #expect(try await admin.send("GET", "/ready").status == 200)
            #expect(try await server.send("GET", "/first").text == #"[{"id":1}]"#)

            try await TestDatabase.owner(ownerURL, "create table api.second as select 2 as id; grant select on api.second to case_anon")
            #expect(try await server.send("GET", "/second").json["code"]?.string == "PGRST205")
            program.kill(SIGUSR1)
            try await eventually { try await server.send("GET", "/second").text == #"[{"id":2}]"# }

            try await eventually {
                // A connection that was being made just then is still let in, and thrown out at the next turn.
                try await admit(false, ownerURL)
                let refused = try await server.send("GET", "/first")
                return refused.status == 503 && refused.json["code"]?.string == "PGRST000"
            }
            #expect(try await admin.send("GET", "/ready").status == 503)
            #expect(try await admin.send("GET", "/live").status == 200)
            try await admit(true, ownerURL)
            try await eventually { try await server.send("GET", "/first").status == 200 }

            program.kill(SIGTERM)
            try await program.ended()
        }
    }

    /// Lets roles other than superusers into the database, or throws them out of it.
    private func admit(_ isOpen: Bool, _ ownerURL: String) async throws {
        try await TestDatabase.owner(
            ownerURL,
            """
            do $$ begin execute format('alter database %I connection limit \(isOpen ? "-1" : "0")', current_database()); end $$;
            select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
            """)
    }

    /// A port that nobody listens at, below those that the kernel gives out by itself.
    private static func freePort() throws -> UInt16 {
        for port in (20_000..<30_000).shuffled() where isFree(UInt16(port)) { return UInt16(port) }
        throw Failure(.unavailable, "test_port", "No port is free.")
    }

    private static func isFree(_ port: UInt16) -> Bool {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0 }
        }
    }
}
