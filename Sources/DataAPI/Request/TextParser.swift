/// A recursive-descent parser over one text. Its failures read as those of Parsec, the parser library whose words PostgREST's errors are:
/// the position reached, what stood there, and what could have stood instead.
///
/// A parser that fails after it moved has committed itself: `either` tries the next alternative only where the first did not move, and
/// `attempt` undoes the move. Texts are parsed without keeping track of expectations first, and once more with them when that fails.
/// Source: D. Leijen, E. Meijer, "Parsec: Direct Style Monadic Parser Combinators for the Real World", 2001.
struct TextParser {
    /// Why a text was refused; the words are in `Expectations`.
    struct Mismatch: Error {}

    private let text: [Unicode.Scalar]
    private(set) var position = 0
    private var pending = Expectations()
    private let explains: Bool

    private init(_ text: String, explains: Bool) {
        self.text = Array(text.unicodeScalars)
        self.explains = explains
    }

    /// Parses a text from its beginning; what follows what the grammar takes is left alone. `name` appears in the failure's message.
    static func parse<Output>(
        _ text: String, as name: @autoclosure () -> String, _ grammar: (inout TextParser) throws(Mismatch) -> Output
    ) throws(ParseFailure) -> Output {
        var parser = TextParser(text, explains: false)
        if let output = try? grammar(&parser) { return output }
        parser = TextParser(text, explains: true)
        do {
            return try grammar(&parser)
        } catch {
            throw parser.pending.failure(in: parser.text, name: name())
        }
    }

    // MARK: Single characters and words

    /// One character that fits. `label`: what a person would call it.
    @discardableResult
    mutating func character(
        _ label: @autoclosure () -> String? = nil, where fits: (Unicode.Scalar) -> Bool
    ) throws(Mismatch) -> Unicode.Scalar {
        guard position < text.count, fits(text[position]) else {
            fail(at: position, expected: label())
            throw Mismatch()
        }
        pending = Expectations()
        position += 1
        return text[position - 1]
    }

    mutating func character(_ wanted: Unicode.Scalar) throws(Mismatch) {
        try character(HaskellText.string(String(wanted)), where: { $0 == wanted })
    }

    /// A whole word. Stops half way when only its beginning fits, which counts as having moved.
    mutating func word(_ word: StaticString) throws(Mismatch) {
        let start = position
        let length = word.utf8CodeUnitCount
        for offset in 0..<length {
            let index = start + offset
            guard index < text.count, text[index].value == UInt32(word.utf8Start[offset]) else {
                if offset > 0 { pending = Expectations() }
                fail(at: start, found: index, expected: HaskellText.string("\(word)"))
                position = index
                throw Mismatch()
            }
        }
        pending = Expectations()
        position += length
    }

    /// A word in any mixture of cases.
    mutating func wordInAnyCase(_ word: StaticString) throws(Mismatch) {
        for offset in 0..<word.utf8CodeUnitCount {
            let lower = Unicode.Scalar(word.utf8Start[offset])
            let upper = Character(lower).uppercased().unicodeScalars.first ?? lower
            try either { p throws(Mismatch) in
                try p.character(lower)
            } or: { p throws(Mismatch) in
                try p.character(upper)
            }
        }
    }

    /// The end of the text.
    mutating func end() throws(Mismatch) {
        guard position == text.count else {
            if explains {
                var found = Expectations(position: position)
                found.unexpected = [HaskellText.character(text[position])]
                found.expected = ["end of input"]
                pending.merge(found)
            }
            throw Mismatch()
        }
        if explains { pending.merge(Expectations(position: position, found: "", expected: ["end of input"])) }
    }

    /// Refuses to go on where a character that fits stands next; moves nothing.
    mutating func notFollowed(by label: @autoclosure () -> String?, where fits: (Unicode.Scalar) -> Bool) throws(Mismatch) {
        guard position < text.count, fits(text[position]) else {
            fail(at: position, expected: label())
            return
        }
        if explains {
            var found = Expectations(position: position + 1)
            found.unexpected = [HaskellText.character(text[position])]
            pending.merge(found)
        }
        throw Mismatch()
    }

