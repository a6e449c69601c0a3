import Core
import Foundation

/// The API as an OpenAPI 3.1 document, and as a page for people, both from one table.
enum OpenAPI {
    struct Operation {
        var method: String
        var path: String
        var summary: String
        var success: String
        var body: JSONValue?
        var isOpen = false
    }

    static let operations: [Operation] = [
        .init(method: "get", path: "/healthz", summary: "The process is alive", success: "200", isOpen: true),
        .init(method: "get", path: "/readyz", summary: "The database answers", success: "200", isOpen: true),
        .init(method: "get", path: "/metrics", summary: "Prometheus text", success: "200", isOpen: true),
        .init(
            method: "post", path: "/auth/v1/signup", summary: "A new person: e-mail and password, or anonymous with an empty object",
            success: "200"),
        .init(method: "post", path: "/auth/v1/token", summary: "A session, by grant_type=password or refresh_token", success: "200"),
        .init(method: "get", path: "/auth/v1/user", summary: "The signed-in person", success: "200"),
        .init(method: "put", path: "/auth/v1/user", summary: "Change address, password or metadata", success: "200"),
        .init(method: "post", path: "/auth/v1/logout", summary: "End sessions; scope=global, local or others", success: "204"),
        .init(
            method: "delete", path: "/account", summary: "Leave for good, with password or nonce as a fresh proof", success: "204",
            body: ["type": "object", "properties": ["password": field("string"), "nonce": field("string")]]),
        .init(method: "get", path: "/sync", summary: "How far your songs' copies on the second server are", success: "200"),
        .init(method: "get", path: "/account/export", summary: "Zip of everything that is yours", success: "200"),
        .init(method: "post", path: "/generate", summary: "Ask for a song; answers with a job", success: "202", body: generation),
        .init(method: "get", path: "/engines", summary: "What songs can be made by", success: "200"),
        .init(method: "get", path: "/jobs", summary: "Your jobs, newest first; status, kind, limit", success: "200"),
        .init(method: "get", path: "/jobs/{id}", summary: "One job", success: "200"),
        .init(method: "get", path: "/jobs/{id}/events", summary: "The job as server-sent events until it ends", success: "200"),
        .init(method: "delete", path: "/jobs/{id}", summary: "Cancel a job", success: "202"),
        .init(method: "post", path: "/jobs/{id}/retry", summary: "Try a failed or cancelled job again", success: "202"),
        .init(method: "get", path: "/songs", summary: "Your songs, newest first; limit, before", success: "200"),
        .init(method: "get", path: "/songs/{id}", summary: "One song", success: "200"),
        .init(method: "patch", path: "/songs/{id}", summary: "Change title, is_public or sync_enabled", success: "200"),
        .init(method: "delete", path: "/songs/{id}", summary: "Delete a song with all its files", success: "204"),
        .init(method: "get", path: "/songs/{id}/audio", summary: "The sound; format=wav, flac, mp3 or opus; download", success: "200"),
        .init(method: "get", path: "/songs/{id}/midi", summary: "Standard MIDI File", success: "200"),
        .init(method: "get", path: "/styles", summary: "The styles of the built-in engine", success: "200", isOpen: true),
        .init(method: "get", path: "/styles/{style}/sample", summary: "A minute of a style, as MP3", success: "200", isOpen: true),
        .init(method: "post", path: "/styles/{style}/sample", summary: "Have a style's sample made", success: "202"),
        .init(method: "get", path: "/songs/{id}/als", summary: "Ableton Live set", success: "200"),
        .init(method: "get", path: "/songs/{id}/musicxml", summary: "Lead sheet as MusicXML", success: "200"),
        .init(method: "get", path: "/songs/{id}/lrc", summary: "Lyrics in time", success: "200"),
        .init(method: "get", path: "/songs/{id}/stems", summary: "Zip of the stems", success: "200"),
        .init(method: "get", path: "/songs/{id}/peaks", summary: "Waveform overview", success: "200"),
        .init(method: "get", path: "/songs/{id}/score", summary: "The composition", success: "200"),
        .init(method: "get", path: "/songs/{id}/lineage", summary: "Ancestors and descendants", success: "200"),
    ]

