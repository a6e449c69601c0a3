import Music

/// The instruments the composer knows, with the range they sound well in and the words that ask for them.
public struct Orchestra: Sendable {
    public struct Entry: Sendable {
        public let id: String
        public let instrument: Instrument
        /// MIDI notes.
        let range: ClosedRange<Int>
        /// The roles a prompt's wish for it fills, the best first.
        let roles: [Score.Part.Role]
        let words: [String]
    }

    public let entries: [Entry]
    private let byID: [String: Int]
    private let byName: [String: Int]

    init(_ entries: [Entry]) {
        self.entries = entries
        byID = Dictionary(entries.enumerated().map { ($1.id, $0) }) { first, _ in first }
        byName = Dictionary(entries.enumerated().map { ($1.instrument.name, $0) }) { first, _ in first }
    }

    func entry(_ id: String) -> Entry? { byID[id].map { entries[$0] } }

    func entry(for instrument: Instrument) -> Entry? { byName[instrument.name].map { entries[$0] } }
}
