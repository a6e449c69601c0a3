-- A second home for songs: rows and files are pushed to another server where the installation names one (docs/reference/sync.md).

alter table public.songs add column sync_enabled boolean not null default true;
comment on column public.songs.sync_enabled is 'Whether the song may be copied to the second server, where one is set; the owner''s to decide.';
grant update (sync_enabled) on public.songs to authenticated;

-- How far each song is. A row outlives its song where the other server still has a copy to be removed.
create table continuo.song_sync (
    song_id uuid primary key,
    -- waiting: there is something to push; failed: tried, and to be tried again; pushed: the other server has the song as it is;
    -- gone: the song is deleted here and its copy has to be deleted there.
    state text not null default 'waiting' check (state in ('waiting', 'failed', 'pushed', 'gone')),
    -- Counts changes: what is pushed while the song changes is not taken for the newest state.
    revision bigint not null default 1,
    attempts integer not null default 0,
    due_at timestamptz not null default now(),
    pushed_at timestamptz,
    error text,
    -- Where its copy is there, once there is one.
    remote_path text,
    -- Where it may be there: noted before anything is sent.
    begun_path text,
    -- An upload in parts under way: where it goes on, and of which version of the file.
    upload_url text,
    upload_version text
);
comment on table continuo.song_sync is 'What the second server has of each song, and what is still to be done.';
create index song_sync_due_at_idx on continuo.song_sync (due_at) where state <> 'pushed';

alter table continuo.song_sync enable row level security;
grant select, insert, update, delete on continuo.song_sync to service_role;
grant select (song_id, state, attempts, due_at, pushed_at, error) on continuo.song_sync to authenticated;
create policy "People can see how far their songs are" on continuo.song_sync
    for select to authenticated
    using (exists (select from public.songs s where s.id = song_sync.song_id and s.user_id = (select auth.uid())));

create function continuo.note_song_change() returns trigger
    language plpgsql security definer set search_path = '' as $$
begin
    if tg_op = 'DELETE' then
        update continuo.song_sync set state = 'gone', attempts = 0, due_at = now(), error = null
            where song_id = old.id and coalesce(remote_path, begun_path) is not null;
        if not found then
            delete from continuo.song_sync where song_id = old.id;
        end if;
        return null;
    end if;
    insert into continuo.song_sync (song_id) values (new.id)
        on conflict (song_id) do update
            set state = 'waiting', revision = song_sync.revision + 1, attempts = 0, due_at = now(), error = null;
    return null;
end
$$;
revoke all on function continuo.note_song_change() from public, anon, authenticated;
create trigger note_change after insert or delete or update of title, lyrics, is_public, storage_path, parent_id, sync_enabled on public.songs
    for each row execute function continuo.note_song_change();

insert into continuo.song_sync (song_id) select s.id from public.songs s on conflict do nothing;
insert into continuo.schedules (name, kind, every, next_run_at) values ('push songs', 'sync.songs', '1 minute', now());
