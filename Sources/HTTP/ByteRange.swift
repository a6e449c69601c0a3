/// A single range of a `Range` header, resolved against a length. Source: RFC 9110, section 14.
public enum ByteRange: Equatable, Sendable {
    /// No range, several ranges, another unit or nonsense: send the whole.
    case whole
    /// Inclusive offsets within the content.
    case part(ClosedRange<Int>)
    /// Nothing of the content is in the range: 416.
    case unsatisfiable

    public init(header: String?, length: Int) {
        guard let header, header.lowercased().hasPrefix("bytes=") else {
            self = .whole
            return
        }
        let spec = header.dropFirst("bytes=".count).filter { $0 != " " }
        let bounds = spec.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard bounds.count == 2, !spec.contains(","), bounds.allSatisfy({ $0.allSatisfy { $0.isASCII && $0.isNumber } }) else {
            self = .whole
            return
        }
        switch (Int(bounds[0]), Int(bounds[1])) {
        case (nil, let suffix?) where bounds[0].isEmpty:
            self = suffix == 0 || length == 0 ? .unsatisfiable : .part(max(0, length - suffix)...(length - 1))
        case (let first?, nil) where bounds[1].isEmpty:
            self = first < length ? .part(first...(length - 1)) : .unsatisfiable
        case (let first?, let last?) where first <= last:
            self = first < length ? .part(first...min(last, length - 1)) : .unsatisfiable
        default:
            self = .whole
        }
    }
}
