import Core
import Crypto
import Database
import Foundation
import HTTP
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Storage
import Synchronization

/// `GET /account/export`: everything that is a person's, as one ZIP, made while it is sent.
///
///     account.json              the account, with the ways to sign in
///     rows/<table>.json         their rows, an array each
///     live-sets/<id>.json       what was read out of their Live sets
///     files/<bucket>/<name>     their objects, songs first of all
///     checksums.sha256          of everything above, as `sha256sum -c` reads it
public struct ExportRoutes: Sendable {
    private let database: Database
    private let objects: ObjectStore
    private let desk = ExportDesk()

    public init(database: Database, objects: ObjectStore) {
        self.database = database
        self.objects = objects
    }

    public func addRoutes(to router: some RouterMethods<AppRequestContext>) {
        router.get("account/export") { _, context in
            let claims = try context.requireUser()
            guard let person = claims.userID else { throw Database.missingRows }
            // Asked before anything is sent: an error can still be told.
            let account = try await account(of: person)
            guard let seat = desk.seat(for: person) else {
                throw Failure(
                    .limited, "export_busy", "This or another export is still running.", hint: "Try again when it has ended.")
            }
            let logger = context.logger
            let name = "Continuo \(Date.now.formatted(.iso8601.year().month().day())).zip"
            let headers: HTTPFields = [
                .contentType: "application/zip", .contentDisposition: FileResponse.disposition(name), .cacheControl: "no-store",
            ]
            let body = ResponseBody { writer in
                defer { withExtendedLifetime(seat) {} }
                var archive = Archive(writer: writer)
                do {
                    try await fill(&archive, account, of: person, as: claims)
                    try await archive.finish()
                } catch {
                    // A ZIP without its directory does not open: nobody takes half of it for the whole.
                    logger.warning("an export ended early: \(String(reflecting: error))")
                    throw error
                }
            }
            return Response(status: .ok, headers: headers, body: body)
        }
    }

    /// Throws `not_found` when the account is gone, though the token still holds.
    private func account(of person: UUID) async throws -> String {
        let rows = try await database.asService(
            """
            select jsonb_build_object('id', u.id, 'email', u.email, 'phone', u.phone, 'created_at', u.created_at,
                'last_sign_in_at', u.last_sign_in_at, 'email_confirmed_at', u.email_confirmed_at, 'is_anonymous', u.is_anonymous,
                'user_metadata', u.raw_user_meta_data, 'app_metadata', u.raw_app_meta_data,
                'identities', (select coalesce(jsonb_agg(jsonb_build_object('provider', i.provider, 'identity_data', i.identity_data,
                    'created_at', i.created_at, 'last_sign_in_at', i.last_sign_in_at) order by i.created_at), '[]')
                    from auth.identities i where i.user_id = u.id),
                'factors', (select coalesce(jsonb_agg(jsonb_build_object('friendly_name', f.friendly_name, 'factor_type', f.factor_type,
                    'status', f.status, 'created_at', f.created_at) order by f.created_at), '[]')
                    from auth.mfa_factors f where f.user_id = u.id))::text as account
            from auth.users u where u.id = \(person) and u.deleted_at is null
            """)
        guard let row = rows.first else { throw Failure(.notFound, "not_found", "This account is gone.") }
        return try row.decode("account")
    }

    private func fill(_ archive: inout Archive, _ account: String, of person: UUID, as claims: Claims) async throws {
        try await archive.add("account.json", text: account + "\n")
        for (name, rows) in PersonalTables.queries(of: person) {
            try await archive.add(
                "rows/\(name).json",
                rows: database.stream("select row_to_json(r)::text from (\(sql: rows)) r", as: claims, separator: ",\n "))
        }
        try await addLiveSets(to: &archive, of: person, as: claims)
        try await addObjects(to: &archive, of: person, as: claims)
    }

