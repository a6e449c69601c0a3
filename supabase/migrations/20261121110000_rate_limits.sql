-- How often something may be asked for. A bucket holds a number of tokens and fills up again steadily; one is taken for each request.
-- Source: "token bucket", RFC 2697 in spirit. What is lost with a crash are counts of minutes, so the table is not logged.

create unlogged table continuo.rate_limits (
    kind text not null,
    -- Whom it counts for: a network address, an e-mail address, a person.
    subject text not null,
    tokens double precision not null,
    updated_at timestamptz not null default now(),
    primary key (kind, subject)
);

comment on table continuo.rate_limits is 'Token buckets: what is left of each limit, and when that was so.';

create index rate_limits_updated_at_idx on continuo.rate_limits (updated_at);

alter table continuo.rate_limits enable row level security;
grant select, insert, update, delete on continuo.rate_limits to service_role;

-- Whether a token was left in the bucket; it is taken then. A bucket of `capacity` fills up in `seconds`.
create function continuo.take_token(bucket text, who text, capacity integer, seconds integer) returns boolean
    language sql volatile set search_path = '' as $$
    insert into continuo.rate_limits as r (kind, subject, tokens, updated_at)
    values (bucket, left(who, 320), capacity - 1, clock_timestamp())
    on conflict (kind, subject) do update set
        -- Below zero says that a request was refused; it has taken nothing.
        tokens = least(capacity, case when r.tokens < 0 then r.tokens + 1 else r.tokens end
            + extract(epoch from clock_timestamp() - r.updated_at) * capacity / seconds) - 1,
        updated_at = clock_timestamp()
    returning tokens >= 0
$$;
revoke all on function continuo.take_token(text, text, integer, integer) from public, anon, authenticated;
grant execute on function continuo.take_token(text, text, integer, integer) to service_role;

insert into continuo.schedules (name, kind, every, next_run_at) values ('tidy accounts', 'maintenance.accounts', '1 hour', now());

-- Buckets that have long been full again say nothing; nor do codes, challenges and sign-ins that were never ended, and refresh tokens that
-- were replaced long ago.
create function continuo.tidy_accounts() returns bigint
    language sql volatile set search_path = '' as $$
    delete from auth.flow_state where created_at < now() - interval '1 day';
    delete from auth.one_time_tokens where created_at < (now() at time zone 'UTC') - interval '2 days';
    delete from auth.mfa_challenges where created_at < now() - interval '1 day';
    delete from auth.refresh_tokens t where t.revoked and t.updated_at < now() - interval '7 days'
        and not exists (select from auth.refresh_tokens a where a.session_id = t.session_id and not a.revoked and a.parent = t.token);
    with gone as (delete from continuo.rate_limits where updated_at < now() - interval '2 hours' returning 1)
    select count(*) from gone
$$;
revoke all on function continuo.tidy_accounts() from public, anon, authenticated;
grant execute on function continuo.tidy_accounts() to service_role;
