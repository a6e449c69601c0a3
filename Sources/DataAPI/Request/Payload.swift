import Core

/// The body of a write or a call, as far as it must be understood before PostgreSQL gets it.
enum Payload: Sendable {
    /// JSON text; whether its outermost value is an object.
    case json(String, isObject: Bool)
    /// A form's fields, as arguments of a function.
    case arguments([(name: String, value: String)])
    /// For a function with one unnamed parameter.
    case raw([UInt8])

    var jsonText: String? {
        if case .json(let text, _) = self { text } else { nil }
    }

    var isObject: Bool {
        if case .json(_, let isObject) = self { isObject } else { false }
    }

    /// Reads the body of an action that takes one. Throws `PGRST102`.
    ///
    /// columns: `columns=`, which says which keys count. `fillsMissingKeys`: objects may differ in their keys.
    static func read(
        _ bytes: [UInt8], _ contentType: MediaType, action: RestRequest.Action, columns: [String]?, fillsMissingKeys: Bool
    ) throws(RestError) -> (payload: Payload?, columns: [String]) {
        var (isCall, takesColumns) = (false, true)
        switch action {
        case .mutate(_, .upsertOne): takesColumns = false
        case .call: isCall = true
        default: break
        }
        let columns = takesColumns ? columns : nil
        if isCall, contentType == .plainText || contentType == .xml || contentType == .octetStream { return (.raw(bytes), []) }
        guard let body = String(validating: bytes, as: UTF8.self) else {
            throw contentType == .json ? .invalidBody("Empty or invalid json") : .invalidEncoding
        }
        switch contentType {
        case .json:
            if let columns { return (.json(body, isObject: looksLikeObject(body)), columns) }
            if body.isEmpty, isCall { return (.json("{}", isObject: true), []) }
            return try json(body, fillsMissingKeys: fillsMissingKeys)
        case .csv:
            let (text, header) = try CSVReader.json(body)
            return (.json(text, isObject: false), columns ?? header)
        case .form where isCall:
            let pairs = URLEncodedForm.pairs(body[...]).map { ($0.name, $0.value ?? "") }
            return (.arguments(pairs), pairs.map(\.0))
        case .form:
            let pairs = URLEncodedForm.pairs(body[...]).map { ($0.name, $0.value ?? "") }
            return (.json(JSONText.object(pairs), isObject: true), columns ?? pairs.map(\.0).uniqueExactly())
        default:
            throw .invalidBody("Content-Type not acceptable: \(contentType.name)")
        }
    }

    private static func json(_ body: String, fillsMissingKeys: Bool) throws(RestError) -> (payload: Payload?, columns: [String]) {
        var body = body
        let shape = body.withUTF8 { JSONShape(of: $0) }
        switch shape {
        case nil: throw .invalidBody("Empty or invalid json")
        case .object(let keys): return (.json(body, isObject: true), keys)
        case .objects(let keys, let areUniform):
            guard areUniform || fillsMissingKeys else { throw .invalidBody("All object keys must match") }
            return (.json(body, isObject: false), keys)
        case .mixedArray: throw .invalidBody("All object keys must match")
        case .emptyArray, .scalar: return (.json("[]", isObject: false), [])
        }
    }

    private static func looksLikeObject(_ body: String) -> Bool {
        body.utf8.first { $0 != 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D } == UInt8(ascii: "{")
    }
}
