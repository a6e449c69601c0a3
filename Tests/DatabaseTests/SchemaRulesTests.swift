import Core
import Database
import Foundation
import TestSupport
import Testing

/// What triggers and checks keep true.
struct SchemaRulesTests {
    @Test func `the counters of bands are true after concurrent comings and goings`() async throws {
        try await TestDatabase.withDatabase { database, ownerURL in
            try await TestDatabase.owner(
                ownerURL,
                """
                insert into auth.users (id) select md5('person' || n)::uuid from generate_series(1, 12) as n;
                insert into public.bands (id, user_id, name)
                select md5('band' || n)::uuid, md5('person1')::uuid, 'b' from generate_series(1, 3) as n;
                insert into public.generated_tracks (id, user_id, url, duration, mode)
                select md5('track' || n)::uuid, md5('person1')::uuid, 'x', 1, 'new' from generate_series(1, 12) as n;
                """)
            // Everybody follows all bands in an order of their own and leaves some again; tracks come and go meanwhile.
            try await withThrowingTaskGroup(of: Void.self) { group in
                for person in 1...12 {
                    group.addTask {
                        let direction: SQL = person.isMultiple(of: 2) ? "asc" : "desc"
                        _ = try await database.asService(
                            """
                            insert into public.user_follows (user_id, band_id)
                            select md5('person' || \(person)::int)::uuid, md5('band' || n)::uuid
                            from generate_series(1, 3) as n order by n \(sql: direction)
                            """)
                        _ = try await database.asService(
                            """
                            insert into public.band_tracks (track_id, band_id)
                            select md5('track' || \(person)::int)::uuid, md5('band' || n)::uuid
                            from generate_series(1, 3) as n order by n \(sql: direction)
                            """)
                        if person.isMultiple(of: 3) {
                            _ = try await database.asService(
                                """
                                delete from public.user_follows
                                where user_id = md5('person' || \(person)::int)::uuid and band_id <> md5('band1')::uuid
                                """)
                            _ = try await database.asService(
                                "delete from public.generated_tracks where id = md5('track' || \(person)::int)::uuid")
                        }
                    }
                }
                try await group.waitForAll()
            }
            let rows = try await database.asService(
                """
                select b.follower_count, b.track_count,
                    (select count(*) from public.user_follows f where f.band_id = b.id) as followers,
                    (select count(*) from public.band_tracks t where t.band_id = b.id) as tracks
                from public.bands b order by b.follower_count
                """)
            #expect(try rows.map { try $0.decode("follower_count", as: Int.self) } == [8, 8, 12])
            #expect(try rows.map { try $0.decode("track_count", as: Int.self) } == [8, 8, 8])
            for row in rows {
                #expect(try row.decode("follower_count", as: Int.self) == row.decode("followers", as: Int.self))
                #expect(try row.decode("track_count", as: Int.self) == row.decode("tracks", as: Int.self))
            }
        }
    }

    @Test func `a moved key moves the count, and a new follower is no change of the band`() async throws {
        try await withCast { ownerURL in
            let row = try await TestDatabase.owner(
                ownerURL,
                """
                update public.bands set updated_at = updated_at; -- Both stamped now, and not by a follower afterwards.
                create temp table before as select id, updated_at from public.bands;
                update public.user_follows set band_id = md5('band_open')::uuid;
                update public.band_tracks set band_id = md5('band_open')::uuid;
                select (select array_agg(track_count || '/' || follower_count order by name) from public.bands)::text as counts,
                    (select bool_and(a.updated_at = b.updated_at) from before a join public.bands b using (id)) as untouched
                """
            ).single()
            #expect(try row.decode("counts") == "{3/1,0/0,0/0}")
            #expect(try row.decode("untouched") == true)
        }
    }

    @Test func `updated_at is stamped by the database`() async throws {
        try await withCast { ownerURL in
            let row = try await TestDatabase.owner(
                ownerURL,
                """
                alter table public.songs disable trigger update_songs_updated_at;
                update public.songs set updated_at = '2001-01-01';
                alter table public.songs enable trigger update_songs_updated_at;
                update public.songs set title = 'New', updated_at = '2001-01-01';
                select bool_and(updated_at > now() - interval '1 hour') as stamped from public.songs
                """
            ).single()
            #expect(try row.decode("stamped") == true)
        }
    }

    @Test func `a deleted song leaves its descendants, and takes its interactions`() async throws {
        try await withCast { ownerURL in
            let row = try await TestDatabase.owner(
                ownerURL,
                """
                update public.songs set parent_id = md5('song_open')::uuid where id = md5('song_secret')::uuid;
                delete from public.songs where id = md5('song_open')::uuid;
                select parent_id, (select count(*) from public.interactions) as interactions
                from public.songs where id = md5('song_secret')::uuid
                """
            ).single()
            #expect(try row.decodeIfPresent("parent_id", as: UUID.self) == nil)
            #expect(try row.decode("interactions") == 0)
        }
    }

    @Test(arguments: [
        ("Sigur Rós", "sigur-ros"), ("  The  Weeknd!", "the-weeknd"), ("AC/DC", "ac-dc"), ("../../etc", "etc"),
    ])
    func `an artist's folder is made from the name`(name: String, slug: String) async throws {
        try await withCast { ownerURL in
            let made = try await TestDatabase.owner(
                ownerURL, sql: "insert into public.artists (name) values (\(name)) returning slug"
            ).single()
            #expect(try made.decode("slug") == slug)
        }
    }

