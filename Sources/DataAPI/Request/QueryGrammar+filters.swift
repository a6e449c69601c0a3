extension TextParser {
    // MARK: Conditions

    /// `not.eq.5`; `value` reads what follows the operator.
    mutating func condition(_ value: (inout Self) throws(Mismatch) -> String) throws(Mismatch) -> Condition {
        let isNegated = try negation()
        return Condition(isNegated: isNegated, operation: try operation(value))
    }

    /// `not.`, or nothing.
    private mutating func negation() throws(Mismatch) -> Bool {
        let negation: Void? = try optional { p throws(Mismatch) in try p.delimited("not") }
        return negation != nil
    }

    /// `word.`
    private mutating func delimited(_ word: StaticString) throws(Mismatch) {
        try attempt { p throws(Mismatch) in
            try p.word(word)
            try p.delimiter()
        }
    }

    private mutating func operation(_ value: (inout Self) throws(Mismatch) -> String) throws(Mismatch) -> Condition.Operation {
        try label("operator (eq, gt, ...)") { p throws(Mismatch) in
            try p.either { p throws(Mismatch) in
                try p.delimited("in")
                return .list(try p.listValue())
            } or: { p throws(Mismatch) in
                try p.either { p throws(Mismatch) in
                    try p.delimited("is")
                    return .is(try p.isValue())
                } or: { p throws(Mismatch) in
                    try p.either { p throws(Mismatch) in
                        try p.delimited("isdistinct")
                        return .isDistinct(try value(&p))
                    } or: { p throws(Mismatch) in
                        try p.operatorAndValue(value)
                    }
                }
            }
        }
    }

    private mutating func operatorAndValue(_ value: (inout Self) throws(Mismatch) -> String) throws(Mismatch) -> Condition.Operation {
        try either { p throws(Mismatch) in
            try p.attempt { p throws(Mismatch) in
                let search = try p.textSearchOperator()
                let language = try p.optional { p throws(Mismatch) in
                    try p.attempt { p throws(Mismatch) in
                        try p.character("(")
                        let language = try p.identifier()
                        try p.character(")")
                        return language
                    }
                }
                try p.delimiter()
                return .search(search, language: language, try value(&p))
            }
        } or: { p throws(Mismatch) in
            try p.either { p throws(Mismatch) in
                try p.attempt { p throws(Mismatch) in
                    let relation = try p.setOperator()
                    try p.delimiter()
                    return .relate(relation, try value(&p))
                }
            } or: { p throws(Mismatch) in
                try p.attempt { p throws(Mismatch) in
                    let comparison = try p.comparisonOperator()
                    let quantifier = try p.optional { p throws(Mismatch) in
                        try p.attempt { p throws(Mismatch) in try p.quantifier() }
                    }
                    try p.delimiter()
                    return .compare(comparison, quantifier, try value(&p))
                }
            }
        }
    }

    private mutating func quantifier() throws(Mismatch) -> Quantifier {
        try character("(")
        let quantifier: Quantifier = try either { p throws(Mismatch) in
            try p.attempt { p throws(Mismatch) in try p.word("any") }
            return .any
        } or: { p throws(Mismatch) in
            try p.word("all")
            return .all
        }
        try character(")")
        return quantifier
    }

    private mutating func textSearchOperator() throws(Mismatch) -> TextSearchOperator {
        try firstOf([("fts", .fts), ("plfts", .plfts), ("phfts", .phfts), ("wfts", .wfts)])
    }

    private mutating func setOperator() throws(Mismatch) -> SetOperator {
        try label("unknown single value operator") { p throws(Mismatch) in
            try p.firstOf([
                ("neq", .neq), ("cs", .cs), ("cd", .cd), ("ov", .ov), ("sl", .sl), ("sr", .sr), ("nxr", .nxr), ("nxl", .nxl), ("adj", .adj),
            ])
        }
    }

    private mutating func comparisonOperator() throws(Mismatch) -> ComparisonOperator {
        try label("unknown single value operator") { p throws(Mismatch) in
            try p.firstOf([
                ("eq", .eq), ("gte", .gte), ("gt", .gt), ("lte", .lte), ("lt", .lt), ("like", .like), ("ilike", .ilike), ("match", .match),
                ("imatch", .imatch),
            ])
        }
    }

    /// The first of the words that stands here. `read`: how a word is read.
    private mutating func firstOf<Output>(
        _ words: [(StaticString, Output)],
        by read: (inout Self, StaticString) throws(Mismatch) -> Void = { p, word throws(Mismatch) in try p.word(word) }
    ) throws(Mismatch) -> Output {
        var failure = Mismatch()
        for (word, output) in words {
            do throws(Mismatch) {
                try attempt { p throws(Mismatch) in try read(&p, word) }
                return output
            } catch {
                failure = error
            }
        }
        throw failure
    }

    private mutating func isValue() throws(Mismatch) -> IsValue {
        try label("isVal: (null, not_null, true, false, unknown)") { p throws(Mismatch) in
            try p.firstOf([
                ("null", .null), ("not_null", .notNull), ("true", .isTrue), ("false", .isFalse), ("unknown", .unknown),
            ]) { p, word throws(Mismatch) in try p.wordInAnyCase(word) }
        }
    }

    private mutating func listValue() throws(Mismatch) -> [String] {
        try lexeme { p throws(Mismatch) in try p.character("(") }
        let values = try list(separatedBy: { p throws(Mismatch) in try p.character(",") }) { p throws(Mismatch) in try p.listElement() }
        try lexeme { p throws(Mismatch) in try p.character(")") }
        return values
    }

    private mutating func listElement() throws(Mismatch) -> String {
        try either { p throws(Mismatch) in
            try p.attempt { p throws(Mismatch) in
                let value = try p.quotedValue()
                try p.notFollowed(by: nil, where: { $0 != "," && $0 != ")" })
                return value
            }
        } or: { p throws(Mismatch) in
            try p.characters(where: { $0 != "," && $0 != ")" })
        }
    }

    // MARK: Logic

    mutating func logicTree(depth: Int) throws(Mismatch) -> LogicTree {
        guard depth < Self.maximumDepth else { throw refuse() }
        return try either { p throws(Mismatch) in
            try p.attempt { p throws(Mismatch) in
                let field = try p.field()
                try p.delimiter()
                return .filter(Filter(field: field, condition: try p.condition { p throws(Mismatch) in try p.logicValue() }))
            }
        } or: { p throws(Mismatch) in
            let isNegated = try p.label("negation operator (not)") { p throws(Mismatch) in try p.negation() }
            let connective: LogicTree.Connective = try p.label("logic operator (and, or)") { p throws(Mismatch) in
                try p.either { p throws(Mismatch) in
                    try p.attempt { p throws(Mismatch) in try p.word("and") }
                    return .and
                } or: { p throws(Mismatch) in
                    try p.word("or")
                    return .or
                }
            }
            try p.lexeme { p throws(Mismatch) in try p.character("(") }
            let members = try p.list(separatedBy: { p throws(Mismatch) in try p.lexeme { p throws(Mismatch) in try p.character(",") } }) {
                p throws(Mismatch) in try p.logicTree(depth: depth + 1)
            }
            try p.lexeme { p throws(Mismatch) in try p.character(")") }
            return .group(isNegated: isNegated, connective, members)
        }
    }

    /// A value inside a logic tree ends at a comma or parenthesis, unless it is quoted or an array literal.
    private mutating func logicValue() throws(Mismatch) -> String {
        try either { p throws(Mismatch) in
            try p.attempt { p throws(Mismatch) in
                let value = try p.quotedValue()
                try p.notFollowed(by: nil, where: { $0 != "," && $0 != ")" })
                return value
            }
        } or: { p throws(Mismatch) in
            try p.either { p throws(Mismatch) in
                try p.attempt { p throws(Mismatch) in
                    try p.word("{")
                    let elements = try p.characters(where: { $0 != "{" && $0 != "}" })
                    try p.word("}")
                    return "{" + elements + "}"
                }
            } or: { p throws(Mismatch) in
                try p.characters(where: { $0 != "," && $0 != ")" })
            }
        }
    }

    // MARK: Order

    mutating func orderTerms() throws(Mismatch) -> [OrderTerm] {
        try list(separatedBy: { p throws(Mismatch) in try p.character(",") }) { p throws(Mismatch) in
            try p.lexeme { p throws(Mismatch) in
                try p.either { p throws(Mismatch) in
                    try p.attempt { p throws(Mismatch) in
                        let relation = try p.fieldName()
                        try p.character("(")
                        let field = try p.field()
                        try p.character(")")
                        return try p.orderTerm(relation, field)
                    }
                } or: { p throws(Mismatch) in
                    let field = try p.field()
                    return try p.orderTerm(nil, field)
                }
            }
        }
    }

    private mutating func orderTerm(_ relation: String?, _ field: FieldPath) throws(Mismatch) -> OrderTerm {
        var term = OrderTerm(relation: relation, field: field)
        term.direction = try optional { p throws(Mismatch) in
            try p.firstOf([("asc", .ascending), ("desc", .descending)]) { p, word throws(Mismatch) in try p.afterDelimiter(word) }
        }
        term.nulls = try optional { p throws(Mismatch) in
            try p.firstOf([("nullsfirst", .first), ("nullslast", .last)]) { p, word throws(Mismatch) in try p.afterDelimiter(word) }
        }
        try either { p throws(Mismatch) in
            try p.attempt { p throws(Mismatch) in try p.lookAhead { p throws(Mismatch) in try p.character(",") } }
        } or: { p throws(Mismatch) in
            try p.end()
        }
        return term
    }

    /// `.word`
    private mutating func afterDelimiter(_ word: StaticString) throws(Mismatch) {
        try delimiter()
        try self.word(word)
    }
}
