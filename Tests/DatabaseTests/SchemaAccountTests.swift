import Database
import Foundation
import TestSupport
import Testing

/// Accounts and the rows that belong to them, and the daily limit.
struct SchemaAccountTests {
    @Test func `a new account brings its profile and its private row`() async throws {
        try await TestDatabase.withURLs { _, ownerURL in
            try await TestDatabase.owner(
                ownerURL,
                """
                insert into auth.users (id, email, raw_user_meta_data)
                values (
                    md5('a')::uuid, 'ada@example.com',
                    '{"username": "ada", "full_name": "Ada L.", "picture": "https://example.com/a.png"}'
                )
                """)
            let row = try await TestDatabase.owner(
                ownerURL,
                """
                select p.username, p.display_name, p.avatar_url, p.preference_vector::text as vector, u.email, u.daily_count, u.premium
                from public.profiles p join public.users u using (id)
                """
            ).single()
            #expect(try row.decode("username") == "ada")
            #expect(try row.decode("display_name") == "Ada L.")
            #expect(try row.decode("avatar_url") == "https://example.com/a.png")
            #expect(try row.decode("vector") == "[0,0,0,0,0]")
            #expect(try row.decode("email") == "ada@example.com")
            #expect(try row.decode("daily_count") == 0)
            #expect(try row.decode("premium") == false)
        }
    }

    @Test(arguments: ["Ada", "", " ", String(repeating: "x", count: 65)])
    func `a handle that is taken or malformed keeps nobody from signing up`(handle: String) async throws {
        try await TestDatabase.withURLs { _, ownerURL in
            try await TestDatabase.owner(
                ownerURL,
                "insert into auth.users (id, email, raw_user_meta_data) values (md5('a')::uuid, 'a@x', '{\"username\": \"ada\"}')")
            try await TestDatabase.owner(
                ownerURL,
                sql: """
                    insert into auth.users (id, email, raw_user_meta_data)
                    values (md5('b')::uuid, 'b@x', jsonb_build_object('username', \(handle)::text))
                    """)
            let row = try await TestDatabase.owner(
                ownerURL, "select username, (select count(*) from public.users) as people from public.profiles where id = md5('b')::uuid"
            ).single()
            #expect(try row.decodeIfPresent("username", as: String.self) == nil)
            #expect(try row.decode("people") == 2)
        }
    }

    @Test func `accounts without an address, and two with the same one, each get a row`() async throws {
        try await TestDatabase.withURLs { _, ownerURL in
            try await TestDatabase.owner(
                ownerURL,
                """
                insert into auth.users (email, is_anonymous) values (null, true), (null, true), ('', false);
                insert into auth.users (email, is_sso_user) values ('shared@example.com', true), ('shared@example.com', true);
                """)
            let row = try await TestDatabase.owner(
                ownerURL,
                """
                select count(*) as people, count(*) filter (where email = id || '@placeholder.invalid') as placeholders from public.users
                """
            ).single()
            #expect(try row.decode("people") == 5)
            #expect(try row.decode("placeholders") == 4)
        }
    }

    @Test func `the private row follows the account's address`() async throws {
        try await TestDatabase.withURLs { _, ownerURL in
            let email: SQL = "select email from public.users"
            try await TestDatabase.owner(ownerURL, "insert into auth.users (email, is_anonymous) values (null, true)")
            try await TestDatabase.owner(ownerURL, "update auth.users set email = 'later@example.com', is_anonymous = false")
            #expect(try await TestDatabase.owner(ownerURL, sql: email).single().decode("email") == "later@example.com")
            try await TestDatabase.owner(ownerURL, "update auth.users set email = null")
            let placeholder = try await TestDatabase.owner(ownerURL, sql: email).single().decode("email", as: String.self)
            #expect(placeholder.hasSuffix("@placeholder.invalid"))
        }
    }

