-- Long work. One row is one job; its states and their rules stand in docs/reference/jobs.md, and the checks below say the same.
-- Workers claim, renew, finish and give back jobs only through the functions in this file, so that every rule about a state
-- change has one home. NOTIFY only wakes somebody up; whoever waits also polls.

create table continuo.jobs (
    id uuid primary key default gen_random_uuid(),
    kind text not null,
    -- Null: work of the system itself, which goes with nobody.
    user_id uuid references auth.users (id) on delete cascade,
    -- Whose turn it is: one lane per person, one for the system. Never null, so that it can be walked by an index.
    lane uuid not null generated always as (coalesce(user_id, '00000000-0000-0000-0000-000000000000'::uuid)) stored,
    status text not null default 'queued',
    priority smallint not null default 0,
    request jsonb not null default '{}',
    result jsonb,
    error jsonb,
    progress double precision not null default 0,
    message text,
    -- Times it was begun and not given back; a job that used up `max_attempts` fails.
    attempts integer not null default 0,
    max_attempts integer not null default 3,
    run_after timestamptz not null default now(),
    -- Who runs it, and until when nobody else may take it.
    worker text,
    lease_until timestamptz,
    cancel_requested boolean not null default false,
    -- At most one unfinished job per key.
    unique_key text,
    created_at timestamptz not null default now(),
    started_at timestamptz,
    finished_at timestamptz,
    constraint jobs_status_known check (status in ('queued', 'running', 'completed', 'failed', 'cancelled')),
    constraint jobs_running_is_leased check ((status = 'running') = (lease_until is not null and worker is not null)),
    constraint jobs_ended_is_dated check ((status in ('completed', 'failed', 'cancelled')) = (finished_at is not null)),
    constraint jobs_failed_says_why check (status <> 'failed' or error is not null),
    constraint jobs_progress_is_a_share check (progress between 0 and 1),
    constraint jobs_attempts_are_bounded check (attempts between 0 and max_attempts)
);

comment on table continuo.jobs is 'Long work: queued, running under a lease, or ended. Changed only through the functions of schema continuo.';

-- The claim walks lanes, and within a lane takes the next job: exactly this order.
create index jobs_queue on continuo.jobs (lane, priority desc, created_at, id) where status = 'queued';
create index jobs_leases on continuo.jobs (lease_until) where status = 'running';
-- Who was served when: fairness between people.
create index jobs_lane_started on continuo.jobs (lane, started_at desc);
create index jobs_user_created on continuo.jobs (user_id, created_at desc);
create index jobs_finished on continuo.jobs (finished_at) where finished_at is not null;
create unique index jobs_unique_key on continuo.jobs (unique_key) where status in ('queued', 'running');

alter table continuo.jobs enable row level security;
grant usage on schema continuo to authenticated;
grant select on continuo.jobs to authenticated;
grant select, insert, update, delete on continuo.jobs to service_role;

create policy "People see their own jobs" on continuo.jobs
    for select to authenticated using (user_id = (select auth.uid()));

-- Wakes workers when there is something to do, and watchers when a job changed.
create function continuo.announce_job() returns trigger
    language plpgsql set search_path = '' as $$
begin
    if new.status = 'queued' and (tg_op = 'INSERT' or old.status <> 'queued') then
        perform pg_notify('continuo_queue', new.kind);
    end if;
    -- A renewed lease alone is nobody's news.
    if tg_op = 'INSERT' or (old.status, old.progress, old.message) is distinct from (new.status, new.progress, new.message) then
        perform pg_notify('continuo_job', new.id::text);
    end if;
    return new;
end;
$$;

create trigger announce after insert or update of status, progress, message, cancel_requested on continuo.jobs
    for each row execute function continuo.announce_job();