    private static func field(_ type: String, _ more: [String: JSONValue] = [:]) -> JSONValue {
        .object(more.merging(["type": .string(type)]) { first, _ in first })
    }

    private static func range(_ low: Double, _ high: Double) -> [String: JSONValue] {
        ["minimum": .number(low), "maximum": .number(high)]
    }

    private static let generation: JSONValue = [
        "type": "object", "required": .array(["prompt"]), "additionalProperties": .bool(false),
        "properties": [
            "prompt": field("string", ["minLength": .number(1), "maxLength": .number(2000)]),
            "lyrics": field("string", ["maxLength": .number(10_000)]),
            "title": field("string", ["maxLength": .number(200)]),
            "task": field("string", ["enum": .array(["text2music", "similar", "extend", "repaint", "remix"])]),
            "duration": field("number", range(10, 600)), "seed": field("integer", range(0, 9_007_199_254_740_991)),
            "engine": field("string"), "bpm": field("number", range(30, 300)), "key": field("string"), "time_signature": field("string"),
            "instrumental": field("boolean"), "parent_id": field("string", ["format": "uuid"]), "repaint_start": field("number"),
            "repaint_end": field("number"), "extend_before": field("number"), "extend_after": field("number"),
            "source_path": field("string"), "count": field("integer", ["minimum": .number(1), "maximum": .number(8)]),
            "artist_id": field("string", ["format": "uuid"]), "is_public": field("boolean"),
            "format": field("string", ["enum": .array(["wav", "flac", "mp3", "opus"])]),
        ],
    ]

    static func document(publicURL: String) -> String {
        var paths: [String: JSONValue] = [:]
        for operation in operations {
            var details: [String: JSONValue] = [
                "summary": .string(operation.summary),
                "responses": .object([
                    operation.success: ["description": "Done"],
                    "default": [
                        "description": "What went wrong",
                        "content": ["application/json": ["schema": ["$ref": "#/components/schemas/Error"]]],
                    ],
                ]),
            ]
            if operation.isOpen { details["security"] = .array([]) }
            if let body = operation.body {
                details["requestBody"] = ["required": .bool(true), "content": ["application/json": ["schema": body]]]
            }
            if operation.path.contains("{id}") {
                details["parameters"] = .array([
                    ["name": "id", "in": "path", "required": .bool(true), "schema": ["type": "string", "format": "uuid"]]
                ])
            }
            var item = paths[operation.path]?.object ?? [:]
            item[operation.method] = .object(details)
            paths[operation.path] = .object(item)
        }
        let error: JSONValue = [
            "type": "object",
            "properties": [
                "error": [
                    "type": "object", "required": .array(["code", "message"]),
                    "properties": ["code": field("string"), "message": field("string"), "hint": field("string")],
                ]
            ],
        ]
        let document: JSONValue = [
            "openapi": "3.1.0", "info": ["title": "Continuo", "version": .string(Continuo.version)],
            "servers": .array([["url": .string(publicURL)]]), "security": .array([["token": .array([])]]), "paths": .object(paths),
            "components": [
                "schemas": ["Error": error], "securitySchemes": ["token": ["type": "http", "scheme": "bearer", "bearerFormat": "JWT"]],
            ],
        ]
        return document.text
    }

    static var page: String {
        let rows = operations.map { operation in
            "<tr><td><code>\(operation.method.uppercased())</code></td><td><code>\(operation.path)</code></td><td>\(operation.summary)</td></tr>"
        }
        return """
            <!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Continuo: the API</title>
            <style>:root{color-scheme:light dark}body{font:16px/1.5 system-ui;max-width:60rem;margin:2rem auto;padding:0 1rem}td{padding:.35rem .8rem .35rem 0;\
            border-block-end:1px solid color-mix(in srgb,currentColor 15%,transparent);vertical-align:top}table{border-collapse:collapse;width:100%}</style>
            <main><h1>Continuo: the API</h1><p>JSON in and out; <code>Authorization: Bearer</code> with the access token of a session. Errors are
            <code>{"error":{"code","message","hint"}}</code>. The same as a document: <a href="/openapi.json">openapi.json</a>.</p>
            <table><tbody>\(rows.joined())</tbody></table></main></html>
            """
    }
}
