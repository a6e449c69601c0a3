import Core
import Hummingbird
import NIOCore

/// A request's body, with a bound on all of it; one that ends early is the client's doing, and said so.
struct IncomingBody: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    private let body: RequestBody
    private let limit: Int

    /// limit: bytes, whatever they are for.
    init(_ body: RequestBody, limit: Int = .max) {
        self.body = body
        self.limit = limit
    }

    struct Iterator: AsyncIteratorProtocol {
        var body: RequestBody.AsyncIterator
        let limit: Int
        var count = 0

        /// Throws `body_incomplete`, `object_too_large`.
        mutating func next() async throws -> ByteBuffer? {
            let buffer: ByteBuffer?
            do {
                buffer = try await body.next()
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                throw StorageFailures.incomplete(error)
            }
            count += buffer?.readableBytes ?? 0
            guard count <= limit else { throw StorageFailures.tooLarge }
            return buffer
        }
    }

    func makeAsyncIterator() -> Iterator { Iterator(body: body.makeAsyncIterator(), limit: limit) }
}
