import Core

/// A statement written as a literal whose interpolated values become bind parameters, never text.
///
///     "select title from songs where user_id = \(userID) and bpm > \(120)"
///
/// is sent as `select title from songs where user_id = $1 and bpm > $2`. Values travel in text format with no type given, so the
/// server infers each from its place in the statement; where it cannot, cast: `\(value)::jsonb`. Names go in with
/// `\(identifier:)`, other statements with `\(sql:)`, and text that no binding protects only with the label `unsafeSQL:`.
public struct SQL: Sendable, ExpressibleByStringInterpolation {
    enum Piece: Sendable {
        case text(String)
        case bind(String?)
        /// A value that could not be written; thrown when the statement is about to be sent.
        case unwritable(any Error)
    }

    var pieces: [Piece]

    public init(stringLiteral value: String) {
        pieces = [.text(value)]
    }

    public init(stringInterpolation: StringInterpolation) {
        pieces = stringInterpolation.pieces
    }

    /// A statement from text made at run time, such as a file of SQL. The text is sent as it is.
    public init(unsafeSQL text: String) {
        pieces = [.text(text)]
    }

    public struct StringInterpolation: StringInterpolationProtocol {
        var pieces: [Piece] = []

        public init(literalCapacity: Int, interpolationCount: Int) {
            pieces.reserveCapacity(interpolationCount * 2 + 1)
        }

        public mutating func appendLiteral(_ literal: String) {
            if !literal.isEmpty { pieces.append(.text(literal)) }
        }

        public mutating func appendInterpolation(_ value: some SQLEncodable) {
            do {
                pieces.append(.bind(try value.sqlText))
            } catch {
                pieces.append(.unwritable(error))
            }
        }

        public mutating func appendInterpolation(_ value: (some SQLEncodable)?) {
            if let value { appendInterpolation(value) } else { pieces.append(.bind(nil)) }
        }

        /// A column, table or channel name, quoted.
        public mutating func appendInterpolation(identifier name: String) {
            pieces.append(.text(SQL.quoted(identifier: name)))
        }

        /// Another statement or fragment; its binds are renumbered.
        public mutating func appendInterpolation(sql: SQL) {
            pieces += sql.pieces
        }

        /// Raw text. The caller vouches for it: nothing a person typed may be in it.
        public mutating func appendInterpolation(unsafeSQL text: String) {
            pieces.append(.text(text))
        }
    }

    public static func + (left: consuming SQL, right: SQL) -> SQL {
        left += right
        return left
    }

    public static func += (left: inout SQL, right: SQL) {
        // Text that meets text becomes one piece: long statements are put together from many small ones.
        guard case .text(let start)? = right.pieces.first, var end = left.pieces.popLastText() else {
            left.pieces.append(contentsOf: right.pieces)
            return
        }
        end += start
        left.pieces.append(.text(end))
        if right.pieces.count > 1 { left.pieces.append(contentsOf: right.pieces[1...]) }
    }

    /// The text as the server gets it, with `$1…$n` for the binds.
    public var text: String {
        if pieces.count == 1, case .text(let text) = pieces[0] { return text }
        var text = ""
        text.reserveCapacity(1024)
        var number = 0
        for piece in pieces {
            switch piece {
            case .text(let part):
                text += part
            case .bind, .unwritable:
                number += 1
                text.append("$")
                text.append(String(number))
            }
        }
        return text
    }

    /// A name as PostgreSQL reads it literally: in double quotes, inner ones doubled.
    package static func quoted(identifier name: String) -> String {
        // By bytes: a quote with a combining mark behind it is another character to Swift, and the end of the name to PostgreSQL.
        "\"" + name.replacing(byte: "\"", with: "\"\"") + "\""
    }

    /// What goes over the wire. Throws `database_invalid` for a value that cannot be sent: PostgreSQL text has no NUL.
    func encoded() throws -> EncodedStatement {
        var parameters = ParameterBuffer()
        for piece in pieces {
            switch piece {
            case .text:
                continue
            case .bind(let value):
                guard parameters.append(value) else {
                    throw Failure(.invalid, "database_invalid", "A text contains the character U+0000, which cannot be stored.")
                }
            case .unwritable(let error):
                throw Failure(.invalid, "database_invalid", "A value cannot be stored as it is.", underlying: error)
            }
        }
        return EncodedStatement(text: text, parameters: parameters)
    }
}

extension [SQL.Piece] {
    /// Takes the last piece out where it is text, so that more can be added to it in place.
    fileprivate mutating func popLastText() -> String? {
        guard case .text? = last, case .text(let text) = removeLast() else { return nil }
        return text
    }
}

extension SQL: CustomStringConvertible {
    /// The text only: bound values never reach a log.
    public var description: String { text }
}

/// A statement ready to be sent: text with `$n`, and its parameters as C strings.
struct EncodedStatement: Sendable {
    var text: String
    var parameters: ParameterBuffer
    /// `begin`, `commit`, `rollback`: sent as they are, since an aborted transaction lets nothing else be prepared.
    var isTransactionControl = false
    /// Whether the server keeps it prepared for the next time.
    var isPrepared = true

    static func transactionControl(_ text: String) -> EncodedStatement {
        EncodedStatement(text: text, parameters: ParameterBuffer(), isTransactionControl: true)
    }
}

/// Parameters in text format, laid end to end in one buffer so that sending a statement allocates nothing per value.
struct ParameterBuffer: Sendable {
    private var bytes: [CChar] = []
    /// Where each value begins in `bytes`; -1 for NULL.
    private var offsets: [Int] = []

    var count: Int { offsets.count }

    /// False when the value holds a NUL byte, which would cut it short silently.
    mutating func append(_ value: String?) -> Bool {
        guard let value else {
            offsets.append(-1)
            return true
        }
        offsets.append(bytes.count)
        var text = value
        return text.withUTF8 { text in
            if text.contains(0) { return false }
            text.withMemoryRebound(to: CChar.self) { bytes.append(contentsOf: $0) }
            bytes.append(0)
            return true
        }
    }

    /// The values as libpq wants them; the pointers end with the closure.
    func withPointers<Result>(_ body: ([UnsafePointer<CChar>?]) throws -> Result) rethrows -> Result {
        try bytes.withUnsafeBufferPointer { buffer in
            try body(offsets.map { offset in offset < 0 ? nil : buffer.baseAddress.map { $0 + offset } })
        }
    }
}

extension Sequence<SQL> {
    package func joined(_ separator: SQL) -> SQL {
        var output: SQL = ""
        var isFirst = true
        for part in self {
            if !isFirst { output += separator }
            output += part
            isFirst = false
        }
        return output
    }
}
