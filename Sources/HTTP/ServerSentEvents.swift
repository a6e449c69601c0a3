import Hummingbird
import HTTPTypes
import NIOCore

extension Response {
    /// A stream of server-sent events, one `data:` line each; a comment line keeps the connection alive in silence.
    ///
    /// events: JSON texts without line breaks. The stream ends when the sequence ends or the client goes away.
    public static func serverSentEvents(_ events: some AsyncSequence<String, any Error> & Sendable) -> Response {
        let headers: HTTPFields = [.contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-store"]
        return Response(
            status: .ok, headers: headers,
            body: ResponseBody { writer in
                for try await event in events {
                    try await writer.write(ByteBuffer(string: event.isEmpty ? ": still here\n\n" : "data: \(event)\n\n"))
                }
                try await writer.finish(nil)
            })
    }
}
