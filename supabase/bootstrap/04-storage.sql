-- What Supabase provides and a bare PostgreSQL lacks, part 4: schema `storage`, the rows behind the object store.
--
-- Every storage request runs as its caller, so the tables are open to the API roles and row security decides:
-- without a policy nobody but the service sees a bucket or an object.

create schema if not exists storage;

do $$
begin
    if to_regtype('storage.buckettype') is null then
        create type storage.buckettype as enum ('STANDARD', 'ANALYTICS', 'VECTOR');
    end if;
end
$$;

create table if not exists storage.buckets (
    id text primary key,
    name text not null,
    owner uuid,
    created_at timestamptz default now(),
    updated_at timestamptz default now(),
    public boolean default false,
    avif_autodetection boolean default false,
    file_size_limit bigint,
    allowed_mime_types text[],
    owner_id text,
    type storage.buckettype not null default 'STANDARD'
);
comment on table storage.buckets is 'Named collections of objects; a public bucket is downloaded without asking policies.';
comment on column storage.buckets.owner is 'Kept for old clients; owner_id replaced it.';
comment on column storage.buckets.file_size_limit is 'Bytes; null leaves it to the server''s limit.';
create unique index if not exists bname on storage.buckets (name);

create table if not exists storage.objects (
    id uuid primary key default gen_random_uuid(),
    bucket_id text references storage.buckets (id),
    name text,
    owner uuid,
    created_at timestamptz default now(),
    updated_at timestamptz default now(),
    last_accessed_at timestamptz default now(),
    metadata jsonb,
    path_tokens text[] generated always as (string_to_array(name, '/')) stored,
    version text,
    owner_id text,
    user_metadata jsonb
);
comment on table storage.objects is 'One row per stored file; name is its path inside the bucket.';
create unique index if not exists bucketid_objname on storage.objects (bucket_id, name);
create index if not exists name_prefix_search on storage.objects (name text_pattern_ops);

create or replace function storage.foldername(name text) returns text[]
language sql immutable set search_path = ''
as $$
    select parts[1:array_length(parts, 1) - 1] from string_to_array(name, '/') as parts
$$;
comment on function storage.foldername(text) is 'The folders of an object''s path, outermost first: all segments but the last.';

create or replace function storage.filename(name text) returns text
language sql immutable set search_path = ''
as $$
    select parts[array_length(parts, 1)] from string_to_array(name, '/') as parts
$$;
comment on function storage.filename(text) is 'The last segment of an object''s path.';

create or replace function storage.extension(name text) returns text
language sql immutable set search_path = ''
as $$
    select substring(storage.filename(name) from '\.([^.]*)$')
$$;
comment on function storage.extension(text) is 'What follows the last dot of the file name; null without a dot.';

create or replace function storage.operation() returns text
language sql stable set search_path = ''
as $$
    select nullif(current_setting('storage.operation', true), '')
$$;
comment on function storage.operation() is 'Which storage request is running, so that policies can tell a listing from a download.';

create or replace function storage.update_updated_at_column() returns trigger
language plpgsql set search_path = ''
as $$
begin
    new.updated_at = now();
    return new;
end
$$;

create or replace trigger update_objects_updated_at before update on storage.objects
    for each row execute function storage.update_updated_at_column();

alter table storage.buckets enable row level security;
alter table storage.objects enable row level security;

grant usage on schema storage to anon, authenticated, service_role;
grant all on storage.buckets, storage.objects to anon, authenticated, service_role;
revoke truncate, references, trigger on storage.buckets, storage.objects from anon, authenticated;
grant execute on all functions in schema storage to anon, authenticated, service_role;
