import Core
import Database

/// An answer, before it is HTTP.
struct RestResponse: Sendable {
    enum Body: Sendable {
        case empty
        case text(String)
        case bytes([UInt8])
        /// The column `body` of the first row.
        case rows(Rows)
        /// Rows that are still coming, and what stands before and after them.
        case stream(RowStream, before: [UInt8], after: String)
    }

    var status: Int
    var reason: String?
    var headers: [(name: String, value: String)] = []
    var body = Body.empty

    init(_ status: Int, _ headers: [(name: String, value: String)] = [], _ body: Body = .empty) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// isTerse: code and message only.
    init(_ error: RestError, isTerse: Bool = false) {
        status = error.status
        reason = error.reason
        headers = [("Content-Type", "application/json; charset=utf-8"), ("Proxy-Status", "PostgREST; error=\(error.code)")] + error.headers
        body = .text(isTerse ? error.terseBody : error.body)
    }
}

/// What the main statement's first row says.
struct ResultSummary {
    var total: Int?
    var rows: Int
    var location: [(name: String, value: String)]
    var inserted: Int?
    var responseHeaders: String?
    var responseStatus: String?

    /// Throws `row_decoding` when the row is not the main statement's.
    init(_ row: Row) throws {
        total = try row.decodeIfPresent("total")
        rows = try row.decode("page_total")
        inserted = try row.decodeIfPresent("inserted")
        responseHeaders = try row.decodeIfPresent("response_headers")
        responseStatus = try row.decodeIfPresent("response_status")
        let location = row.contains("location") ? try row.decodeIfPresent("location", as: String.self) : nil
        self.location = []
        guard let location, case .array(let pairs)? = JSONValue(parsing: location.utf8) else { return }
        for case .array(let pair) in pairs where pair.count == 2 {
            if let name = pair[0].string, let value = pair[1].string { self.location.append((name, value)) }
        }
    }
}

/// Makes the answer to a request out of what the database gave. Pure.
struct ResponseBuilder {
    let request: RestRequest
    let configuration: RestConfiguration

    /// body: what is sent where the request wants one.
    func response(to plan: ActionPlan, _ summary: ResultSummary, body: RestResponse.Body) throws(RestError) -> RestResponse {
        var response: RestResponse
        switch plan {
        case .read(_, let headersOnly, let handler): response = read(summary, handler, body, headersOnly: headersOnly)
        case .write(let write, _, let mutation, let handler): response = self.write(write, mutation, summary, handler, body)
        case .call(let call, _, let headersOnly, let handler):
            response = self.call(call, summary, handler, body, headersOnly: headersOnly)
        case .describe, .options: response = RestResponse(200)
        }
        try override(&response, summary)
        return response
    }

    private func read(
        _ summary: ResultSummary, _ handler: MediaHandler, _ body: RestResponse.Body, headersOnly: Bool
    ) -> RestResponse {
        let (status, contentRange) = request.range.answer(rows: summary.rows, total: summary.total)
        var headers = [("Content-Range", contentRange)]
        if let contentLocation { headers.append(("Content-Location", contentLocation)) }
        headers += contentHeaders(handler)
        if let applied = applied { headers.append(("Preference-Applied", applied)) }
        return finished(status, headers, body, summary, headersOnly: headersOnly)
    }

    private func call(
        _ call: CallPlan, _ summary: ResultSummary, _ handler: MediaHandler, _ body: RestResponse.Body, headersOnly: Bool
    ) -> RestResponse {
        let (status, contentRange) = request.range.answer(rows: summary.rows, total: summary.total)
        var headers = [("Content-Range", contentRange)]
        if let applied = applied(maxAffected: true) { headers.append(("Preference-Applied", applied)) }
        if call.function.returnsVoid { return RestResponse(204, headers) }
        return finished(status, headers + contentHeaders(handler), body, summary, headersOnly: headersOnly)
    }

