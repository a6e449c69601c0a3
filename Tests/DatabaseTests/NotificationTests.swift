import Core
import Database
import Foundation
import TestSupport
import Testing

@Suite struct NotificationTests {
    /// Reads up to and including the wanted payload.
    private func payloads(_ stream: AsyncStream<String>, until last: String) async -> [String] {
        var seen: [String] = []
        for await payload in stream {
            seen.append(payload)
            if payload == last { break }
        }
        return seen
    }

    @Test func `a listener hears what is sent to its channel from the first empty payload on`() async throws {
        try await TestDatabase.withDatabase { database, _ in
            let stream = database.notifications(on: "song \"made\"")
            var iterator = stream.makeAsyncIterator()
            #expect(await iterator.next() == "")
            _ = try await database.asService("select pg_notify('other', 'not for us')")
            _ = try await database.asService("select pg_notify('song \"made\"', 'one')")
            _ = try await database.asService("select pg_notify('song \"made\"', 'two')")
            #expect(await iterator.next() == "one")
            #expect(await iterator.next() == "two")
        }
    }

    @Test func `a notification of a transaction that is rolled back is never heard`() async throws {
        try await TestDatabase.withDatabase { database, _ in
            let stream = database.notifications(on: "jobs")
            var iterator = stream.makeAsyncIterator()
            #expect(await iterator.next() == "")
            _ = try? await database.asService("select pg_notify('jobs', 'undone'), 1 / (random() * 0)::int")
            _ = try await database.asService("select pg_notify('jobs', 'done')")
            #expect(await iterator.next() == "done")
        }
    }

    @Test func `all listeners share one connection and each hears everything`() async throws {
        try await TestDatabase.withDatabase { database, ownerURL in
            let streams = (0..<5).map { _ in database.notifications(on: "jobs") } + [database.notifications(on: "songs")]
            var iterators = streams.map { $0.makeAsyncIterator() }
            for index in iterators.indices { #expect(await iterators[index].next() == "") }
            let listening = try await TestDatabase.owner(
                ownerURL, "select 1 from pg_stat_activity where datname = current_database() and query ilike 'listen%'")
            #expect(listening.count == 1)
            _ = try await database.asService("select pg_notify('jobs', 'all'), pg_notify('songs', 'one')")
            for index in 0..<5 { #expect(await iterators[index].next() == "all") }
            #expect(await iterators[5].next() == "one")
        }
    }

    @Test func `after a lost connection a listener gets an empty payload and hears again`() async throws {
        try await TestDatabase.withDatabase { database, ownerURL in
            let stream = database.notifications(on: "jobs")
            var iterator = stream.makeAsyncIterator()
            #expect(await iterator.next() == "")
            try await TestDatabase.owner(
                ownerURL,
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query ilike 'listen%'")
            #expect(await iterator.next() == "")
            _ = try await database.asService("select pg_notify('jobs', 'again')")
            #expect(await iterator.next() == "again")
        }
    }

    @Test func `listening ends with the database`() async throws {
        try await TestDatabase.withURLs { loginURL, _ in
            let stream = try await TestDatabase.run(Database(.init(url: loginURL), logger: TestDatabase.logger)) { database in
                let stream = database.notifications(on: "jobs")
                for await _ in stream { break }
                return stream
            }
            for await _ in stream {}
        }
    }
}
