import Foundation

/// One thing that can be set: by flag, by environment variable, or in `continuo.json` in the data folder, in that order.
public struct Setting: Sendable {
    /// The flag without dashes; also the key in `continuo.json`, with `_` for `-`.
    public var name: String
    public var environment: String
    public var standard: String?
    public var help: String

    public init(_ name: String, _ environment: String, standard: String? = nil, _ help: String) {
        self.name = name
        self.environment = environment
        self.standard = standard
        self.help = help
    }
}

/// Everything that can be set, resolved and checked.
public struct Settings: Sendable {
    public static let all: [Setting] = [
        Setting("data", "CONTINUO_DATA", "The data folder. As root the standard is /var/lib/continuo, else ~/.local/share/continuo."),
        Setting("host", "CONTINUO_HOST", standard: "127.0.0.1", "The address to listen on."),
        Setting("port", "CONTINUO_PORT", standard: "8000", "The port to listen on; 0 takes a free one."),
        Setting("public-url", "CONTINUO_PUBLIC_URL", "The address people use, where a proxy stands before the program."),
        Setting("database-url", "DATABASE_URL", "A PostgreSQL 15 or newer with pgvector, as its owner; none: the program runs its own."),
        Setting(
            "api-database-url", "CONTINUO_API_DATABASE_URL", "The login of requests, if it is not the role authenticator of that server."),
        Setting("workers", "CONTINUO_WORKERS", standard: "1", "Jobs that this process runs at once; 0 leaves them to `continuo worker`."),
        Setting("lease", "CONTINUO_LEASE", standard: "15", "Seconds without a sign of life after which another worker takes a job over."),
        Setting("connections", "CONTINUO_CONNECTIONS", standard: "8", "Database connections of this process, at most."),
        Setting(
            "daily-limit", "CONTINUO_DAILY_LIMIT", standard: "200", "Songs a person may ask for in a day (UTC); premium accounts have none."
        ),
        Setting(
            "autoconfirm", "CONTINUO_AUTH_AUTOCONFIRM",
            "Whether e-mail addresses count as confirmed at once; none: while no mail server is set."),
        Setting(
            "smtp-url", "CONTINUO_SMTP_URL",
            "The mail server, as smtp://user:password@host:587 or smtps://…; none: mails stay in the folder outbox."),
        Setting("smtp-from", "CONTINUO_SMTP_FROM", "The address that mails come from, as name@example.com or Name <name@example.com>."),
        Setting("smtp-certificates", "CONTINUO_SMTP_CERTIFICATES", "A file of certificates to trust; none: the system's."),
        Setting("signups", "CONTINUO_AUTH_SIGNUPS", standard: "true", "Whether strangers may make accounts."),
        Setting(
            "anonymous-signups", "CONTINUO_AUTH_ANONYMOUS_SIGNUPS", standard: "true", "Whether people may come in without an address."),
        Setting(
            "secure-email-change", "CONTINUO_AUTH_SECURE_EMAIL_CHANGE", standard: "true",
            "Whether a change of address must be confirmed at the old address too."),
        Setting("site-url", "CONTINUO_AUTH_SITE_URL", "Where links in mails lead in the end; none: the page of this server."),
        Setting(
            "redirect-urls", "CONTINUO_AUTH_REDIRECT_URLS",
            "Other places that they may lead to, separated by commas; * stands for anything within one part of an address, ** for anything."
        ),
        Setting("code-lifetime", "CONTINUO_AUTH_CODE_LIFETIME", standard: "3600", "Seconds that a code or link from a mail holds."),
        Setting("mail-interval", "CONTINUO_AUTH_MAIL_INTERVAL", standard: "60", "Seconds between two mails of one kind to one person."),
        Setting(
            "providers", "CONTINUO_AUTH_PROVIDERS",
            "Where else people can prove who they are: a JSON object, such as {\"google\":{\"client_id\":\"…\",\"secret\":\"…\"}}."),
        Setting(
            "manual-linking", "CONTINUO_AUTH_MANUAL_LINKING", standard: "false",
            "Whether people may add such a way to sign in to the account they have."),
        Setting("password-length", "CONTINUO_AUTH_PASSWORD_LENGTH", standard: "6", "Characters that a password has at least."),
        Setting("token-lifetime", "CONTINUO_AUTH_TOKEN_LIFETIME", standard: "3600", "Seconds that an access token holds."),
        Setting(
            "refresh-reuse-interval", "CONTINUO_AUTH_REFRESH_REUSE_INTERVAL", standard: "10",
            "Seconds for which a used refresh token still gives the one in its place."),
        Setting(
            "session-time-box", "CONTINUO_AUTH_SESSION_TIME_BOX", standard: "0", "Seconds after which a session ends; 0: never."),
        Setting(
            "session-inactivity", "CONTINUO_AUTH_SESSION_INACTIVITY", standard: "0",
            "Seconds without a refresh after which a session ends; 0: never."),
        Setting("single-session", "CONTINUO_AUTH_SINGLE_SESSION", standard: "false", "Whether only a person's newest session goes on."),
        Setting(
            "trusted-proxies", "CONTINUO_TRUSTED_PROXIES", standard: "127.0.0.0/8,::1",
            "Proxies whose X-Forwarded-For tells a client's address, as addresses or CIDR blocks."),
        Setting("allowed-origins", "CONTINUO_ALLOWED_ORIGINS", standard: "*", "Origins whose pages may call the API, separated by commas."),
        Setting("storage-limit", "CONTINUO_STORAGE_LIMIT", standard: "5368709120", "Bytes of one stored object, at most."),
        Setting(
            "upload-link-lifetime", "CONTINUO_STORAGE_UPLOAD_LINK_LIFETIME", standard: "7200",
            "Seconds that a signed link for an upload holds."),
        Setting(
            "upload-lifetime", "CONTINUO_STORAGE_UPLOAD_LIFETIME", standard: "86400", "Seconds that an upload in parts may take."),
        Setting(
            "storage-url", "STORAGE_URL",
            "Another Supabase-compatible storage that keeps the files of objects, as https://….; none: the data folder keeps them."),
        Setting("storage-key", "STORAGE_SERVICE_KEY", "The service key of that storage."),
        Setting(
            "sync-url", "SYNC_URL", "A second server that gets a copy of every song, as https://…: a Supabase project or another Continuo."),
        Setting("sync-key", "SYNC_SERVICE_KEY", "The service key of that server."),
        Setting("engine-idle", "CONTINUO_ENGINE_IDLE", standard: "300", "Seconds after which an unused engine gives its memory back."),
        Setting(
            "composer-data", "CONTINUO_COMPOSER_DATA",
            "The folder with the built-in engine's styles and instruments; none: the one that belongs to the program."),
        Setting("soundfont", "CONTINUO_SOUNDFONT", "The SoundFont of the built-in engine; none: the General MIDI one of the system."),
        Setting(
            "db-schemas", "CONTINUO_DB_SCHEMAS", standard: "public", "Schemas of the Data API, separated by commas; the first is standard."),
        Setting(
            "db-extra-search-path", "CONTINUO_DB_EXTRA_SEARCH_PATH", standard: "public,extensions",
            "Schemas whose types and functions the Data API finds by name alone."),
        Setting(
            "db-anon-role", "CONTINUO_DB_ANON_ROLE", standard: "anon", "The database role of Data API requests without a person's token."),
        Setting("db-max-rows", "CONTINUO_DB_MAX_ROWS", "Rows that one Data API read returns, at most; none: no limit."),
        Setting("db-pre-request", "CONTINUO_DB_PRE_REQUEST", "A function called first in every Data API transaction."),
        Setting("db-aggregates-enabled", "CONTINUO_DB_AGGREGATES_ENABLED", standard: "false", "Whether the Data API takes aggregates."),
        Setting("db-plan-enabled", "CONTINUO_DB_PLAN_ENABLED", standard: "false", "Whether the Data API shows execution plans."),
        Setting(
            "db-tx-end", "CONTINUO_DB_TX_END", standard: "commit",
            "How Data API transactions end: commit, commit-allow-override, rollback or rollback-allow-override."),
        Setting("jwt-aud", "CONTINUO_JWT_AUD", "The audience that Data API tokens with an audience must name; none: any."),
        Setting("jwt-role-claim-key", "CONTINUO_JWT_ROLE_CLAIM_KEY", standard: ".role", "Where in a token the database role stands."),
        Setting(
            "openapi-mode", "CONTINUO_OPENAPI_MODE", standard: "follow-privileges",
            "What /rest/v1/ describes: follow-privileges, ignore-privileges or disabled."),
        Setting("openapi-server-proxy-uri", "CONTINUO_OPENAPI_SERVER_PROXY_URI", "The address that the description of /rest/v1/ gives."),
        Setting("postgres", "CONTINUO_POSTGRES", "The folder with PostgreSQL's bin/ and lib/, for the program's own server."),
        Setting("migrations", "CONTINUO_MIGRATIONS", "The folder `supabase` with migrations and bootstrap."),
        Setting("site", "CONTINUO_SITE", "The folder with the page."),
        Setting("log-level", "CONTINUO_LOG_LEVEL", standard: "info", "trace, debug, info, notice, warning, error or critical."),
    ]

