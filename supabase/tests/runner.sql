-- Runs the table of policies. Load after fixtures.sql, as the owner of the database; everything it tries is rolled back.
--
--   select * from continuo_tests.run(lines)      what happened, cell by cell
--   select * from continuo_tests.mutants(lines)  each policy broken in turn, and how many cells noticed
--
-- lines: the rows of policies.tsv as a JSON array of objects, the keys being the column names.

create schema continuo_tests;

-- Acts as one of the cast and returns the number of rows selected or changed, or why there is none:
-- refused (no right, or a row the policy forbids), conflict (unique), invalid (check), or the SQLSTATE of anything else.
create function continuo_tests.outcome(actor text, statement text) returns text
language plpgsql
as $$
declare
    -- What each column of the table acts as: role, and name of the person.
    cast_list constant jsonb := '{
        "anonymous": ["anon", null], "stranger": ["authenticated", "bo"], "owner": ["authenticated", "ada"],
        "editor": ["authenticated", "ed"], "viewer": ["authenticated", "vi"], "admin": ["authenticated", "cleo"],
        "service": ["service_role", null]}';
    acting_role text := cast_list -> actor ->> 0;
    person text := cast_list -> actor ->> 1;
    claims jsonb := jsonb_strip_nulls(jsonb_build_object(
        'role', acting_role, 'sub', md5(person)::uuid,
        -- What people write about themselves must never make them an administrator.
        'user_metadata', case when person is not null then '{"role": "admin"}'::jsonb end,
        'app_metadata', case when actor = 'admin' then '{"role": "admin"}'::jsonb end));
    affected bigint;
begin
    begin
        perform set_config('request.jwt.claims', claims::text, true), set_config('role', acting_role, true);
        execute regexp_replace(statement, '@(\w+)', 'md5(''\1'')::uuid', 'g');
        get diagnostics affected = row_count;
        raise exception using errcode = 'TSTRB';
    exception
        when sqlstate 'TSTRB' then return affected::text;
        when insufficient_privilege then return 'refused';
        when unique_violation then return 'conflict';
        when check_violation then return 'invalid';
        when others then return sqlstate || ' ' || sqlerrm;
    end;
end
$$;

create function continuo_tests.run(lines jsonb)
returns table (line integer, actor text, expected text, actual text)
language sql
as $$
    select row_number::integer, cell.key, cell.value, continuo_tests.outcome(cell.key, given.line ->> 'statement')
    from jsonb_array_elements(lines) with ordinality as given (line, row_number)
    cross join jsonb_each_text(given.line) as cell
    where cell.key in ('anonymous', 'stranger', 'owner', 'editor', 'viewer', 'admin', 'service') and cell.value <> '-'
    order by row_number, cell.key
$$;

-- Every way to break a policy: without it, with its condition always true, and with its check always true. A part that is
-- true already cannot be broken that way.
create function continuo_tests.breakages()
returns table (table_name text, policy text, breakage text, command text)
language sql
as $$
    select
        p.schemaname || '.' || p.tablename, p.policyname, way.name,
        format(way.command, p.policyname, p.schemaname, p.tablename)
    from pg_policies p
    cross join lateral (values
        ('dropped', 'drop policy %I on %I.%I', true),
        ('using (true)', 'alter policy %I on %I.%I using (true)', p.qual <> 'true'),
        ('with check (true)', 'alter policy %I on %I.%I with check (true)', p.with_check <> 'true')
    ) as way (name, command, applies)
    where p.schemaname in ('public', 'continuo', 'storage') and way.applies
    order by 1, 2, 3
$$;

create function continuo_tests.mutants(lines jsonb)
returns table (table_name text, policy text, breakage text, cells_changed integer)
language plpgsql
as $$
declare
    mutant record;
    of_table jsonb;
begin
    for mutant in select * from continuo_tests.breakages() loop
        select jsonb_agg(l) into of_table from jsonb_array_elements(lines) as l where l ->> 'table' = mutant.table_name;
        begin
            execute mutant.command;
            select count(*) filter (where cell.actual <> cell.expected) into cells_changed
            from continuo_tests.run(coalesce(of_table, '[]')) as cell;
            raise exception using errcode = 'TSTRB';
        exception
            when sqlstate 'TSTRB' then null;
        end;
        table_name := mutant.table_name;
        policy := mutant.policy;
        breakage := mutant.breakage;
        return next;
    end loop;
end
$$;
