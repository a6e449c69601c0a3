import Core
import Database

/// What holds for one transaction: who asks, where names are looked up, and what SQL may know about the request.
/// Source: PostgREST 14 documentation, "Transactions".
struct TransactionSettings: Sendable {
    var configuration: RestConfiguration
    /// `ALTER ROLE … SET` of the roles that can be impersonated.
    var roles: [String: RoleSettings] = [:]
    /// Set first, where the server that this is part of has a say.
    var always: [(name: String, value: String)] = []

    struct RoleSettings: Sendable {
        var settings: [(name: String, value: String)] = []
        var isolation: String?
    }

    func isolation(of role: String) -> String? { roles[role]?.isolation }

    /// One of the three levels PostgreSQL has.
    static func isolationLevel(_ text: String?) -> String {
        switch text?.lowercased() {
        case "repeatable read": "repeatable read"
        case "serializable": "serializable"
        default: "read committed"
        }
    }

    /// The statements that come before the main one.
    func preamble(for request: RestRequest, identity: Identity, function: Function?, mayWrite: Bool) -> [SQL] {
        var calls: [SQL] = []
        func set(_ name: SQL, _ value: String) { calls.append("set_config(" + name + ", \(value), true)") }
        for (name, value) in always { set("\(name)", value) }
        set("'search_path'", searchPath(request.schema))
        // The role's own settings come before the role, which might not be allowed to make them.
        for (name, value) in roles[identity.role]?.settings ?? [] { set("\(name)", value) }
        set("'role'", identity.role)
        set("'request.jwt.claims'", identity.claims)
        set("'request.method'", request.raw.method)
        set("'request.path'", String(request.raw.path))
        let headers = request.raw.headers.filter { $0.name != "cookie" }
        set("'request.headers'", JSONText.object(headers.map { ($0.name, $0.value) }))
        set("'request.cookies'", JSONText.object(Self.cookies(request.raw.header("cookie"))))
        if let timezone = request.preferences.timezone { set("'timezone'", timezone) }
        for (name, value) in function?.settings ?? [] { set("\(name)", value) }
        for (name, value) in configuration.appSettings.sorted(by: { $0.key < $1.key }) { set("\(name)", value) }
        if !mayWrite { calls.append("set_config('transaction_read_only', 'on', true)") }
        var statements: [SQL] = ["SELECT " + calls.joined(", ")]
        if let preRequest = configuration.preRequest { statements.append("SELECT " + .name(QualifiedName(dotted: preRequest)) + "()") }
        return statements
    }

    private func searchPath(_ schema: String) -> String {
        ([schema] + configuration.extraSearchPath).map { SQL.quoted(identifier: $0) }.joined(separator: ", ")
    }

    /// RFC 6265, section 4.2.
    private static func cookies(_ header: String?) -> [(String, String)] {
        (header ?? "").split(separator: ";").compactMap { pair in
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(halves[0]).trimmingSpaces
            return name.isEmpty ? nil : (name, halves.count > 1 ? String(halves[1]).trimmingSpaces : "")
        }
    }
}

extension QualifiedName {
    /// `schema.name`, or a name that is looked for on the search path.
    init(dotted text: String) {
        let halves = text.split(separator: ".", maxSplits: 1).map(String.init)
        self = halves.count == 2 ? QualifiedName(halves[0], halves[1]) : QualifiedName("", text)
    }
}
