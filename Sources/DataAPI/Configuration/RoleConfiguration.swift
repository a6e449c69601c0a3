import Core
import Database

/// Settings that stand in the database: of the login role, and of the roles it may become.
enum RoleConfiguration {
    private static let prefix = "pgrst."

    /// `ALTER ROLE authenticator SET pgrst.db_schemas = …`, by PostgREST's names with dashes; and what `db-pre-config` sets.
    static func settings(_ database: Database, preConfig: String?) async throws -> [String: String] {
        let names = RestConfiguration.databaseNames.map { prefix + $0.replacing("-", with: "_") }
        var statement: SQL = """
            with role_settings as (
                select s.setdatabase as database, unnest(s.setconfig) as setting from pg_catalog.pg_db_role_setting s
                where s.setrole = (select r.oid from pg_catalog.pg_roles r where r.rolname = session_user)
                    and s.setdatabase in (0, (select d.oid from pg_catalog.pg_database d where d.datname = current_catalog))
            ),
            pairs as (
                select database, split_part(setting, '=', 1) as name, substr(setting, strpos(setting, '=') + 1) as value from role_settings
            """
        if let preConfig {
            statement += " union all select null, n, current_setting(n, true) from unnest(\(names)::text[]) n join "
            statement += .name(QualifiedName(dotted: preConfig)) + "() _ on true"
        }
        statement += ") select distinct on (name) name, value from pairs where name = any(\(names)::text[]) and value is not null"
        statement += " order by name, database desc nulls last"
        let results = try await database.exchange(Exchange(role: "", preamble: [], statements: [statement], isOneOff: true))
        var settings: [String: String] = [:]
        for row in results.flatMap({ Array($0) }) {
            let name = try row.decode("name", as: String.self).dropFirst(prefix.count).replacing("_", with: "-")
            settings[String(name)] = try row.decode("value", as: String.self)
        }
        return settings
    }

    /// `ALTER ROLE … SET` of the roles that the login may become, as far as it may set them.
    static func roles(_ database: Database) async throws -> [String: TransactionSettings.RoleSettings] {
        let statement: SQL = """
            with settings as (
                select r.rolname, unnest(r.rolconfig) as setting
                from pg_catalog.pg_auth_members m join pg_catalog.pg_roles r on r.oid = m.roleid
                where m.member = (select l.oid from pg_catalog.pg_roles l where l.rolname = session_user)
            ),
            pairs as (
                select rolname, split_part(setting, '=', 1) as name, substr(setting, strpos(setting, '=') + 1) as value from settings
            )
            select distinct p.rolname as role, p.name, p.value from pairs p
            join pg_catalog.pg_settings s on s.name = p.name
                and (s.context = 'user' or pg_catalog.has_parameter_privilege(session_user, s.name, 'set'))
            order by 1, 2
            """
        var roles: [String: TransactionSettings.RoleSettings] = [:]
        for rows in try await database.exchange(Exchange(role: "", preamble: [], statements: [statement], isOneOff: true)) {
            for row in rows {
                let (role, name) = (try row.decode("role", as: String.self), try row.decode("name", as: String.self))
                let value = try row.decode("value", as: String.self)
                if name == "default_transaction_isolation" {
                    roles[role, default: .init()].isolation = value
                } else {
                    roles[role, default: .init()].settings.append((name, value))
                }
            }
        }
        return roles
    }
}
