import Database

/// What the system catalogues are asked. All run in one transaction with an empty search path, so that every type is named with its schema.
///
/// Sources: PostgreSQL documentation, chapter 52 "System Catalogs"; `information_schema` would hide what the login role may not use.
enum CatalogQueries {
    /// schemas: the exposed ones.
    static func relations(_ schemas: [String]) -> SQL {
        """
        select c.oid::int8 as id, n.nspname as schema, c.relname as name, c.relkind in ('v', 'm') as is_view,
            pg_catalog.obj_description(c.oid, 'pg_class') as description,
            c.relkind in ('r', 'p') or (c.relkind in ('v', 'f') and pg_catalog.pg_relation_is_updatable(c.oid, true) & 8 = 8) as insertable,
            c.relkind in ('r', 'p') or (c.relkind in ('v', 'f') and pg_catalog.pg_relation_is_updatable(c.oid, true) & 4 = 4) as updatable,
            c.relkind in ('r', 'p') or (c.relkind in ('v', 'f') and pg_catalog.pg_relation_is_updatable(c.oid, true) & 16 = 16) as deletable
        from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'v', 'm', 'f', 'p') and not c.relispartition and n.nspname = any(\(schemas)::text[])
        """
    }

    static func columns(_ schemas: [String]) -> SQL {
        """
        with recursive bases as (
            select t.oid, t.typbasetype, t.oid as base from pg_catalog.pg_type t where t.typbasetype = 0
            union all
            select t.oid, t.typbasetype, b.base from pg_catalog.pg_type t join bases b on b.oid = t.typbasetype
        )
        select a.attrelid::int8 as relation, a.attname as name,
            pg_catalog.col_description(a.attrelid, a.attnum) as description,
            not (a.attnotnull or (t.typtype = 'd' and t.typnotnull)) as is_nullable,
            case
                when t.typtype = 'd' and bt.typnamespace = 'pg_catalog'::regnamespace then pg_catalog.format_type(b.base, null)
                when t.typtype <> 'd' and t.typnamespace = 'pg_catalog'::regnamespace then pg_catalog.format_type(a.atttypid, null)
                else pg_catalog.format_type(a.atttypid, a.atttypmod)
            end as type,
            pg_catalog.format_type(a.atttypid, a.atttypmod) as nominal_type,
            pg_catalog.format_type(b.base, null) as base_type,
            information_schema._pg_char_max_length(
                information_schema._pg_truetypid(a.*, t.*), information_schema._pg_truetypmod(a.*, t.*)) as maximum_length,
            case
                when t.typbasetype <> 0 and d.adbin is null then pg_catalog.pg_get_expr(t.typdefaultbin, 0)
                when a.attidentity = 'd' then pg_catalog.format('nextval(%L)', s.objid::regclass)
                when a.attgenerated <> '' then null
                else pg_catalog.pg_get_expr(d.adbin, d.adrelid)
            end as default_value,
            coalesce((select array_agg(e.enumlabel order by e.enumsortorder) from pg_catalog.pg_enum e where e.enumtypid = b.base), '{}')
                as enumeration
        from pg_catalog.pg_attribute a
        join pg_catalog.pg_class c on c.oid = a.attrelid
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        join pg_catalog.pg_type t on t.oid = a.atttypid
        left join bases b on b.oid = t.oid
        left join pg_catalog.pg_type bt on bt.oid = b.base
        left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
        left join pg_catalog.pg_depend s on s.refclassid = 'pg_class'::regclass and s.refobjid = a.attrelid and s.refobjsubid = a.attnum
            and s.classid = 'pg_class'::regclass and s.deptype = 'i'
        where a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'v', 'm', 'f', 'p') and not c.relispartition
            and n.nspname = any(\(schemas)::text[])
        order by a.attrelid, a.attnum
        """
    }

