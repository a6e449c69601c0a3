/// One line of a style or instrument file with the lines indented below it. `docs/reference/styles.md` describes the files.
struct Outline: Sendable {
    let keyword: String
    /// What follows the keyword, trimmed.
    let value: String
    let children: [Outline]
    /// Counted from 1.
    let line: Int

    /// The entries of a text. Indentation is by spaces, any number as long as siblings agree; a line deeper than its elder belongs to it.
    static func parse(_ text: String) -> [Outline] {
        struct Open {
            let indent: Int
            let keyword: String
            let value: String
            let line: Int
            var children: [Outline] = []

            var closed: Outline { Outline(keyword: keyword, value: value, children: children, line: line) }
        }
        var roots: [Outline] = []
        var open: [Open] = []
        func close(downTo indent: Int) {
            while let last = open.last, last.indent >= indent {
                open.removeLast()
                if open.isEmpty { roots.append(last.closed) } else { open[open.count - 1].children.append(last.closed) }
            }
        }
        // `\r\n` is one character to Swift; both count as the end of a line.
        for (index, raw) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let content = uncommented(raw)
            let indent = content.prefix { $0 == " " }.count
            let words = content.dropFirst(indent).split(separator: " ", maxSplits: 1)
            guard let keyword = words.first else { continue }
            close(downTo: indent)
            let value = words.count > 1 ? words[1].trimmingSpaces() : ""
            open.append(Open(indent: indent, keyword: String(keyword), value: value, line: index + 1))
        }
        close(downTo: 0)
        return roots
    }

    /// Without the comment: a `#` at the start of the line or after a space, and before a space or the end ("#iv" and "F#" are not comments).
    private static func uncommented(_ line: Substring) -> Substring {
        var previous: Character = " "
        for index in line.indices {
            let next = line.index(after: index)
            let isFollowed = next == line.endIndex || line[next] == " "
            if line[index] == "#", previous == " ", isFollowed { return line[..<index] }
            previous = line[index]
        }
        return line
    }
}

extension StringProtocol {
    func trimmingSpaces() -> String {
        String(drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }
}
