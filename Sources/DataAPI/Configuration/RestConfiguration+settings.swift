import Core

extension RestConfiguration {
    /// The settings that may stand in the database, as `ALTER ROLE … SET pgrst.…` with underscores.
    static let databaseNames = [
        "db-aggregates-enabled", "db-anon-role", "db-extra-search-path", "db-hoisted-tx-settings", "db-max-rows", "db-plan-enabled",
        "db-pre-config", "db-pre-request", "db-root-spec", "db-schemas", "db-tx-end", "jwt-aud", "jwt-cache-max-entries",
        "jwt-role-claim-key", "jwt-secret", "jwt-secret-is-base64", "openapi-mode", "openapi-security-active", "openapi-server-proxy-uri",
        "server-cors-allowed-origins", "server-timing-enabled", "server-trace-header",
    ]

    /// Every setting of the Data API.
    public static let names = databaseNames + ["client-error-verbosity", "db-channel", "db-channel-enabled"]

    /// Takes settings over, by PostgREST's names. Names that are not the Data API's are left alone. Throws `invalid_setting`.
    public mutating func apply(_ values: [String: String]) throws {
        func list(_ text: String) -> [String] {
            text.isEmpty ? [] : text.split(separator: ",", omittingEmptySubsequences: false).map { String($0).trimmingSpaces }
        }
        func text(_ value: String) -> String? { value.isEmpty ? nil : value }
        func choice<Choice: RawRepresentable<String>>(_ name: String, _ value: String) throws -> Choice {
            guard let choice = Choice(rawValue: value) else { throw Self.invalid(name, value) }
            return choice
        }
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            switch name {
            case "db-schemas", "db-schema":
                schemas = list(value)
                if schemas.isEmpty { schemas = ["public"] }
                for internalSchema in ["pg_catalog", "information_schema"] where schemas.contains(internalSchema) {
                    throw Failure(.invalid, "invalid_setting", "db-schemas does not allow schema: '\(internalSchema)'")
                }
            case "db-extra-search-path": extraSearchPath = list(value)
            case "db-anon-role": anonymousRole = text(value)
            case "db-max-rows", "max-rows": maximumRows = try text(value).map { try Self.integer(name, $0) }
            case "db-pre-request", "pre-request": preRequest = text(value)
            case "db-pre-config": preConfig = text(value)
            case "db-root-spec", "root-spec": rootFunction = text(value).map { QualifiedName(dotted: $0).name }
            case "db-aggregates-enabled": aggregatesEnabled = try Self.flag(name, value)
            case "db-plan-enabled": planEnabled = try Self.flag(name, value)
            case "db-tx-end": transactionEnd = value.isEmpty ? .commit : try choice(name, value)
            case "db-hoisted-tx-settings": hoistedSettings = list(value)
            case "db-channel": channel = text(value) ?? "pgrst"
            case "db-channel-enabled": channelEnabled = try Self.flag(name, value)
            case "jwt-secret": jwtSecret = text(value)
            case "jwt-secret-is-base64", "secret-is-base64": jwtSecretIsBase64 = try Self.flag(name, value)
            case "jwt-aud": jwtAudience = text(value)
            case "jwt-role-claim-key", "role-claim-key": jwtRoleClaimKey = text(value) ?? ".role"
            case "jwt-cache-max-entries": jwtCacheMaxEntries = try Self.integer(name, value)
            case "openapi-mode": openAPIMode = value.isEmpty ? .followPrivileges : try choice(name, value)
            case "openapi-security-active": openAPISecurityActive = try Self.flag(name, value)
            case "openapi-server-proxy-uri": openAPIServerProxyURI = text(value)
            case "server-cors-allowed-origins": corsAllowedOrigins = list(value)
            case "server-timing-enabled": serverTimingEnabled = try Self.flag(name, value)
            case "server-trace-header": traceHeader = text(value)
            case "client-error-verbosity": hasTerseErrors = value == "minimal"
            case _ where name.hasPrefix("app.settings."): appSettings[name] = value
            default: continue
            }
        }
    }

    private static func invalid(_ name: String, _ value: String) -> Failure {
        Failure(.invalid, "invalid_setting", "\(name) cannot be “\(value.prefix(60))”.", hint: "See `continuo rest --help`.")
    }

    static func integer(_ name: String, _ value: String) throws -> Int {
        guard let number = Int(value.trimmingSpaces), number >= 0 else { throw invalid(name, value) }
        return number
    }

    /// Any spelling of yes and no, and numbers.
    public static func flag(_ name: String, _ value: String) throws -> Bool {
        switch value.lowercased().trimmingSpaces {
        case "true", "yes", "on": return true
        case "false", "no", "off", "": return false
        case let other:
            guard let number = Int(other) else { throw invalid(name, value) }
            return number > 0
        }
    }
}
