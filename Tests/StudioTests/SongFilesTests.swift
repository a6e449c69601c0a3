import Core
import Database
import Engines
import Foundation
import Jobs
import Storage
import Studio
import TestSupport
import Testing

/// What a crash leaves is swept, and nothing else; archives are whole; engines give memory back.
@Suite struct SongFilesTests {
    private func withFolder(_ body: (URL) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "continuo-files-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try await body(folder)
    }

    @Test func `the sweep takes files of songs that neither exist nor are being made, once they are old`() async throws {
        try await TestDatabase.withDatabase { database, ownerURL in
            try await withFolder { folder in
                let files = try SongFiles(folder: folder)
                let (orphan, queued, fresh) = (UUID(), UUID(), UUID())
                let person = try await TestPerson.make(in: ownerURL)
                try await database.asService { transaction in
                    _ = try await JobQueue(database: database).enqueue(
                        kind: "generate", request: #"{"song_id":"\#(queued.uuidString)"}"#, userID: person.userID, in: transaction)
                }
                for id in [orphan, queued, fresh] { try files.write("x", id, ".wav") }
                let partial = files.unfinished(orphan, ".wav")
                try Data("half".utf8).write(to: partial)
                for file in [files.file(orphan, ".wav"), files.file(queued, ".wav"), partial] {
                    try FileManager.default.setAttributes([.modificationDate: Date.now.addingTimeInterval(-7200)], ofItemAtPath: file.path)
                }
                let trash = Trash(folder: folder.appending(path: "../trash-\(UUID().uuidString)").standardizedFileURL)
                #expect(try await files.sweep(olderThan: 3600, trash: trash, database: database) == 1)
                let left = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
                #expect(left == [files.file(queued, ".wav"), files.file(fresh, ".wav")].map(\.lastPathComponent).sorted())
            }
        }
    }

    @Test func `an archive opens with the ordinary tool, with every byte and name`() async throws {
        try await withFolder { folder in
            try FileManager.default.createDirectory(at: folder.appending(path: "out"), withIntermediateDirectories: true)
            let contents = [
                "01 Drums.flac": Data((0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }), "02 Bäss.flac": Data(),
                "3.txt": Data("x".utf8),
            ]
            var files: [URL] = []
            for (name, data) in contents.sorted(by: { $0.key < $1.key }) {
                files.append(folder.appending(path: name))
                try data.write(to: folder.appending(path: name))
            }
            let archive = folder.appending(path: "stems.zip")
            try ZipArchive.write(files, to: archive)
            let unzip = Process()
            unzip.executableURL = URL(filePath: "/usr/bin/python3")
            unzip.arguments =
                ["-c", "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; z.extractall(sys.argv[2])"]
                + [archive.path, folder.appending(path: "out").path]
            try unzip.run()
            unzip.waitUntilExit()
            #expect(unzip.terminationStatus == 0)
            for (name, data) in contents { #expect(try Data(contentsOf: folder.appending(path: "out/\(name)")) == data, "\(name)") }
        }
    }

    @Test func `an engine is loaded by its first use and unloaded when nobody uses it`() async throws {
        let engine = ComposerEngine(soundFont: nil, threads: 1)
        let registry = EngineRegistry([engine], idleTimeout: .milliseconds(50), logger: TestDatabase.logger)
        #expect(await !engine.isLoaded)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await registry.unloadIdleEngines() }
            try await registry.use(engine) { engine in
                #expect(await engine.isLoaded)
                try await Task.sleep(for: .milliseconds(200))
                #expect(await engine.isLoaded, "it was unloaded while in use")
            }
            let deadline = ContinuousClock.now + .seconds(20)
            while await engine.isLoaded {
                try #require(ContinuousClock.now < deadline, "it was never unloaded")
                try await Task.sleep(for: .milliseconds(20))
            }
            group.cancelAll()
        }
        #expect(throws: Failure.self) { try registry.engine(named: "nobody") }
    }
}
