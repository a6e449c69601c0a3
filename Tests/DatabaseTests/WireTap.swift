import Foundation
import Synchronization

/// A relay in front of a PostgreSQL socket that counts how often the client speaks: the round trips.
final class WireTap: Sendable {
    private final class Count: Sendable {
        private struct State {
            var clientSpokeLast = false
            var roundTrips = 0
        }

        private let state = Mutex(State())

        var roundTrips: Int { state.withLock { $0.roundTrips } }

        func clientSpoke() {
            state.withLock { state in
                if !state.clientSpokeLast { state.roundTrips += 1 }
                state.clientSpokeLast = true
            }
        }

        func serverSpoke() {
            state.withLock { $0.clientSpokeLast = false }
        }
    }

    let folder: URL
    private let count = Count()
    private let listener: Int32

    var roundTrips: Int { count.roundTrips }

    init(to target: String) throws {
        folder = URL(filePath: "/tmp").appending(path: "tap-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let path = folder.appending(path: ".s.PGSQL.5432").path
        let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        self.listener = listener
        guard Self.withAddress(path, { bind(listener, $0, $1) }) == 0, listen(listener, 8) == 0 else { throw POSIXError(.EADDRINUSE) }
        Thread.detachNewThread { [count] in
            while true {
                let client = accept(listener, nil, nil)
                if client < 0 { return }
                let server = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
                guard Self.withAddress(target + "/.s.PGSQL.5432", { connect(server, $0, $1) }) == 0 else { return }
                Self.relay(from: client, to: server) { count.clientSpoke() }
                Self.relay(from: server, to: client) { count.serverSpoke() }
            }
        }
    }

    func close() {
        shutdown(listener, Int32(SHUT_RDWR))
        Glibc.close(listener)
        try? FileManager.default.removeItem(at: folder)
    }

    private static func relay(from source: Int32, to destination: Int32, _ note: @escaping @Sendable () -> Void) {
        Thread.detachNewThread {
            var bytes = [UInt8](repeating: 0, count: 65_536)
            while true {
                let count = read(source, &bytes, bytes.count)
                if count <= 0 { break }
                note()
                if write(destination, bytes, count) != count { break }
            }
            shutdown(source, Int32(SHUT_RDWR))
            shutdown(destination, Int32(SHUT_RDWR))
        }
    }

    private static func withAddress(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
    }
}