    private let values: [String: String]
    public let dataFolder: URL
    /// Everything the process was started with; keys may stand there too.
    public let environment: [String: String]

    /// flags: by setting name. Throws `invalid_setting` for values out of range and names that do not exist.
    public init(flags: [String: String] = [:], environment: [String: String] = ProcessInfo.processInfo.environment) throws {
        self.environment = environment
        let isRoot = NSUserName() == "root"
        let home = environment["HOME"] ?? NSHomeDirectory()
        let standardFolder =
            isRoot ? "/var/lib/continuo" : (environment["XDG_DATA_HOME"] ?? home + "/.local/share") + "/continuo"
        let folder = flags["data"] ?? environment["CONTINUO_DATA"] ?? standardFolder
        dataFolder = URL(filePath: folder, directoryHint: .isDirectory).absoluteURL.standardizedFileURL
        let file = try Self.read(dataFolder.appending(path: "continuo.json"))
        var values: [String: String] = [:]
        for setting in Self.all {
            values[setting.name] =
                flags[setting.name] ?? environment[setting.environment].flatMap { $0.isEmpty ? nil : $0 } ?? file[setting.name]
                ?? setting.standard
        }
        self.values = values
        for (name, range) in Self.ranges {
            guard let number = values[name].flatMap({ Int($0) }), range.contains(number) else {
                throw Failure(
                    .invalid, "invalid_setting", "\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound).",
                    hint: "It is “\((values[name] ?? "").prefix(40))”.")
            }
        }
    }

