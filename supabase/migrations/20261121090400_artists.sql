-- The Producer, first half: artists, who belongs to them, and their profiles.
--
-- A person works for an artist as owner (decides who belongs), editor (writes) or viewer (reads). Whoever creates an artist
-- becomes its owner in the same transaction.

create table public.artists (
    id uuid primary key default gen_random_uuid(),
    name text not null unique,
    created_at timestamptz default now(),
    slug text not null unique,
    created_by uuid default auth.uid() references public.profiles (id) on delete set null,
    constraint artists_name_bounds check (char_length(btrim(name)) between 1 and 200),
    constraint artists_slug_form check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$')
);
comment on table public.artists is 'An artist or project whose Live sets, profile and training data are kept together.';
comment on column public.artists.slug is
    'Folder name in bucket dawa-exports; made from the name once and never changed, since files lie under it.';
comment on column public.artists.created_by is 'Who created the row; null when the service did or the account is gone.';
create index artists_created_by on public.artists (created_by);

create table public.user_artists (
    user_id uuid not null references public.profiles (id) on delete cascade,
    artist_id uuid not null references public.artists (id) on delete cascade,
    role text not null default 'owner',
    created_at timestamptz default now(),
    primary key (user_id, artist_id),
    constraint user_artists_role check (role in ('owner', 'editor', 'viewer'))
);
comment on table public.user_artists is 'Who belongs to an artist, and as what.';
create index user_artists_artist_id on public.user_artists (artist_id);

create table public.artist_profiles (
    artist_id uuid primary key references public.artists (id) on delete cascade,
    name text,
    master_schema jsonb not null default '{}'::jsonb,
    created_at timestamptz default now(),
    updated_at timestamptz default now()
);
comment on table public.artist_profiles is 'What is known about an artist''s identity, catalogue and habits.';

create trigger update_artist_profiles_updated_at before update on public.artist_profiles
    for each row execute function public.update_updated_at();

-- Helpers of the policies --------------------------------------------------------------------------------------------

-- Definer, because a policy of user_artists that reads user_artists under its own policy would never end.
create function continuo.artists_of_caller(roles text[] default '{owner,editor,viewer}') returns setof uuid
language sql stable security definer set search_path = ''
as $$
    select artist_id from public.user_artists where user_id = (select auth.uid()) and role = any (roles)
$$;
comment on function continuo.artists_of_caller(text[]) is 'The artists the caller belongs to in one of these roles.';
revoke all on function continuo.artists_of_caller(text[]) from public, anon;
grant execute on function continuo.artists_of_caller(text[]) to authenticated, service_role;

-- For the policies of bucket dawa-exports, whose paths name the artist by slug.
create function continuo.slugs_of_caller(roles text[] default '{owner,editor,viewer}') returns setof text
language sql stable security definer set search_path = ''
as $$
    select a.slug from public.artists a where a.id in (select continuo.artists_of_caller(roles))
$$;
comment on function continuo.slugs_of_caller(text[]) is 'The slugs of the artists the caller belongs to in one of these roles.';
revoke all on function continuo.slugs_of_caller(text[]) from public, anon;
grant execute on function continuo.slugs_of_caller(text[]) to authenticated, service_role;

create function continuo.has_members(artist uuid) returns boolean
language sql stable security definer set search_path = ''
as $$
    select exists (select from public.user_artists where artist_id = artist)
$$;
comment on function continuo.has_members(uuid) is 'Whether anybody belongs to the artist.';
revoke all on function continuo.has_members(uuid) from public, anon;
grant execute on function continuo.has_members(uuid) to authenticated, service_role;

-- Triggers -----------------------------------------------------------------------------------------------------------

-- "Sigur Rós" → "sigur-ros". A slug that is taken, or a name without a Latin letter or digit, gets the start of the id.
create function continuo.name_artist_folder() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
    plain text := regexp_replace(normalize(lower(new.name), nfkd), '[\u0300-\u036f]', '', 'g');
    base text := btrim(left(btrim(regexp_replace(plain, '[^a-z0-9]+', '-', 'g'), '-'), 80), '-');
begin
    if new.slug is not null then
        return new;
    end if;
    if base = '' then
        new.slug := 'artist-' || left(new.id::text, 8);
    elsif exists (select from public.artists where slug = base) then
        new.slug := base || '-' || left(new.id::text, 8);
    else
        new.slug := base;
    end if;
    return new;
