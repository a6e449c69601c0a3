import Audio
import Core
import Foundation
import TestSupport
import Testing

/// The commands as a person types them.
@Suite struct CommandTests {
    /// input: what is typed, without showing it.
    private func run(_ arguments: [String], in folder: URL? = nil, input: String? = nil) throws -> (
        status: Int32, output: String, errors: String
    ) {
        let process = Process()
        process.executableURL = TestProgram.binary
        process.arguments = arguments
        process.currentDirectoryURL = folder ?? TestDatabase.packageRoot
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        let typed = Pipe()
        process.standardInput = input == nil ? FileHandle.nullDevice : typed
        try process.run()
        if let input {
            typed.fileHandleForWriting.write(Data(input.utf8))
            try typed.fileHandleForWriting.close()
        }
        let text = output.fileHandleForReading.readDataToEndOfFile()
        let complaints = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: text, as: UTF8.self), String(decoding: complaints, as: UTF8.self))
    }

    private func withFolder(_ body: (URL) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "continuo-command-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await body(folder)
    }

    @Test(arguments: AudioFormat.allCases)
    func `a song is made without server or database, in every format`(format: AudioFormat) async throws {
        try await withFolder { folder in
            let file = folder.appending(path: "song.\(format.fileExtension)")
            let result = try run(["generate", "slow waltz", "--duration", "10", "--seed", "5", "-o", file.path])
            #expect(result.status == 0, "\(result.errors)")
            #expect(result.output.contains("seed 5") && result.errors.isEmpty)
            let info = try AudioFile.info(file)
            #expect(abs(info.duration - 10) < 0.1 && info.tags.seed == 5)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [file.lastPathComponent])
        }
    }

    @Test func `the command and the server make the same song from the same seed`() async throws {
        try await TestServer.withServer { server in
            try await withFolder { folder in
                let token = try await server.signUp()
                let job = try await server.generate(["prompt": "bossa nova", "duration": .number(12), "seed": .number(11)], token: token)
                let id = try #require(job["result"]?["song_id"]?.string)
                let file = folder.appending(path: "song.wav")
                #expect(try run(["generate", "bossa nova", "--duration", "12", "--seed", "11", "-q", "-o", file.path]).status == 0)
                #expect(try Data(contentsOf: file) == Data(contentsOf: server.dataFolder.appending(path: "outputs/\(id).wav")))
            }
        }
    }

    @Test func `without a name the file is called after the song, in the current folder`() async throws {
        try await withFolder { folder in
            let result = try run(["generate", "waltz", "--duration", "10", "--seed", "5", "--title", "Über den Fluß", "-q"], in: folder)
            #expect(result.status == 0, "\(result.errors)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["über-den-fluß.wav"])
        }
    }

    @Test func `a key file that cannot be read is never replaced`() async throws {
        try await withFolder { folder in
            let file = folder.appending(path: "keys.json")
            try Data("damaged".utf8).write(to: file)
            let result = try run(["keys", "--data", folder.path])
            #expect(result.status == 1 && result.errors.contains("cannot be read"))
            #expect(try Data(contentsOf: file) == Data("damaged".utf8))
        }
    }

    @Test func `a port that is taken is named, with a way out`() async throws {
        try await withFolder { folder in
            let (program, server) = try await TestProgram.serve(folder)
            defer { program.kill(SIGTERM) }
            let port = try #require(server.address.split(separator: ":").last.map(String.init))
            let second = try run(["serve", "--data", folder.path + "-2", "--port", port])
            try? FileManager.default.removeItem(atPath: folder.path + "-2")
            #expect(second.status == 1 && second.errors.contains("listens on 127.0.0.1:\(port) already"), "\(second.errors)")
        }
    }

    @Test func `what is wrong is said with its name and a way out, and nothing is written`() async throws {
        try await withFolder { folder in
            let fields = try run(["generate", "x", "--duration", "5", "--bpm", "1"], in: folder)
            #expect(
                fields.status == 1 && fields.errors.contains("duration: must be a number from 10 to 600") && fields.errors.contains("bpm:"))
            let format = try run(["generate", "x", "-o", "song.aiff"], in: folder)
            #expect(format.status != 0 && format.errors.contains(".flac"))
            let setting = try run(["serve", "--data", folder.path, "--port", "70000"])
            #expect(setting.status == 1 && setting.errors.contains("port must be a whole number from 0 to 65535"))
            let alone = try run(["worker", "--data", folder.appending(path: "nothing").path])
            #expect(alone.status == 1 && alone.errors.contains("No server runs on the data folder"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".wav") } == [])
        }
    }

    @Test func `every command has help with an example`() throws {
        #expect(try run(["--help"]).output.contains("generate"))
        for command in ["serve", "worker", "generate", "migrate", "keys", "psql", "rest", "users"] {
            let help = try run([command, "--help"])
            #expect(help.status == 0 && help.output.contains("Example") && help.output.contains("continuo \(command)"), "\(command)")
        }
        let serve = try run(["serve", "--help"]).output
        for setting in Settings.all { #expect(serve.contains(setting.environment), "\(setting.name)") }
    }

    @Test func `people's accounts are kept at the command line`() async throws {
        try await withFolder { folder in
            let (program, server) = try await TestProgram.serve(folder)
            defer { program.kill(SIGTERM) }
            let data = ["--data", folder.path]
            let made = try run(["users", "create", "Ada@example.com"] + data, input: "a long secret\n")
            #expect(made.status == 0 && UUID(uuidString: made.output.trimmingCharacters(in: .newlines)) != nil, "\(made.errors)")
            func signIn(_ password: String) async throws -> TestServer.Answer {
                try await server.send(
                    "POST", "/auth/v1/token?grant_type=password", json: ["email": "ada@example.com", "password": .string(password)],
                    headers: ["apikey": server.anonKey])
            }
            let session = try await signIn("a long secret")
            #expect(session.status == 200)
            #expect(try run(["users", "make-admin", "ada@example.com"] + data).status == 0)
            #expect(try await signIn("a long secret").json["user"]?["app_metadata"]?["role"] == "admin")
            let list = try run(["users"] + data).output
            #expect(list.contains("ada@example.com  admin") && list.hasSuffix("1 person\n"))
            #expect(try run(["users", "set-password", "ada@example.com"] + data, input: "another secret\n").status == 0)
            #expect(try await signIn("a long secret").status == 400)
            #expect(try await signIn("another secret").status == 200)
            let refresh = try await server.send(
                "POST", "/auth/v1/token?grant_type=refresh_token", json: ["refresh_token": session.json["refresh_token"] ?? .null],
                headers: ["apikey": server.anonKey])
            #expect(refresh.errorCode == nil && refresh.status == 400)
            let taken = try run(["users", "create", "ada@example.com", "--without-password"] + data)
            #expect(taken.status == 1 && taken.errors.contains("already been registered"))
            #expect(try run(["users", "delete", "ada@example.com"] + data, input: "no\n").output.contains("Nothing was removed"))
            #expect(try run(["users", "delete", "ada@example.com", "--yes"] + data).status == 0)
            #expect(try await signIn("another secret").status == 400)
        }
    }

    @Test func `keys and psql give what a client and an owner need`() async throws {
        try await withFolder { folder in
            let (program, server) = try await TestProgram.serve(folder)
            defer { program.kill(SIGTERM) }
            let keys = try run(["keys", "--data", folder.path]).output.split(separator: "\n").map(String.init)
            #expect(
                keys.map { String($0.prefix { $0 != "=" }) } == [
                    "SUPABASE_URL", "SUPABASE_ANON_KEY", "SUPABASE_SERVICE_ROLE_KEY", "SUPABASE_PUBLISHABLE_KEY",
                    "SUPABASE_SECRET_KEY", "DATABASE_URL",
                ])
            #expect(keys[0] == "SUPABASE_URL=\(server.address)")
            #expect(keys[1] == "SUPABASE_ANON_KEY=\(server.anonKey)")
            let psql = try run(["psql", "--data", folder.path, "--", "-Atc", "select count(*) > 5 from continuo.migrations"])
            #expect(psql.output == "t\n", "\(psql.errors)")
            let status = try run(["migrate", "--status", "--data", folder.path])
            #expect(status.status == 0 && status.output.contains("applied") && !status.output.contains("pending"))
            let mode = try FileManager.default.attributesOfItem(atPath: folder.appending(path: "keys.json").path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
        }
    }
}
