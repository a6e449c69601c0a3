/// What went wrong, as data: a kind that decides how a caller should react, a stable code, and text that is safe to show.
///
/// `message` and `hint` never contain secrets, bound values or another person's data; the cause stays in `underlying`,
/// which only logs and debug descriptions read. Every code is listed in `docs/reference/errors.md`.
public struct Failure: Error, Sendable {
    /// How a caller should react. The HTTP edge maps each kind to one status.
    public enum Kind: String, Sendable, CaseIterable {
        /// The input is wrong; `fields` names each problem. (400)
        case invalid
        /// Nobody is signed in, or the token is no good. (401)
        case unauthenticated
        /// Signed in, but not allowed. (403)
        case forbidden
        /// No such thing, or none that this caller may see. (404)
        case notFound
        /// The thing exists, but not for this method. (405)
        case methodNotAllowed
        /// The state of the thing does not allow it now. (409)
        case conflict
        /// The input is larger than allowed. (413)
        case tooLarge
        /// The content type is not understood. (415)
        case unsupportedMedia
        /// The request is understood, but cannot be done with these values. (422)
        case unprocessable
        /// A limit of use is reached; try later. (429)
        case limited
        /// A part the product does not have, or not yet. (501)
        case unsupported
        /// Something needed is not reachable right now; try again. (503)
        case unavailable
        /// A defect or an unforeseen fault. (500)
        case unexpected
    }

    /// One wrong input, by the name the caller used.
    public struct Field: Sendable, Hashable, Codable {
        public var name: String
        public var message: String

        public init(_ name: String, _ message: String) {
            self.name = name
            self.message = message
        }
    }

    public var kind: Kind
    /// Lower-case, stable, documented: callers may compare it.
    public var code: String
    public var message: String
    /// The way out, where there is one.
    public var hint: String?
    public var fields: [Field]
    public var underlying: (any Error)?

    public init(
        _ kind: Kind, _ code: String, _ message: String, hint: String? = nil, fields: [Field] = [], underlying: (any Error)? = nil
    ) {
        self.kind = kind
        self.code = code
        self.message = message
        self.hint = hint
        self.fields = fields
        self.underlying = underlying
    }
}

extension Failure: CustomStringConvertible, CustomDebugStringConvertible {
    public var description: String {
        hint.map { "\(message) \($0)" } ?? message
    }

    public var debugDescription: String {
        var text = "\(code) (\(kind.rawValue)): \(description)"
        for field in fields { text += "; \(field.name): \(field.message)" }
        if let underlying { text += "; cause: \(String(reflecting: underlying))" }
        return text
    }
}