    /// Primary, unique and foreign keys of every schema: views may stand on tables that are not exposed.
    static let keys: SQL = """
        select k.conname as name, k.contype::text as kind, k.conrelid::int8 as relation, tn.nspname as schema, t.relname as table,
            k.conkey::int[] as numbers, k.confrelid::int8 as foreign_relation, fn.nspname as foreign_schema, f.relname as foreign_table,
            coalesce(k.confkey::int[], '{}') as foreign_numbers,
            (select array_agg(a.attname order by o.place) from unnest(k.conkey) with ordinality o (number, place)
                join pg_catalog.pg_attribute a on a.attrelid = k.conrelid and a.attnum = o.number) as columns,
            coalesce((select array_agg(a.attname order by o.place) from unnest(k.confkey) with ordinality o (number, place)
                join pg_catalog.pg_attribute a on a.attrelid = k.confrelid and a.attnum = o.number), '{}') as foreign_columns
        from pg_catalog.pg_constraint k
        join pg_catalog.pg_class t on t.oid = k.conrelid
        join pg_catalog.pg_namespace tn on tn.oid = t.relnamespace
        left join pg_catalog.pg_class f on f.oid = k.confrelid
        left join pg_catalog.pg_namespace fn on fn.oid = f.relnamespace
        where k.contype in ('p', 'u') or (k.contype = 'f' and k.conparentid = 0)
        order by k.conrelid, k.conname
        """

    /// Views of the exposed schemas and of those on the search path, which views may stand on.
    static func views(_ schemas: [String]) -> SQL {
        """
        select c.oid::int8 as id, n.nspname as schema, c.relname as name, r.ev_action::text as definition,
            (select array_agg(a.attname order by a.attnum) from pg_catalog.pg_attribute a where a.attrelid = c.oid and a.attnum > 0) as columns
        from pg_catalog.pg_class c
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        join pg_catalog.pg_rewrite r on r.ev_class = c.oid and r.rulename = '_RETURN'
        where c.relkind in ('v', 'm') and n.nspname = any(\(schemas)::text[])
        """
    }

    /// `accessibleOnly`: what the current role may call.
    static func functions(_ schemas: [String], accessibleOnly: Bool = false) -> SQL {
        """
        with recursive bases as (
            select t.oid, t.oid as base from pg_catalog.pg_type t where t.typbasetype = 0
            union all
            select t.oid, b.base from pg_catalog.pg_type t join bases b on b.oid = t.typbasetype
        ),
        arguments as (
            select p.oid, array_agg(coalesce(g.name, '') order by g.place) as names,
                array_agg(pg_catalog.format_type(g.type, null) order by g.place) as types,
                array_agg(case g.type
                    when 'bit'::regtype then 'bit varying' when 'bit[]'::regtype then 'bit varying[]'
                    when 'character'::regtype then 'character varying' when 'character[]'::regtype then 'character varying[]'
                    else pg_catalog.format_type(g.type, null) end order by g.place) as unbounded_types,
                array_agg(g.place <= p.pronargs - p.pronargdefaults order by g.place) as required,
                array_agg(coalesce(g.mode = 'v', false) order by g.place) as variadic,
                case count(*) - count(nullif(g.name, ''))
                    when 0 then true
                    when 1 then count(*) = 1 and (array_agg(g.type))[1] in
                        ('bytea'::regtype, 'json'::regtype, 'jsonb'::regtype, 'text'::regtype, 'xml'::regtype)
                    else false
                end as callable
            from pg_catalog.pg_proc p,
                unnest(p.proargnames, p.proargtypes, p.proargmodes) with ordinality as g (name, type, mode, place)
            where g.type is not null
            group by p.oid, p.pronargs, p.pronargdefaults
        )
        select n.nspname as schema, p.proname as name, pg_catalog.obj_description(p.oid, 'pg_proc') as description,
            coalesce(a.names, '{}') as names, coalesce(a.types, '{}') as types, coalesce(a.unbounded_types, '{}') as unbounded_types,
            coalesce(a.required, '{}')::text[] as required, coalesce(a.variadic, '{}')::text[] as variadic,
            tn.nspname as return_schema, coalesce(rc.relname, t.typname) as return_name, p.proretset as returns_set,
            t.typtype = 'c' or coalesce(p.proargmodes::text[] && '{t,b,o}', false) as returns_composite,
            p.provolatile::text as volatility, coalesce(p.proconfig, '{}') as settings
        from pg_catalog.pg_proc p
        left join arguments a on a.oid = p.oid
        join pg_catalog.pg_namespace n on n.oid = p.pronamespace
        join bases b on b.oid = p.prorettype
        join pg_catalog.pg_type t on t.oid = b.base
        join pg_catalog.pg_namespace tn on tn.oid = t.typnamespace
        left join pg_catalog.pg_class rc on rc.oid = t.typrelid
        where p.prokind = 'f' and t.oid <> 'trigger'::regtype and coalesce(a.callable, true) and n.nspname = any(\(schemas)::text[])
            and (not \(accessibleOnly)::bool or pg_catalog.has_function_privilege(p.oid, 'execute'))
        order by n.nspname, p.proname, p.pronargs, p.oid
        """
    }

