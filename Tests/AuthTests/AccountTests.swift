import Core
import Database
import Foundation
import TestSupport
import Testing

/// `/auth/v1` as Supabase clients meet it.
@Suite struct AccountTests {
    private func post(_ server: TestServer, _ path: String, _ body: JSONValue, token: String? = nil) async throws -> TestServer.Answer {
        try await server.send("POST", "/auth/v1/" + path, token: token, json: body, headers: ["apikey": server.anonKey])
    }

    private let ada: JSONValue = ["email": "Ada@Example.com", "password": "counter-point", "data": ["name": "Ada"]]

    @Test func `signing up gives a session whose token the product accepts, and rows of its own`() async throws {
        try await TestServer.withServer { server in
            let answer = try await post(server, "signup", ada)
            #expect(answer.status == 200, "\(answer.text)")
            let session = answer.json
            #expect(session["token_type"] == "bearer" && session["expires_in"]?.number == 3600 && session["refresh_token"]?.string != nil)
            #expect(session["user"]?["email"] == "ada@example.com" && session["user"]?["user_metadata"]?["name"] == "Ada")
            #expect(session["user"]?["app_metadata"]?["provider"] == "email" && session["user"]?["is_anonymous"] == .bool(false))
            let token = try #require(session["access_token"]?.string)
            #expect(try await server.send("GET", "/jobs", token: token).status == 200)
            let rows = try await TestDatabase.owner(
                server.ownerURL,
                "select count(*) from auth.users u join profiles p on p.id = u.id join users m on m.id = u.id where m.email = u.email")
            #expect(try rows.single().value(as: Int.self) == 1)
            let payload = token.split(separator: ".")[1].replacing("-", with: "+").replacing("_", with: "/")
            let claims = Data(base64Encoded: payload + String(repeating: "=", count: (4 - payload.count % 4) % 4)).map {
                String(decoding: $0, as: UTF8.self)
            }
            #expect(claims?.replacing("\\/", with: "/").contains("\"iss\":\"\(server.address)/auth/v1\"") == true, "\(claims ?? "")")
            let text = answer.text
            #expect(!text.contains("encrypted_password") && !text.contains("$2b$"))
        }
    }

    @Test func `a wrong password and an unknown person get the same answer`() async throws {
        try await TestServer.withServer { server in
            _ = try await post(server, "signup", ada)
            let right = try await post(server, "token?grant_type=password", ["email": "ada@example.com", "password": "counter-point"])
            #expect(right.status == 200)
            let wrong = try await post(server, "token?grant_type=password", ["email": "ada@example.com", "password": "counter-poinT"])
            let nobody = try await post(server, "token?grant_type=password", ["email": "bob@example.com", "password": "counter-point"])
            for answer in [wrong, nobody] {
                #expect(
                    answer.status == 400 && answer.json["error_code"] == "invalid_credentials"
                        && answer.json["msg"] == "Invalid login credentials")
                #expect(answer.headers["x-sb-error-code"] == "invalid_credentials")
            }
        }
    }

    @Test func `errors follow the version that the client asks for`() async throws {
        try await TestServer.withServer { server in
            let answer = try await server.send(
                "POST", "/auth/v1/signup", json: ["email": "a@b.co", "password": "short"],
                headers: ["apikey": server.anonKey, "X-Supabase-Api-Version": "2024-01-01"])
            #expect(
                answer.status == 422 && answer.json["code"] == "weak_password"
                    && answer.json["weak_password"]?["reasons"] == .array(["length"]))
            #expect(
                try await post(server, "signup", ["email": "not an address", "password": "long enough"]).json["error_code"]
                    == "validation_failed")
            _ = try await post(server, "signup", ada)
            #expect(try await post(server, "signup", ada).json["error_code"] == "user_already_exists")
            #expect(try await server.send("POST", "/auth/v1/signup", json: ada).status == 401)
        }
    }

    @Test func `twenty refreshes of one token at once all get the same active token`() async throws {
        try await TestServer.withServer { server in
            let first = try #require(try await post(server, "signup", .object([:])).json["refresh_token"]?.string)
            let tokens = try await withThrowingTaskGroup(of: String?.self) { group in
                for _ in 0..<20 {
                    group.addTask {
                        try await post(server, "token?grant_type=refresh_token", ["refresh_token": .string(first)]).json["refresh_token"]?
                            .string
                    }
                }
                return try await group.reduce(into: [String?]()) { $0.append($1) }
            }
            #expect(Set(tokens).count == 1 && tokens.first != first && tokens.allSatisfy { $0 != nil })
            let active: Int = try await TestDatabase.owner(server.ownerURL, "select count(*) from auth.refresh_tokens where not revoked")
                .single().value()
            #expect(active == 1)
        }
    }

    @Test func `a token used again after its grandchild was made is theft: the whole family is revoked`() async throws {
        try await TestServer.withServer { server in
            var tokens = [try #require(try await post(server, "signup", .object([:])).json["refresh_token"]?.string)]
            for _ in 0..<2 {
                let answer = try await post(server, "token?grant_type=refresh_token", ["refresh_token": .string(tokens[tokens.count - 1])])
                tokens.append(try #require(answer.json["refresh_token"]?.string))
            }
            try await TestDatabase.owner(server.ownerURL, "update auth.refresh_tokens set updated_at = updated_at - interval '1 minute'")
            let stolen = try await post(server, "token?grant_type=refresh_token", ["refresh_token": .string(tokens[0])])
            #expect(stolen.status == 400 && stolen.json["error_code"] == "refresh_token_already_used")
            let last = try await post(server, "token?grant_type=refresh_token", ["refresh_token": .string(tokens[2])])
            #expect(last.status == 400)
            let unknown = try await post(server, "token?grant_type=refresh_token", ["refresh_token": "never made"])
            #expect(unknown.json["error_code"] == "refresh_token_not_found")
        }
    }

    @Test func `after logging out the session is gone, also for a token that has not expired`() async throws {
        try await TestServer.withServer { server in
            let session = try await post(server, "signup", ada).json
            let token = try #require(session["access_token"]?.string)
            #expect(try await server.send("GET", "/auth/v1/user", token: token).json["email"] == "ada@example.com")
            #expect(try await post(server, "logout", .object([:]), token: token).status == 204)
            let gone = try await server.send("GET", "/auth/v1/user", token: token)
            #expect(gone.status == 403 && gone.json["error_code"] == "session_not_found")
            #expect(try await server.send("GET", "/auth/v1/user").status == 401)
            #expect(try await server.send("GET", "/auth/v1/user", token: "a.b.c").json["error_code"] == "bad_jwt")
        }
    }

    @Test func `an anonymous person who adds an address keeps everything`() async throws {
        try await TestServer.withServer { server in
            let session = try await post(server, "signup", .object([:])).json
            let token = try #require(session["access_token"]?.string)
            let id = try #require(session["user"]?["id"]?.string)
            let changed = try await server.send("PUT", "/auth/v1/user", token: token, json: ada)
            #expect(
                changed.status == 200 && changed.json["id"]?.string == id && changed.json["is_anonymous"] == .bool(false), "\(changed.text)"
            )
            let again = try await post(server, "token?grant_type=password", ["email": "ada@example.com", "password": "counter-point"])
            #expect(again.json["user"]?["id"]?.string == id)
            let other = try #require(try await post(server, "signup", .object([:])).json["access_token"]?.string)
            #expect(try await server.send("PUT", "/auth/v1/user", token: other, json: ada).json["error_code"] == "email_exists")
        }
    }
}
