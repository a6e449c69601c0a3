import Core
import Foundation
import Testing

@Suite struct SettingsTests {
    private func withFolder(_ file: String?, _ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        if let file { try Data(file.utf8).write(to: folder.appending(path: "continuo.json")) }
        try body(folder.path)
    }

    @Test func `flags win over the environment, and that over the file, and that over the standard`() throws {
        try withFolder(#"{"port": 1111, "daily_limit": 5, "host": "::1"}"#) { folder in
            let settings = try Settings(
                flags: ["data": folder, "port": "3333"], environment: ["CONTINUO_PORT": "2222", "CONTINUO_DAILY_LIMIT": "7"])
            #expect(settings.integer("port") == 3333)
            #expect(settings.integer("daily-limit") == 7)
            #expect(settings["host"] == "::1")
            #expect(settings.integer("workers") == 1)
        }
    }

    @Test(arguments: [#"{"prot": 1}"#, "[1]", "{", #"{"port": 70000}"#, #"{"workers": "many"}"#])
    func `a file that cannot be meant so is refused`(file: String) throws {
        try withFolder(file) { folder in
            #expect(throws: Failure.self) { try Settings(flags: ["data": folder], environment: [:]) }
        }
    }
}