    /// Functions from one row type to another: computed relationships.
    static let computedRelationships: SQL = """
        select pn.nspname as schema, p.proname as name, an.nspname as table_schema, at.typname as table,
            rn.nspname as foreign_schema, rt.typname as foreign_table, not p.proretset or p.prorows = 1 as is_to_one
        from pg_catalog.pg_proc p
        join pg_catalog.pg_namespace pn on pn.oid = p.pronamespace
        join pg_catalog.pg_type at on at.oid = p.proargtypes[0]
        join pg_catalog.pg_namespace an on an.oid = at.typnamespace
        join pg_catalog.pg_type rt on rt.oid = p.prorettype
        join pg_catalog.pg_namespace rn on rn.oid = rt.typnamespace
        where p.pronargs = 1
            and exists (select from pg_catalog.pg_class c where c.oid = at.typrelid and c.relkind in ('r', 'v', 'm', 'f', 'p'))
            and exists (select from pg_catalog.pg_class c where c.oid = rt.typrelid and c.relkind in ('r', 'v', 'm', 'f', 'p'))
        """

    /// Implicit casts between a domain and JSON or text.
    static let representations: SQL = """
        select c.castsource::regtype::text as source, c.casttarget::regtype::text as target, c.castfunc::regproc::text as function
        from pg_catalog.pg_cast c
        join pg_catalog.pg_type s on s.oid = c.castsource
        join pg_catalog.pg_type t on t.oid = c.casttarget
        where c.castcontext = 'i' and c.castmethod = 'f' and pg_catalog.has_function_privilege(c.castfunc, 'execute')
            and ((s.typtype = 'd' and c.casttarget in ('json'::regtype, 'text'::regtype))
                or (t.typtype = 'd' and c.castsource in ('json'::regtype, 'text'::regtype)))
        """

    /// Aggregates and functions that return a domain named like a media type.
    static func mediaHandlers(_ schemas: [String]) -> SQL {
        """
        with media as (
            select t.oid, t.typnamespace, t.typname as type_name, lower(t.typname) as name,
                case t.typname when '*/*' then 'application/octet-stream' else t.typname end as resolved
            from pg_catalog.pg_type t
            where t.typbasetype <> 0 and (t.typname ~* '^[a-z0-9.-]+/[a-z0-9.+-]+$' or t.typname = '*/*')
        )
        select pn.nspname as schema, p.proname as function, an.nspname as target_schema, at.typname as target, m.name, m.resolved
        from media m
        join pg_catalog.pg_proc p on p.prorettype = m.oid and p.prokind = 'a'
        join pg_catalog.pg_namespace pn on pn.oid = p.pronamespace
        join pg_catalog.pg_type at on at.oid = p.proargtypes[0]
        join pg_catalog.pg_namespace an on an.oid = at.typnamespace
        where p.pronargs = 1 and pn.nspname = any(\(schemas)::text[])
            and (at.typname = 'anyelement'
                or exists (select from pg_catalog.pg_class c where c.oid = at.typrelid and c.relkind in ('r', 'v', 'm', 'f', 'p')))
        union
        select tn.nspname, m.type_name, pn.nspname, p.proname, m.name, m.resolved
        from media m
        join pg_catalog.pg_proc p on p.prorettype = m.oid and p.prokind = 'f' and not p.proretset
        join pg_catalog.pg_namespace pn on pn.oid = p.pronamespace
        join pg_catalog.pg_namespace tn on tn.oid = m.typnamespace
        where pn.nspname = any(\(schemas)::text[])
        """
    }

    static let timezones: SQL = "select array_agg(name) as names from pg_catalog.pg_timezone_names"
}