end
$$;
comment on function continuo.name_artist_folder() is 'Trigger of artists: makes the slug from the name.';
revoke all on function continuo.name_artist_folder() from public, anon, authenticated;

create trigger name_artist_folder before insert on public.artists
    for each row execute function continuo.name_artist_folder();

create function continuo.make_creator_owner() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
    insert into public.user_artists (user_id, artist_id, role) values (new.created_by, new.id, 'owner')
    on conflict (user_id, artist_id) do nothing;
    return null;
end
$$;
comment on function continuo.make_creator_owner() is 'Trigger of artists: whoever creates an artist owns it.';
revoke all on function continuo.make_creator_owner() from public, anon, authenticated;

create trigger make_creator_owner after insert on public.artists
    for each row when (new.created_by is not null) execute function continuo.make_creator_owner();

-- Who may do what: artists -------------------------------------------------------------------------------------------

alter table public.artists enable row level security;
revoke all on public.artists from anon, authenticated;
grant select, delete on public.artists to authenticated;
-- The slug comes from the trigger.
grant insert (id, name, created_by), update (name) on public.artists to authenticated;
grant select, insert, update, delete on public.artists to service_role;

create policy "Members can read their artists" on public.artists
    for select to authenticated using (id in (select continuo.artists_of_caller()));
-- An insert that returns its row is checked before the trigger has made the creator a member.
create policy "Creators can read an artist nobody belongs to yet" on public.artists
    for select to authenticated using (created_by = (select auth.uid()) and not continuo.has_members(id));
create policy "People can create artists of their own" on public.artists
    for insert to authenticated with check (created_by = (select auth.uid()));
create policy "Owners and editors can rename their artists" on public.artists
    for update to authenticated using (id in (select continuo.artists_of_caller('{owner,editor}')));
-- Everything the artist has goes with the row, so editors may not.
create policy "Owners can delete their artists" on public.artists
    for delete to authenticated using (id in (select continuo.artists_of_caller('{owner}')));

-- Who may do what: membership ----------------------------------------------------------------------------------------

alter table public.user_artists enable row level security;
revoke all on public.user_artists from anon, authenticated;
grant select, delete on public.user_artists to authenticated;
grant insert (user_id, artist_id, role), update (user_id, artist_id, role) on public.user_artists to authenticated;
grant select, insert, update, delete on public.user_artists to service_role;

-- Only owners decide about membership: an editor who could write here could make himself owner.
create policy "Members can read who belongs to their artists" on public.user_artists
    for select to authenticated using (artist_id in (select continuo.artists_of_caller()));
create policy "Owners can add members to their artists" on public.user_artists
    for insert to authenticated with check (artist_id in (select continuo.artists_of_caller('{owner}')));
create policy "Owners can change the roles of members" on public.user_artists
    for update to authenticated
    using (artist_id in (select continuo.artists_of_caller('{owner}')))
    with check (artist_id in (select continuo.artists_of_caller('{owner}')));
create policy "Owners can remove members from their artists" on public.user_artists
    for delete to authenticated using (artist_id in (select continuo.artists_of_caller('{owner}')));
create policy "Members can leave an artist" on public.user_artists
    for delete to authenticated using (user_id = (select auth.uid()));

-- Who may do what: profiles ------------------------------------------------------------------------------------------

alter table public.artist_profiles enable row level security;
revoke all on public.artist_profiles from anon, authenticated;
grant select, delete on public.artist_profiles to authenticated;
grant insert (artist_id, name, master_schema), update (artist_id, name, master_schema) on public.artist_profiles to authenticated;
grant select, insert, update, delete on public.artist_profiles to service_role;

create policy "Members can read the profiles of their artists" on public.artist_profiles
    for select to authenticated using (artist_id in (select continuo.artists_of_caller()));
create policy "Owners and editors can add the profile of their artists" on public.artist_profiles
    for insert to authenticated with check (artist_id in (select continuo.artists_of_caller('{owner,editor}')));
create policy "Owners and editors can update the profiles of their artists" on public.artist_profiles
    for update to authenticated
    using (artist_id in (select continuo.artists_of_caller('{owner,editor}')))
    with check (artist_id in (select continuo.artists_of_caller('{owner,editor}')));
create policy "Owners and editors can delete the profiles of their artists" on public.artist_profiles
    for delete to authenticated using (artist_id in (select continuo.artists_of_caller('{owner,editor}')));
