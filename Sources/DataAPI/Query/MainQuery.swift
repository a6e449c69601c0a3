import Database
import Foundation

/// The one statement that does what a request asks for and gives everything its answer needs, as one row: body, counts, `Location`, and the
/// settings by which SQL overrides headers and status. Or, for long results, that row and then a row for each row.
struct MainQuery {
    /// How the result comes.
    enum Shape: Hashable {
        /// One row, the body in it.
        case whole
        /// The first row without body, then the body's rows.
        case streamed
    }

    /// Reads that may give more rows than this are streamed.
    static let fewRows = 1000

    /// What the first row is made of.
    struct Parts {
        var source: SQL
        /// Further common table expressions.
        var count: SQL?
        var total: SQL
        /// What is selected from the source.
        var rows: SQL
        var body: Body
        /// Where an inserted row can be found; writes only.
        var location: SQL?
        var inserted: SQL = "null::int"
        /// Rows that make the request fail: how many are too many, or not exactly one.
        var guardrail: Guardrail?
        /// Counted as one whatever the function returns.
        var countsAsOne = false
    }

    enum Guardrail: Hashable {
        case exactlyOne
        case atMost(Int)
    }

    /// How rows become the body.
    struct Body {
        /// An aggregate over `_postgrest_t`.
        var aggregate: SQL
        /// The body's text of one row of `_postgrest_t`, where rows can be sent one by one.
        var row: SQL?
        /// Comes before the rows in a stream.
        var streamHeader: SQL?
    }

    static func sql(_ parts: Parts, shape: Shape) -> SQL {
        var sql = "WITH pgrst_source AS (" + parts.source + ")"
        if let count = parts.count { sql += ", pgrst_source_count AS (" + count + ")" }
        let settings: SQL = """
            nullif(current_setting('response.headers', true), '') AS response_headers, \
            nullif(current_setting('response.status', true), '') AS response_status
            """
        let pageTotal: SQL = parts.countsAsOne ? "1::bigint" : "pg_catalog.count(_postgrest_t)"
        let rest = settings + ", " + parts.inserted + " AS inserted"
        func whole(_ body: SQL) -> SQL {
            let location: SQL = parts.location.map { $0 + " AS location, " } ?? ""
            return " SELECT " + parts.total + " AS total, " + pageTotal + " AS page_total, " + location + body + " AS body, " + rest
        }
        switch shape {
        case .whole:
            return sql + whole(parts.body.aggregate.guarded(by: parts.guardrail)) + " FROM (" + parts.rows + ") _postgrest_t"
        case .streamed:
            guard let row = parts.body.row else { return MainQuery.sql(parts, shape: .whole) }
            // In a stream the body stands first: of the rows after the first, nothing else is read.
            let header = (parts.body.streamHeader ?? "null::text").guarded(by: parts.guardrail)
            return sql + ", pgrst_rows AS MATERIALIZED (" + parts.rows + ") SELECT " + header + " AS body, " + parts.total + " AS total, "
                + pageTotal + " AS page_total, " + rest + " FROM pgrst_rows _postgrest_t"
                + " UNION ALL SELECT " + row + ", null, null, null, null, null FROM pgrst_rows _postgrest_t"
        }
    }
}

extension SQL {
    /// Fails with a text that says how many rows there were: PostgreSQL evaluates the cast only where the number is wrong, and the error
    /// takes the whole transaction back in the same round trip.
    fileprivate func guarded(by guardrail: MainQuery.Guardrail?) -> SQL {
        guard let guardrail else { return self }
        let isWrong: SQL
        switch guardrail {
        case .exactlyOne: isWrong = "<> 1"
        case .atMost(let number): isWrong = "> \(unsafeSQL: String(number))"
        }
        return "CASE WHEN pg_catalog.count(_postgrest_t) " + isWrong
            + " THEN ('\(unsafeSQL: RowGuard.mark)' || pg_catalog.count(_postgrest_t))::int::text ELSE (" + self + ")::text END"
    }
}

/// Recognises the error that a guarded body raises.
enum RowGuard {
    static let mark = "pgrst_rows:"

    /// The number of rows there were; nil for any other error.
    static func rows(in error: PostgresError) -> Int? {
        guard error.sqlState == "22P02", let start = error.message.range(of: "\"" + mark) else { return nil }
        return Int(error.message[start.upperBound...].prefix { $0.isNumber })
    }
}

