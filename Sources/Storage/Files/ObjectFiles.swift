import Core
import Foundation

/// Where the bytes of objects are kept: one immutable file for each version.
///
/// `LocalFiles` keeps them on disk, `RemoteFiles` in another Supabase-compatible storage. Who may read what is not decided here: only rows
/// lead to versions.
protocol ObjectFiles: Sendable {
    /// Takes a finished file of this machine over; it is durable when this returns, and gone from where it was.
    func keep(_ file: URL, as version: String, size: Int) async throws
    /// The version's bytes, or those in the range. size: of the whole. Throws `object_not_found`.
    func bytes(of version: String, size: Int, range: ClosedRange<Int>?) async throws -> ObjectBytes
    /// The same bytes under another version.
    func copy(_ version: String, to other: String) async throws
    /// Removes versions; those that are not there do not matter. Throws when some may be left.
    func remove(_ versions: [String]) async throws
    /// Every version older than the date, in pieces.
    func versions(before date: Date, _ body: ([String]) async throws -> Void) async throws
}
