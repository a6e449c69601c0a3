/// Finds the name that was probably meant: names that share pairs or triples of letters, ranked by edit distance.
///
/// Source: G. Axel, "fuzzyset" (cosine similarity of character n-grams), whose scores PostgREST's hints follow; V. Levenshtein 1966.
struct FuzzySet {
    private let names: [String]

    /// Looking costs time for each name and letter: neither many names nor long texts are searched, which no name is meant by anyway.
    private static let (mostNames, longestText) = (500, 256)

    init(_ names: some Sequence<String>) {
        let names = Set(names)
        self.names = names.count < Self.mostNames ? names.sorted() : []
    }

    struct Match: Hashable {
        /// 0…1; 1 for the same name in other case.
        var score: Double
        var name: String
    }

    /// The best one, scored at least so much.
    func best(_ text: String, minimumScore: Double = 0.33) -> String? {
        matches(text, minimumScore: minimumScore).first?.name
    }

    func matches(_ text: String, minimumScore: Double = 0.33) -> [Match] {
        guard text.utf8.count <= Self.longestText else { return [] }
        let wanted = text.lowercased()
        if let same = names.first(where: { $0.lowercased() == wanted }) { return [Match(score: 1, name: same)] }
        for size in [3, 2] {
            let found = matches(wanted, gramSize: size).filter { $0.score >= minimumScore }
            if !found.isEmpty { return found }
        }
        return []
    }

    private func matches(_ wanted: String, gramSize: Int) -> [Match] {
        let grams = Self.grams(wanted, size: gramSize)
        let length = Self.norm(grams)
        var similar: [(score: Double, name: String)] = []
        for name in names {
            let others = Self.grams(name.lowercased(), size: gramSize)
            var product = 0
            for (gram, count) in grams { product += count * (others[gram] ?? 0) }
            if product > 0 { similar.append((Double(product) / (length * Self.norm(others)), name)) }
        }
        similar.sort { ($1.score, $0.name) < ($0.score, $1.name) }
        return similar.prefix(50).map { Match(score: Self.similarity(wanted, $0.name.lowercased()), name: $0.name) }
            .sorted { ($1.score, $0.name) < ($0.score, $1.name) }
    }

    private static func grams(_ text: String, size: Int) -> [[Character]: Int] {
        var characters: [Character] = ["-"]
        characters += text.filter { $0.isLetter || $0.isNumber || $0 == " " || $0 == "," }
        characters.append("-")
        while characters.count < size { characters.append("-") }
        var grams: [[Character]: Int] = [:]
        for start in 0...(characters.count - size) { grams[Array(characters[start..<(start + size)]), default: 0] += 1 }
        return grams
    }

    private static func norm(_ grams: [[Character]: Int]) -> Double {
        Double(grams.values.reduce(0) { $0 + $1 * $1 }).squareRoot()
    }

    /// 1 minus the edit distance as a part of the longer text.
    private static func similarity(_ left: String, _ right: String) -> Double {
        let (left, right) = (Array(left), Array(right))
        var previous = Array(0...right.count)
        for (row, character) in left.enumerated() {
            var current = [row + 1]
            for (column, other) in right.enumerated() {
                current.append(
                    min(previous[column] + (character == other ? 0 : 1), previous[column + 1] + 1, current[column] + 1))
            }
            previous = current
        }
        return 1 - Double(previous[right.count]) / Double(max(left.count, right.count, 1))
    }
}