    /// Fails without a word of its own.
    mutating func refuse() -> Mismatch { Mismatch() }

    // MARK: Combinations

    mutating func attempt<Output>(_ body: (inout Self) throws(Mismatch) -> Output) throws(Mismatch) -> Output {
        let start = position
        let before = pending
        do {
            return try body(&self)
        } catch {
            if position != start {
                var merged = before
                merged.merge(pending)
                pending = merged
                position = start
            }
            throw error
        }
    }

    mutating func either<Output>(
        _ first: (inout Self) throws(Mismatch) -> Output, or second: (inout Self) throws(Mismatch) -> Output
    ) throws(Mismatch) -> Output {
        let start = position
        do {
            return try first(&self)
        } catch {
            guard position == start else { throw error }
            return try second(&self)
        }
    }

    mutating func optional<Output>(_ body: (inout Self) throws(Mismatch) -> Output) throws(Mismatch) -> Output? {
        let start = position
        do {
            return try body(&self)
        } catch {
            guard position == start else { throw error }
            return nil
        }
    }

    /// As often as it fits, even never.
    mutating func many<Output>(_ body: (inout Self) throws(Mismatch) -> Output) throws(Mismatch) -> [Output] {
        var outputs: [Output] = []
        while true {
            let start = position
            if !outputs.isEmpty { pending = Expectations() }
            do {
                outputs.append(try body(&self))
            } catch {
                guard position == start else { throw error }
                return outputs
            }
        }
    }

    /// At least once, with something between.
    mutating func list<Output>(
        separatedBy separator: (inout Self) throws(Mismatch) -> Void, _ body: (inout Self) throws(Mismatch) -> Output
    ) throws(Mismatch) -> [Output] {
        let first = try body(&self)
        return [first]
            + (try many { p throws(Mismatch) in
                try separator(&p)
                return try body(&p)
            })
    }

    /// The characters that fit, at least `minimum`.
    mutating func characters(
        atLeast minimum: Int = 0, _ label: @autoclosure () -> [String] = [], where fits: (Unicode.Scalar) -> Bool
    ) throws(Mismatch) -> String {
        let start = position
        var end = start
        while end < text.count, fits(text[end]) { end += 1 }
        if end > start { pending = Expectations() }
        position = end
        if explains {
            let found = end < text.count ? HaskellText.string(String(text[end])) : ""
            pending.merge(Expectations(position: end, found: found, expected: label()))
        }
        guard end - start >= minimum else { throw Mismatch() }
        var output = String.UnicodeScalarView()
        output.append(contentsOf: text[start..<end])
        return String(output)
    }

    /// Looks whether this could come next; moves nothing when it does.
    mutating func lookAhead(_ body: (inout Self) throws(Mismatch) -> Void) throws(Mismatch) {
        let start = position
        let before = pending
        try body(&self)
        position = start
        pending = before
    }

    /// Names what was tried, in place of its own expectations, where it did not move.
    mutating func label<Output>(
        _ label: @autoclosure () -> String, _ body: (inout Self) throws(Mismatch) -> Output
    ) throws(Mismatch) -> Output {
        guard explains else { return try body(&self) }
        let start = position
        let before = pending
        pending = Expectations()
        func relabel(_ parser: inout Self) {
            guard parser.position == start else { return }
            var merged = before
            if !parser.pending.isEmpty { parser.pending.expected = [label()] }
            merged.merge(parser.pending)
            parser.pending = merged
        }
        do {
            let output = try body(&self)
            relabel(&self)
            return output
        } catch {
            relabel(&self)
            throw error
        }
    }

    private mutating func fail(at index: Int, found foundIndex: Int? = nil, expected: @autoclosure () -> String?) {
        guard explains else { return }
        let place = foundIndex ?? index
        let found = place < text.count ? HaskellText.string(String(text[place])) : ""
        pending.merge(Expectations(position: index, found: found, expected: expected().map { [$0] } ?? []))
    }
}