-- The next job for a worker, or nothing. Fair between people: first the lane with the fewest running jobs, then the lane
-- served longest ago; within a lane by priority and age. Two workers never get the same job: the row is locked, and a
-- locked candidate is passed over.
create function continuo.claim_job(worker_name text, kinds text[], lease interval) returns setof continuo.jobs
    language plpgsql set search_path = '' as $$
declare
    candidate uuid;
    claimed continuo.jobs;
begin
    for candidate in
        with recursive lanes (lane) as (
            (select j.lane from continuo.jobs j where j.status = 'queued' order by j.lane limit 1)
            union all
            select (select j.lane from continuo.jobs j where j.status = 'queued' and j.lane > lanes.lane order by j.lane limit 1)
            from lanes where lanes.lane is not null
        )
        select head.id
        from lanes
        cross join lateral (
            select j.id, j.priority, j.created_at, row_number() over (order by j.priority desc, j.created_at, j.id) as turn
            from continuo.jobs j
            where j.status = 'queued' and j.lane = lanes.lane and j.run_after <= now() and j.kind = any (kinds)
            order by j.priority desc, j.created_at, j.id
            -- A few per lane: if one person has the only jobs, several workers at once still each find one.
            limit 8
        ) head
        cross join lateral (select count(*) as running from continuo.jobs j where j.lane = lanes.lane and j.status = 'running') busy
        cross join lateral (select max(j.started_at) as last_start from continuo.jobs j where j.lane = lanes.lane) served
        where lanes.lane is not null
        order by head.priority desc, busy.running + head.turn, served.last_start nulls first, head.created_at, head.id
    loop
        select j.* into claimed from continuo.jobs j
            where j.id = candidate and j.status = 'queued' for update skip locked;
        if found then
            return query update continuo.jobs j
                set status = 'running', worker = worker_name, lease_until = clock_timestamp() + lease, attempts = j.attempts + 1,
                    started_at = clock_timestamp(), progress = 0, message = null, error = null
                where j.id = candidate returning j.*;
            return;
        end if;
    end loop;
end;
$$;

-- Still at it: renews the lease and reports. Returns whether the job should stop because somebody cancelled it; no row
-- means that the job is no longer this worker's.
create function continuo.renew_job(job uuid, worker_name text, lease interval, share double precision, note text)
    returns table (cancel_requested boolean)
    language sql set search_path = '' as $$
    update continuo.jobs j
        set lease_until = clock_timestamp() + lease,
            progress = greatest(j.progress, least(1, coalesce(share, j.progress))), message = coalesce(note, j.message)
        where j.id = job and j.worker = worker_name and j.status = 'running'
        returning j.cancel_requested;
$$;

-- Done. Called inside the transaction that stores what the job made: no row means that it is no longer this worker's, and
-- the caller must roll back.
create function continuo.complete_job(job uuid, worker_name text, outcome jsonb) returns setof uuid
    language sql set search_path = '' as $$
    update continuo.jobs j
        set status = 'completed', result = outcome, progress = 1, message = null, worker = null, lease_until = null, finished_at = clock_timestamp()
        where j.id = job and j.worker = worker_name and j.status = 'running'
        returning j.id;
$$;

-- Went wrong. A fault that may pass is tried again later, each time after a longer wait (2, 8, 32 … seconds), until the
-- attempts are used up.
create function continuo.fail_job(job uuid, worker_name text, cause jsonb, may_pass boolean) returns text
    language sql set search_path = '' as $$
    update continuo.jobs j
        set status = case when again then 'queued' else 'failed' end,
            error = cause, worker = null, lease_until = null, message = null, cancel_requested = false,
            run_after = case when again then clock_timestamp() + make_interval(secs => 0.5 * power(4, j.attempts)) else j.run_after end,
            finished_at = case when again then null else clock_timestamp() end
        from (select may_pass and k.attempts < k.max_attempts and not k.cancel_requested as again from continuo.jobs k where k.id = job) decision
        where j.id = job and j.worker = worker_name and j.status = 'running'
        returning j.status;
$$;

