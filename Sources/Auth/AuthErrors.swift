import Core
import Foundation
import HTTP
import HTTPTypes
import Hummingbird

extension ErrorDialect {
    /// GoTrue's shapes: `{code, error_code, msg}`, or `{code, message}` for clients that send `X-Supabase-Api-Version`.
    public static let auth = ErrorDialect { failure, request in
        let status = failure.authStatus
        if let error = failure.oauthError {
            let body: JSONValue = ["error": .string(error), "error_description": .string(failure.message)]
            return .json(body.text, status: status, headers: [.supabaseErrorCode: failure.code])
        }
        var failure = failure
        if failure.code == "jwt_expired" {
            failure.code = "bad_jwt"
            failure.message = "invalid JWT: token is expired"
        }
        var body: [String: JSONValue]
        var headers: HTTPFields = [:]
        headers[.supabaseErrorCode] = failure.code
        if let version = request.headers[.supabaseAPIVersion], version >= "2024-01-01" {
            body = ["code": .string(failure.code), "message": .string(failure.message)]
            headers[.supabaseAPIVersion] = "2024-01-01"
        } else {
            body = ["code": .number(Double(status.code)), "error_code": .string(failure.code), "msg": .string(failure.message)]
            if status.code >= 500 { body["error_id"] = .string(UUID().uuidString.lowercased()) }
        }
        if failure.code == "weak_password" {
            body["weak_password"] = ["reasons": .array(failure.fields.map { .string($0.name) })]
        }
        return .json(JSONValue.object(body).text, status: status, headers: headers)
    }
}

extension Failure {
    /// What GoTrue words as OAuth does (RFC 6749, section 5.2).
    fileprivate var oauthError: String? {
        switch code {
        case "bad_id_token": "invalid request"
        case "bad_nonce": "invalid nonce"
        default: nil
        }
    }

    /// GoTrue answers an unusable token with 403, and only a missing one with 401.
    fileprivate var authStatus: HTTPResponse.Status {
        switch code {
        case "bad_jwt", "jwt_expired": .forbidden
        default: status
        }
    }
}

extension HTTPField.Name {
    static let supabaseErrorCode = HTTPField.Name(parsed: "x-sb-error-code") ?? .server
    static let supabaseAPIVersion = HTTPField.Name(parsed: "x-supabase-api-version") ?? .server
}