    private static let ranges: [(String, ClosedRange<Int>)] = [
        ("port", 0...65_535), ("workers", 0...64), ("lease", 2...3600), ("connections", 2...256), ("daily-limit", 1...1_000_000),
        ("code-lifetime", 60...86_400), ("mail-interval", 0...86_400), ("password-length", 6...72), ("token-lifetime", 30...604_800),
        ("refresh-reuse-interval", 0...3600), ("session-time-box", 0...315_360_000), ("session-inactivity", 0...315_360_000),
        ("engine-idle", 1...86_400), ("storage-limit", 1...1_000_000_000_000),
        ("upload-link-lifetime", 1...31_536_000), ("upload-lifetime", 1...31_536_000),
    ]

    private static func read(_ file: URL) throws -> [String: String] {
        guard let data = try? Data(contentsOf: file) else { return [:] }
        guard let members = (try? JSONDecoder().decode(JSONValue.self, from: data))?.object else {
            throw Failure(.invalid, "invalid_setting", "\(file.path) is not a JSON object.")
        }
        var values: [String: String] = [:]
        for (key, value) in members {
            let name = key.replacing("_", with: "-")
            guard all.contains(where: { $0.name == name && name != "data" }) else {
                throw Failure(
                    .invalid, "invalid_setting", "\(file.path) sets “\(key)”, which is not a setting.",
                    hint: "See docs/reference/settings.md.")
            }
            values[name] = value.string ?? value.text
        }
        return values
    }

    public subscript(name: String) -> String? { values[name] }

    /// A numeric setting; its range was checked when the settings were read.
    public func integer(_ name: String) -> Int { values[name].flatMap { Int($0) } ?? 0 }

    public func flag(_ name: String) -> Bool {
        ["true", "yes", "1", "on"].contains((values[name] ?? "").lowercased())
    }

    public func folder(_ name: String) -> URL? {
        values[name].map { URL(filePath: $0).absoluteURL.standardizedFileURL }
    }
}