-- Given back unfinished, because the worker shuts down: the attempt does not count.
create function continuo.release_job(job uuid, worker_name text) returns void
    language sql set search_path = '' as $$
    update continuo.jobs j
        set status = case when j.cancel_requested then 'cancelled' else 'queued' end,
            finished_at = case when j.cancel_requested then clock_timestamp() end,
            attempts = j.attempts - 1, worker = null, lease_until = null, progress = 0, message = null
        where j.id = job and j.worker = worker_name and j.status = 'running';
$$;

-- Stopped because its owner asked.
create function continuo.finish_cancelled_job(job uuid, worker_name text) returns void
    language sql set search_path = '' as $$
    update continuo.jobs j
        set status = 'cancelled', worker = null, lease_until = null, message = null, finished_at = clock_timestamp()
        where j.id = job and j.worker = worker_name and j.status = 'running';
$$;

-- Asks a job to stop: a queued one ends at once, a running one as soon as its worker notices.
create function continuo.cancel_job(job uuid) returns text
    language sql set search_path = '' as $$
    update continuo.jobs j
        set status = case j.status when 'queued' then 'cancelled' else j.status end,
            finished_at = case j.status when 'queued' then clock_timestamp() else j.finished_at end,
            cancel_requested = true
        where j.id = job and j.status in ('queued', 'running')
        returning j.status;
$$;

-- Puts an ended job that did not succeed back into the queue, as if new.
create function continuo.retry_job(job uuid) returns setof uuid
    language sql set search_path = '' as $$
    update continuo.jobs j
        set status = 'queued', attempts = 0, error = null, result = null, progress = 0, message = null, cancel_requested = false,
            run_after = clock_timestamp(), started_at = null, finished_at = null
        where j.id = job and j.status in ('failed', 'cancelled')
        returning j.id;
$$;

-- Takes back the jobs of workers that no longer renew (killed, cut off): queued again, cancelled if that was asked, or
-- failed when every attempt ended so.
create function continuo.rescue_jobs() returns setof uuid
    language sql set search_path = '' as $$
    update continuo.jobs j
        set status = case when j.cancel_requested then 'cancelled' when j.attempts < j.max_attempts then 'queued' else 'failed' end,
            error = case when not j.cancel_requested and j.attempts >= j.max_attempts then
                jsonb_build_object('code', 'worker_lost', 'message', 'The worker disappeared while it ran this job, ' || j.attempts || ' times.',
                    'hint', 'Look at the worker''s log; POST /jobs/{job_id}/retry tries again.') end,
            finished_at = case when j.cancel_requested or j.attempts >= j.max_attempts then clock_timestamp() end,
            worker = null, lease_until = null, message = null, progress = 0
        where j.id in (select k.id from continuo.jobs k where k.status = 'running' and k.lease_until < clock_timestamp() for update skip locked)
        returning j.id;
$$;

-- How many jobs will start before this one, if people take turns.
create function continuo.job_position(job uuid) returns bigint
    language sql stable security definer set search_path = '' as $$
    with me as (
        select j.id, j.lane, j.priority, j.created_at,
            (select count(*) from continuo.jobs k where k.lane = j.lane and k.status = 'queued'
                and (k.priority > j.priority or k.priority = j.priority and (k.created_at, k.id) < (j.created_at, j.id))) as before
        from continuo.jobs j where j.id = job and j.status = 'queued'
    )
    select me.before + coalesce((
        select sum(least(others.waiting, me.before + 1)) from (
            select count(*) as waiting from continuo.jobs k
                where k.status = 'queued' and k.lane <> me.lane and k.priority >= me.priority group by k.lane
        ) others), 0)::bigint
    from me;
$$;

comment on function continuo.job_position(uuid) is 'Definer: it counts other people''s jobs, and tells nothing else about them.';

revoke execute on all functions in schema continuo from public;
grant execute on all functions in schema continuo to service_role;
grant execute on function continuo.job_position(uuid) to authenticated;
