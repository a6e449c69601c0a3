import Core
import Foundation
import HTTP
import Synchronization

/// The built program as a process of its own, to be killed without mercy.
public final class TestProgram: Sendable {
    /// Where `swift build` leaves it.
    public static let binary = TestDatabase.packageRoot.appending(path: ".build/release/continuo")

    public let processID: Int32
    private let lines: AsyncStream<String>
    private let errorLog: Log

    /// Starts `continuo` with these arguments. `environment`: in place of this process's own.
    public init(_ arguments: [String], environment: [String: String]? = nil) throws {
        let process = Process()
        process.executableURL = Self.binary
        process.arguments = arguments
        if let environment { process.environment = environment }
        process.currentDirectoryURL = TestDatabase.packageRoot
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        let (lines, line) = AsyncStream.makeStream(of: String.self)
        self.lines = lines
        let log = Log()
        try process.run()
        processID = process.processIdentifier
        errorLog = log
        Self.read(output.fileHandleForReading) { text in
            for text in text.split(separator: "\n") { line.yield(String(text)) }
        } end: {
            line.finish()
        }
        Self.read(errors.fileHandleForReading) { log.append($0) }
    }

    /// Reads to the end on a thread of its own. Not by `readabilityHandler`: libdispatch's event loop for epoll has crashed when a handle was
    /// closed while its source was still being taken down.
    private static func read(
        _ handle: FileHandle, _ take: @escaping @Sendable (String) -> Void, end: @escaping @Sendable () -> Void = {}
    ) {
        Thread.detachNewThread {
            while true {
                let data = handle.availableData
                if data.isEmpty { break }
                take(String(decoding: data, as: UTF8.self))
            }
            try? handle.close()
            end()
        }
    }

    private final class Log: Sendable {
        private let text = Mutex("")
        func append(_ more: String) { text.withLock { $0 += more } }
        var all: String { text.withLock { $0 } }
    }

    /// What it wrote to standard error so far.
    public var errorText: String { errorLog.all }

    /// Waits for a line of output that begins so, and gives the rest of it.
    public func line(after prefix: String) async throws -> String {
        for await line in lines where line.hasPrefix(prefix) { return String(line.dropFirst(prefix.count)) }
        throw Failure(.unavailable, "test_program", "The program ended without saying “\(prefix)”: \(errorText.suffix(2000))")
    }

    public func kill(_ signal: Int32 = SIGKILL) {
        Foundation.kill(processID, signal)
    }

    /// Waits until the process is gone.
    public func ended() async throws {
        for _ in 0..<600 {
            // The process is a child, reaped by Foundation: once it is gone, so is its number.
            if Foundation.kill(processID, 0) != 0 { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw Failure(.unavailable, "test_program", "The program did not end.")
    }

    /// `continuo serve` on a folder, ready; and how to talk to it.
    public static func serve(_ folder: URL, _ more: [String] = []) async throws -> (TestProgram, TestServer) {
        let program = try TestProgram(["serve", "--data", folder.path, "--port", "0"] + more)
        let address = try await program.line(after: "listening on ")
        let keys = try await ProjectKeys.load(from: folder.appending(path: "keys.json"), environment: [:])
        return (program, TestServer(address: address, ownerURL: "", dataFolder: folder, anonKey: keys.anonKey))
    }
}
