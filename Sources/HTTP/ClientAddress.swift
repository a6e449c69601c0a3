import Foundation
import HTTPTypes
import Hummingbird

/// Which machines stand between people and this server: what they say of a client's address is believed, what others say is not.
public struct TrustedProxies: Sendable {
    private let networks: [Network]

    private struct Network: Sendable {
        var bytes: [UInt8]
        var bits: Int

        func contains(_ address: [UInt8]) -> Bool {
            guard address.count == bytes.count else { return false }
            for index in bytes.indices {
                let rest = min(8, max(0, bits - index * 8))
                let mask = rest == 0 ? UInt8(0) : UInt8.max << UInt8(8 - rest)
                if address[index] & mask != bytes[index] & mask { return false }
            }
            return true
        }
    }

    /// networks: addresses or blocks of them (CIDR, RFC 4632), separated by commas. Nil where one is neither.
    public init?(_ networks: String) {
        var parsed: [Network] = []
        for text in networks.split(separator: ",").map({ $0.trimmingCharacters(in: .whitespaces) }) where !text.isEmpty {
            let halves = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard let bytes = Self.bytes(halves[0]) else { return nil }
            let bits = halves.count > 1 ? Int(halves[1]) : bytes.count * 8
            guard let bits, (0...(bytes.count * 8)).contains(bits) else { return nil }
            parsed.append(Network(bytes: bytes, bits: bits))
        }
        self.networks = parsed
    }

    public static let loopback = TrustedProxies(networks: [
        Network(bytes: [127, 0, 0, 0], bits: 8), Network(bytes: Array(repeating: 0, count: 15) + [1], bits: 128),
    ])

    private init(networks: [Network]) {
        self.networks = networks
    }

    public func contains(_ address: String) -> Bool {
        guard let bytes = Self.bytes(address) else { return false }
        return networks.contains { $0.contains(bytes) }
    }

    /// The client's own address; nil where only trusted machines are seen: somebody on this machine, or a proxy that says nothing.
    ///
    /// forwarded: `X-Forwarded-For`, to which each proxy adds the address that it was asked from, on the right.
    public func client(peer: String?, forwarded: String?) -> String? {
        guard let peer else { return nil }
        guard contains(peer) else { return peer }
        let claimed = (forwarded ?? "").split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        guard let client = claimed.last(where: { !contains(Self.withoutPort($0)) }) else { return nil }
        // What cannot be read is somebody all the same.
        return Self.bytes(Self.withoutPort(client)).flatMap(Self.text) ?? peer
    }

    /// Some proxies write a port behind the address.
    private static func withoutPort(_ text: String) -> String {
        if text.hasPrefix("[") { return String(text.dropFirst().prefix { $0 != "]" }) }
        let halves = text.split(separator: ":", omittingEmptySubsequences: false)
        return halves.count == 2 ? String(halves[0]) : text
    }

    /// What one client can take on: its IPv4 address, or the 64 bits that tell networks apart in IPv6 (RFC 4291, section 2.5.4).
    public static func network(of address: String) -> String {
        guard let bytes = bytes(address), bytes.count == 16 else { return address }
        return (text(Array(bytes.prefix(8)) + Array(repeating: 0, count: 8)) ?? address) + "/64"
    }

    private static func bytes(_ text: String) -> [UInt8]? {
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 { return withUnsafeBytes(of: &four) { Array($0) } }
        var six = in6_addr()
        guard inet_pton(AF_INET6, text, &six) == 1 else { return nil }
        let bytes = withUnsafeBytes(of: &six) { Array($0) }
        // An IPv4 client of an IPv6 socket (RFC 4291, section 2.5.5.2).
        return bytes.prefix(12) == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF] ? Array(bytes.suffix(4)) : bytes
    }

    private static func text(_ bytes: [UInt8]) -> String? {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        return inet_ntop(bytes.count == 4 ? AF_INET : AF_INET6, bytes, &text, socklen_t(text.count)).map { String(cString: $0) }
    }
}

extension HTTPField.Name {
    static let forwardedFor = HTTPField.Name(parsed: "x-forwarded-for") ?? .origin
}
