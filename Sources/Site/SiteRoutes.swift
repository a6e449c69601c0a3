import Core
import Foundation
import HTTP
import HTTPTypes
import Hummingbird

/// Serves the studio's files as they were written, with the headers a page needs.
public struct SiteRoutes: Sendable {
    private let folder: URL
    private let configuration: String

    static let contentSecurityPolicy =
        "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; style-src 'self' 'unsafe-inline'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"

    /// folder: `site/`. configuration: the JSON that the page fetches first (public values only).
    public init(folder: URL, configuration: String) {
        self.folder = folder.resolvingSymlinksInPath()
        self.configuration = configuration
    }

    public func addRoutes(to router: some RouterMethods<AppRequestContext>) {
        router.get("config.json") { _, _ in Response.json(configuration, headers: [.cacheControl: "no-store"]) }
        router.get("") { request, context in try await page(request, context) }
        router.get("**") { request, context in try await file(request, context) }
    }

    private func page(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        try await send(folder.appending(path: "index.html"), request, context)
    }

    private func file(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        let path = request.uri.path.removingPercentEncoding ?? ""
        let segments = path.split(separator: "/")
        // Names of our own files are plain; anything else, dots first of all, is nobody's.
        guard !segments.isEmpty,
            segments.allSatisfy({ !$0.hasPrefix(".") && $0.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) } }
            )
        else { throw Failure(.notFound, "not_found", "There is no page at this address.") }
        let file = segments.reduce(folder) { $0.appending(path: String($1)) }
        guard file.resolvingSymlinksInPath().path.hasPrefix(folder.path + "/") else {
            throw Failure(.notFound, "not_found", "There is no page at this address.")
        }
        return try await send(file, request, context)
    }

    private func send(_ file: URL, _ request: Request, _ context: AppRequestContext) async throws -> Response {
        var response = try await FileResponse(
            file: file, contentType: Self.types[file.pathExtension.lowercased()] ?? "application/octet-stream",
            cacheControl: "no-cache"
        ).response(to: request, context: context)
        response.headers[.contentSecurityPolicy] = Self.contentSecurityPolicy
        return response
    }

    static let types = [
        "html": "text/html; charset=utf-8", "js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8",
        "svg": "image/svg+xml",
        "json": "application/json; charset=utf-8", "png": "image/png", "ico": "image/x-icon", "woff2": "font/woff2", "woff": "font/woff",
        "ttf": "font/ttf", "otf": "font/otf", "txt": "text/plain; charset=utf-8", "webmanifest": "application/manifest+json",
        "map": "application/json",
    ]
}
