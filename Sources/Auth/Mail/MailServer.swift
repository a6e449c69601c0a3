import CCurl
import Core
import Foundation

/// Sends mails through a mail server (SMTP, RFC 5321), encrypted wherever it is not this machine itself. The protocol is libcurl's.
public struct MailServer: MailTransport {
    /// `smtp://user:password@mail.example.com:587` (STARTTLS), or `smtps://…` (TLS from the first byte).
    private let url: String
    private let user: String?
    private let password: String?
    private let isLocal: Bool
    /// The address that mails come from, and the name beside it.
    private let sender: (address: String, name: String)
    /// Certificates to trust besides none: a file of them; nil for the system's.
    private let certificates: String?
    private let pool = BlockingPool(name: "mail", threads: 4)

    /// Seconds for one mail, at most.
    private static let timeout = 30

    /// from: an address, or `Name <address>`. Throws `invalid_setting`.
    public init(url: String, from: String, certificates: String? = nil) throws {
        guard let parts = URLComponents(string: url), let scheme = parts.scheme?.lowercased(), ["smtp", "smtps"].contains(scheme),
            let host = parts.host, !host.isEmpty, parts.path.isEmpty || parts.path == "/", parts.query == nil
        else {
            throw Failure(
                .invalid, "invalid_setting", "smtp-url must be the address of a mail server.",
                hint: "For example smtp://user:password@mail.example.com:587, with @ and : in name and password as %40 and %3A.")
        }
        var bare = URLComponents()
        (bare.scheme, bare.host, bare.port) = (scheme, host, parts.port)
        guard let text = bare.string, let sender = Self.sender(from) else {
            throw Failure(
                .invalid, "invalid_setting", "smtp-from must be the address that mails come from.",
                hint: "For example Continuo <noreply@example.com>.")
        }
        self.url = text
        (user, password) = (parts.user, parts.password)
        isLocal = ["localhost", "127.0.0.1", "[::1]", "::1"].contains(host)
        self.sender = sender
        self.certificates = certificates
        // Once, before any thread uses it (libcurl, "Thread safety").
        guard Self.isReady else { throw Failure(.unavailable, "mail_unavailable", "libcurl could not be started.") }
    }

    private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    private static func sender(_ text: String) -> (address: String, name: String)? {
        guard let open = text.lastIndex(of: "<"), text.hasSuffix(">") else {
            return (try? EmailAddress.checked(text)).map { ($0, "") }
        }
        guard let address = try? EmailAddress.checked(String(text[text.index(after: open)...].dropLast())) else { return nil }
        let name = text[..<open].trimmingCharacters(in: CharacterSet.whitespaces.union(CharacterSet(charactersIn: "\"")))
        return name.unicodeScalars.contains { $0.value < 32 } ? nil : (address, name)
    }

    /// Throws `mail_refused` with the server's code, `mail_unavailable` when it cannot be reached.
    public func send(_ message: MailMessage) async throws {
        let server = self
        try await pool.run { _ in try server.sendNow(message) }
    }

