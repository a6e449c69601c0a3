import Core
import Database

extension DataAPI {
    /// The OpenAPI description of a schema: by default only what the one who asks may use.
    func describe(
        _ schema: String, _ request: RestRequest, identity: Identity, _ state: State, headersOnly: Bool,
        cancellation: ExchangeCancellation?
    ) async throws -> RestResponse {
        var exchange = Exchange(
            role: identity.role,
            preamble: state.settings.preamble(for: request, identity: identity, function: nil, mayWrite: false), statements: [])
        exchange.cancellation = cancellation
        exchange.statements = [
            "select pg_catalog.obj_description(n.oid, 'pg_namespace') from pg_catalog.pg_namespace n where n.nspname = \(schema)"
        ]
        let showsAll = state.configuration.openAPIMode == .ignorePrivileges
        if !showsAll {
            exchange.statements += [Self.accessibleTables(schema), CatalogQueries.functions([schema], accessibleOnly: true)]
        }
        let results = try await database.exchange(exchange)
        guard let description = results.first, showsAll || results.count == 3 else { throw Database.missingRows }
        var tables = state.catalog.tables.values.filter { $0.name.schema == schema }
        var functions = state.catalog.functions.filter { $0.key.schema == schema }.flatMap(\.value)
        if !showsAll {
            let accessible = Set(try results[1].map { try $0.value(as: String.self) })
            tables = tables.filter { accessible.contains($0.name.name) }
            functions = try results[2].map { try Function($0, hoisted: []) }
        }
        let document = OpenAPIDocument(
            schema: schema, tables: tables.sorted { $0.name < $1.name }, functions: functions,
            relationships: state.catalog.relationships, schemaDescription: try description.first?.value(as: String?.self),
            address: state.configuration.openAPIServerProxyURI.flatMap { OpenAPIAddress(proxyURI: $0) } ?? servedAddress,
            securityActive: state.configuration.openAPISecurityActive)
        var headers = [("Content-Type", MediaType.openAPI.contentType)]
        if request.showsProfile { headers.append(("Content-Profile", schema)) }
        return RestResponse(200, headers, headersOnly ? .empty : .text(document.json))
    }

    private static func accessibleTables(_ schema: String) -> SQL {
        """
        select c.relname from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'v', 'm', 'f', 'p') and not c.relispartition and n.nspname = \(schema)
            and (pg_catalog.pg_has_role(c.relowner, 'usage')
                or pg_catalog.has_table_privilege(c.oid, 'select, insert, update, delete, truncate, references, trigger')
                or pg_catalog.has_any_column_privilege(c.oid, 'select, insert, update, references'))
        """
    }
}
