import Core
import Database
import Foundation
import Storage

/// The rows of songs, under the caller's own rights.
public struct SongStore: Sendable {
    let database: Database
    let objects: ObjectStore
    /// Whether a second server gets copies, of which owners see how far they are.
    let isSynced: Bool

    public init(database: Database, objects: ObjectStore, isSynced: Bool = false) {
        self.database = database
        self.objects = objects
        self.isSynced = isSynced
    }

    /// A song the caller may see. Throws `not_found`.
    public func song(_ id: UUID, for claims: Claims) async throws -> Song {
        let rows = try await database.asUser(claims, "select \(sql: Song.columns) from public.songs s where s.id = \(id)")
        guard let row = rows.first else { throw Self.notFound }
        var song = try Song(row)
        guard isSynced, claims.userID == song.userID else { return song }
        let sync = try await database.asUser(claims, "select c.state, c.error from continuo.song_sync c where c.song_id = \(id)").first
        song.syncState = try sync?.decode("state")
        song.syncError = try sync?.decode("error", as: String?.self)
        return song
    }

    static let notFound = Failure(.notFound, "not_found", "There is no such song, or it is not yours to see.")

    /// The caller's own songs, newest first. before: only older ones, for the next page.
    public func songs(of claims: Claims, limit: Int, before: Date?) async throws -> [Song] {
        try await database.asUser(
            claims,
            """
            select \(sql: Song.columns) from public.songs s
            where s.user_id = \(claims.userID) and (\(before)::timestamptz is null or s.created_at < \(before))
            order by s.created_at desc, s.id limit \(limit)
            """
        ).map(Song.init)
    }

    /// Changes what an owner may change. Throws `not_found` when the song is not the caller's.
    public func update(_ id: UUID, title: String?, isPublic: Bool?, isSyncEnabled: Bool?, for claims: Claims) async throws -> Song {
        let rows = try await database.asUser(
            claims,
            """
            update public.songs s set title = coalesce(\(title), s.title), is_public = coalesce(\(isPublic)::boolean, s.is_public),
                sync_enabled = coalesce(\(isSyncEnabled)::boolean, s.sync_enabled)
            where s.id = \(id) returning \(sql: Song.columns)
            """)
        guard let row = rows.first else { throw Self.notFound }
        return try Song(row)
    }

    /// Deletes the row and its objects together, then the files. Throws `not_found` when the song is not the caller's.
    public func delete(_ id: UUID, for claims: Claims, files: SongFiles) async throws {
        // Row-level security answers whether it is theirs; the song's trigger takes the object along and notes the files.
        let rows = try await database.asUser(claims, "delete from public.songs where id = \(id) returning id")
        guard !rows.isEmpty else { throw Self.notFound }
        await objects.clearSoon(database)
        await files.clearSoon(database)
    }

    /// Ancestors from the parent upwards, and all descendants, as far as the caller may see them.
    public func lineage(of id: UUID, for claims: Claims) async throws -> String {
        let rows = try await database.asUser(
            claims,
            """
            with recursive up as (
                select s.id, s.title, s.parent_id, s.created_at, 0 as depth from public.songs s where s.id = \(id)
                union all
                select p.id, p.title, p.parent_id, p.created_at, up.depth + 1 from public.songs p join up on p.id = up.parent_id where up.depth < 100
            ), down as (
                select s.id, s.title, s.parent_id, s.created_at, 0 as depth from public.songs s where s.id = \(id)
                union all
                select c.id, c.title, c.parent_id, c.created_at, down.depth + 1 from public.songs c join down on c.parent_id = down.id where down.depth < 100
            )
            select json_build_object('song_id', \(id)::uuid,
                'ancestors', coalesce((select json_agg(json_build_object('id', id, 'title', title, 'parent_id', parent_id, 'created_at', created_at,
                    'depth', depth) order by depth) from up where depth > 0), '[]'),
                'descendants', coalesce((select json_agg(json_build_object('id', id, 'title', title, 'parent_id', parent_id, 'created_at', created_at,
                    'depth', depth) order by depth, created_at) from down where depth > 0), '[]')) as lineage
            where exists (select 1 from up)
            """)
        guard let row = rows.first else { throw Self.notFound }
        return try row.decode("lineage")
    }
}