    /// Blocks.
    private func sendNow(_ message: MailMessage) throws {
        guard let handle = curl_easy_init(), let mime = curl_mime_init(handle), let alternatives = curl_mime_init(handle) else {
            throw Failure(.unavailable, "mail_unavailable", "libcurl could not be started.")
        }
        defer {
            curl_easy_cleanup(handle)
            curl_mime_free(mime)
        }
        let headers = Lines(self.headers(of: message))
        let recipients = Lines(["<\(message.to)>"])
        guard let whole = curl_mime_addpart(mime) else { throw Self.noMemory }
        // From here on they are freed with the whole.
        try Self.check(curl_mime_subparts(whole, alternatives))
        try Self.check(curl_mime_type(whole, "multipart/alternative"))
        try Self.fill(alternatives, with: message)
        for (option, value) in [
            (CURLOPT_URL, url), (CURLOPT_MAIL_FROM, "<\(sender.address)>"), (CURLOPT_USERNAME, user), (CURLOPT_PASSWORD, password),
            (CURLOPT_CAINFO, certificates), (CURLOPT_PROTOCOLS_STR, "smtp,smtps"),
        ] {
            if let value { try Self.check(continuo_curl_set_text(handle, option, value)) }
        }
        for (option, value) in [
            (CURLOPT_TIMEOUT, Self.timeout), (CURLOPT_NOSIGNAL, 1),
            (CURLOPT_USE_SSL, isLocal && certificates == nil ? Int(CURLUSESSL_TRY.rawValue) : Int(CURLUSESSL_ALL.rawValue)),
            // Nobody can prove who they are on a loopback address that no certificate names.
            (CURLOPT_SSL_VERIFYPEER, isLocal && certificates == nil ? 0 : 1),
            (CURLOPT_SSL_VERIFYHOST, isLocal && certificates == nil ? 0 : 2),
        ] {
            try Self.check(continuo_curl_set_long(handle, option, value))
        }
        try Self.check(continuo_curl_set_list(handle, CURLOPT_MAIL_RCPT, recipients.head))
        try Self.check(continuo_curl_set_list(handle, CURLOPT_HTTPHEADER, headers.head))
        try Self.check(continuo_curl_set_mime(handle, mime))
        let result = curl_easy_perform(handle)
        guard result != CURLE_OK else { return }
        var code = 0
        _ = continuo_curl_get_long(handle, CURLINFO_RESPONSE_CODE, &code)
        let reason = String(cString: curl_easy_strerror(result))
        if code >= 400 || result == CURLE_LOGIN_DENIED {
            throw Failure(.unavailable, "mail_refused", "The mail server refused the mail (\(code)): \(reason)")
        }
        throw Failure(.unavailable, "mail_unavailable", "The mail server cannot be reached: \(reason)")
    }

    private static var noMemory: Failure { Failure(.unavailable, "mail_unavailable", "libcurl has no memory left.") }

    private static func check(_ code: CURLcode) throws {
        guard code == CURLE_OK else {
            throw Failure(.unexpected, "mail_unavailable", "libcurl: \(String(cString: curl_easy_strerror(code)))")
        }
    }

    // MARK: The message

    /// RFC 5322.
    private func headers(of message: MailMessage) -> [String] {
        let name = sender.name.isEmpty ? "" : Self.encoded(sender.name) + " "
        let domain = sender.address.split(separator: "@").last.map(String.init) ?? "localhost"
        return [
            "Date: " + Self.date(.now), "From: \(name)<\(sender.address)>", "To: <\(message.to)>",
            "Subject: " + Self.encoded(message.subject), "Message-ID: <\(UUID().text)@\(domain)>", "Auto-Submitted: auto-generated",
        ]
    }

    /// Plain text first, HTML after it: clients show the last that they can (RFC 2046, section 5.1.4).
    private static func fill(_ mime: OpaquePointer, with message: MailMessage) throws {
        for (text, type) in [(message.text, "text/plain; charset=utf-8"), (message.html, "text/html; charset=utf-8")] {
            guard let part = curl_mime_addpart(mime) else { throw noMemory }
            try check(curl_mime_data(part, text, text.utf8.count))
            try check(curl_mime_type(part, type))
            try check(curl_mime_encoder(part, "base64"))
        }
    }

    /// RFC 2047, where the text is not plain ASCII.
    private static func encoded(_ text: String) -> String {
        text.utf8.allSatisfy { $0 >= 32 && $0 < 127 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: ">") }
            ? text : "=?utf-8?B?\(Data(text.utf8).base64EncodedString())?="
    }

    /// RFC 5322, section 3.3.
    private static func date(_ date: Date) -> String {
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(identifier: "UTC")
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss '+0000'"
        return format.string(from: date)
    }
}

/// A list of lines, as libcurl takes them; freed with it.
private final class Lines {
    private(set) var head: UnsafeMutablePointer<curl_slist>?

    init(_ lines: [String]) {
        for line in lines { head = curl_slist_append(head, line) }
    }

    deinit {
        curl_slist_free_all(head)
    }
}
