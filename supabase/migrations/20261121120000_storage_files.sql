-- The files behind the rows of storage.objects.
--
-- A row names its file by `version`. Whatever takes a version out of the table, a request, a cascade or somebody's SQL, leaves the name here
-- in the same transaction; the server removes the file afterwards, and again if it was interrupted.

create table continuo.discarded_files (
    version text primary key,
    discarded_at timestamptz not null default now(),
    -- Until then somebody is at it.
    taken_until timestamptz not null default '-infinity'
);
comment on table continuo.discarded_files is 'Files that no object names any more, until they are removed.';
alter table continuo.discarded_files enable row level security;
grant select, insert, update, delete on continuo.discarded_files to service_role;

create function continuo.discard_version() returns trigger
    language plpgsql security definer set search_path = '' as $$
begin
    if old.version is not null then
        insert into continuo.discarded_files (version) values (old.version) on conflict do nothing;
    end if;
    return null;
end
$$;
revoke all on function continuo.discard_version() from public, anon, authenticated;

-- Uploads in parts. The bytes that have come lie in a file of the same id; its length is how far the upload is.
create table continuo.uploads (
    id uuid primary key,
    bucket_id text not null references storage.buckets (id) on delete cascade,
    name text not null check (octet_length(name) <= 1024),
    -- Who began it, in the words of the token: nobody else may go on with it.
    claims jsonb not null,
    size bigint not null check (size >= 0),
    content_type text,
    cache_control text,
    user_metadata jsonb,
    upsert boolean not null default false,
    -- Upload-Metadata as the client sent it, which it may ask back.
    description text,
    -- Once all bytes have come: the version that they are kept as, and when that became an object.
    kept_version text,
    completed_at timestamptz,
    expires_at timestamptz not null,
    created_at timestamptz not null default now()
);
comment on table continuo.uploads is 'Uploads in parts that are under way.';
create index uploads_bucket_id_idx on continuo.uploads (bucket_id);
create index uploads_expires_at_idx on continuo.uploads (expires_at);
alter table continuo.uploads enable row level security;
grant select, insert, update, delete on continuo.uploads to service_role;

-- What Supabase's own storage schema has already, or does not let others add: only where it is ours.
do $do$
begin
    if not pg_has_role(current_user, (select c.relowner from pg_class c where c.oid = 'storage.objects'::regclass), 'usage') then
        return;
    end if;

    create index if not exists idx_objects_bucket_id_name on storage.objects (bucket_id, name collate "C");

    create trigger discard_replaced_version after update of version on storage.objects
        for each row when (old.version is distinct from new.version) execute function continuo.discard_version();
    create trigger discard_deleted_version after delete on storage.objects
        for each row execute function continuo.discard_version();

    if to_regprocedure('storage.search(text, text, integer, integer, integer, text, text, text)') is null then
        execute $sql$
            create function storage.search(
                prefix text, bucketname text, limits integer default 100, levels integer default 1, offsets integer default 0,
                search text default '', sortcolumn text default 'name', sortorder text default 'asc'
            ) returns table (
                name text, id uuid, updated_at timestamptz, created_at timestamptz, last_accessed_at timestamptz, metadata jsonb
            )
            language plpgsql stable set search_path = '' as $body$
            declare
                start constant text := left(prefix, length(prefix) - strpos(reverse('/' || prefix), '/') + 1);
                wanted constant text := replace(replace(replace(
                    substr(prefix, length(start) + 1) || search, '\', '\\'), '%', '\%'), '_', '\_') || '%';
                direction constant text := case when lower(sortorder) = 'desc' then 'desc' else 'asc' end;
            begin
                return query execute format(
                    'with inside as (
                        select o.*, substr(o.name, length($1) + 1) as rest from storage.objects o
                        where o.bucket_id = $2 and o.name collate "C" >= $1 and o.name collate "C" < $1 || chr(1114111)
                    ), found as (
                        select split_part(i.rest, ''/'', 1) as name, null::uuid as id, null::timestamptz as updated_at,
                            null::timestamptz as created_at, null::timestamptz as last_accessed_at, null::jsonb as metadata, 0 as place
                        from inside i where strpos(i.rest, ''/'') > 0 and i.rest ilike $3 group by 1
                        union all
                        select i.rest, i.id, i.updated_at, i.created_at, i.last_accessed_at, i.metadata, 1
                        from inside i where strpos(i.rest, ''/'') = 0 and i.rest ilike $3
                    )
                    select f.name, f.id, f.updated_at, f.created_at, f.last_accessed_at, f.metadata from found f
                    order by f.place, f.%I %s, f.name %s limit $4 offset $5',
                    case when sortcolumn in ('updated_at', 'created_at', 'last_accessed_at') then sortcolumn else 'name' end,
                    direction, direction)
                    using start, bucketname, wanted, limits, offsets;
            end
            $body$
        $sql$;
        comment on function storage.search(text, text, integer, integer, integer, text, text, text)
            is 'One level of a bucket: folders, then objects, by name or time.';
        grant execute on function storage.search(text, text, integer, integer, integer, text, text, text)
            to anon, authenticated, service_role;
    end if;
end
$do$;
