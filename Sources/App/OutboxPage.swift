import Auth
import Core
import Foundation
import HTTP
import HTTPTypes
import Hummingbird
import NIOCore

/// `/outbox`: the mails that did not leave this machine, for those who sit at it.
struct OutboxPage: Sendable {
    let outbox: Outbox

    func addRoutes(to router: some RouterMethods<AppRequestContext>) {
        router.get("outbox") { request, context in
            guard Self.isOpen(to: request, context) else { throw Failure(.notFound, "not_found", "There is nothing at this address.") }
            let entries = try await outbox.entries()
            if request.headers[.accept]?.contains("application/json") == true { return try Response.json(entries) }
            return Response(
                status: .ok,
                headers: [
                    .contentType: "text/html; charset=utf-8", .cacheControl: "no-store",
                    .contentSecurityPolicy: "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
                ], body: ResponseBody(byteBuffer: ByteBuffer(string: Self.page(entries))))
        }
    }

    /// Codes let whoever reads them in: only somebody at this machine, no proxy that speaks for others, and no page of another site.
    private static func isOpen(to request: Request, _ context: AppRequestContext) -> Bool {
        guard let peer = context.remoteAddress, TrustedProxies.loopback.contains(peer), isLocal(request.head.authority ?? "") else {
            return false
        }
        let site = header("sec-fetch-site", request) ?? "none"
        return request.headers[.origin] == nil && header("x-forwarded-for", request) == nil && header("forwarded", request) == nil
            && (site == "none" || site == "same-origin")
    }

    private static func header(_ name: String, _ request: Request) -> String? {
        HTTPField.Name(name).flatMap { request.headers[$0] }
    }

    /// Whether the name asked for is this machine's: another site's name that leads here (DNS rebinding) is not.
    private static func isLocal(_ authority: String) -> Bool {
        let host = authority.hasPrefix("[") ? String(authority.dropFirst().prefix { $0 != "]" }) : String(authority.prefix { $0 != ":" })
        return host == "localhost" || TrustedProxies.loopback.contains(host)
    }

    private static func page(_ entries: [Outbox.Entry]) -> String {
        let mails = entries.map { entry in
            """
            <article><h2>\(HTMLText.escaped(entry.message.subject))</h2>
            <p>To \(HTMLText.escaped(entry.message.to)), <time>\(entry.sentAt.rfc3339.prefix(19).replacing("T", with: " "))</time> UTC</p>
            <pre>\(linked(entry.message.text))</pre></article>
            """
        }
        return """
            <!doctype html><html lang="en"><head><meta charset="utf-8"><title>Outbox · Continuo</title>
            <meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><style>
            body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:0 auto;padding:1.5rem}
            article{border:1px solid color-mix(in srgb,currentColor 25%,transparent);border-radius:.75rem;padding:0 1rem;margin:1rem 0}
            h2{font-size:1.05rem;margin-bottom:0} h2+p{opacity:.75;margin-top:0} pre{white-space:pre-wrap;overflow-wrap:anywhere}
            </style></head><body><h1>Outbox</h1>
            <p>Mails that would have been sent. No mail server is set, so they wait here, on this machine alone.</p>
            <main>\(mails.isEmpty ? "<p>Nothing yet.</p>" : mails.joined())</main></body></html>
            """
    }

    /// Addresses in the text become links.
    private static func linked(_ text: String) -> String {
        text.split(separator: " ", omittingEmptySubsequences: false).map { part in
            let lines = part.split(separator: "\n", omittingEmptySubsequences: false).map { word in
                let safe = HTMLText.escaped(String(word))
                return word.hasPrefix("http://") || word.hasPrefix("https://") ? "<a href=\"\(safe)\">\(safe)</a>" : safe
            }
            return lines.joined(separator: "\n")
        }.joined(separator: " ")
    }
}
