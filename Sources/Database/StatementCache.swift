import Core

/// Which statements one connection has prepared, by role and text, bounded by use: the least recently used go first. Pure.
///
/// The role is part of the key because row-level security is planned per role: sharing a statement would replan it at every change.
package struct StatementCache: Sendable {
    package struct Key: Sendable, Hashable {
        package var role: String
        package var text: String

        package init(role: String, text: String) {
            self.role = role
            self.text = text
        }

        // By bytes, as the server compares them, and much quicker than by characters.
        package static func == (left: Key, right: Key) -> Bool {
            left.text.isExactly(right.text) && left.role.isExactly(right.role)
        }

        package func hash(into hasher: inout Hasher) {
            ExactText(text).hash(into: &hasher)
        }
    }

    package struct Lookup: Sendable, Hashable {
        package var name: String
        /// Whether it must be prepared first.
        package var isNew: Bool

        package init(name: String, isNew: Bool) {
            self.name = name
            self.isNew = isNew
        }
    }

    private struct Entry {
        var name: String
        var usedAt: Int
    }

    private let capacity: Int
    private let prefix: String
    private var entries: [Key: Entry] = [:]
    private var clock = 0
    /// Statements the server still holds and nobody will use again.
    package private(set) var discarded: [String] = []

    /// `prefix` keeps names apart from those of other clients that a connection pooler may have served on the same session.
    package init(capacity: Int, prefix: String) {
        self.capacity = max(1, capacity)
        self.prefix = prefix
    }

    package var count: Int { entries.count }

    package mutating func use(_ key: Key) -> Lookup {
        clock += 1
        if let name = entries[key]?.name {
            entries[key]?.usedAt = clock
            return Lookup(name: name, isNew: false)
        }
        let entry = Entry(name: "\(prefix)\(clock)", usedAt: clock)
        entries[key] = entry
        return Lookup(name: entry.name, isNew: true)
    }

    /// The server did not prepare it after all.
    package mutating func forget(_ key: Key) {
        entries[key] = nil
    }

    /// It no longer fits: prepare anew at the next use.
    package mutating func discard(_ key: Key) {
        if let entry = entries.removeValue(forKey: key) { discarded.append(entry.name) }
    }

    package mutating func discardAll() {
        discarded += entries.values.map(\.name)
        entries = [:]
    }

    /// Brings the cache back to its bound. Not to be called while a batch is under way, which may count on what it looked up.
    package mutating func trim() {
        guard entries.count > capacity else { return }
        for (key, _) in entries.sorted(by: { $0.value.usedAt < $1.value.usedAt }).prefix(entries.count - capacity) { discard(key) }
    }

    /// Hands over the discarded names, to be deallocated now.
    package mutating func takeDiscarded() -> [String] {
        defer { discarded = [] }
        return discarded
    }
}
