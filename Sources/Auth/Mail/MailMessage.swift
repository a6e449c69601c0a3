import Foundation
import HTTP

/// One mail to one person, as plain text and as HTML.
public struct MailMessage: Codable, Sendable, Hashable {
    public var to: String
    public var subject: String
    public var text: String
    public var html: String

    public init(to: String, subject: String, text: String, html: String) {
        self.to = to
        self.subject = subject
        self.text = text
        self.html = html
    }
}

/// How mails leave: a folder that only this machine's owner reads, or a mail server.
public protocol MailTransport: Sendable {
    func send(_ message: MailMessage) async throws
}

/// What a person is written about.
enum MailKind: String, Sendable {
    case confirmation, invite, magicLink, recovery, emailChange, reauthentication

    /// What the link's type is called (`/verify?type=`).
    var type: VerificationType? {
        switch self {
        case .confirmation: .signup
        case .invite: .invite
        case .magicLink: .magiclink
        case .recovery: .recovery
        case .emailChange: .emailChange
        case .reauthentication: nil
        }
    }

    private var words: (subject: String, opening: String, button: String) {
        switch self {
        case .confirmation: ("Confirm your address", "Welcome to Continuo. Please confirm that this address is yours.", "Confirm")
        case .invite: ("You are invited to Continuo", "Somebody would like you to join them on Continuo.", "Accept")
        case .magicLink: ("Your sign-in link", "Here is the link that signs you in.", "Sign in")
        case .recovery: ("Choose a new password", "Somebody, hopefully you, asked for a new password.", "Choose a password")
        case .emailChange: ("Confirm your new address", "Please confirm the change of the address of your account.", "Confirm the change")
        case .reauthentication: ("Your confirmation code", "Please type this code to show that it is you.", "")
        }
    }

    /// link: what the button leads to. `detail`: a line of its own, such as which address becomes which.
    func message(to address: String, link: String?, digits: String, detail: String? = nil) -> MailMessage {
        let words = words
        let closing = "If you did not ask for this, nothing happens when you do nothing."
        var text = [words.opening]
        if let detail { text.append(detail) }
        if let link { text.append("\(words.button): \(link)") }
        text.append((link == nil ? "Code: " : "Or type this code: ") + digits)
        text.append(closing)
        var body = "<h1 style=\"font-size:1.25rem\">\(HTMLText.escaped(words.subject))</h1><p>\(HTMLText.escaped(words.opening))</p>"
        if let detail { body += "<p>\(HTMLText.escaped(detail))</p>" }
        if let link {
            body +=
                "<p><a href=\"\(HTMLText.escaped(link))\" style=\"display:inline-block;padding:.7em 1.4em;border-radius:.5em;"
                + "background:#2b5cd9;color:#fff;text-decoration:none\">\(HTMLText.escaped(words.button))</a></p>"
        }
        body +=
            "<p>\(link == nil ? "Your code:" : "Or type this code:")</p>"
            + "<p style=\"font:600 1.6rem ui-monospace,monospace;letter-spacing:.25em\">\(digits)</p><p>\(HTMLText.escaped(closing))</p>"
        let html = """
            <!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark">\
            <title>\(HTMLText.escaped(words.subject))</title></head>\
            <body style="font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:2rem auto;padding:0 1rem">\(body)</body></html>
            """
        return MailMessage(to: address, subject: words.subject, text: text.joined(separator: "\n\n") + "\n", html: html)
    }
}