    @Test func `everything a person owns goes with the account, and nothing else`() async throws {
        try await TestDatabase.withURLs { _, ownerURL in
            let fixtures = try SchemaFiles.text("fixtures.sql")
            try await TestDatabase.owner(ownerURL, fixtures)
            // As the server that deletes accounts does it: with the service's rights, not the owner's.
            try await TestDatabase.owner(ownerURL, "set role service_role; delete from auth.users where id = md5('ada')::uuid")
            let left = try await TestDatabase.owner(
                ownerURL,
                """
                create function pg_temp.count_of(searched regclass, key name) returns bigint language plpgsql as $$
                declare
                    found bigint;
                begin
                    execute format('select count(*) from %s where %I = md5(''ada'')::uuid', searched, key) into found;
                    return found;
                end
                $$;
                select c.conrelid::regclass::text as name, pg_temp.count_of(c.conrelid, a.attname) as rows
                from pg_constraint c
                join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
                where c.contype = 'f' and c.confrelid in ('auth.users'::regclass, 'public.users'::regclass, 'public.profiles'::regclass)
                """)
            #expect(left.count >= 20)
            for row in left {
                let name = try row.decode("name", as: String.self)
                #expect(try row.decode("rows") == 0, "\(name)")
            }
            let others = try await TestDatabase.owner(
                ownerURL,
                """
                select (select count(*) from public.songs) as songs, (select count(*) from public.artists) as artists,
                    (select count(*) from public.als_summaries) as summaries, (select count(*) from public.generated_tracks) as tracks,
                    (select follower_count from public.bands) as followers, (select track_count from public.bands) as band_tracks
                """
            ).single()
            #expect(try others.decode("songs") == 1)
            #expect(try others.decode("artists") == 3)
            #expect(try others.decode("summaries") == 3)
            #expect(try others.decode("tracks") == 0)
            #expect(try others.decode("followers") == 0)
            #expect(try others.decode("band_tracks") == 0)
        }
    }

    // The daily limit ------------------------------------------------------------------------------------------------

    @Test func `of forty claims at once exactly the allowed ones are granted`() async throws {
        try await TestDatabase.withDatabase { database, ownerURL in
            let person = UUID()
            try await TestDatabase.owner(ownerURL, "insert into auth.users (id) values ('\(person)')")
            let granted = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<40 {
                    group.addTask {
                        try await database.asService("select granted from continuo.claim_generation(\(person), 7)")
                            .single().decode("granted")
                    }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(granted == 7)
            let row = try await database.asService("select * from continuo.claim_generation(\(person), 7)").single()
            #expect(try row.decode("granted") == false)
            #expect(try row.decode("used") == 7)
        }
    }

    @Test func `the count starts again at midnight UTC, and says when that is`() async throws {
        try await TestDatabase.withDatabase { database, ownerURL in
            let person = UUID()
            try await TestDatabase.owner(
                ownerURL,
                """
                insert into auth.users (id) values ('\(person)');
                update public.users set daily_count = 99, daily_reset_on = (now() at time zone 'UTC')::date - 1;
                """)
            let row = try await database.asService(
                """
                select granted, used, resets_at > now() and resets_at <= now() + interval '1 day'
                    and extract(epoch from resets_at)::bigint % 86400 = 0 as next_midnight
                from continuo.claim_generation(\(person), 3)
                """
            ).single()
            #expect(try row.decode("granted") == true)
            #expect(try row.decode("used") == 1)
            #expect(try row.decode("next_midnight") == true)
            _ = try await database.asService("select continuo.return_generation(\(person))")
            #expect(try await database.asService("select daily_count from public.users").single().decode("daily_count") == 0)
        }
    }

    @Test func `nothing is granted to an unknown person, or when nothing is allowed`() async throws {
        try await TestDatabase.withDatabase { database, ownerURL in
            let person = UUID()
            #expect(try await database.asService("select * from continuo.claim_generation(\(person), 3)").isEmpty)
            try await TestDatabase.owner(ownerURL, "insert into auth.users (id) values ('\(person)')")
            let row = try await database.asService("select * from continuo.claim_generation(\(person), 0)").single()
            #expect(try row.decode("granted") == false)
            #expect(try row.decode("used") == 0)
        }
    }
}