extension MainQuery.Body {
    /// function: the one that was called, whose result may be no set of rows.
    init(_ maker: MediaHandler.Maker, function: Function? = nil) {
        let isSingle = function.map { !$0.returnsSet } ?? false
        let isScalar = function.map { !$0.returnsComposite } ?? false
        let value: SQL = isScalar ? "_postgrest_t.pgrst_scalar" : "_postgrest_t"
        func stripped(_ sql: SQL, _ strips: Bool) -> SQL { strips ? "json_strip_nulls(" + sql + ")" : sql }
        switch maker {
        case .nothing: self.init(aggregate: "''::text")
        case .json where isSingle, .object(stripsNulls: false) where isSingle:
            self.init(aggregate: "coalesce(json_agg(" + value + ")->0, 'null')")
        case .arrayWithoutNulls where isSingle:
            self.init(aggregate: "coalesce(json_strip_nulls(json_agg(" + value + ")->0), 'null')")
        case .json:
            self.init(aggregate: "coalesce(json_agg(" + value + "), '[]')")
            row = isScalar ? "to_json(_postgrest_t.pgrst_scalar)::text" : "row_to_json(_postgrest_t)::text"
            if isScalar { row = "coalesce(to_json(_postgrest_t.pgrst_scalar)::text, 'null')" }
        case .arrayWithoutNulls:
            self.init(aggregate: "coalesce(json_strip_nulls(json_agg(" + value + ")), '[]')")
            row = "json_strip_nulls(" + (isScalar ? "to_json(_postgrest_t.pgrst_scalar)" : "row_to_json(_postgrest_t)") + ")::text"
        case .object(let stripsNulls):
            self.init(aggregate: "coalesce(" + stripped("json_agg(" + value + ")->0", stripsNulls) + ", 'null')")
        case .geoJSON:
            self.init(
                aggregate: """
                    json_build_object('type', 'FeatureCollection', 'features', coalesce(json_agg(ST_AsGeoJSON(_postgrest_t)::json), '[]'))
                    """)
        case .csv: self = .csv
        case .custom(let name, let target):
            let argument: SQL = isSingle && isScalar ? value : target.map { "_postgrest_t::" + .name($0) } ?? "_postgrest_t"
            self.init(aggregate: .name(name) + "(" + argument + ")")
        }
    }

    /// Header and rows as PostgreSQL writes a row's fields.
    private static var csv: Self {
        let header: SQL = """
            (SELECT coalesce(string_agg(a.k, ','), '') FROM (SELECT json_object_keys(r)::text AS k FROM \
            (SELECT row_to_json(hh) AS r FROM pgrst_source AS hh LIMIT 1) s) a)
            """
        let line: SQL = "left(substr(_postgrest_t::text, 2), -1)"
        return Self(aggregate: header + " || E'\\n' || coalesce(string_agg(" + line + ", E'\\n'), '')", row: line, streamHeader: header)
    }
}

extension MainQuery {
    /// What is counted beside the rows themselves.
    ///
    /// countQuery: all rows without limit. `hasLimit`: whether the rows are limited, so that they are not all.
    static func total(_ preferences: Preferences, countQuery: @autoclosure () -> SQL, hasLimit: Bool, maximumRows: Int?, countsAsOne: Bool)
        -> (
            count: SQL?, total: SQL
        )
    {
        guard preferences.wantsCount else { return (nil, "null::bigint") }
        guard hasLimit else { return (nil, countsAsOne ? "1::bigint" : "pg_catalog.count(_postgrest_t)") }
        var query = countQuery()
        if preferences.count == .estimated, let maximumRows { query += " LIMIT \(unsafeSQL: String(maximumRows + 1))" }
        return (query, "(SELECT pg_catalog.count(*) FROM pgrst_source_count)")
    }

    /// Where the inserted row can be found: its key as query parameters, in a JSON array of pairs.
    static func location(primaryKey: [String]) -> SQL {
        """
        CASE WHEN pg_catalog.count(_postgrest_t) = 1 THEN (SELECT json_agg(json_build_array(d.key, coalesce('eq.' || d.value, 'is.null')))::text \
        FROM (SELECT row_to_json(_) AS row FROM pgrst_source AS _ LIMIT 1) data CROSS JOIN json_each_text(data.row) AS d \
        WHERE d.key = ANY(\(primaryKey)::text[])) END
        """
    }

    static func explained(_ sql: SQL, isJSON: Bool, options: [MediaType.PlanOption]) -> SQL {
        let words = ["FORMAT \(isJSON ? "JSON" : "TEXT")"] + options.map { $0.rawValue.uppercased() }
        return "EXPLAIN (" + .trusted(words.joined(separator: ", ")) + ") " + sql
    }
}
