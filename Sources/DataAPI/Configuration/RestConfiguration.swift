import Core

/// How the Data API behaves, with the names and meanings of PostgREST's settings.
/// Source: PostgREST 14 documentation, "Configuration".
public struct RestConfiguration: Sendable, Hashable {
    public enum OpenAPIMode: String, Sendable {
        case followPrivileges = "follow-privileges"
        case ignorePrivileges = "ignore-privileges"
        case disabled
    }

    /// `db-tx-end`: whether transactions are committed, and whether a client may choose otherwise.
    public enum TransactionEnd: String, Sendable {
        case commit
        case commitAllowOverride = "commit-allow-override"
        case rollback
        case rollbackAllowOverride = "rollback-allow-override"

        var allowsOverride: Bool { self == .commitAllowOverride || self == .rollbackAllowOverride }
        var rollsBack: Bool { self == .rollback || self == .rollbackAllowOverride }
    }

    /// `db-schemas`: those that are served; the first is the standard one.
    public var schemas = ["public"]
    /// `db-extra-search-path`
    public var extraSearchPath = ["public"]
    /// `db-anon-role`: who asks when no token came; nil refuses such requests.
    public var anonymousRole: String?
    /// `db-max-rows`
    public var maximumRows: Int?
    /// `db-pre-request`: a function called first in every transaction.
    public var preRequest: String?
    /// `db-root-spec`: a function whose result is the answer to `/`.
    public var rootFunction: String?
    public var aggregatesEnabled = false
    public var planEnabled = false
    public var transactionEnd = TransactionEnd.commit
    /// `db-hoisted-tx-settings`: settings of functions that hold for the whole transaction.
    public var hoistedSettings = ["statement_timeout", "plan_filter.statement_cost_limit", "default_transaction_isolation"]
    /// `db-channel`, and whether it is listened to.
    public var channel = "pgrst"
    public var channelEnabled = true
    /// `jwt-secret`: text, a JSON Web Key or a set of them.
    public var jwtSecret: String?
    public var jwtSecretIsBase64 = false
    public var jwtAudience: String?
    /// `jwt-role-claim-key`: where in the claims the role stands.
    public var jwtRoleClaimKey = ".role"
    public var jwtCacheMaxEntries = 1000
    public var openAPIMode = OpenAPIMode.followPrivileges
    public var openAPISecurityActive = false
    public var openAPIServerProxyURI: String?
    /// `server-cors-allowed-origins`; empty allows all.
    public var corsAllowedOrigins: [String] = []
    public var serverTimingEnabled = false
    /// `server-trace-header`: a request header that is echoed.
    public var traceHeader: String?
    /// `app.settings.*`: visible to SQL under these names.
    public var appSettings: [String: String] = [:]

    /// `db-pre-config`: a function that sets settings of this kind, called when they are read.
    public var preConfig: String?
    /// `client-error-verbosity = minimal`: errors say code and message only.
    public var hasTerseErrors = false

    public init() {}
}
