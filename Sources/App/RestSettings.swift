import Core
import DataAPI
import Foundation
import Hummingbird

/// Where `continuo rest` takes its settings from: PostgREST's configuration file, and `PGRST_…` variables over it.
public struct RestSettings: Sendable {
    private let file: URL?
    private let environment: [String: String]
    private let first: [String: String]

    /// Throws `invalid_setting` when the file cannot be read.
    public init(file: URL?, environment: [String: String] = ProcessInfo.processInfo.environment) throws {
        self.file = file
        self.environment = ConfigurationFile.environment(environment)
        first = try Self.values(file, self.environment)
    }

    private static func values(_ file: URL?, _ environment: [String: String]) throws -> [String: String] {
        var values: [String: String] = [:]
        if let file {
            guard let data = try? Data(contentsOf: file) else {
                throw Failure(.invalid, "invalid_setting", "The configuration file \(file.path) cannot be read.")
            }
            values = try ConfigurationFile.parse(String(decoding: data, as: UTF8.self))
        }
        return values.merging(environment) { _, new in new }
    }

    /// What the Data API behaves by, the file read anew.
    public func configuration() throws -> RestConfiguration {
        var values = try Self.values(file, environment)
        if let secret = values["jwt-secret"] { values["jwt-secret"] = try Self.text(secret) }
        var configuration = RestConfiguration()
        try configuration.apply(values)
        return configuration
    }

    /// `@file` stands for what is in the file.
    private static func text(_ value: String) throws -> String {
        guard value.hasPrefix("@") else { return value }
        let file = URL(filePath: String(value.dropFirst()))
        guard let data = try? Data(contentsOf: file) else {
            throw Failure(.invalid, "invalid_setting", "The file \(file.path) that a setting names cannot be read.")
        }
        let text = String(decoding: data, as: UTF8.self)
        return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }

    var databaseURL: String {
        get throws { try Self.text(first["db-uri"] ?? "postgresql://") }
    }

    func integer(_ name: String, standard: Int) throws -> Int {
        try optionalInteger(name) ?? standard
    }

    func optionalInteger(_ name: String) throws -> Int? {
        guard let text = first[name], !text.isEmpty else { return nil }
        guard let number = Int(text), number >= 0 else {
            throw Failure(.invalid, "invalid_setting", "\(name) must be a whole number.", hint: "It is “\(text.prefix(40))”.")
        }
        return number
    }

    func flag(_ name: String, standard: Bool) throws -> Bool {
        guard let text = first[name], !text.isEmpty else { return standard }
        return try RestConfiguration.flag(name, text)
    }

    public var logLevel: String? { first["log-level"] }

    /// PostgREST's names for "any address" become addresses.
    func host(_ name: String) -> String {
        switch first[name] ?? first["server-host"] ?? "!4" {
        case "*", "*6", "!6": "::"
        case "*4", "!4", "": "0.0.0.0"
        case let host: host
        }
    }

    func address(_ host: String, _ port: Int) -> BindAddress {
        if let path = first["server-unix-socket"], !path.isEmpty { return .unixDomainSocket(path: path) }
        return .hostname(host, port: port)
    }
}
