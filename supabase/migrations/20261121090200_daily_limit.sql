-- The daily limit, counted in the transaction that accepts a generation.

-- Takes one of today's `allowed` generations (UTC days), in one statement: the row lock makes concurrent claims queue, and
-- the comparison is repeated on the row as the earlier claim left it. A day that has passed counts as zero, so midnight
-- needs no scheduled task. No row comes back for an unknown person.
create function continuo.claim_generation(user_id uuid, allowed integer)
returns table (granted boolean, used integer, resets_at timestamptz)
language sql volatile set search_path = ''
as $$
    with clock as (
        select (now() at time zone 'UTC')::date as today
    ),
    claim as (
        update public.users u
        set daily_count = case when u.daily_reset_on >= clock.today then u.daily_count + 1 else 1 end,
            daily_reset_on = greatest(u.daily_reset_on, clock.today)
        from clock
        where u.id = claim_generation.user_id
            and case when u.daily_reset_on >= clock.today then u.daily_count else 0 end < claim_generation.allowed
        returning u.daily_count
    )
    select
        claim.daily_count is not null,
        coalesce(
            claim.daily_count,
            -- Refused: at least `allowed` were taken, also when this statement's snapshot is older than the last of them.
            greatest(case when u.daily_reset_on >= clock.today then u.daily_count else 0 end, claim_generation.allowed, 0)
        ),
        (clock.today + 1)::timestamp at time zone 'UTC'
    from public.users u
    cross join clock
    left join claim on true
    where u.id = claim_generation.user_id
$$;
comment on function continuo.claim_generation(uuid, integer) is
    'Takes one generation of the day: whether it was granted, how many are used, and when the count starts again.';
revoke all on function continuo.claim_generation(uuid, integer) from public, anon, authenticated;
grant execute on function continuo.claim_generation(uuid, integer) to service_role;

-- Gives one back when accepting the generation failed after the claim was committed.
create function continuo.return_generation(user_id uuid) returns void
language sql volatile set search_path = ''
as $$
    update public.users u
    set daily_count = u.daily_count - 1
    where u.id = return_generation.user_id
        and u.daily_count > 0
        and u.daily_reset_on >= (now() at time zone 'UTC')::date
$$;
comment on function continuo.return_generation(uuid) is 'Gives back one of today''s generations.';
revoke all on function continuo.return_generation(uuid) from public, anon, authenticated;
grant execute on function continuo.return_generation(uuid) to service_role;
