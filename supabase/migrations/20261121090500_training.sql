-- The Producer, second half: what was read out of Live sets, and the training pairs made from it.

create table public.als_summaries (
    id uuid primary key default gen_random_uuid(),
    project_name text,
    als_filename text not null,
    parse_id text not null,
    parse_timestamp timestamptz not null default now(),
    summary jsonb not null,
    export_path text,
    artist_id uuid references public.artists (id) on delete set null,
    created_at timestamptz default now(),
    unique (als_filename, parse_id),
    -- Summaries without an artist may repeat a parse_id.
    unique (artist_id, parse_id)
);
comment on table public.als_summaries is 'The analysis of one Live set at one time.';
comment on column public.als_summaries.export_path is 'Folder in bucket dawa-exports: artists/<slug>/daw-data/<project>/<als>/<parse_id>.';
comment on column public.als_summaries.artist_id is 'Without an artist the summary is visible to the service only.';
create index als_summaries_artist_id_parse_timestamp on public.als_summaries (artist_id, parse_timestamp desc);

create table public.training_items (
    id uuid primary key default gen_random_uuid(),
    artist_id uuid not null references public.artists (id) on delete cascade,
    als_summary_id uuid references public.als_summaries (id) on delete set null,
    parse_id text not null,
    als_filename text,
    project_name text,
    audio_path text,
    prompt_path text,
    prompt_text text,
    status text not null default 'needs_audio',
    system_prompt_version text,
    model_name text,
    generated_at timestamptz,
    created_at timestamptz default now(),
    updated_at timestamptz default now(),
    constraint training_items_status check (status in ('needs_audio', 'needs_prompt', 'ready', 'exported', 'failed'))
);
comment on table public.training_items is 'Pairs of audio and prompt for fine-tuning a music model.';
comment on column public.training_items.audio_path is 'Object in bucket dawa-exports: artists/<slug>/training/<id>/audio.mp3.';
comment on column public.training_items.prompt_path is 'Object in bucket dawa-exports: artists/<slug>/training/<id>/prompt.txt.';
comment on column public.training_items.status is
    'needs_audio → needs_prompt → ready → exported; failed when generating or saving the prompt failed.';
-- The curation queue of one artist.
create index training_items_artist_id_status on public.training_items (artist_id, status);
create index training_items_als_summary_id on public.training_items (als_summary_id);

create trigger update_training_items_updated_at before update on public.training_items
    for each row execute function public.update_updated_at();

-- Who may do what ----------------------------------------------------------------------------------------------------

alter table public.als_summaries enable row level security;
revoke all on public.als_summaries from anon, authenticated;
grant select on public.als_summaries to authenticated;
grant select, insert, update, delete on public.als_summaries to service_role;

create policy "Members can read the summaries of their artists" on public.als_summaries
    for select to authenticated using (artist_id in (select continuo.artists_of_caller()));

alter table public.training_items enable row level security;
revoke all on public.training_items from anon, authenticated;
grant select, insert, update, delete on public.training_items to authenticated, service_role;

create policy "Members can read training items of their artists" on public.training_items
    for select to authenticated using (artist_id in (select continuo.artists_of_caller()));
-- A summary of another artist must not be drawn in: the pair would carry that artist's material into this one's dataset.
create policy "Owners and editors can insert training items for their artists" on public.training_items
    for insert to authenticated
    with check (
        artist_id in (select continuo.artists_of_caller('{owner,editor}'))
        and (
            als_summary_id is null
            or exists (
                select from public.als_summaries s
                where s.id = als_summary_id and s.artist_id = training_items.artist_id
            )
        )
    );
create policy "Owners and editors can update training items of their artists" on public.training_items
    for update to authenticated
    using (artist_id in (select continuo.artists_of_caller('{owner,editor}')))
    with check (
        artist_id in (select continuo.artists_of_caller('{owner,editor}'))
        and (
            als_summary_id is null
            or exists (
                select from public.als_summaries s
                where s.id = als_summary_id and s.artist_id = training_items.artist_id
            )
        )
    );
create policy "Owners and editors can delete training items of their artists" on public.training_items
    for delete to authenticated using (artist_id in (select continuo.artists_of_caller('{owner,editor}')));
