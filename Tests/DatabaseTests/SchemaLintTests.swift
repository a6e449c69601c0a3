import Database
import Foundation
import TestSupport
import Testing

/// `supabase/tests/lint.sql`: what no migration may leave behind.
struct SchemaLintTests {
    @Test func `the schema passes every rule of the lint`() async throws {
        let lint = try SchemaFiles.text("lint.sql")
        let findings = try await TestDatabase.withURLs { _, ownerURL in
            try await TestDatabase.owner(ownerURL, lint).map { row in
                "\(try row.decode("rule", as: String.self)): \(try row.decode("object", as: String.self))"
            }
        }
        #expect(findings.isEmpty)
    }

    /// One way to break each rule of the lint.
    static let offences: [(rule: String, statements: String)] = [
        ("table without row security", "create table public.x (id int); comment on table public.x is 'x'"),
        ("table without policy", "create table public.x (id int); alter table public.x enable row level security"),
        ("table without comment", "comment on table public.songs is null"),
        ("function without comment", "create function public.x() returns int language sql set search_path = '' return 1"),
        ("policy column without index", "drop index public.idx_votes_user_id"),
        ("foreign key without index", "drop index public.idx_votes_sound_id"),
        ("function with open search_path", "alter function continuo.add_person() reset search_path"),
        ("function callable through the API", "create function public.x() returns int language sql set search_path = '' return 1"),
        ("definer function callable by anonymous", "grant execute on function continuo.artists_of_caller(text[]) to public"),
        ("machinery open to anonymous", "grant usage on schema continuo to anon"),
        ("machinery writable by people", "grant delete on continuo.jobs to authenticated"),
        ("machinery callable by people", "grant execute on function continuo.claim_generation(uuid, integer) to authenticated"),
        ("anonymous may write", "grant insert (title) on public.songs to anon"),
        ("right that row security does not cover", "grant truncate on public.songs to authenticated"),
        ("service shut out", "revoke delete on public.songs from service_role"),
        ("policy for every role", "create policy x on public.songs for select using (is_public)"),
        ("claim read row by row", "create policy x on public.songs for select to authenticated using (user_id = auth.uid())"),
        (
            "policy that trusts the person",
            "create policy x on public.songs for select to authenticated using ((select auth.jwt()) -> 'user_metadata' ->> 'a' = 'b')"
        ),
        ("updated_at without trigger", "drop trigger update_songs_updated_at on public.songs"),
        ("view that bypasses row security", "create view public.x as select id from public.songs"),
    ]

    @Test(arguments: offences.map(\.rule))
    func `the lint notices an offence against the rule`(rule: String) async throws {
        let offence = try #require(Self.offences.first { $0.rule == rule })
        let lint = try SchemaFiles.text("lint.sql")
        let rules = try await TestDatabase.withURLs { _, ownerURL in
            try await TestDatabase.owner(ownerURL, offence.statements)
            return try await TestDatabase.owner(ownerURL, lint).map { try $0.decode("rule", as: String.self) }
        }
        #expect(rules.contains(rule))
    }

    @Test func `every rule of the lint has an offence that proves it`() throws {
        let rules = try SchemaFiles.text("lint.sql").matches(of: #/select '([a-zA-Z_ ]+)', /#).map { String($0.1) }
        #expect(rules.count >= 20)
        #expect(Set(rules) == Set(Self.offences.map(\.rule)))
    }
}
