-- Recurring work. Any process may look what is due; the row lock and the moved `next_run_at` let it start once, however many
-- look, and what fell due while nobody ran is caught up once.

create table continuo.schedules (
    name text primary key,
    -- The kind of the job that is queued when it is due.
    kind text not null,
    every interval not null check (every >= interval '1 minute'),
    next_run_at timestamptz not null,
    last_run_at timestamptz
);

comment on table continuo.schedules is 'Recurring work: what is due is queued as a job, once across all processes.';

alter table continuo.schedules enable row level security;
grant select, insert, update, delete on continuo.schedules to service_role;

-- Which installation this database belongs to. A data folder keeps the same id: files are swept only where both agree.
create table continuo.installation (
    id uuid not null default gen_random_uuid(),
    only_one boolean primary key default true check (only_one)
);

comment on table continuo.installation is 'One row: the id that the data folder of this database also knows.';

alter table continuo.installation enable row level security;
grant select on continuo.installation to service_role;
insert into continuo.installation default values;

insert into continuo.schedules (name, kind, every, next_run_at) values
    ('reset daily counters', 'maintenance.daily_counters', '1 day', (date_trunc('day', now() at time zone 'UTC') + interval '1 day') at time zone 'UTC'),
    ('expire sessions', 'maintenance.sessions', '15 minutes', now()),
    ('delete old jobs', 'maintenance.jobs', '1 hour', now()),
    ('sweep orphaned files', 'maintenance.files', '1 hour', now());

-- Queues what is due and moves each schedule to its next time after now, keeping its phase. Returns the names started.
create function continuo.start_due_schedules() returns setof text
    language sql set search_path = '' as $$
    with due as (
        select s.name from continuo.schedules s where s.next_run_at <= clock_timestamp() for update skip locked
    ), moved as (
        update continuo.schedules s
            set last_run_at = clock_timestamp(),
                next_run_at = s.next_run_at
                    + s.every * (floor(extract(epoch from clock_timestamp() - s.next_run_at) / extract(epoch from s.every)) + 1)
            from due where s.name = due.name
            returning s.name, s.kind
    ), queued as (
        insert into continuo.jobs (kind, unique_key, priority)
            select moved.kind, 'schedule:' || moved.name, 10 from moved
            on conflict (unique_key) where status in ('queued', 'running') do nothing
    )
    select moved.name from moved;
$$;

-- Midnight UTC has passed: counters start again. The claim of a generation does the same for its own row, so nobody waits
-- for this task; it keeps what others read true.
create function continuo.reset_daily_counts() returns bigint
    language sql set search_path = '' as $$
    with reset as (
        update public.users set daily_count = 0, daily_reset_on = (now() at time zone 'UTC')::date
            where daily_count > 0 and daily_reset_on is distinct from (now() at time zone 'UTC')::date
            returning 1
    )
    select count(*) from reset;
$$;

-- Listening sessions without a heartbeat for an hour are over.
create function continuo.expire_sessions() returns bigint
    language sql set search_path = '' as $$
    with gone as (delete from public.sessions where expires_at < now() returning 1) select count(*) from gone;
$$;

-- Ended jobs are kept for thirty days.
create function continuo.delete_old_jobs(age interval default '30 days') returns bigint
    language sql set search_path = '' as $$
    with gone as (delete from continuo.jobs where finished_at < now() - age returning 1) select count(*) from gone;
$$;

revoke execute on all functions in schema continuo from public;
grant execute on all functions in schema continuo to service_role;
grant execute on function continuo.job_position(uuid) to authenticated;
