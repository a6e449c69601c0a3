/// Reads which table columns a view's own columns come from, out of PostgreSQL's stored form of the view (`pg_rewrite.ev_action`).
///
/// The form is a list of nodes `{TYPE :field value …}` with lists in parentheses and a backslash before each reserved character
/// (src/backend/nodes/outfuncs.c). Only the outermost query's target list matters.
enum NodeTree {
    struct Origin: Hashable, Sendable {
        /// The view's column, counted from 1.
        var column: Int
        /// Object identifier of the table or view it comes from.
        var table: UInt32
        var tableColumn: Int
    }

    static func origins(_ text: String) -> [Origin] {
        var reader = Reader(bytes: Array(text.utf8))
        return reader.origins()
    }

    private struct Reader {
        let bytes: [UInt8]
        var index = 0

        enum Token: Equatable {
            case open, close, listOpen, listClose
            case word(ArraySlice<UInt8>)
        }

        mutating func next() -> Token? {
            while index < bytes.count, bytes[index] == 0x20 || bytes[index] == 0x0A || bytes[index] == 0x09 { index += 1 }
            guard index < bytes.count else { return nil }
            switch bytes[index] {
            case UInt8(ascii: "{"):
                index += 1
                return .open
            case UInt8(ascii: "}"):
                index += 1
                return .close
            case UInt8(ascii: "("):
                index += 1
                return .listOpen
            case UInt8(ascii: ")"):
                index += 1
                return .listClose
            default:
                let start = index
                while index < bytes.count {
                    let byte = bytes[index]
                    if byte == UInt8(ascii: "\\") {
                        index = min(index + 2, bytes.count)
                        continue
                    }
                    if byte == 0x20 || byte == 0x0A || byte == 0x09 || byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}")
                        || byte == UInt8(ascii: "(") || byte == UInt8(ascii: ")")
                    {
                        break
                    }
                    index += 1
                }
                return .word(bytes[start..<index])
            }
        }

        mutating func origins() -> [Origin] {
            var depth = 0
            while let token = next() {
                switch token {
                case .open: depth += 1
                case .close: depth -= 1
                case .word(let word) where depth == 1 && word.elementsEqual(":targetList".utf8): return targetList()
                default: continue
                }
            }
            return []
        }

        /// The entries of the list that begins here.
        private mutating func targetList() -> [Origin] {
            guard next() == .listOpen else { return [] }
            var origins: [Origin] = []
            while let token = next(), token == .open {
                var fields: [String: UInt32] = [:]
                var depth = 1
                var field: String?
                while depth > 0, let token = next() {
                    switch token {
                    case .open: depth += 1
                    case .close: depth -= 1
                    case .listOpen, .listClose: continue
                    case .word(let word) where depth == 1:
                        let text = String(decoding: word, as: UTF8.self)
                        if let name = field, let number = UInt32(text) { fields[name] = number }
                        field = text.hasPrefix(":") ? text : nil
                    case .word: continue
                    }
                }
                if let column = fields[":resno"], let table = fields[":resorigtbl"], table != 0, let tableColumn = fields[":resorigcol"] {
                    origins.append(Origin(column: Int(column), table: table, tableColumn: Int(tableColumn)))
                }
            }
            return origins
        }
    }
}
