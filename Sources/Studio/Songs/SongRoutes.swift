import Audio
import Core
import Foundation
import HTTP
import HTTPTypes
import Hummingbird
import Synthesis

/// `/songs`: a person's songs and the files made of each.
public struct SongRoutes: Sendable {
    private let store: SongStore
    private let files: SongFiles
    private let links: SongLinks
    private let renderer: @Sendable () throws -> Renderer

    /// renderer: makes what renders stems.
    public init(store: SongStore, files: SongFiles, signer: TokenSigner, renderer: @escaping @Sendable () throws -> Renderer) {
        self.store = store
        self.files = files
        links = SongLinks(signer: signer)
        self.renderer = renderer
    }

    public func addRoutes(to router: some RouterMethods<AppRequestContext>) {
        router.group("songs")
            .get("") { request, context in try await list(request, context) }
            .get("{id}") { request, context in
                let claims = try context.requireClaims()
                return Response.json(try await json(try await store.song(try context.parameters.requireID(), for: claims), claims).text)
            }
            .patch("{id}") { request, context in try await update(request, context) }
            .delete("{id}") { _, context in
                try await store.delete(try context.parameters.requireID(), for: try context.requireUser(), files: files)
                return Response.noContent
            }
            .get("{id}/lineage") { _, context in
                Response.json(try await store.lineage(of: try context.parameters.requireID(), for: try context.requireClaims()))
            }
            .get("{id}/audio") { request, context in try await audio(request, context) }
            .get("{id}/peaks") { request, context in
                let song = try await song(request, context)
                return try await FileResponse(file: try await files.peaks(of: song), contentType: "application/json; charset=utf-8")
                    .response(to: request, context: context)
            }
            .get("{id}/score") { request, context in
                let song = try await song(request, context)
                return try await FileResponse(file: try files.scoreFile(of: song), contentType: "application/json; charset=utf-8")
                    .response(to: request, context: context)
            }
            .get("{id}/midi") { request, context in
                let song = try await song(request, context)
                return try await FileResponse(
                    file: try await files.midi(of: song), contentType: "audio/midi", downloadName: Self.fileName(song, "mid")
                ).response(to: request, context: context)
            }
            .get("{id}/als") { request, context in
                let song = try await song(request, context)
                return try await FileResponse(
                    file: try await files.liveSet(of: song), contentType: "application/octet-stream",
                    downloadName: Self.fileName(song, "als")
                ).response(to: request, context: context)
            }
            .get("{id}/musicxml") { request, context in
                let song = try await song(request, context)
                return try await FileResponse(
                    file: try await files.leadSheet(of: song), contentType: "application/vnd.recordare.musicxml+xml",
                    downloadName: Self.fileName(song, "musicxml")
                ).response(to: request, context: context)
            }
            .get("{id}/lrc") { request, context in
                let song = try await song(request, context)
                return try await FileResponse(
                    file: try await files.lyrics(of: song), contentType: "text/plain; charset=utf-8",
                    downloadName: Self.fileName(song, "lrc")
                ).response(to: request, context: context)
            }
            .get("{id}/stems") { request, context in
                let song = try await song(request, context)
                return try await FileResponse(
                    file: try await files.stems(of: song, renderer: renderer), contentType: "application/zip",
                    downloadName: Self.fileName(song, "zip", suffix: " stems")
                ).response(to: request, context: context)
            }
    }

    private func list(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        let claims = try context.requireUser()
        let query = request.uri.queryParameters
        var reader = QueryReader(query)
        let limit = reader.integer("limit", 1...200) ?? 50
        let before = reader.date("before")
        try reader.finish()
        var items: [JSONValue] = []
        for song in try await store.songs(of: claims, limit: limit, before: before) { items.append(try await json(song, claims)) }
        return Response.json(JSONValue.object(["songs": .array(items)]).text)
    }

    private func update(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        let claims = try context.requireUser()
        let id = try context.parameters.requireID()
        var reader = FieldReader(try await request.jsonObject(), known: ["title", "is_public", "sync_enabled"])
        let title = reader.text("title", 1...200)
        let isPublic = reader.flag("is_public")
        let isSyncEnabled = reader.flag("sync_enabled")
        try reader.finish()
        let song = try await store.update(id, title: title, isPublic: isPublic, isSyncEnabled: isSyncEnabled, for: claims)
        return Response.json(try await json(song, claims).text)
    }

    private func audio(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        let name = request.uri.queryParameters["format"].map(String.init) ?? "wav"
        guard let format = AudioFormat(rawValue: name) else {
            throw Failure(
                .invalid, "invalid_request", "There is no format “\(name.prefix(20))”.",
                fields: [.init("format", "must be one of wav, flac, mp3, opus")])
        }
        let song = try await song(request, context)
        let isDownload = request.uri.queryParameters["download"] != nil
        let file = try await files.audio(of: song, format: format)
        var response = try await FileResponse(
            file: file, contentType: format.mimeType, cacheControl: song.isPublic ? "public, max-age=3600" : "private, max-age=3600",
            downloadName: isDownload ? Self.fileName(song, format.fileExtension) : nil
        ).response(to: request, context: context)
        if !isDownload {
            response.headers[.contentDisposition] =
                "inline; " + FileResponse.disposition(Self.fileName(song, format.fileExtension)).dropFirst(12)
        }
        return response
    }

    /// The song of a request that may come with a token, with a signed link, or for a public song with neither.
    private func song(_ request: Request, _ context: AppRequestContext) async throws -> Song {
        let id = try context.parameters.requireID()
        if let token = request.uri.queryParameters["token"] {
            return try await store.song(id, for: try await links.claims(String(token), for: id))
        }
        guard let claims = context.claims else {
            do {
                return try await store.song(id, for: .anonymous)
            } catch let failure as Failure where failure.kind == .notFound {
                _ = try context.requireClaims()
                throw failure
            }
        }
        return try await store.song(id, for: claims)
    }

    private func json(_ song: Song, _ claims: Claims) async throws -> JSONValue {
        song.json(linkToken: try await links.token(for: song.id, viewer: claims.userID))
    }

    /// "Night Drive.mp3".
    private static func fileName(_ song: Song, _ ending: String, suffix: String = "") -> String {
        song.title.replacing("/", with: "-") + suffix + "." + ending
    }
}
