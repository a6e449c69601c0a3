-- Songs and people that go, with everything that is theirs.

-- What lies in the data folder for a song is removed after its row, whoever deleted that.
create table continuo.discarded_songs (
    song_id uuid primary key,
    discarded_at timestamptz not null default now()
);
comment on table continuo.discarded_songs is 'Songs that are gone and whose files are still to be removed.';
alter table continuo.discarded_songs enable row level security;
grant select, insert, update, delete on continuo.discarded_songs to service_role;

-- The song's object goes in the same transaction: a file without its song would be somebody's upload.
create function continuo.discard_song() returns trigger
    language plpgsql security definer set search_path = '' as $$
begin
    insert into continuo.discarded_songs (song_id) values (old.id) on conflict do nothing;
    -- Supabase lets objects be deleted by SQL only when this is set.
    perform set_config('storage.allow_delete_query', 'true', true);
    delete from storage.objects o
    where o.bucket_id = 'music' and o.name ^@ (old.user_id::text || '/' || old.id::text) and continuo.song_of_object(o.name) = old.id;
    return null;
end
$$;
revoke all on function continuo.discard_song() from public, anon, authenticated;
create trigger discard_song after delete on public.songs for each row execute function continuo.discard_song();

-- Removes a person: their account, rows and objects at once, their files by a job that is queued in the same transaction. Artists go with
-- their last member; of artists that others share, the longest-standing editor, else viewer, becomes owner where none is left.
-- False where there is no such person.
create function continuo.delete_person(person uuid) returns boolean
    language plpgsql set search_path = '' as $$
declare
    own uuid[];
begin
    perform from auth.users u where u.id = person for update;
    if not found then
        return false;
    end if;
    perform set_config('storage.allow_delete_query', 'true', true);

    own := array(
        select m.artist_id from public.user_artists m where m.user_id = person
            and not exists (select from public.user_artists o where o.artist_id = m.artist_id and o.user_id <> person));
    delete from storage.objects o using public.artists a
        where a.id = any (own) and o.bucket_id = 'dawa-exports' and o.name ^@ ('artists/' || a.slug || '/');
    delete from public.als_summaries s where s.artist_id = any (own);
    delete from public.artists a where a.id = any (own);
    update public.user_artists m set role = 'owner'
        from (
            select distinct on (o.artist_id) o.artist_id, o.user_id from public.user_artists o
            where o.user_id <> person
                and exists (select from public.user_artists p where p.artist_id = o.artist_id and p.user_id = person and p.role = 'owner')
                and not exists (
                    select from public.user_artists p where p.artist_id = o.artist_id and p.user_id <> person and p.role = 'owner')
            order by o.artist_id, o.role = 'editor' desc, o.created_at, o.user_id
        ) heir
        where m.artist_id = heir.artist_id and m.user_id = heir.user_id;

    -- What they put into shared folders of an artist stays with the artist, without their name.
    update storage.objects o set owner = null, owner_id = null
        where (o.owner = person or o.owner_id = person::text) and o.bucket_id = 'dawa-exports';
    delete from storage.objects o where o.owner = person or o.owner_id = person::text;
    delete from storage.objects o where o.bucket_id in ('music', 'avatars') and o.name ^@ (person::text || '/');
    delete from continuo.uploads u where u.claims ->> 'sub' = person::text;
    delete from auth.flow_state f where f.user_id = person;
    delete from continuo.rate_limits r where r.subject in (
        select unnest(array[u.id::text, u.email, u.email_change]) from auth.users u where u.id = person);
    -- The log keeps that something happened, not to whom.
    update auth.audit_log_entries e set payload = (e.payload::jsonb || '{"actor_username": ""}')::json, ip_address = ''
        where e.payload ->> 'actor_id' = person::text;
    delete from auth.users u where u.id = person;

    insert into continuo.jobs (kind, unique_key, priority) values ('maintenance.discarded', 'discarded:' || person, 5)
        on conflict (unique_key) where status in ('queued', 'running') do nothing;
    return true;
end
$$;
-- A token outlives its person by up to an hour: nothing is stored in the name of somebody who is gone.
create function continuo.check_owner() returns trigger
    language plpgsql security definer set search_path = '' as $$
begin
    -- Waits for a deletion under way, which holds the row.
    perform from auth.users u where u.id = new.owner and u.deleted_at is null for key share;
    if not found then
        raise insufficient_privilege using message = 'new row violates row-level security policy', detail = 'The owner is gone.';
    end if;
    return new;
end
$$;
revoke all on function continuo.check_owner() from public, anon, authenticated;
do $do$
begin
    if pg_has_role(current_user, (select c.relowner from pg_class c where c.oid = 'storage.objects'::regclass), 'usage') then
        create trigger check_owner before insert or update of owner on storage.objects
            for each row when (new.owner is not null) execute function continuo.check_owner();
    end if;
end
$do$;

comment on function continuo.delete_person(uuid) is 'Removes an account with everything that is the person''s.';
revoke all on function continuo.delete_person(uuid) from public, anon, authenticated;
grant execute on function continuo.delete_person(uuid) to service_role;
