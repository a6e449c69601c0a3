-- What data_api.py reads and writes: 20 people with 1,000 songs and 10 bands each, a function, and a table of a million rows.
-- Run by the owner on a fresh database; psql's variable `person` is the account that asks, made before by signing up.

create function pg_temp.numbered(digit text, n bigint) returns uuid language sql immutable
    as $$ select (digit || '0000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid $$;

-- Profiles and private rows are made by the trigger of auth.users.
insert into auth.users (id, aud, role, email, is_anonymous, created_at)
select pg_temp.numbered('1', n), 'authenticated', 'authenticated', format('listener-%s@example.org', n), false, now()
from generate_series(2, 20) n;

create temp table people as
select 1 as number, :'person'::uuid as id union all select n, pg_temp.numbered('1', n) from generate_series(2, 20) n;

-- Songs 1 to 1,000 are those of the person who asks. One of eight is public.
insert into public.songs (id, user_id, title, prompt, duration, storage_path, is_public, seed, engine, engine_version, bpm, key,
    time_signature, format, sample_rate, plan, request, size_bytes, created_at)
select pg_temp.numbered('5', (p.number - 1) * 1000 + n), p.id,
    format('%s train no. %s', (array['Night', 'Early', 'Slow', 'Last'])[1 + n % 4], n),
    (array['dark techno, 130 bpm', 'sad piano ballad in D minor', 'upbeat funk with slap bass', 'lo-fi beats for a rainy day'])[1 + n % 4],
    90 + n % 180, format('music/%s/%s.flac', p.id, n), n % 8 = 0, n * 7919, 'builtin', '0.1.0', 80 + n % 70,
    (array['C major', 'D minor', 'F# minor', 'B♭ major'])[1 + n % 4], '4/4', 'flac', 44100,
    jsonb_build_object('bpm', 80 + n % 70, 'style', 'techno',
        'sections', jsonb_build_array('intro', 'verse', 'chorus', 'verse', 'chorus', 'outro')),
    jsonb_build_object('duration', 90 + n % 180, 'seed', n * 7919, 'format', 'flac'), 9000000 + n * 37,
    timestamptz '2026-01-01' + n * interval '1 hour' + p.number * interval '1 second'
from people p, generate_series(1, 1000) n;

insert into public.bands (id, user_id, name, bio, is_public, created_at)
select pg_temp.numbered('b', p.number * 100 + n), p.id, format('The Understudies %s/%s', p.number, n), 'Made up, every one of them.',
    n % 2 = 0, timestamptz '2026-01-01' + n * interval '1 day'
from people p, generate_series(1, 10) n;

insert into public.generated_tracks (id, user_id, url, duration, mode, band_id, created_at)
select pg_temp.numbered('7', p.number * 10000 + b * 100 + n), p.id, format('https://example.org/%s/%s/%s.mp3', p.number, b, n),
    120 + n, 'new', pg_temp.numbered('b', p.number * 100 + b), timestamptz '2026-02-01' + n * interval '1 hour'
from people p, generate_series(1, 10) b, generate_series(1, 10) n;

insert into public.user_library (user_id, track_id, added_at)
select user_id, id, created_at + interval '1 day' from public.generated_tracks where duration % 3 = 0;

create function public.bench_recent(number integer)
returns table (id uuid, title text, duration double precision, bpm double precision)
language sql stable set search_path = ''
as $$
    select s.id, s.title, s.duration, s.bpm from public.songs s
    where s.user_id = (select auth.uid()) order by s.created_at desc limit number
$$;
revoke all on function public.bench_recent(integer) from public, anon;
grant execute on function public.bench_recent(integer) to authenticated;

-- Unlogged: it is only read.
create unlogged table public.bench_million (
    id bigint primary key,
    song_id uuid not null,
    played_at timestamptz not null,
    seconds double precision not null,
    device text not null
);
insert into public.bench_million
select n, pg_temp.numbered('5', 1 + n % 20000), timestamptz '2026-01-01' + n * interval '7 seconds', (n % 2400) / 10.0,
    (array['phone', 'desktop', 'car', 'kitchen'])[1 + n % 4]
from generate_series(1, 1000000) n;
alter table public.bench_million enable row level security;
revoke all on public.bench_million from anon, authenticated;
grant select on public.bench_million to authenticated;
create policy "Everybody signed in reads the benchmark's plays" on public.bench_million for select to authenticated using (true);

-- Each measurement empties the table itself; a vacuum in the middle of one would count against whoever was measured.
alter table public.user_history set (autovacuum_enabled = false);
vacuum analyze;
notify pgrst, 'reload schema';
