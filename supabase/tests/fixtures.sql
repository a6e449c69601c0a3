-- A small cast for the table of policies (policies.tsv). Every id is made from a name: @ada there is md5('ada')::uuid here.
--
--   ada     owns everything below that has an owner, and is owner of the artist Night Owls
--   bo      the stranger: has an account and nothing else
--   ed, vi  editor and viewer of Night Owls, strangers to the rest
--   cleo    an administrator by app_metadata
--   rex     has an artist, a song and a band of his own; nobody acts as him

create function pg_temp.id(name text) returns uuid language sql immutable as $$ select md5(name)::uuid $$;

insert into auth.users (id, email, aud, role, created_at, updated_at)
select pg_temp.id(name), name || '@example.com', 'authenticated', 'authenticated', now(), now()
from unnest('{ada,bo,ed,vi,cleo,rex}'::text[]) as name;

-- The Studio.
insert into public.songs (id, user_id, title, storage_path, is_public)
select pg_temp.id(song), pg_temp.id(owner), song, 'music/' || pg_temp.id(owner) || '/' || pg_temp.id(song) || '.wav', song like '%open'
from (values ('ada', 'song_open'), ('ada', 'song_secret'), ('rex', 'rex_song_secret')) as given (owner, song);

insert into public.interactions (user_id, song_id, type) values (pg_temp.id('ada'), pg_temp.id('song_open'), 'like');

insert into public.agent_memory (content, user_id) values
    ('Ada likes slow intros.', pg_temp.id('ada')),
    ('Techno is often near 130 bpm.', null);

-- The Producer.
insert into public.artists (id, name, created_by) values
    (pg_temp.id('night_owls'), 'Night Owls', pg_temp.id('ada')),
    (pg_temp.id('day_larks'), 'Day Larks', pg_temp.id('rex'));
insert into public.user_artists (user_id, artist_id, role) values
    (pg_temp.id('ed'), pg_temp.id('night_owls'), 'editor'),
    (pg_temp.id('vi'), pg_temp.id('night_owls'), 'viewer');
insert into public.artist_profiles (artist_id, name) values (pg_temp.id('day_larks'), 'Day Larks');
insert into public.artist_profiles (artist_id, name) values (pg_temp.id('night_owls'), 'Night Owls');
insert into public.artists (id, name) values (pg_temp.id('unowned'), 'Unowned');
insert into public.als_summaries (id, als_filename, parse_id, summary, artist_id) values
    (pg_temp.id('summary'), 'dusk.als', 'p1', '{}', pg_temp.id('night_owls')),
    (pg_temp.id('rex_summary'), 'dawn.als', 'p1', '{}', pg_temp.id('day_larks')),
    (pg_temp.id('loose_summary'), 'loose.als', 'p1', '{}', null);
insert into public.training_items (id, artist_id, parse_id) values
    (pg_temp.id('item'), pg_temp.id('night_owls'), 'p1'),
    (pg_temp.id('rex_item'), pg_temp.id('day_larks'), 'p1');

-- Soundscapes.
insert into public.sounds (id, title, file_path, type) values (pg_temp.id('rain'), 'Rain', 'rain.ogg', 'soundscape');
insert into public.votes (user_id, sound_id, value, scale) values (pg_temp.id('ada'), pg_temp.id('rain'), 1, 'thumbs');
insert into public.sessions (user_id) values (pg_temp.id('ada'));
insert into public.mixes (id, name, creator_id, layers, is_public) values
    (pg_temp.id('mix_open'), 'Rainy Café', pg_temp.id('ada'), '[]', true),
    (pg_temp.id('mix_secret'), 'Dreams', pg_temp.id('ada'), '[]', false);

-- The Player.
insert into public.user_history (user_id, platform, track_name, artist) values (pg_temp.id('ada'), 'infinite', 'Dusk', 'Owls');
insert into public.embeddings (track_name, artist, vector, vector_model, source)
select 'Dusk', 'Owls', ('[1' || repeat(',0', 767) || ']')::extensions.vector, 'test', 'fma';
insert into public.bands (id, user_id, name, is_public) values
    (pg_temp.id('band_open'), pg_temp.id('ada'), 'Open', true),
    (pg_temp.id('band_secret'), pg_temp.id('ada'), 'Secret', false),
    (pg_temp.id('rex_band'), pg_temp.id('rex'), 'Rex', true);
-- Six tracks: one public by itself, two by way of a public band, and three that are not: alone, in a private band, and in
-- another person's public band.
insert into public.generated_tracks (id, user_id, url, duration, mode, band_id, is_public)
select pg_temp.id(name), pg_temp.id('ada'), name || '.mp3', 60, 'new', pg_temp.id(band), coalesce(open, false)
from (values
    ('track_open', null, true),
    ('track_of_band', 'band_open', null),
    ('track_in_band', null, null),
    ('track_secret', null, null),
    ('track_in_secret_band', null, null),
    ('track_in_rex_band', null, null)
) as given (name, band, open);
insert into public.band_tracks (band_id, track_id) values
    (pg_temp.id('band_open'), pg_temp.id('track_in_band')),
    (pg_temp.id('band_secret'), pg_temp.id('track_in_secret_band')),
    (pg_temp.id('rex_band'), pg_temp.id('track_in_rex_band'));
insert into public.user_playlists (user_id, name, is_public) values
    (pg_temp.id('ada'), 'For all', true), (pg_temp.id('ada'), 'For me', false);
insert into public.user_library (user_id, track_id) values (pg_temp.id('ada'), pg_temp.id('track_open'));
insert into public.user_follows (user_id, band_id) values (pg_temp.id('ada'), pg_temp.id('rex_band'));
insert into public.oauth_connections (user_id, platform, access_token, token_key_id)
values (pg_temp.id('ada'), 'spotify', 'sealed', 'k1');

-- The machinery: a job of ada's.
insert into continuo.jobs (id, kind, user_id) values (pg_temp.id('job'), 'test', pg_temp.id('ada'));

-- Storage: the song's own files, an upload, a file somebody put under the id of another person's public song, and the rest.
insert into storage.objects (bucket_id, name)
select bucket, name from (values
    ('music', pg_temp.id('ada') || '/' || pg_temp.id('song_open') || '.wav'),
    ('music', pg_temp.id('ada') || '/' || pg_temp.id('song_open') || '/stems.zip'),
    ('music', pg_temp.id('ada') || '/' || pg_temp.id('song_secret') || '.wav'),
    ('music', pg_temp.id('ada') || '/take.wav'),
    ('music', pg_temp.id('rex') || '/' || pg_temp.id('song_open') || '.wav'),
    ('avatars', pg_temp.id('ada') || '/face.png'),
    ('dawa-exports', 'artists/night-owls/datasets/one.zip'),
    ('dawa-exports', 'artists/day-larks/datasets/one.zip'),
    ('dawa-exports', 'loose.zip')
) as given (bucket, name);