    @Test(arguments: ["NIGHT OWLS", "Night-Owls", "月"])
    func `a folder that is taken or empty gets part of the id`(name: String) async throws {
        try await withCast { ownerURL in
            let made = try await TestDatabase.owner(
                ownerURL, sql: "insert into public.artists (name) values (\(name)) returning slug, left(id::text, 8) as part"
            ).single()
            let prefix = name == "月" ? "artist" : "night-owls"
            let part = try made.decode("part", as: String.self)
            #expect(try made.decode("slug") == "\(prefix)-\(part)")
        }
    }

    @Test(arguments: [(5, "stars"), (2, "stars"), (-1, "thumbs")])
    func `a vote's scale is filled in where the value tells it`(value: Int, scale: String) async throws {
        try await withCast { ownerURL in
            let row = try await TestDatabase.owner(
                ownerURL,
                sql: """
                    insert into public.votes (user_id, sound_id, value)
                    values (md5('ada')::uuid, md5('rain')::uuid, \(value)) returning scale
                    """
            ).single()
            #expect(try row.decode("scale") == scale)
        }
    }

    @Test func `a heartbeat from the future counts as now, and a session ends an hour after its last`() async throws {
        try await withCast { ownerURL in
            let row = try await TestDatabase.owner(
                ownerURL,
                """
                update public.sessions set last_active_at = 'infinity';
                select last_active_at <= now() as limited, expires_at = last_active_at + interval '1 hour' as an_hour from public.sessions
                """
            ).single()
            #expect(try row.decode("limited") == true)
            #expect(try row.decode("an_hour") == true)
        }
    }

    /// Statements that a constraint must stop, whoever sends them, and the SQLSTATE they end with.
    static let refused: [(statement: String, sqlState: String)] = [
        ("insert into public.votes (user_id, sound_id, value) values (md5('ada')::uuid, md5('rain')::uuid, 1)", "23502"),
        ("insert into public.votes (user_id, sound_id, value) values (md5('ada')::uuid, md5('rain')::uuid, 0)", "23502"),
        ("insert into public.votes (user_id, sound_id, value, scale) values (md5('ada')::uuid, md5('rain')::uuid, 6, 'stars')", "23514"),
        ("insert into public.votes (user_id, sound_id, value, scale) values (md5('ada')::uuid, md5('rain')::uuid, 2, 'thumbs')", "23514"),
        ("update public.profiles set preference_vector = '[100,0,0,0,0]'", "23514"),
        ("update public.profiles set preference_vector_model = null", "23514"),
        ("update public.profiles set username = 'ADA' where id = md5('bo')::uuid; update public.profiles set username = 'ada'", "23505"),
        ("update public.users set daily_count = -1", "23514"),
        ("update public.users set preferences_profile = '[]'", "23514"),
        ("update public.songs set seed = 9007199254740992", "23514"),
        ("update public.songs set duration = 'NaN'", "23514"),
        ("update public.songs set parent_id = id", "23514"),
        ("update public.songs set job_id = md5('job')::uuid", "23505"),
        ("update public.generated_tracks set match_percentage = 101", "23514"),
        ("insert into public.user_library (user_id, track_id) values (md5('ada')::uuid, md5('track_open')::uuid)", "23505"),
        ("update public.user_artists set role = 'admin'", "23514"),
        ("insert into public.artists (name) values ('Night Owls')", "23505"),
        ("update public.mixes set layers = '{}'", "23514"),
        ("update public.mixes set layers = '[1]'", "23514"),
        ("update public.mixes set layers = '[{}]'", "23514"),
        ("update public.mixes set layers = '[{\"sound_id\": 7}]'", "23514"),
        ("update public.mixes set layers = '[{\"sound_id\": null}]'", "23514"),
        ("update public.mixes set layers = jsonb_build_array(jsonb_build_object('sound_id', md5('rain')::uuid, 'volume', 1.1))", "23514"),
        ("update public.mixes set layers = jsonb_build_array(jsonb_build_object('sound_id', md5('rain')::uuid, 'volume', 'x'))", "23514"),
        ("update public.mixes set layers = jsonb_build_array(jsonb_build_object('sound_id', md5('rain')::uuid, 'delay', -1))", "23514"),
        (
            """
            update public.mixes set layers =
                (select jsonb_agg(jsonb_build_object('sound_id', md5('rain')::uuid)) from generate_series(1, 17))
            """, "23514"
        ),
    ]

    @Test(arguments: refused.indices)
    func `what makes no sense is refused`(index: Int) async throws {
        let refusal = Self.refused[index]
        try await withCast { ownerURL in
            do {
                try await TestDatabase.owner(ownerURL, refusal.statement)
                Issue.record("accepted: \(refusal.statement)")
            } catch let failure as Failure {
                #expect((failure.underlying as? PostgresError)?.sqlState == refusal.sqlState, "\(refusal.statement)")
            }
        }
    }

    @Test func `a mix of sixteen full layers is accepted`() async throws {
        try await withCast { ownerURL in
            try await TestDatabase.owner(
                ownerURL,
                """
                update public.mixes set layers = (
                    select jsonb_agg(jsonb_build_object('sound_id', md5('rain')::uuid, 'volume', 0.5, 'loop', true, 'delay', 1.5))
                    from generate_series(1, 16)
                )
                """)
        }
    }

    /// A database with the cast of the policy tests in it.
    private func withCast(_ body: @Sendable (_ ownerURL: String) async throws -> Void) async throws {
        try await TestDatabase.withURLs { _, ownerURL in
            let fixtures = try SchemaFiles.text("fixtures.sql")
            try await TestDatabase.owner(ownerURL, fixtures)
            try await body(ownerURL)
        }
    }
}
