-- One person: auth.users (how they sign in) + public.profiles (what everybody sees) + public.users (what only they see).
-- Both rows are made by a trigger in the transaction that makes the account, and go with it.

select set_config('search_path', 'public, extensions', true);

create table public.profiles (
    id uuid primary key references auth.users (id) on delete cascade,
    username text unique,
    display_name text,
    avatar_url text,
    bio text,
    preference_vector vector(5) default '[0,0,0,0,0]',
    preference_vector_model text default 'ambient-5d-v1',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint profiles_username_form check (username = btrim(username) and char_length(username) between 1 and 64),
    constraint profiles_text_bounds check (char_length(display_name) <= 200 and char_length(bio) <= 5000),
    constraint profiles_avatar_url_bound check (char_length(avatar_url) <= 2000),
    -- The room plays by the mean of its listeners' vectors: one absurd vector must not outvote everybody.
    constraint profiles_preference_vector_bound check (vector_norm(preference_vector) <= 10),
    constraint profiles_preference_vector_model check (preference_vector is null or preference_vector_model is not null)
);
comment on table public.profiles is 'The public face of a person, and their taste in soundscapes.';
comment on column public.profiles.username is 'Unique handle; null until chosen.';
comment on column public.profiles.preference_vector is '5 ambient features, moved by votes; all zero before the first vote.';
comment on column public.profiles.preference_vector_model is
    'The feature space of preference_vector; vectors are compared only within one.';
-- "Ada" and "ada" are one handle.
create unique index profiles_username_lower on public.profiles (lower(username));

create table public.users (
    id uuid primary key default gen_random_uuid() references auth.users (id) on delete cascade,
    email text not null unique,
    taste_vector vector(768),
    taste_vector_model text,
    preferences_profile jsonb not null default '{}'::jsonb,
    daily_count integer not null default 0,
    daily_reset_on date,
    premium boolean not null default false,
    onboarding_completed boolean not null default false,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint users_daily_count_not_negative check (daily_count >= 0),
    constraint users_preferences_profile_is_object check (jsonb_typeof(preferences_profile) = 'object'),
    constraint users_taste_vector_model check (taste_vector is null or taste_vector_model is not null)
);
comment on table public.users is 'The private side of a person: address, listening taste, limits and subscription.';
comment on column public.users.email is 'Follows auth.users; <id>@placeholder.invalid while the account has no address.';
comment on column public.users.taste_vector is
    'Audio embedding of what the person likes; compared only with vectors of the same taste_vector_model.';
comment on column public.users.daily_count is
    'Generations accepted on daily_reset_on; older days count as zero. Kept by continuo.claim_generation.';
comment on column public.users.daily_reset_on is 'The UTC day daily_count belongs to.';
create index idx_users_email on public.users (email);
create index idx_users_taste_vector on public.users using hnsw (taste_vector vector_cosine_ops);

create trigger update_profiles_updated_at before update on public.profiles
    for each row execute function public.update_updated_at();
create trigger update_users_updated_at before update on public.users
    for each row execute function public.update_updated_at();

-- Accounts -----------------------------------------------------------------------------------------------------------

-- The address to keep for an account. Anonymous and phone-only accounts have none, and two single-sign-on accounts may
-- share one, while public.users.email is unique and never null: those get an address that cannot exist (RFC 2606).
create function continuo.address_of_account(account uuid, email text) returns text
language sql stable set search_path = ''
as $$
    select case
        when coalesce(email, '') = '' then account || '@placeholder.invalid'
        when exists (select from public.users u where u.email = address_of_account.email and u.id <> account)
            then account || '@placeholder.invalid'
        else email
    end
$$;
comment on function continuo.address_of_account(uuid, text) is 'The unique, never empty address that public.users keeps for an account.';
revoke all on function continuo.address_of_account(uuid, text) from public, anon, authenticated;

create function continuo.add_person() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
    about jsonb := coalesce(new.raw_user_meta_data, '{}');
    handle text := btrim(coalesce(about ->> 'username', about ->> 'user_name', about ->> 'preferred_username'));
begin
    insert into public.users (id, email) values (new.id, continuo.address_of_account(new.id, new.email))
    on conflict (id) do nothing;

    insert into public.profiles (id, display_name, avatar_url)
    values (
        new.id,
        left(coalesce(about ->> 'display_name', about ->> 'full_name', about ->> 'name'), 200),
        left(coalesce(about ->> 'avatar_url', about ->> 'picture'), 2000)
    )
    on conflict (id) do nothing;

    -- A handle that is taken or malformed must not keep anybody from signing up: they choose another one later.
    if handle <> '' then
        begin
            update public.profiles set username = handle where id = new.id;
        exception
            when unique_violation or check_violation then null;
        end;
    end if;
    return null;
end
$$;
comment on function continuo.add_person() is 'Trigger of auth.users: makes the profile and the private row of a new account.';
revoke all on function continuo.add_person() from public, anon, authenticated;

create function continuo.follow_address() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
    update public.users set email = continuo.address_of_account(new.id, new.email) where id = new.id;
    return null;
end
$$;
comment on function continuo.follow_address() is 'Trigger of auth.users: keeps public.users.email as the account''s address.';
revoke all on function continuo.follow_address() from public, anon, authenticated;

create trigger continuo_add_person after insert on auth.users
    for each row execute function continuo.add_person();
create trigger continuo_follow_address after update of email on auth.users
    for each row when (old.email is distinct from new.email) execute function continuo.follow_address();

-- Accounts that were there first.
insert into public.users (id, email)
select id, case when coalesce(email, '') = '' or is_sso_user then id || '@placeholder.invalid' else email end
from auth.users
on conflict (id) do nothing;
insert into public.profiles (id) select id from auth.users on conflict (id) do nothing;

-- Who may do what ----------------------------------------------------------------------------------------------------

alter table public.profiles enable row level security;
revoke all on public.profiles from anon, authenticated;
grant select on public.profiles to anon, authenticated;
-- Upserts name the key on both sides, so the key is granted too; the policies pin it to the caller.
grant insert (id, username, display_name, avatar_url, bio, preference_vector, preference_vector_model),
    update (id, username, display_name, avatar_url, bio, preference_vector, preference_vector_model)
    on public.profiles to authenticated;
grant select, insert, update, delete on public.profiles to service_role;

create policy "Profiles are viewable by everyone" on public.profiles
    for select to anon, authenticated using (true);
create policy "People can insert their own profile" on public.profiles
    for insert to authenticated with check (id = (select auth.uid()));
create policy "People can update their own profile" on public.profiles
    for update to authenticated using (id = (select auth.uid()));

alter table public.users enable row level security;
revoke all on public.users from anon, authenticated;
grant select on public.users to authenticated;
-- Not the address, the subscription or the counter: those are the account's, the shop's and the limit's to change.
grant update (taste_vector, taste_vector_model, preferences_profile, onboarding_completed) on public.users to authenticated;
grant select, insert, update, delete on public.users to service_role;

create policy "People can read their own user row" on public.users
    for select to authenticated using (id = (select auth.uid()));
create policy "People can update their own user row" on public.users
    for update to authenticated using (id = (select auth.uid()));