    private func addLiveSets(to archive: inout Archive, of person: UUID, as claims: Claims) async throws {
        var last: UUID?
        while true {
            let rows = try await database.asUser(
                claims,
                """
                select s.id, s.summary::text as summary from public.als_summaries s
                where s.artist_id in (select m.artist_id from public.user_artists m where m.user_id = \(person) and m.role = 'owner')
                    and (\(last)::uuid is null or s.id > \(last)) order by s.id limit 20
                """)
            for row in rows {
                let id: UUID = try row.decode("id")
                try await archive.add("live-sets/\(id.text).json", text: try row.decode("summary") + "\n")
                last = id
            }
            if rows.count < 20 { return }
        }
    }

    private func addObjects(to archive: inout Archive, of person: UUID, as claims: Claims) async throws {
        var last: ObjectStore.Owned?
        var missing: [String] = []
        while true {
            let page = try await objects.objects(of: person, as: claims, after: last, in: database)
            for object in page {
                do {
                    try await archive.add(
                        "files/\(object.bucket)/\(object.name)", size: object.size, modified: object.updatedAt,
                        bytes: try await objects.bytes(of: object))
                } catch let failure as Failure where failure.code == "object_not_found" {
                    missing.append("\(object.bucket)/\(object.name)")
                }
            }
            guard let end = page.last else { break }
            last = end
        }
        if !missing.isEmpty {
            try await archive.add("missing.txt", text: "These files could not be found:\n\n" + missing.joined(separator: "\n") + "\n")
        }
    }
}

/// Who is exporting: each holds a connection to the database as long as the client takes to read, so one for each person and two in all.
private final class ExportDesk: Sendable {
    private let people = Mutex<Set<UUID>>([])

    /// Nil where there is no place. The place is free again when nobody holds the seat any more, however the answer ended.
    func seat(for person: UUID) -> Seat? {
        let isFree = people.withLock { $0.count < 2 && $0.insert(person).inserted }
        return isFree ? Seat(person: person, desk: self) : nil
    }

    final class Seat: Sendable {
        private let person: UUID
        private let desk: ExportDesk

        init(person: UUID, desk: ExportDesk) {
            self.person = person
            self.desk = desk
        }

        deinit {
            _ = desk.people.withLock { $0.remove(person) }
        }
    }
}

/// A ZIP on its way, with a checksum of each entry.
private struct Archive {
    private var writer: any ResponseBodyWriter
    private var zip = ZipStream()
    private var sums: [(name: String, sum: String)] = []

    init(writer: any ResponseBodyWriter) {
        self.writer = writer
    }

    mutating func add(_ name: String, text: String) async throws {
        try await add(name, size: text.utf8.count, modified: .now, bytes: .whole(ByteBuffer(string: text)))
    }

    /// rows: JSON texts with commas between.
    mutating func add(_ name: String, rows: RowStream) async throws {
        var hash = SHA256()
        try await writer.write(zip.begin(name))
        try await pass(ByteBuffer(string: "["), &hash)
        while let bytes = try await rows.next() { try await pass(ByteBuffer(bytes: bytes), &hash) }
        try await pass(ByteBuffer(string: "]\n"), &hash)
        try await end(name, hash)
    }

    mutating func add(_ name: String, size: Int, modified: Date, bytes: ObjectBytes) async throws {
        var hash = SHA256()
        try await writer.write(zip.begin(name, size: size, modified: modified))
        try await bytes.forEach { try await pass($0, &hash) }
        try await end(name, hash)
    }

    private mutating func pass(_ buffer: ByteBuffer, _ hash: inout SHA256) async throws {
        buffer.withUnsafeReadableBytes { hash.update(bufferPointer: $0) }
        zip.add(buffer)
        try await writer.write(buffer)
    }

    private mutating func end(_ name: String, _ hash: SHA256) async throws {
        try await writer.write(zip.end())
        sums.append((name, Hexadecimal.text(Array(hash.finalize()))))
    }

    mutating func finish() async throws {
        let lines = sums.map { "\($0.sum)  \($0.name)\n" }.joined()
        try await add("checksums.sha256", text: lines)
        try await writer.write(zip.finish())
        try await writer.finish(nil)
    }
}
