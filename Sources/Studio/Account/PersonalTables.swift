import Database
import Foundation

/// What of each table is one person's. Everything here is read under that person's own rights: this chooses, policies allow.
package enum PersonalTables {
    /// Rows as the export names them, with the query that gives them.
    package static func queries(of person: UUID) -> [(name: String, rows: SQL)] {
        let artists: SQL = "(select m.artist_id from public.user_artists m where m.user_id = \(person) and m.role = 'owner')"
        func own(_ table: String, _ column: String = "user_id") -> (String, SQL) {
            (table, "select t.* from public.\(identifier: table) t where t.\(identifier: column) = \(person)")
        }
        func ofArtists(_ table: String, _ column: String = "artist_id") -> (String, SQL) {
            (table, "select t.* from public.\(identifier: table) t where t.\(identifier: column) in \(sql: artists)")
        }
        return [
            own("agent_memory"),
            ofArtists("als_summaries"),
            ofArtists("artist_profiles"),
            ofArtists("artists", "id"),
            (
                "band_tracks",
                "select t.* from public.band_tracks t where t.band_id in (select b.id from public.bands b where b.user_id = \(person))"
            ),
            own("bands"),
            own("generated_tracks"),
            own("interactions"),
            own("mixes", "creator_id"),
            // Not the tokens: they are the connection's, and sealed.
            (
                "oauth_connections",
                "select t.id, t.platform, t.expires_at, t.last_synced_at, t.created_at from public.oauth_connections t where t.user_id = \(person)"
            ),
            own("profiles", "id"),
            own("sessions"),
            own("songs"),
            ofArtists("training_items"),
            own("user_artists"),
            own("user_follows"),
            own("user_history"),
            own("user_library"),
            own("user_playlists"),
            own("users", "id"),
            own("votes"),
        ]
    }

    /// Tables that belong to everybody.
    package static let shared: Set = ["embeddings", "sounds"]
}
