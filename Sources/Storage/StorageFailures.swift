import Core
import Database
import HTTP
import HTTPTypes
import Hummingbird

/// What can be wrong with a request to storage.
enum StorageFailures {
    static var noObject: Failure { Failure(.notFound, "object_not_found", "Object not found") }
    static var noBucket: Failure { Failure(.notFound, "bucket_not_found", "Bucket not found") }
    static var exists: Failure { Failure(.conflict, "object_exists", "The resource already exists") }
    static var refused: Failure { Failure(.forbidden, "storage_refused", "new row violates row-level security policy") }
    static var tooLarge: Failure { Failure(.tooLarge, "object_too_large", "The object exceeded the maximum allowed size") }
    static var badSignature: Failure { Failure(.invalid, "invalid_signature", "The signature does not fit this object") }

    static func invalidName(_ name: String) -> Failure {
        Failure(.invalid, "invalid_object_name", "Invalid key: \(name.prefix(200))")
    }

    static func badType(_ type: String) -> Failure {
        Failure(.unsupportedMedia, "invalid_mime_type", "mime type \(type.prefix(200)) is not supported")
    }

    static func incomplete(_ cause: any Error) -> Failure {
        Failure(.invalid, "body_incomplete", "The request's body ended early.", underlying: cause)
    }

    static func invalid(_ message: String) -> Failure {
        Failure(.invalid, "invalid_storage_request", message)
    }

    static func badToken(_ message: String) -> Failure {
        Failure(.invalid, "invalid_signed_url", message)
    }

    /// Runs statements of storage: what the database refuses is said in storage's words.
    static func translated<Result>(_ body: () async throws -> Result) async throws -> Result {
        do {
            return try await body()
        } catch let failure as Failure {
            switch failure.postgresError?.sqlState {
            case "42501": throw Failure(.forbidden, refused.code, refused.message, underlying: failure)
            case "23505": throw Failure(.conflict, exists.code, exists.message, underlying: failure)
            case "23503": throw Failure(.notFound, noBucket.code, noBucket.message, underlying: failure)
            default: throw failure
            }
        }
    }
}

extension ErrorDialect {
    /// storage-api's shape: `{statusCode, error, message, code}`. The HTTP status is 400 for all but the server's own faults.
    public static let storage = ErrorDialect { failure, _ in
        let status = failure.status.code >= 500 ? failure.status : .badRequest
        return .json(failure.storageBody, status: status)
    }

    /// The same words with their true status, as the protocol of uploads in parts wants it (tus 1.0).
    static let resumable = ErrorDialect { failure, _ in
        .json(failure.storageBody, status: failure.tusStatus, headers: [.tusResumable: "1.0.0"])
    }
}

extension Failure {
    fileprivate var storageBody: String {
        let (status, error, code) = storageWords
        let body: JSONValue = [
            "statusCode": .string(String(status)), "error": .string(error), "message": .string(message), "code": .string(code),
        ]
        return body.text
    }

    /// Source: storage-api, "error codes".
    fileprivate var storageWords: (status: Int, error: String, code: String) {
        switch code {
        case "object_not_found": (404, "not_found", "NoSuchKey")
        case "bucket_not_found": (404, "Bucket not found", "NoSuchBucket")
        case "object_exists": (409, "Duplicate", "ResourceAlreadyExists")
        case "bucket_not_empty": (409, "InvalidRequest", "InvalidRequest")
        case "storage_refused": (403, "Unauthorized", "AccessDenied")
        case "no_authorization", "bad_jwt", "jwt_expired": (403, "Unauthorized", "AccessDenied")
        case "invalid_mime_type": (415, "invalid_mime_type", "InvalidMimeType")
        case "object_too_large", "body_too_large": (413, "Payload too large", "EntityTooLarge")
        case "invalid_object_name": (400, "InvalidKey", "InvalidKey")
        case "invalid_bucket_name": (400, "Invalid Input", "InvalidBucketName")
        case "invalid_signed_url": (400, "InvalidJWT", "InvalidJWT")
        case "invalid_signature": (400, "InvalidSignature", "InvalidSignature")
        default: (status.code, status.code >= 500 ? "Internal" : "InvalidRequest", status.code >= 500 ? "InternalError" : "InvalidRequest")
        }
    }

    fileprivate var tusStatus: HTTPResponse.Status {
        switch code {
        case "upload_locked": .init(code: 423, reasonPhrase: "Locked")
        case "tus_version": .preconditionFailed
        case "no_authorization", "bad_jwt", "jwt_expired": .forbidden
        default: status
        }
    }
}

extension HTTPField.Name {
    static let tusResumable = HTTPField.Name(parsed: "tus-resumable") ?? .server
}
