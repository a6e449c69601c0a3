import Core
import Foundation
import HTTPTypes
import Hummingbird

/// Which part of a long list is wanted: `page` from 1, `per_page` 50 unless told.
struct Page: Sendable {
    let number: Int
    let size: Int
    var offset: Int { (number - 1) * size }

    init(number: Int, size: Int) {
        self.number = number
        self.size = size
    }

    /// Throws `validation_failed`.
    init(_ request: Request) throws {
        func read(_ name: String, standard: Int, _ range: ClosedRange<Int>) throws -> Int {
            guard let text = request.uri.queryParameters[Substring(name)], !text.isEmpty else { return standard }
            guard let number = Int(text), range.contains(number) else {
                throw Failure(
                    .invalid, "validation_failed",
                    "Bad Pagination Parameters: \(name) must be from \(range.lowerBound) to \(range.upperBound)")
            }
            return number
        }
        number = try read("page", standard: 1, 1...1_000_000)
        size = try read("per_page", standard: 50, 1...1000)
    }

    /// `X-Total-Count`, and `Link` to the next and the last page (RFC 8288).
    func addHeaders(to response: inout Response, total: Int, path: String) {
        if let name = HTTPField.Name("x-total-count") { response.headers[name] = String(total) }
        let last = max(1, (total + size - 1) / size)
        var links: [String] = []
        func add(_ page: Int, _ relation: String) {
            links.append("<\(path)?page=\(page)&per_page=\(size)>; rel=\"\(relation)\"")
        }
        if number < last { add(number + 1, "next") }
        add(last, "last")
        if let name = HTTPField.Name("link") { response.headers[name] = links.joined(separator: ", ") }
    }
}
