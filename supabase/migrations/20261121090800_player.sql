-- The Player: listening history, audio embeddings, generated tracks, bands, playlists, the library, and connections.

select set_config('search_path', 'public, extensions', true);

create table public.user_history (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references public.users (id) on delete cascade,
    platform text not null,
    track_id text,
    track_name text not null,
    artist text not null,
    album text,
    played_at timestamptz default now(),
    play_count integer default 1,
    constraint user_history_platform check (platform in ('spotify', 'apple', 'youtube', 'infinite')),
    constraint user_history_play_count_not_negative check (play_count >= 0)
);
comment on table public.user_history is 'What a person has listened to, imported or here.';
comment on column public.user_history.track_id is 'The platform''s own identifier (Spotify URI and the like).';
create index idx_user_history_user_id on public.user_history (user_id);
create index idx_user_history_played_at on public.user_history (played_at desc);
create index idx_user_history_user_played on public.user_history (user_id, played_at desc);

create table public.embeddings (
    id uuid primary key default gen_random_uuid(),
    track_id text unique,
    track_name text not null,
    artist text not null,
    vector vector(768) not null,
    vector_model text not null,
    genre text[] default '{}',
    source text not null,
    created_at timestamptz default now(),
    constraint embeddings_source check (source in ('musicbrainz', 'spotify', 'fma', 'jamendo'))
);
comment on table public.embeddings is 'Audio embeddings of known tracks, shared by everybody.';
comment on column public.embeddings.vector_model is 'The model that made the vector; vectors are compared only within one.';
create index idx_embeddings_track_id on public.embeddings (track_id);
create index idx_embeddings_vector on public.embeddings using hnsw (vector vector_cosine_ops);
create index idx_embeddings_artist on public.embeddings (artist);

create table public.bands (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references public.users (id) on delete cascade,
    name text not null,
    bio text,
    cover_url text,
    style_vector vector(768),
    style_vector_model text,
    track_count integer not null default 0,
    follower_count integer not null default 0,
    is_public boolean not null default true,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint bands_counts_not_negative check (track_count >= 0 and follower_count >= 0),
    constraint bands_style_vector_model check (style_vector is null or style_vector_model is not null)
);
comment on table public.bands is 'Generated "bands": tracks of one style under one name.';
comment on column public.bands.style_vector is 'Mean audio embedding of the band''s tracks, in the space of style_vector_model.';
comment on column public.bands.track_count is 'Rows of band_tracks; kept by triggers.';
comment on column public.bands.follower_count is 'Rows of user_follows; kept by triggers.';
create index idx_bands_user_id on public.bands (user_id);
create index idx_bands_style_vector on public.bands using hnsw (style_vector vector_cosine_ops);
create index idx_bands_created_at on public.bands (created_at desc);
create index idx_bands_public on public.bands (created_at desc) where is_public;

create table public.generated_tracks (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references public.users (id) on delete cascade,
    url text not null,
    duration integer not null,
    mode text not null,
    source_id uuid references public.generated_tracks (id) on delete set null,
    source_external_id text,
    explanation text,
    match_percentage integer,
    status text not null default 'completed',
    band_id uuid references public.bands (id) on delete set null,
    is_public boolean not null default false,
    created_at timestamptz not null default now(),
    constraint generated_tracks_duration_not_negative check (duration >= 0),
    constraint generated_tracks_mode check (mode in ('new', 'similar', 'extend', 'radio')),
    constraint generated_tracks_match_percentage check (match_percentage between 0 and 100),
    constraint generated_tracks_status check (status in ('queued', 'generating', 'completed', 'failed'))
);
comment on table public.generated_tracks is 'Tracks the player generated.';
comment on column public.generated_tracks.duration is 'Seconds.';
comment on column public.generated_tracks.source_id is 'The track a similar or extended one was made from.';
create index idx_generated_tracks_user_id on public.generated_tracks (user_id);
create index idx_generated_tracks_created_at on public.generated_tracks (created_at desc);
create index idx_generated_tracks_band_id on public.generated_tracks (band_id);
create index idx_generated_tracks_status on public.generated_tracks (status);
create index idx_generated_tracks_source_id on public.generated_tracks (source_id);
create index idx_generated_tracks_public on public.generated_tracks (created_at desc) where is_public;

create table public.band_tracks (
    band_id uuid not null references public.bands (id) on delete cascade,
    track_id uuid not null references public.generated_tracks (id) on delete cascade,
    added_at timestamptz default now(),
    primary key (band_id, track_id)
);
comment on table public.band_tracks is 'Which tracks a band has.';
create index idx_band_tracks_band_id on public.band_tracks (band_id);
create index idx_band_tracks_track_id on public.band_tracks (track_id);

create table public.user_playlists (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references public.users (id) on delete cascade,
    name text not null,
    description text,
    tracks jsonb not null default '[]'::jsonb,
    is_public boolean not null default false,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint user_playlists_tracks_is_array check (jsonb_typeof(tracks) = 'array')
);
comment on table public.user_playlists is 'Playlists people made.';
comment on column public.user_playlists.tracks is 'In order: [{"id": track, "added_at": time}].';
create index idx_user_playlists_user_id on public.user_playlists (user_id);
create index idx_user_playlists_created_at on public.user_playlists (created_at desc);
create index idx_user_playlists_public on public.user_playlists (created_at desc) where is_public;

create table public.user_library (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references public.users (id) on delete cascade,
    track_id uuid not null references public.generated_tracks (id) on delete cascade,
    added_at timestamptz default now()
);
comment on table public.user_library is 'Tracks a person has saved.';
create index idx_user_library_user_id on public.user_library (user_id);
create index idx_user_library_track_id on public.user_library (track_id);
create unique index idx_user_library_user_track on public.user_library (user_id, track_id);

create table public.user_follows (
    user_id uuid not null references public.users (id) on delete cascade,
    band_id uuid not null references public.bands (id) on delete cascade,
    created_at timestamptz default now(),
    primary key (user_id, band_id)
);
comment on table public.user_follows is 'Who follows which band.';
create index idx_user_follows_user_id on public.user_follows (user_id);
create index idx_user_follows_band_id on public.user_follows (band_id);

create table public.oauth_connections (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references public.users (id) on delete cascade,
    platform text not null,
    access_token text not null,
    refresh_token text,
    token_key_id text not null,
    expires_at timestamptz,
    last_synced_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint oauth_connections_platform check (platform in ('spotify', 'apple', 'youtube'))
);
comment on table public.oauth_connections is 'Connections to outside music services.';
comment on column public.oauth_connections.access_token is 'Sealed with AES-256-GCM; never plain.';
comment on column public.oauth_connections.refresh_token is 'Sealed like access_token.';
comment on column public.oauth_connections.token_key_id is 'Which sealing key opens the tokens, so that keys can change.';
create index idx_oauth_connections_user_id on public.oauth_connections (user_id);
create index idx_oauth_connections_platform on public.oauth_connections (platform);
create unique index idx_oauth_connections_user_platform on public.oauth_connections (user_id, platform);
