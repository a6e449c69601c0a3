-- Soundscapes: sounds with their features, votes on them, who is listening now, and 16-channel mixes.

select set_config('search_path', 'public, extensions', true);

create table public.sounds (
    id uuid primary key default gen_random_uuid(),
    title text not null,
    artist text,
    file_path text not null,
    type text,
    embedding vector(5),
    embedding_model text default 'ambient-5d-v1',
    duration integer,
    created_at timestamptz not null default now(),
    constraint sounds_type check (type in ('soundscape', 'instrumental')),
    constraint sounds_duration_not_negative check (duration >= 0),
    constraint sounds_embedding_model check (embedding is null or embedding_model is not null)
);
comment on table public.sounds is 'Ambient sounds people vote on and layer.';
comment on column public.sounds.file_path is 'Path in the storage bucket or the local sound folder.';
comment on column public.sounds.embedding is '5 ambient features, compared only with vectors of the same embedding_model.';
comment on column public.sounds.duration is 'Seconds.';
create index idx_sounds_embedding on public.sounds using hnsw (embedding vector_cosine_ops);
create index idx_sounds_type on public.sounds (type);

create table public.votes (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references public.profiles (id) on delete cascade,
    sound_id uuid not null references public.sounds (id) on delete cascade,
    value integer not null,
    scale text not null,
    created_at timestamptz not null default now(),
    constraint votes_scale check (scale in ('stars', 'thumbs')),
    constraint votes_value check (
        (scale = 'stars' and value between 1 and 5) or (scale = 'thumbs' and value in (-1, 1))
    )
);
comment on table public.votes is 'Every vote ever given; a person may vote on a sound again.';
comment on column public.votes.value is '1 to 5 on scale stars, -1 or 1 on scale thumbs.';
comment on column public.votes.scale is 'What value means. May be left out for values only one scale has; a 1 has to say.';
create index idx_votes_user_id on public.votes (user_id);
create index idx_votes_sound_id on public.votes (sound_id);

create function continuo.tell_scale_of_vote() returns trigger
language plpgsql set search_path = ''
as $$
begin
    new.scale := case when new.value = -1 then 'thumbs' when new.value between 2 and 5 then 'stars' end;
    return new;
end
$$;
comment on function continuo.tell_scale_of_vote() is 'Trigger of votes: fills in the scale where the value allows only one.';
revoke all on function continuo.tell_scale_of_vote() from public, anon, authenticated;

create trigger tell_scale_of_vote before insert on public.votes
    for each row when (new.scale is null) execute function continuo.tell_scale_of_vote();

create table public.sessions (
    id uuid primary key default gen_random_uuid(),
    -- One session each: the room counts people, and nobody's taste weighs twice.
    user_id uuid not null unique references public.profiles (id) on delete cascade,
    status text not null default 'active',
    last_active_at timestamptz not null default now(),
    -- By way of UTC, because adding an interval to a timestamptz depends on the session's time zone and may not be stored.
    expires_at timestamptz generated always as
        (((last_active_at at time zone 'UTC') + interval '1 hour') at time zone 'UTC') stored,
    constraint sessions_status check (status in ('active', 'idle'))
);
comment on table public.sessions is 'Who is listening in the room: a heartbeat per person.';
comment on column public.sessions.expires_at is 'When a silent session counts as gone: an hour after its last heartbeat.';
create index idx_sessions_expires_at on public.sessions (expires_at);

-- A heartbeat from the future would keep its sender in the room for ever.
create function continuo.limit_heartbeat() returns trigger
language plpgsql set search_path = ''
as $$
begin
    new.last_active_at := least(new.last_active_at, now());
    return new;
end
$$;
comment on function continuo.limit_heartbeat() is 'Trigger of sessions: a heartbeat is never later than now.';
revoke all on function continuo.limit_heartbeat() from public, anon, authenticated;

create trigger limit_heartbeat before insert or update on public.sessions
    for each row execute function continuo.limit_heartbeat();

-- At most 16 layers: objects that name a sound, with volume 0…1, loop and a delay in seconds where given.
create function continuo.are_layers(layers jsonb) returns boolean
language sql immutable set search_path = ''
as $$
    select case
        when jsonb_typeof(layers) <> 'array' then false
        when jsonb_array_length(layers) > 16 then false
        else not exists (
            select from jsonb_array_elements(layers) as layer
            where not coalesce(
                case
                    when jsonb_typeof(layer) <> 'object' then false
                    when layer ->> 'sound_id' !~* '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$' then false
                    when layer ? 'volume' and jsonb_typeof(layer -> 'volume') <> 'number' then false
                    when layer ? 'volume' and (layer ->> 'volume')::numeric not between 0 and 1 then false
                    when layer ? 'loop' and jsonb_typeof(layer -> 'loop') <> 'boolean' then false
                    when layer ? 'delay' and jsonb_typeof(layer -> 'delay') <> 'number' then false
                    when layer ? 'delay' and (layer ->> 'delay')::numeric < 0 then false
                    else layer ? 'sound_id' and jsonb_typeof(layer -> 'sound_id') = 'string'
                end,
                false
            )
        )
    end
$$;
comment on function continuo.are_layers(jsonb) is 'Whether a JSON value is a mix: at most 16 objects {sound_id, volume, loop, delay}.';
revoke all on function continuo.are_layers(jsonb) from public, anon;
grant execute on function continuo.are_layers(jsonb) to authenticated, service_role;

create table public.mixes (
    id uuid primary key default gen_random_uuid(),
    name text not null,
    creator_id uuid references public.profiles (id) on delete cascade,
    layers jsonb not null,
    is_public boolean not null default false,
    created_at timestamptz not null default now(),
    constraint mixes_name_bounds check (char_length(name) between 1 and 200),
    constraint mixes_layers check (continuo.are_layers(layers))
);
comment on table public.mixes is 'Layered soundscapes of up to 16 channels.';
comment on column public.mixes.layers is 'Array of {sound_id, volume 0…1, loop, delay seconds}.';
create index idx_mixes_creator_id on public.mixes (creator_id);
create index idx_mixes_public on public.mixes (created_at desc) where is_public;
