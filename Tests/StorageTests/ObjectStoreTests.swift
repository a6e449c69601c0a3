import Core
import Database
import Foundation
import Storage
import TestSupport
import Testing

@Suite struct ObjectStoreTests {
    private func withStore(_ body: @Sendable (ObjectStore, Database, Claims, URL) async throws -> Void) async throws {
        try await TestDatabase.withDatabase { database, ownerURL in
            let folder = FileManager.default.temporaryDirectory.appending(path: "continuo-store-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: folder) }
            let store = try ObjectStore(folder: folder.appending(path: "storage"), logger: TestDatabase.logger)
            let source = folder.appending(path: "source.wav")
            try Data("sound".utf8).write(to: source)
            try await body(store, database, try await TestPerson.make(in: ownerURL), source)
        }
    }

    @Test func `a staged file is whole, and names that people choose never reach the disk`() async throws {
        try await withStore { store, database, person, source in
            let staged = try store.stage(source, mimeType: "audio/wav")
            #expect(try Data(contentsOf: store.file(of: staged.version)) == Data("sound".utf8))
            let id = try #require(person.userID).uuidString.lowercased()
            try await database.asService { transaction in
                try await store.insert(staged, bucket: "music", name: "\(id)/../../etc/passwd", owner: person.userID, in: transaction)
            }
            let size: Int = try await database.asService("select (metadata ->> 'size')::int from storage.objects").single().value()
            #expect(size == 5)
        }
    }

    @Test func `the sweep removes old files that no row names, and only those`() async throws {
        try await withStore { store, database, person, source in
            let (kept, orphan, fresh) = (
                try store.stage(source, mimeType: "a/b"), try store.stage(source, mimeType: "a/b"), try store.stage(source, mimeType: "a/b")
            )
            try await database.asService { transaction in
                try await store.insert(kept, bucket: "music", name: "x/y.wav", owner: person.userID, in: transaction)
            }
            // Hard links share their dates: give each file its own before making it old.
            for file in [kept, orphan, fresh] {
                let url = store.file(of: file.version)
                let data = try Data(contentsOf: url)
                try FileManager.default.removeItem(at: url)
                try data.write(to: url)
            }
            for file in [kept, orphan] {
                try FileManager.default.setAttributes(
                    [.modificationDate: Date.now.addingTimeInterval(-7200)], ofItemAtPath: store.file(of: file.version).path)
            }
            let trash = Trash(folder: source.deletingLastPathComponent().appending(path: "trash"))
            #expect(try await store.sweep(olderThan: 3600, trash: trash, database: database) == 1)
            #expect(FileManager.default.fileExists(atPath: store.file(of: kept.version).path))
            #expect(FileManager.default.fileExists(atPath: store.file(of: fresh.version).path))
            #expect(!FileManager.default.fileExists(atPath: store.file(of: orphan.version).path))
            let thrown = source.deletingLastPathComponent().appending(path: "trash/\(orphan.version.uuidString.lowercased())")
            #expect(FileManager.default.fileExists(atPath: thrown.path))
            trash.empty()
            #expect(FileManager.default.fileExists(atPath: thrown.path))
            trash.empty(olderThan: -1)
            #expect(!FileManager.default.fileExists(atPath: thrown.path))
        }
    }

    @Test func `a source that is not there is reported and leaves nothing`() async throws {
        try await withStore { store, _, _, source in
            #expect(throws: Failure.self) { try store.stage(source.appendingPathExtension("gone"), mimeType: "a/b") }
        }
    }

    @Test func `files of deleted rows are removed once, also by several at a time`() async throws {
        try await withStore { store, database, person, source in
            let staged = try (0..<20).map { _ in try store.stage(source, mimeType: "a/b") }
            try await database.asService { transaction in
                for (number, file) in staged.enumerated() {
                    try await store.insert(file, bucket: "music", name: "x/\(number)", owner: person.userID, in: transaction)
                }
            }
            _ = try await database.asService("delete from storage.objects where bucket_id = 'music' and name <> 'x/0'")
            #expect(FileManager.default.fileExists(atPath: store.file(of: staged[7].version).path))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 { group.addTask { try await store.clear(database) } }
                try await group.waitForAll()
            }
            try await store.clear(database)
            let left = staged.filter { FileManager.default.fileExists(atPath: store.file(of: $0.version).path) }
            #expect(left.map(\.version) == [staged[0].version])
            #expect(try await database.asService("select 1 from continuo.discarded_files").isEmpty)
        }
    }

    @Test func `uploads in parts that expired go with the sweep, and those under way stay`() async throws {
        try await withStore { store, database, person, source in
            let folder = source.deletingLastPathComponent().appending(path: "storage/.uploads")
            let (current, expired, lost) = (UUID(), UUID(), UUID())
            for (id, expiry) in [(current, "1 hour"), (expired, "-1 hour")] {
                _ = try await database.asService(
                    """
                    insert into continuo.uploads (id, bucket_id, name, claims, size, expires_at)
                    values (\(id), 'music', 'x', '{}', 1, now() + \(expiry)::interval)
                    """)
            }
            for id in [current, expired, lost] {
                let file = folder.appending(path: id.uuidString.lowercased())
                try Data("half".utf8).write(to: file)
                try FileManager.default.setAttributes([.modificationDate: Date.now.addingTimeInterval(-7200)], ofItemAtPath: file.path)
            }
            _ = try await store.sweep(
                olderThan: 3600, trash: Trash(folder: source.deletingLastPathComponent().appending(path: "trash")), database: database)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [current.uuidString.lowercased()])
        }
    }
}
