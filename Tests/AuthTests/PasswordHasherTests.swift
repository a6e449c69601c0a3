import Auth
import Testing

@Suite struct PasswordHasherTests {
    private let hasher = PasswordHasher(cost: 4)

    @Test func `a password fits its own hash and no other`() async throws {
        let hash = try await hasher.hash("counter-point")
        #expect(hash.hasPrefix("$2b$04$") && hash.count == 60)
        #expect(try await hasher.verify("counter-point", against: hash))
        #expect(try await !hasher.verify("counterpoint", against: hash))
        #expect(try await hasher.hash("counter-point") != hash)
    }

    @Test func `hashes of other systems are understood`() async throws {
        // Published vector of bcrypt ("U*U", from crypt_blowfish's own tests).
        #expect(try await hasher.verify("U*U", against: "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"))
    }

    @Test func `nobody's password is never right, and damaged hashes fit nothing`() async throws {
        #expect(try await !hasher.verify("anything", against: nil))
        for damaged in ["", "*", "*0", "$2b$04$short", "plain"] {
            #expect(try await !hasher.verify("plain", against: damaged), "\(damaged)")
        }
    }
}
