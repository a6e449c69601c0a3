import Core
import Database
import Foundation
import HTTP
import HTTPTypes
import Hummingbird

/// What the parts of storage share.
struct StorageCore: Sendable {
    let database: Database
    let store: ObjectStore
    let signer: TokenSigner
    let address: PublicAddress
    let configuration: StorageConfiguration

    /// Bytes of one object, at most; buckets may want less.
    var limit: Int { configuration.limit }

    /// Who asks, and for what: policies see both.
    struct Caller: Sendable {
        let claims: Claims
        let settings: SQL

        /// operation: as storage-api names it, such as `storage.object.upload`.
        init(_ claims: Claims, _ operation: String, _ request: Request) {
            self.claims = claims
            let headers = Dictionary(request.headers.map { ($0.name.canonicalName, JSONValue.string($0.value)) }) { first, _ in first }
            settings = """
                select set_config('storage.operation', \(operation), true), set_config('request.method', \(request.method.rawValue), true),
                    set_config('request.path', \(request.uri.path), true),
                    set_config('request.headers', \(JSONValue.object(headers).text), true)
                """
        }
    }

    /// Throws `no_authorization` without a key.
    func caller(_ operation: String, _ request: Request, _ context: AppRequestContext) throws -> Caller {
        guard let claims = context.claims else {
            throw Failure(.unauthenticated, "no_authorization", "headers must have required property 'authorization'")
        }
        return Caller(claims, operation, request)
    }

    // MARK: As the caller

    /// One statement under the caller's policies, in one round trip.
    func run(_ sql: SQL, as caller: Caller) async throws -> Rows {
        try await StorageFailures.translated {
            var attempts = 0
            while true {
                do {
                    guard let rows = try await database.asUser(caller.claims, pipeline: [caller.settings, sql]).last else {
                        throw StorageFailures.noObject
                    }
                    return rows
                } catch let failure as Failure where attempts < 4 && failure.postgresError?.isRetryable == true {
                    // Two that waited for each other: one goes on, the other begins anew.
                    attempts += 1
                }
            }
        }
    }

    func transaction<Result: Sendable>(
        as caller: Caller, _ body: @Sendable (Transaction) async throws -> Result
    ) async throws -> Result {
        try await StorageFailures.translated {
            try await database.asUser(caller.claims) { transaction in
                _ = try await transaction.query(caller.settings)
                return try await body(transaction)
            }
        }
    }

    /// Tries what the body does and takes it back: whether the policies allow it.
    func rehearse(as caller: Caller, _ body: @Sendable (Transaction) async throws -> Void) async throws {
        struct Rehearsed: Error {}
        do {
            try await transaction(as: caller) { transaction in
                try await body(transaction)
                throw Rehearsed()
            }
        } catch is Rehearsed {}
    }

    /// Throws `object_not_found`, also for objects that the caller may not see.
    func object(_ path: ObjectPath, as caller: Caller) async throws -> StoredObject {
        guard let row = try await run(Self.selection(path), as: caller).first else { throw StorageFailures.noObject }
        return try StoredObject(row)
    }

    // MARK: As the service

    /// Whoever asks; a signature or a public bucket stands for the right.
    func object(_ path: ObjectPath) async throws -> StoredObject {
        guard let row = try await database.asService(Self.selection(path)).first else { throw StorageFailures.noObject }
        return try StoredObject(row)
    }

    private static func selection(_ path: ObjectPath) -> SQL {
        "select \(sql: StoredObject.columns) from storage.objects o where o.bucket_id = \(path.bucket) and o.name = \(path.name)"
    }

    /// Throws `bucket_not_found`.
    func bucket(_ id: String) async throws -> Bucket {
        guard let row = try await database.asService("select \(sql: Bucket.columns) from storage.buckets b where b.id = \(id)").first else {
            throw StorageFailures.noBucket
        }
        return try Bucket(row)
    }
}

/// A JSON body, member by member. Whatever is wrong is `invalid_storage_request`.
struct StorageBody: Sendable {
    let members: [String: JSONValue]

    init(_ request: Request, limit: Int = 2_000_000) async throws {
        do {
            members = try await request.jsonObject(limit: limit, allowEmpty: true)
        } catch let failure as Failure where failure.code == "invalid_json" || failure.code == "unsupported_media_type" {
            throw StorageFailures.invalid(failure.message)
        }
    }

    func text(_ name: String) throws -> String? {
        switch members[name] {
        case nil, .null?: return nil
        case .string(let text)? where !text.unicodeScalars.contains("\0"): return text
        default: throw StorageFailures.invalid("body/\(name) must be string")
        }
    }

    func required(_ name: String) throws -> String {
        guard let text = try text(name) else { throw StorageFailures.invalid("body must have required property '\(name)'") }
        return text
    }

    /// A whole number, also as text.
    func integer(_ name: String, _ range: ClosedRange<Int>) throws -> Int? {
        let value: Int?
        switch members[name] {
        case nil, .null?: return nil
        case .number(let number)?: value = Int(exactly: number)
        case .string(let text)?: value = Int(text)
        default: value = nil
        }
        guard let value, range.contains(value) else {
            throw StorageFailures.invalid("body/\(name) must be an integer from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    func flag(_ name: String) throws -> Bool? {
        switch members[name] {
        case nil, .null?: return nil
        case .bool(let flag)?: return flag
        default: throw StorageFailures.invalid("body/\(name) must be boolean")
        }
    }

    func texts(_ name: String, most: Int) throws -> [String]? {
        switch members[name] {
        case nil, .null?: return nil
        case .array(let values)?:
            let texts = values.compactMap(\.string)
            guard texts.count == values.count, texts.count <= most else { fallthrough }
            return texts
        default: throw StorageFailures.invalid("body/\(name) must be an array of at most \(most) strings")
        }
    }
}
