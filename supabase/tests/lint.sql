-- What no migration may leave behind. One row per finding; an empty answer is a clean schema.
-- Columns: rule, object, why it matters.

with
-- Functions of our own, not those an extension brought.
ours as (
    select p.oid, n.nspname as schema, p.proname as name, p.prosecdef, p.proconfig,
        format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)) as label
    from pg_proc p
    join pg_namespace n on n.oid = p.pronamespace
    where n.nspname in ('public', 'continuo')
        and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
),
tables as (
    select c.oid, c.relname as name, n.nspname as schema, c.relrowsecurity, format('%I.%I', n.nspname, c.relname) as label
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and n.nspname in ('public', 'continuo')
),
policies as (
    select p.*, p.schemaname || '.' || p.tablename || ': ' || p.policyname as label,
        coalesce(p.qual, '') || ' ' || coalesce(p.with_check, '') as condition
    from pg_policies p
    where p.schemaname in ('public', 'continuo', 'storage')
),
-- A column serves a lookup when an index starts with it, or mentions it in its predicate or expressions.
indexed as (
    select i.indrelid as relid, i.indkey[0] as attnum from pg_index i
    union
    select i.indrelid, d.refobjsubid
    from pg_index i
    join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = i.indexrelid
        and d.refclassid = 'pg_class'::regclass and d.refobjid = i.indrelid and d.refobjsubid > 0
    where d.refobjsubid <> all (i.indkey::smallint[])
),
findings (rule, object, why) as (
    select 'table without row security', label, 'everybody with a grant reads and writes every row'
    from tables
    where not relrowsecurity and (schema = 'public' or has_table_privilege('authenticated', oid, 'select, insert, update, delete'))

    union all
    select 'table without policy', t.label, 'row security without a policy shuts everybody out'
    from tables t
    where schema = 'public' and not exists (select from pg_policy p where p.polrelid = t.oid)

    union all
    select 'table without comment', label, 'say what a row is'
    from tables
    -- The migrator's own table is there before any migration.
    where obj_description(oid, 'pg_class') is null and label <> 'continuo.migrations'

    union all
    select 'function without comment', label, 'say what it is for'
    from ours where schema = 'public' and obj_description(oid, 'pg_proc') is null

    union all
    select 'policy column without index', p.polname || ' on ' || t.label || ': ' || a.attname, 'the policy is checked row by row'
    from pg_policy p
    join pg_depend d on d.classid = 'pg_policy'::regclass and d.objid = p.oid
        and d.refclassid = 'pg_class'::regclass and d.refobjsubid > 0
    join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
    join pg_class c on c.oid = d.refobjid and c.relkind in ('r', 'p')
    join tables t on t.oid = d.refobjid
    where not exists (select from indexed i where i.relid = d.refobjid and i.attnum = d.refobjsubid)
        -- The columns a policy only checks on the new row need no index.
        and not (p.polcmd = 'a' and d.refobjid = p.polrelid)

    union all
    select 'foreign key without index', c.conrelid::regclass || ': ' || c.conname, 'deleting the referenced row scans the table'
    from pg_constraint c
    join tables t on t.oid = c.conrelid
    where c.contype = 'f' and not exists (
        select from pg_index i where i.indrelid = c.conrelid and i.indkey[0] = c.conkey[1] and i.indpred is null
    )

    union all
    select 'function with open search_path', label, 'whoever makes a schema first on the path decides what its names mean'
    from ours where not coalesce(proconfig, '{}') @> '{"search_path=\"\""}'

    union all
    select 'function callable through the API', o.label, 'functions in public are endpoints: list it here when it is meant to be one'
    from ours o
    cross join unnest('{anon,authenticated}'::text[]) as role
    where o.schema = 'public' and has_function_privilege(role, o.oid, 'execute')
        -- Meant to be called, and what by: none yet.
        and o.name not in ('')

    union all
    select 'definer function callable by anonymous', label, 'it acts with the rights of the owner'
    from ours where prosecdef and has_function_privilege('anon', oid, 'execute')

    union all
    select 'machinery open to anonymous', label, 'the Data API does not show schema continuo, and nobody without an account may enter'
    from tables where schema = 'continuo' and has_table_privilege('anon', oid, 'select, insert, update, delete')
    union all
    select 'machinery open to anonymous', 'schema continuo', 'nobody without an account may enter'
    where has_schema_privilege('anon', 'continuo', 'usage')

    union all
    select 'machinery writable by people', label, 'its rows change through its functions, by the service'
    from tables
    where schema = 'continuo' and (
        has_any_column_privilege('authenticated', oid, 'insert, update') or has_table_privilege('authenticated', oid, 'delete')
    )

    union all
    select 'machinery callable by people', label, 'list it here when people, or policies acting for them, are meant to call it'
    from ours
    where schema = 'continuo' and has_function_privilege('authenticated', oid, 'execute')
        and name not in (
            'are_layers', 'artists_of_caller', 'has_members', 'job_position', 'owns_track', 'slugs_of_caller', 'song_of_object'
        )

    union all
    select 'anonymous may write', t.label, 'writing needs an account'
    from tables t
    where t.schema = 'public' and (
        has_any_column_privilege('anon', t.oid, 'insert, update') or has_table_privilege('anon', t.oid, 'delete')
    )

    union all
    select 'right that row security does not cover', t.label || ' to ' || role, 'truncate, references and trigger ask no policy'
    from tables t
    cross join unnest('{anon,authenticated}'::text[]) as role
    where has_table_privilege(role, t.oid, 'truncate, references, trigger')

    union all
    select 'service shut out', t.label, 'the server itself works as service_role'
    from tables t
    cross join unnest('{select,insert,update,delete}'::text[]) as privilege
    where t.schema = 'public' and not has_table_privilege('service_role', t.oid, privilege)

    union all
    select 'policy for every role', label, 'name the roles: to anon, authenticated'
    from policies where roles = '{public}'

    union all
    select 'claim read row by row', label, 'write (select auth.uid()): it is then asked once per statement'
    from policies where condition ~ '(?<!SELECT )auth\.(uid|jwt|role|email)\(\)'

    union all
    select 'policy that trusts the person', label, 'user_metadata is written by the person it describes'
    from policies where condition ~ 'user_metadata'

    union all
    select 'updated_at without trigger', t.label, 'it would stay at the time of insertion'
    from tables t
    join pg_attribute a on a.attrelid = t.oid and a.attname = 'updated_at' and not a.attisdropped
    where t.schema = 'public' and not exists (
        select from pg_trigger g where g.tgrelid = t.oid and g.tgfoid = 'public.update_updated_at()'::regprocedure
    )

    union all
    select 'view that bypasses row security', c.oid::regclass::text, 'create it with (security_invoker = true)'
    from pg_class c
    where c.relkind = 'v' and c.relnamespace = 'public'::regnamespace
        and not coalesce(c.reloptions, '{}') && '{security_invoker=true,security_invoker=on}'
)
select distinct rule, object, why from findings order by rule, object
