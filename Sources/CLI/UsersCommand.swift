import App
import ArgumentParser
import Auth
import Core
import Foundation

/// `continuo users …`: people's accounts, from the machine that keeps them.
struct UsersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "users", abstract: "List, make, change and remove people's accounts.",
        discussion: """
            Needs a running server on the data folder, or DATABASE_URL.

            Examples:
              continuo users list
              continuo users create ada@example.com
              continuo users make-admin ada@example.com
            """, subcommands: [List.self, Create.self, SetPassword.self, MakeAdmin.self, Delete.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show who there is, the newest first.", discussion: "Example:\n  continuo users list example.com --page 2")

        @OptionGroup var common: CommonOptions
        @Argument(help: "Part of an address or name.") var filter: String?
        @Option(help: "Which page of 50.") var page = 1

        func validate() throws {
            guard page >= 1 else { throw ValidationError("--page begins at 1.") }
        }

        func run() async throws {
            let found = try await Accounts.with(common) { try await $0.people(page: page, size: 50, filter: filter) }
            for user in found.users {
                var marks: [String] = []
                if user.isAnonymous { marks.append("anonymous") }
                if user.appMetadata["role"] == "admin" { marks.append("admin") }
                if let until = user.bannedUntil, until > .now { marks.append("banned") }
                if user.emailConfirmedAt == nil, !user.isAnonymous { marks.append("unconfirmed") }
                let name = user.email.isEmpty ? "—" : user.email
                print(
                    "\(user.id.uuidString.lowercased())  \(user.createdAt.formatted(.iso8601.year().month().day()))  \(name)  \(marks.joined(separator: ", "))"
                )
            }
            print("\(found.total) \(found.total == 1 ? "person" : "people")\(found.total > found.users.count ? ", page \(page)" : "")")
        }
    }

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make an account whose address counts as confirmed.",
            discussion:
                "The password is read from the terminal, or from standard input.\n\nExample:\n  continuo users create ada@example.com")

        @OptionGroup var common: CommonOptions
        @Argument(help: "The address.") var email: String
        @Flag(help: "No password: the person signs in by links.") var withoutPassword = false

        func run() async throws {
            let password = withoutPassword ? nil : try Accounts.readPassword()
            let user = try await Accounts.with(common) { try await $0.create(email: email, password: password) }
            print(user.id.uuidString.lowercased())
        }
    }

    struct SetPassword: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give somebody a new password; their sessions end.",
            discussion:
                "The password is read from the terminal, or from standard input.\n\nExample:\n  continuo users set-password ada@example.com"
        )

        @OptionGroup var common: CommonOptions
        @Argument(help: "The address or id.") var user: String

        func run() async throws {
            let password = try Accounts.readPassword()
            try await Accounts.with(common) { try await $0.set(password: password, of: $0.person(user)) }
        }
    }

    struct MakeAdmin: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let somebody do what is for administrators, from their next sign-in or refresh on.",
            discussion: "Example:\n  continuo users make-admin ada@example.com")

        @OptionGroup var common: CommonOptions
        @Argument(help: "The address or id.") var user: String
        @Flag(help: "Take it away again.") var undo = false

        func run() async throws {
            try await Accounts.with(common) { try await $0.set(isAdmin: !undo, of: $0.person(user)) }
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Remove somebody's account and rows.", discussion: "Example:\n  continuo users delete ada@example.com --yes")

        @OptionGroup var common: CommonOptions
        @Argument(help: "The address or id.") var user: String
        @Flag(help: "Do not ask.") var yes = false

        func run() async throws {
            try await Accounts.with(common) { accounts in
                let person = try await accounts.person(user)
                if !yes {
                    print(
                        "Remove \(person.email.isEmpty ? person.id.uuidString : person.email) and all that is theirs? Type yes: ",
                        terminator: "")
                    guard readLine() == "yes" else { throw CleanExit.message("Nothing was removed.") }
                }
                try await accounts.remove(person)
            }
        }
    }
}

/// What the commands above share.
private enum Accounts {
    static func with<Result: Sendable>(
        _ common: CommonOptions, _ body: @escaping @Sendable (Administration) async throws -> Result
    ) async throws -> Result {
        let settings = try common.settings()
        return try await Server.administer(settings, logger: settings.makeLogger(), body)
    }

    /// Without showing it, where somebody types; else the first line of standard input.
    static func readPassword() throws -> String {
        if isatty(STDIN_FILENO) == 1 {
            guard let text = getpass("New password: ") else { throw ValidationError("A password is needed.") }
            return String(cString: text)
        }
        guard let line = readLine(), !line.isEmpty else {
            throw ValidationError("A password is needed on standard input.")
        }
        return line
    }
}
