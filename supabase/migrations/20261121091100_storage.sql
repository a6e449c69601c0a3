-- Buckets, and who may read and write the objects in them.
--
--   music         <user id>/<song id>.<ext> and <user id>/<song id>/<file>, written by the service; other names under
--                 <user id>/ are the person's own uploads
--   avatars       <user id>/<file>
--   dawa-exports  artists/<slug>/…
--
-- A bucket marked public is downloaded without asking any policy. `music` therefore is not: whether a file can be read
-- depends on its song's row, so making a song public or private is one update and there is nothing to move.

insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values
    ('music', 'music', false, null, null),
    -- No SVG: it would run as a script of the site it is served from.
    ('avatars', 'avatars', true, 5242880, '{image/png,image/jpeg,image/webp,image/gif,image/avif}'),
    ('dawa-exports', 'dawa-exports', false, null, null)
on conflict (id) do update
set public = excluded.public, file_size_limit = excluded.file_size_limit, allowed_mime_types = excluded.allowed_mime_types;

-- The song a name in bucket music belongs to, by its second segment without extension; null for other names.
create function continuo.song_of_object(name text) returns uuid
language sql immutable set search_path = ''
as $$
    select case
        when segment ~ '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$' then segment::uuid
    end
    from (select split_part(split_part(name, '/', 2), '.', 1)) as object (segment)
$$;
comment on function continuo.song_of_object(text) is 'The song an object name in bucket music belongs to, or null.';
revoke all on function continuo.song_of_object(text) from public;
grant execute on function continuo.song_of_object(text) to anon, authenticated, service_role;

-- music --------------------------------------------------------------------------------------------------------------

-- The song's owner must also be the folder's: otherwise anybody could publish a file under the id of a public song.
create policy "Files of public songs are readable by everyone" on storage.objects
    for select to anon, authenticated
    using (
        bucket_id = 'music'
        and exists (
            select from public.songs s
            where s.id = continuo.song_of_object(objects.name)
                and s.user_id::text = (storage.foldername(objects.name))[1]
                and s.is_public
        )
    );
create policy "People can read their own music" on storage.objects
    for select to authenticated
    using (bucket_id = 'music' and (storage.foldername(name))[1] = (select auth.uid())::text);
-- A song's file stays as it was made while the song exists: people add, replace and remove only what no song stands on.
create policy "People can upload music of their own" on storage.objects
    for insert to authenticated
    with check (
        bucket_id = 'music'
        and (storage.foldername(name))[1] = (select auth.uid())::text
        and not exists (select from public.songs s where s.id = continuo.song_of_object(objects.name))
    );
create policy "People can replace their own uploads" on storage.objects
    for update to authenticated
    using (
        bucket_id = 'music'
        and (storage.foldername(name))[1] = (select auth.uid())::text
        and not exists (select from public.songs s where s.id = continuo.song_of_object(objects.name))
    )
    with check (
        bucket_id = 'music'
        and (storage.foldername(name))[1] = (select auth.uid())::text
        and not exists (select from public.songs s where s.id = continuo.song_of_object(objects.name))
    );
create policy "People can remove their own uploads" on storage.objects
    for delete to authenticated
    using (
        bucket_id = 'music'
        and (storage.foldername(name))[1] = (select auth.uid())::text
        and not exists (select from public.songs s where s.id = continuo.song_of_object(objects.name))
    );

-- avatars ------------------------------------------------------------------------------------------------------------

create policy "Avatars are viewable by everyone" on storage.objects
    for select to anon, authenticated using (bucket_id = 'avatars');
create policy "People can upload their own avatar" on storage.objects
    for insert to authenticated
    with check (bucket_id = 'avatars' and (storage.foldername(name))[1] = (select auth.uid())::text);
create policy "People can replace their own avatar" on storage.objects
    for update to authenticated
    using (bucket_id = 'avatars' and (storage.foldername(name))[1] = (select auth.uid())::text)
    with check (bucket_id = 'avatars' and (storage.foldername(name))[1] = (select auth.uid())::text);
create policy "People can remove their own avatar" on storage.objects
    for delete to authenticated
    using (bucket_id = 'avatars' and (storage.foldername(name))[1] = (select auth.uid())::text);

-- dawa-exports -------------------------------------------------------------------------------------------------------

create policy "Members can read the exports of their artists" on storage.objects
    for select to authenticated
    using (
        bucket_id = 'dawa-exports'
        and (storage.foldername(name))[1] = 'artists'
        and (storage.foldername(name))[2] in (select continuo.slugs_of_caller())
    );
create policy "Owners and editors can upload exports of their artists" on storage.objects
    for insert to authenticated
    with check (
        bucket_id = 'dawa-exports'
        and (storage.foldername(name))[1] = 'artists'
        and (storage.foldername(name))[2] in (select continuo.slugs_of_caller('{owner,editor}'))
    );
create policy "Owners and editors can replace exports of their artists" on storage.objects
    for update to authenticated
    using (
        bucket_id = 'dawa-exports'
        and (storage.foldername(name))[1] = 'artists'
        and (storage.foldername(name))[2] in (select continuo.slugs_of_caller('{owner,editor}'))
    )
    with check (
        bucket_id = 'dawa-exports'
        and (storage.foldername(name))[1] = 'artists'
        and (storage.foldername(name))[2] in (select continuo.slugs_of_caller('{owner,editor}'))
    );
create policy "Owners and editors can remove exports of their artists" on storage.objects
    for delete to authenticated
    using (
        bucket_id = 'dawa-exports'
        and (storage.foldername(name))[1] = 'artists'
        and (storage.foldername(name))[2] in (select continuo.slugs_of_caller('{owner,editor}'))
    );
