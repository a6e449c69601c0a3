-- The shape of the tables in public as rows (kind, table, name, definition), in the words of schema.txt.

with tables as (
    select oid, relname as name from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace
),
keys as (
    select c.*, t.name as table_name,
        (
            select string_agg(a.attname, ', ' order by k.position)
            from unnest(c.conkey) with ordinality as k (attnum, position)
            join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.attnum
        ) as columns
    from pg_constraint c
    join tables t on t.oid = c.conrelid
)
select 'column' as kind, t.name as "table", a.attname as name,
    regexp_replace(format_type(a.atttypid, a.atttypmod), '^(extensions|public)\.', '')
        || case when a.attnotnull then ' not null' else '' end
        || case
            when a.attgenerated = 's' then ' generated ' || pg_get_expr(d.adbin, d.adrelid)
            when d.adbin is not null then ' default ' || replace(pg_get_expr(d.adbin, d.adrelid), '::extensions.', '::')
            else ''
        end as definition
from tables t
join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum

union all
select 'primary key', table_name, columns, '' from keys where contype = 'p'
union all
select 'unique', table_name, columns, '' from keys where contype = 'u'

union all
select 'foreign key', k.table_name, k.columns,
    format('%s.%s(%s)', n.nspname, f.relname, a.attname)
        || case k.confdeltype
            when 'c' then ' on delete cascade'
            when 'n' then ' on delete set null'
            when 'r' then ' on delete restrict'
            when 'd' then ' on delete set default'
            else ''
        end
from keys k
join pg_class f on f.oid = k.confrelid
join pg_namespace n on n.oid = f.relnamespace
join pg_attribute a on a.attrelid = k.confrelid and a.attnum = k.confkey[1]
where k.contype = 'f'

union all
-- The values a column may take: the literals of a check on that column alone.
select 'values', table_name, columns,
    (select string_agg(m[1], ', ' order by ordinality)
        from regexp_matches(pg_get_constraintdef(oid), '''([^'']*)''', 'g') with ordinality as found (m, ordinality))
from keys
where contype = 'c' and cardinality(conkey) = 1 and pg_get_constraintdef(oid) like '%= ANY (ARRAY[%'

union all
select 'enum', t.name, a.attname,
    (select string_agg(e.enumlabel, ', ' order by e.enumsortorder) from pg_enum e where e.enumtypid = a.atttypid)
from tables t
join pg_attribute a on a.attrelid = t.oid and a.attnum > 0
join pg_type y on y.oid = a.atttypid and y.typtype = 'e'

union all
select 'index', t.name, c.relname,
    case when i.indisunique then 'unique ' else '' end
        || replace(regexp_replace(pg_get_indexdef(i.indexrelid), '^.* USING ', ''), 'extensions.', '')
from tables t
join pg_index i on i.indrelid = t.oid
join pg_class c on c.oid = i.indexrelid

union all
select 'trigger', t.name, p.proname,
    lower(substring(pg_get_triggerdef(g.oid) from 'TRIGGER \S+ ((BEFORE|AFTER) \w+( OR \w+)*)'))
        || case when g.tgtype & 1 = 1 then ' for each row' else ' for each statement' end
from tables t
join pg_trigger g on g.tgrelid = t.oid and not g.tgisinternal
join pg_proc p on p.oid = g.tgfoid
