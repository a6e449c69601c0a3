import Core
import Foundation

/// Mails as files in a folder, for installations without a mail server: their owner reads them on the page `/outbox`.
public struct Outbox: MailTransport {
    /// A mail that lies there.
    public struct Entry: Codable, Sendable {
        public var sentAt: Date
        public var message: MailMessage
    }

    let folder: URL
    /// More than these are not kept: the oldest go.
    private static let capacity = 200
    private let pool = BlockingPool(name: "outbox", threads: 1)

    public init(folder: URL) {
        self.folder = folder
    }

    public func send(_ message: MailMessage) async throws {
        let entry = Entry(sentAt: .now, message: message)
        let folder = folder
        try await pool.run { _ in
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            let number = Int(entry.sentAt.timeIntervalSince1970 * 1000)
            let file = folder.appending(path: "\(number)-\(UUID().uuidString.lowercased()).json")
            // Made for the owner alone before anything stands in it.
            guard
                FileManager.default.createFile(
                    atPath: file.path, contents: try JSONEncoder().encode(entry), attributes: [.posixPermissions: 0o600])
            else { throw Failure(.unavailable, "outbox_unwritable", "The folder for mails cannot be written.") }
            for old in try Self.files(folder).dropLast(Self.capacity) { try? FileManager.default.removeItem(at: old) }
        }
    }

    /// The newest first.
    public func entries() async throws -> [Entry] {
        let folder = folder
        return try await pool.run { _ in
            try Self.files(folder).reversed().compactMap { file in
                try? JSONDecoder().decode(Entry.self, from: Data(contentsOf: file))
            }
        }
    }

    /// Oldest first, by their names.
    private static func files(_ folder: URL) throws -> [URL] {
        guard FileManager.default.fileExists(atPath: folder.path) else { return [] }
        return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "json" }.sorted { $0.lastPathComponent < $1.lastPathComponent }
    }
}
