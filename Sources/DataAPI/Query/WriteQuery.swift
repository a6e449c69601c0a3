import Database

extension WritePlan {
    /// The write itself, with what it gives back.
    var query: SQL {
        switch kind {
        case .insert(let conflict, let isPut): insert(conflict, isPut: isPut)
        case .update: update
        case .delete: "DELETE FROM " + .name(table) + whereClause + returningClause
        }
    }

    private func insert(_ conflict: (columns: [String], resolution: Preferences.Resolution)?, isPut: Bool) -> SQL {
        var sql = "INSERT INTO " + .name(table)
        sql += columns.isEmpty ? " " : " (" + columns.map { .name($0.name) }.joined(", ") + ") "
        sql += JSONRows(columns: columns, body: body, isObject: isBodyObject, usesDefaults: usesDefaults).select
        let merges = conflict?.resolution == .merge
        var conditions: [SQL] = []
        if isPut || merges { conditions.append(Self.countInserted("+", "'0'")) }
        if isPut { conditions += logic.map { $0.sql(of: .alias("pgrst_body")) } }
        if !conditions.isEmpty { sql += " WHERE " + conditions.joined(" AND ") }
        if let conflict, !conflict.columns.isEmpty {
            sql += " ON CONFLICT (" + conflict.columns.map { .name($0) }.joined(", ") + ") "
            if merges, !columns.isEmpty {
                sql += "DO UPDATE SET " + columns.map { .name($0.name) + " = EXCLUDED." + .name($0.name) }.joined(", ")
                sql += " WHERE " + Self.countInserted("-", "'-1'")
            } else {
                sql += "DO NOTHING"
            }
        }
        return sql + returningClause
    }

    /// Counts rows in a setting of the transaction: up for each row that is tried, down for each that was there; always true.
    private static func countInserted(_ sign: StaticString, _ never: StaticString) -> SQL {
        .trusted(
            "set_config('pgrst.inserted', (coalesce(nullif(current_setting('pgrst.inserted', true), '')::int, 0) \(sign) 1)::text, true) <> "
                + "\(never)")
    }

    private var update: SQL {
        guard !columns.isEmpty else {
            // Nothing to set: no rows, but the columns that were asked for.
            let selects: SQL = returning.isEmpty ? "NULL" : returning.map { .column($0, of: .alias(table.name)) }.joined(", ")
            return "SELECT " + selects + " FROM " + .name(table) + " WHERE false"
        }
        let rows = JSONRows(columns: columns, body: body, isObject: isBodyObject, usesDefaults: usesDefaults)
        return "UPDATE " + .name(table) + " SET "
            + columns.map { .name($0.name) + " = " + .column($0.name, of: .alias("pgrst_body")) }.joined(", ")
            + " " + rows.from + whereClause + returningClause
    }

    private var whereClause: SQL {
        logic.isEmpty ? "" : " WHERE " + logic.map { $0.sql(of: .table(table)) }.joined(" AND ")
    }

    private var returningClause: SQL {
        if returning.isEmpty { return " RETURNING 1" }
        return " RETURNING " + returning.map { .column($0, of: .table(table)) }.joined(", ")
    }
}

/// The rows of a JSON body, as a row source named `pgrst_body`.
struct JSONRows {
    var columns: [ReadPlan.Field]
    var body: String
    var isObject: Bool
    var usesDefaults = false
    /// Only the first, where a function is called once.
    var onlyFirst = false

    var select: SQL {
        "SELECT " + columns.map { .column($0.name, of: .alias("pgrst_body")) }.joined(", ") + " " + from
    }

    var from: SQL {
        var sql: SQL = "FROM (SELECT " + .bind(body) + (usesDefaults ? "::jsonb" : "::json") + " AS json_data) pgrst_payload, "
        if usesDefaults { sql += defaults }
        return sql + "LATERAL (SELECT " + columns.map { parsed($0) }.joined(", ") + " FROM " + rows + ") pgrst_body"
    }

    /// What a domain is read from is its own form in JSON.
    private func parsed(_ field: ReadPlan.Field) -> SQL {
        guard field.transform != nil else { return .name(field.name) }
        return SQL.name(field.name).wrapped(in: field.transform) + " AS " + .name(field.name)
    }

    private var rows: SQL {
        let data: SQL = usesDefaults ? "pgrst_json_defs.val" : "pgrst_payload.json_data"
        guard !columns.isEmpty else {
            if isObject { return "(values(1)) _" }
            return (usesDefaults ? "jsonb_array_elements(" : "json_array_elements(") + data + ") _"
        }
        let function: SQL =
            usesDefaults
            ? (isObject ? "jsonb_to_record(" : "jsonb_to_recordset(") : (isObject ? "json_to_record(" : "json_to_recordset(")
        let types = columns.map { .name($0.name) + " " + .trusted($0.type) as SQL }.joined(", ")
        return function + data + ") AS _(" + types + ")" + (onlyFirst ? " LIMIT 1" : "")
    }

    /// The columns' own defaults, where an object leaves a key out.
    private var defaults: SQL {
        let known = columns.compactMap { field in
            field.defaultValue.map { .literal(field.name) + ", " + .trusted($0) as SQL }
        }
        // A function takes a hundred arguments at most.
        let parts = stride(from: 0, to: max(1, known.count), by: 50).map { start in
            "jsonb_build_object(" + known[start..<min(start + 50, known.count)].joined(", ") + ")" as SQL
        }
        let object = parts.joined(" || ")
        if isObject { return "LATERAL (SELECT " + object + " || pgrst_payload.json_data AS val) pgrst_json_defs, " }
        return "LATERAL (SELECT jsonb_agg(" + object
            + " || elem) AS val FROM jsonb_array_elements(pgrst_payload.json_data) elem) pgrst_json_defs, "
    }
}
