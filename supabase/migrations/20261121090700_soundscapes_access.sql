-- Soundscapes: who may do what.

alter table public.sounds enable row level security;
revoke all on public.sounds from anon, authenticated;
grant select on public.sounds to anon, authenticated;
grant insert, update, delete on public.sounds to authenticated;
grant select, insert, update, delete on public.sounds to service_role;

create policy "Sounds are viewable by everyone" on public.sounds
    for select to anon, authenticated using (true);
-- app_metadata is written by the service only; user_metadata is the person's own and must never decide anything.
create policy "Admins can insert sounds" on public.sounds
    for insert to authenticated with check ((select auth.jwt()) -> 'app_metadata' ->> 'role' = 'admin');
create policy "Admins can update sounds" on public.sounds
    for update to authenticated using ((select auth.jwt()) -> 'app_metadata' ->> 'role' = 'admin');
create policy "Admins can delete sounds" on public.sounds
    for delete to authenticated using ((select auth.jwt()) -> 'app_metadata' ->> 'role' = 'admin');

alter table public.votes enable row level security;
revoke all on public.votes from anon, authenticated;
grant select on public.votes to authenticated;
grant insert (id, user_id, sound_id, value, scale) on public.votes to authenticated;
grant select, insert, update, delete on public.votes to service_role;

create policy "People can read their own votes" on public.votes
    for select to authenticated using (user_id = (select auth.uid()));
create policy "People can insert their own votes" on public.votes
    for insert to authenticated with check (user_id = (select auth.uid()));

alter table public.sessions enable row level security;
revoke all on public.sessions from anon, authenticated;
grant select on public.sessions to anon, authenticated;
grant insert (id, user_id, status, last_active_at), update (id, user_id, status, last_active_at)
    on public.sessions to authenticated;
grant select, insert, update, delete on public.sessions to service_role;

create policy "Active listeners are viewable by everyone" on public.sessions
    for select to anon, authenticated using (true);
create policy "People can start their own session" on public.sessions
    for insert to authenticated with check (user_id = (select auth.uid()));
create policy "People can keep their own session alive" on public.sessions
    for update to authenticated using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));

alter table public.mixes enable row level security;
revoke all on public.mixes from anon, authenticated;
grant select on public.mixes to anon, authenticated;
grant delete on public.mixes to authenticated;
grant insert (id, name, creator_id, layers, is_public), update (id, name, creator_id, layers, is_public)
    on public.mixes to authenticated;
grant select, insert, update, delete on public.mixes to service_role;

create policy "Public mixes are viewable by everyone" on public.mixes
    for select to anon, authenticated using (is_public);
create policy "People can read their own mixes" on public.mixes
    for select to authenticated using (creator_id = (select auth.uid()));
create policy "People can create their own mixes" on public.mixes
    for insert to authenticated with check (creator_id = (select auth.uid()));
create policy "People can update their own mixes" on public.mixes
    for update to authenticated using (creator_id = (select auth.uid())) with check (creator_id = (select auth.uid()));
create policy "People can delete their own mixes" on public.mixes
    for delete to authenticated using (creator_id = (select auth.uid()));
