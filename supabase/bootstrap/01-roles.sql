-- What Supabase provides and a bare PostgreSQL lacks, part 1: the roles the API speaks as, and the schemas they may enter.
--
-- `anon`, `authenticated` and `service_role` cannot log in. The server logs in as `authenticator`, which by itself may do
-- nothing (noinherit) and takes one of the three for the length of one transaction. Its password is set by the migrator.
-- Roles belong to the whole cluster, so another database of it may be making them at this very moment: losing that race is fine.

do $$
declare
    wanted record;
begin
    for wanted in
        select * from (values
            ('anon', 'nologin noinherit'),
            ('authenticated', 'nologin noinherit'),
            ('service_role', 'nologin noinherit bypassrls'),
            ('authenticator', 'login noinherit')
        ) as role (name, attributes)
    loop
        if not exists (select from pg_roles where rolname = wanted.name) then
            begin
                execute format('create role %I %s', wanted.name, wanted.attributes);
            exception
                when duplicate_object or unique_violation then null;
            end;
        end if;
    end loop;
end
$$;

do $$
begin
    -- Granting again is harmless, but writes to the shared catalogue, where of two writers at once one fails: not needlessly.
    if not (
        pg_has_role('authenticator', 'anon', 'member')
        and pg_has_role('authenticator', 'authenticated', 'member')
        and pg_has_role('authenticator', 'service_role', 'member')
    ) then
        grant anon, authenticated, service_role to authenticator;
    end if;
exception
    -- "tuple concurrently updated": the other writer has just done the same.
    when internal_error or unique_violation then null;
end
$$;

-- Types and operators of extensions (vector) are found without qualification, as on Supabase.
do $$
begin
    if not exists (
        select from pg_db_role_setting s
        join pg_roles r on r.oid = s.setrole
        where r.rolname = 'authenticator' and s.setdatabase = 0
    ) then
        alter role authenticator set search_path = "$user", public, extensions;
    end if;
exception
    when internal_error or unique_violation then null;
end
$$;

create schema if not exists extensions;

grant usage on schema public, extensions to anon, authenticated, service_role;
