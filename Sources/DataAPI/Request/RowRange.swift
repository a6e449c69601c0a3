/// Which rows of a result are wanted: `limit` and `offset`, or the `Range` header.
struct RowRange: Hashable, Sendable {
    var offset = 0
    /// Nil for no limit.
    var limit: Int?

    static let all = RowRange()

    var isAll: Bool { self == .all }

    /// The last row of it, where there is a limit.
    private var upper: Int? { limit.map { offset + $0 - 1 } }

    /// Of the rows in this range, at most so many.
    func restricted(to maximum: Int?) -> RowRange {
        guard let maximum else { return self }
        return RowRange(offset: offset, limit: min(limit ?? maximum, maximum))
    }

    /// The rows in both; nil where they have none in common.
    func intersection(_ other: RowRange) -> RowRange? {
        let lower = max(offset, other.offset)
        guard let upper = [upper, other.upper].compactMap({ $0 }).min() else { return RowRange(offset: lower) }
        return upper < lower ? nil : RowRange(offset: lower, limit: upper - lower + 1)
    }

    /// `Range: 0-9`, `Range: 10-`; whatever is no such range asks for everything. Nil for one that ends before it begins.
    static func header(_ text: String?) -> RowRange? {
        guard let text else { return .all }
        let halves = text.split(separator: "-", omittingEmptySubsequences: false)
        guard halves.count == 2, let lower = number(halves[0]) else { return .all }
        if halves[1].isEmpty { return RowRange(offset: lower) }
        guard let upper = number(halves[1]) else { return .all }
        return upper < lower ? nil : RowRange(offset: lower, limit: upper - lower + 1)
    }

    private static func number(_ digits: Substring) -> Int? {
        guard !digits.isEmpty, digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
        // Far beyond any table, and far from overflowing.
        return min(Int(digits) ?? .max, 1 << 53)
    }

    /// `limit=` and `offset=` of one resource. What is no number is as good as absent.
    init(limit: String?, offset: String?) {
        self.offset = offset.flatMap { Int($0) }.map { max(min($0, 1 << 53), 0) } ?? 0
        self.limit = limit.flatMap { Int($0) }.map { max(min($0, 1 << 53), -(1 << 53)) }
    }

    init(offset: Int = 0, limit: Int? = nil) {
        self.offset = offset
        self.limit = limit
    }
}

extension RowRange {
    /// The range of the resource itself: query parameters and, on GET, the `Range` header. Throws `PGRST103`.
    static func topLevel(parameters: RowRange, header: String?, method: RestMethod) throws(RestError) -> RowRange {
        if parameters.limit == 0 { return RowRange(offset: 0, limit: 0) }
        guard let fromHeader = method == .get ? Self.header(header) : .all else { throw .invertedRange }
        if let limit = parameters.limit, limit < 0 { throw .negativeLimit }
        guard !fromHeader.isAll else { return parameters }
        guard let both = fromHeader.intersection(parameters) else { throw .negativeLimit }
        return both
    }

    /// `0-9/*`, `*/0`: what is said to have been returned.
    static func contentRange(_ lower: Int, _ upper: Int, total: Int?) -> String {
        let rows = total != 0 && lower <= upper ? "\(lower)-\(upper)" : "*"
        return "\(rows)/\(total.map(String.init) ?? "*")"
    }

    /// The status and `Content-Range` of a read that returned so many rows.
    func answer(rows: Int, total: Int?) -> (status: Int, contentRange: String) {
        let upper = offset + rows - 1
        let header = Self.contentRange(offset, upper, total: total)
        guard let total else { return (200, header) }
        return (offset > total ? 416 : rows < total ? 206 : 200, header)
    }
}
