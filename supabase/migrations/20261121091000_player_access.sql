-- The Player: who may do what.

alter table public.user_history enable row level security;
revoke all on public.user_history from anon, authenticated;
grant select, insert on public.user_history to authenticated;
grant select, insert, update, delete on public.user_history to service_role;

create policy "People can read their own history" on public.user_history
    for select to authenticated using (user_id = (select auth.uid()));
create policy "People can insert into their own history" on public.user_history
    for insert to authenticated with check (user_id = (select auth.uid()));

alter table public.embeddings enable row level security;
revoke all on public.embeddings from anon, authenticated;
grant select on public.embeddings to anon, authenticated;
grant select, insert, update, delete on public.embeddings to service_role;

create policy "Embeddings are viewable by everyone" on public.embeddings
    for select to anon, authenticated using (true);

-- Bands. The counters belong to the triggers, so they are in no grant.
alter table public.bands enable row level security;
revoke all on public.bands from anon, authenticated;
grant select on public.bands to anon, authenticated;
grant insert (id, user_id, name, bio, cover_url, style_vector, style_vector_model, is_public),
    update (id, user_id, name, bio, cover_url, style_vector, style_vector_model, is_public)
    on public.bands to authenticated;
grant select, insert, update, delete on public.bands to service_role;

create policy "Public bands are viewable by everyone" on public.bands
    for select to anon, authenticated using (is_public);
create policy "People can read their own bands" on public.bands
    for select to authenticated using (user_id = (select auth.uid()));
create policy "People can create their own bands" on public.bands
    for insert to authenticated with check (user_id = (select auth.uid()));
create policy "People can update their own bands" on public.bands
    for update to authenticated using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));

alter table public.band_tracks enable row level security;
revoke all on public.band_tracks from anon, authenticated;
grant select on public.band_tracks to anon, authenticated;
grant insert, delete on public.band_tracks to authenticated;
grant select, insert, update, delete on public.band_tracks to service_role;

alter table public.generated_tracks enable row level security;
revoke all on public.generated_tracks from anon, authenticated;
grant select on public.generated_tracks to anon, authenticated;
grant insert, update on public.generated_tracks to authenticated;
grant select, insert, update, delete on public.generated_tracks to service_role;

-- What a band plays is as visible as the band: the list of a private one would tell the ids of private tracks.
create policy "The tracks of visible bands are viewable by everyone" on public.band_tracks
    for select to anon, authenticated using (exists (select from public.bands b where b.id = band_id));

-- Definer, because the policies of tracks look at band_tracks: one that looked back at tracks would never end.
create function continuo.owns_track(track uuid) returns boolean
language sql stable security definer set search_path = ''
as $$
    select exists (select from public.generated_tracks where id = track and user_id = (select auth.uid()))
$$;
comment on function continuo.owns_track(uuid) is 'Whether the generated track is the caller''s own.';
revoke all on function continuo.owns_track(uuid) from public, anon;
grant execute on function continuo.owns_track(uuid) to authenticated, service_role;

-- The owner's own track in the owner's own band, on both sides: a track in a public band is public, so whoever could put
-- another person's private track into a public band could read it.
create policy "People can add their own tracks to their own bands" on public.band_tracks
    for insert to authenticated
    with check (
        exists (select from public.bands b where b.id = band_id and b.user_id = (select auth.uid()))
        and continuo.owns_track(track_id)
    );
create policy "People can remove tracks from their own bands" on public.band_tracks
    for delete to authenticated
    using (exists (select from public.bands b where b.id = band_id and b.user_id = (select auth.uid())));

create policy "Public tracks are viewable by everyone" on public.generated_tracks
    for select to anon, authenticated using (is_public);
create policy "Tracks in their owner's public bands are viewable by everyone" on public.generated_tracks
    for select to anon, authenticated
    using (
        exists (
            select from public.bands b
            where b.is_public
                and b.user_id = generated_tracks.user_id
                and (
                    b.id = generated_tracks.band_id
                    or exists (
                        select from public.band_tracks bt where bt.band_id = b.id and bt.track_id = generated_tracks.id
                    )
                )
        )
    );
create policy "People can read their own tracks" on public.generated_tracks
    for select to authenticated using (user_id = (select auth.uid()));
create policy "People can insert their own tracks" on public.generated_tracks
    for insert to authenticated
    with check (
        user_id = (select auth.uid())
        and (band_id is null or exists (select from public.bands b where b.id = band_id and b.user_id = (select auth.uid())))
    );
create policy "People can update their own tracks" on public.generated_tracks
    for update to authenticated
    using (user_id = (select auth.uid()))
    with check (
        user_id = (select auth.uid())
        and (band_id is null or exists (select from public.bands b where b.id = band_id and b.user_id = (select auth.uid())))
    );

alter table public.user_playlists enable row level security;
revoke all on public.user_playlists from anon, authenticated;
grant select on public.user_playlists to anon, authenticated;
grant insert, update, delete on public.user_playlists to authenticated;
grant select, insert, update, delete on public.user_playlists to service_role;

create policy "Public playlists are viewable by everyone" on public.user_playlists
    for select to anon, authenticated using (is_public);
create policy "People can read their own playlists" on public.user_playlists
    for select to authenticated using (user_id = (select auth.uid()));
create policy "People can create their own playlists" on public.user_playlists
    for insert to authenticated with check (user_id = (select auth.uid()));
create policy "People can update their own playlists" on public.user_playlists
    for update to authenticated using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy "People can delete their own playlists" on public.user_playlists
    for delete to authenticated using (user_id = (select auth.uid()));

alter table public.user_library enable row level security;
revoke all on public.user_library from anon, authenticated;
grant select, insert, delete on public.user_library to authenticated;
grant select, insert, update, delete on public.user_library to service_role;

create policy "People can read their own library" on public.user_library
    for select to authenticated using (user_id = (select auth.uid()));
create policy "People can save tracks they can read" on public.user_library
    for insert to authenticated
    with check (
        user_id = (select auth.uid())
        and exists (select from public.generated_tracks t where t.id = track_id)
    );
create policy "People can remove tracks from their own library" on public.user_library
    for delete to authenticated using (user_id = (select auth.uid()));

alter table public.user_follows enable row level security;
revoke all on public.user_follows from anon, authenticated;
grant select, insert, delete on public.user_follows to authenticated;
grant select, insert, update, delete on public.user_follows to service_role;

create policy "People can read whom they follow" on public.user_follows
    for select to authenticated using (user_id = (select auth.uid()));
create policy "People can follow bands they can read" on public.user_follows
    for insert to authenticated
    with check (
        user_id = (select auth.uid())
        and exists (select from public.bands b where b.id = band_id)
    );
create policy "People can stop following" on public.user_follows
    for delete to authenticated using (user_id = (select auth.uid()));

-- Connections are made by the service, which alone has the sealing key.
alter table public.oauth_connections enable row level security;
revoke all on public.oauth_connections from anon, authenticated;
grant select, delete on public.oauth_connections to authenticated;
grant update (access_token, refresh_token, token_key_id, expires_at, last_synced_at) on public.oauth_connections to authenticated;
grant select, insert, update, delete on public.oauth_connections to service_role;

create policy "People can read their own connections" on public.oauth_connections
    for select to authenticated using (user_id = (select auth.uid()));
create policy "People can update their own connections" on public.oauth_connections
    for update to authenticated using (user_id = (select auth.uid()));
create policy "People can delete their own connections" on public.oauth_connections
    for delete to authenticated using (user_id = (select auth.uid()));