    private func finished(
        _ status: Int, _ headers: [(String, String)], _ body: RestResponse.Body, _ summary: ResultSummary, headersOnly: Bool
    ) -> RestResponse {
        guard status != 416 else {
            let error = RestError.outOfBounds(offset: request.range.offset, total: summary.total ?? 0)
            return RestResponse(status, headers, headersOnly ? .empty : .text(error.body))
        }
        return RestResponse(status, headers, headersOnly ? .empty : body)
    }

    private func write(
        _ write: WritePlan, _ mutation: RestRequest.Mutation, _ summary: ResultSummary, _ handler: MediaHandler,
        _ body: RestResponse.Body
    ) -> RestResponse {
        let preferences = request.preferences
        let counted = preferences.wantsCount ? Optional(summary.rows) : nil
        let isFull = preferences.representation == .full
        var headers: [(String, String)] = []
        var status = isFull ? 200 : 204
        var effective = preferences
        effective.maxAffected = nil
        switch mutation {
        case .insert:
            if !summary.location.isEmpty {
                let query = summary.location.map { URLEncodedForm.encoded($0.name) + "=" + URLEncodedForm.encoded($0.value) }
                headers.append(("Location", "/\(write.table.name)?" + query.joined(separator: "&")))
            }
            headers.append(("Content-Range", RowRange.contentRange(1, 0, total: counted)))
            if write.primaryKey.isEmpty, request.parameters.onConflict == nil { effective.resolution = nil }
            status = (summary.inserted ?? 0) <= 0 && preferences.resolution == .merge ? 200 : 201
        case .update:
            headers.append(("Content-Range", RowRange.contentRange(0, summary.rows - 1, total: counted)))
            effective.resolution = nil
            effective.maxAffected = preferences.maxAffected
        case .delete:
            headers.append(("Content-Range", RowRange.contentRange(1, 0, total: counted)))
            effective.resolution = nil
            effective.missing = nil
            effective.maxAffected = preferences.maxAffected
        case .upsertOne:
            effective.resolution = nil
            effective.missing = nil
            if isFull { status = (summary.inserted ?? 0) > 0 ? 201 : 200 }
        }
        if isFull { headers += contentHeaders(handler) }
        if let applied = effective.applied { headers.append(("Preference-Applied", applied)) }
        return RestResponse(status, headers, isFull ? body : .empty)
    }

    // MARK: Headers

    /// Bytes. Clients bound the headers of an answer (Node.js to 16 KB in all), and long lists of values are encoded even longer.
    private static let longestLocation = 4 << 10

    private var contentLocation: String? {
        let path = String(request.raw.path)
        let query = request.parameters.canonical
        guard path.utf8.count + query.utf8.count < Self.longestLocation else { return nil }
        return query.isEmpty ? path : path + "?" + query
    }

    private func contentHeaders(_ handler: MediaHandler) -> [(String, String)] {
        [("Content-Type", handler.media.contentType)] + profileHeaders
    }

    var profileHeaders: [(String, String)] {
        request.showsProfile ? [("Content-Profile", request.schema)] : []
    }

    private var applied: String? { applied(maxAffected: false) }

    private func applied(maxAffected: Bool) -> String? {
        var effective = request.preferences
        effective.resolution = nil
        effective.representation = nil
        effective.missing = nil
        if !maxAffected { effective.maxAffected = nil }
        return effective.applied
    }

    /// `response.headers` and `response.status`: SQL has the last word. Throws `PGRST111`, `PGRST112`.
    private func override(_ response: inout RestResponse, _ summary: ResultSummary) throws(RestError) {
        if let text = summary.responseStatus {
            guard let status = Int(text), RestError.finalStatuses.contains(status) else { throw .invalidResponseStatus }
            response.status = status
        }
        guard let text = summary.responseHeaders else { return }
        guard case .array(let items) = JSONValue(parsing: text.utf8) else { throw .invalidResponseHeaders }
        var headers: [(name: String, value: String)] = []
        for item in items {
            guard let member = item.object, member.count == 1, let (name, value) = member.first, let value = value.string else {
                throw .invalidResponseHeaders
            }
            headers.append((name, value))
        }
        let overridden = Set(headers.map { $0.name.lowercased() })
        response.headers.removeAll { overridden.contains($0.name.lowercased()) }
        response.headers += headers
    }
}
