extension TextParser {
    /// The items of a select, separated by commas. `orNone`: an empty list is one too.
    mutating func selectItems(orNone: Bool, depth: Int) throws(Mismatch) -> [SelectItem] {
        guard depth < Self.maximumDepth else { throw refuse() }
        let start = position
        do {
            return try list(separatedBy: { p throws(Mismatch) in try p.lexeme { p throws(Mismatch) in try p.character(",") } }) {
                p throws(Mismatch) in try p.selectItem(depth: depth)
            }
        } catch {
            guard orNone, position == start else { throw error }
            return []
        }
    }

    private mutating func selectItem(depth: Int) throws(Mismatch) -> SelectItem {
        try either { p throws(Mismatch) in
            let embed = try p.attempt { p throws(Mismatch) in try p.spread() }
            return try p.embedded(embed, depth: depth)
        } or: { p throws(Mismatch) in
            try p.either { p throws(Mismatch) in
                let embed = try p.attempt { p throws(Mismatch) in try p.relation() }
                return try p.embedded(embed, depth: depth)
            } or: { p throws(Mismatch) in
                .field(try p.selectField())
            }
        }
    }

    private mutating func embedded(_ embed: SelectItem.Embed, depth: Int) throws(Mismatch) -> SelectItem {
        var embed = embed
        try character("(")
        embed.items = try selectItems(orNone: true, depth: depth + 1)
        try character(")")
        return .embed(embed)
    }

    private mutating func spread() throws(Mismatch) -> SelectItem.Embed {
        try lexeme { p throws(Mismatch) in
            try p.word("...")
            return try p.embedTarget(alias: nil, isSpread: true)
        }
    }

    private mutating func relation() throws(Mismatch) -> SelectItem.Embed {
        try lexeme { p throws(Mismatch) in
            let alias = try p.alias()
            return try p.embedTarget(alias: alias, isSpread: false)
        }
    }

    private mutating func embedTarget(alias: String?, isSpread: Bool) throws(Mismatch) -> SelectItem.Embed {
        var embed = SelectItem.Embed(target: try fieldName(), alias: alias, isSpread: isSpread)
        if embed.target == "count", !isSpread { throw refuse() }
        for _ in 0..<2 {
            try optional { p throws(Mismatch) in
                try p.character("!")
                try p.either { p throws(Mismatch) in
                    try p.attempt { p throws(Mismatch) in try p.word("left") }
                    embed.join = embed.join ?? .left
                } or: { p throws(Mismatch) in
                    try p.either { p throws(Mismatch) in
                        try p.attempt { p throws(Mismatch) in try p.word("inner") }
                        embed.join = embed.join ?? .inner
                    } or: { p throws(Mismatch) in
                        let hint = try p.attempt { p throws(Mismatch) in try p.fieldName() }
                        embed.hint = embed.hint ?? hint
                    }
                }
            }
        }
        try attempt { p throws(Mismatch) in try p.lookAhead { p throws(Mismatch) in try p.word("(") } }
        return embed
    }

    private mutating func alias() throws(Mismatch) -> String? {
        try optional { p throws(Mismatch) in
            try p.attempt { p throws(Mismatch) in
                let name = try p.fieldName()
                try p.character(":")
                try p.notFollowed(by: "\":\"", where: { $0 == ":" })
                return name
            }
        }
    }

    // MARK: Fields

    private mutating func selectField() throws(Mismatch) -> SelectItem.Field {
        try lexeme { p throws(Mismatch) in
            try p.either { p throws(Mismatch) in
                try p.attempt { p throws(Mismatch) in
                    try p.word("*")
                    try p.endOfField()
                    return .init(path: FieldPath("*"))
                }
            } or: { p throws(Mismatch) in
                try p.either { p throws(Mismatch) in
                    try p.attempt { p throws(Mismatch) in
                        let alias = try p.alias()
                        try p.word("count()")
                        let cast = try p.cast()
                        try p.endOfField()
                        return .init(path: FieldPath("*"), aggregate: .count, aggregateCast: cast, alias: alias)
                    }
                } or: { p throws(Mismatch) in
                    try p.namedField()
                }
            }
        }
    }

    private mutating func namedField() throws(Mismatch) -> SelectItem.Field {
        let alias = try alias()
        let path = try field()
        let cast = try cast()
        let aggregate = try optional { p throws(Mismatch) in
            try p.attempt { p throws(Mismatch) in
                try p.character(".")
                let aggregate = try p.aggregate()
                try p.word("()")
                return aggregate
            }
        }
        let aggregateCast = try self.cast()
        try endOfField()
        return .init(path: path, aggregate: aggregate, aggregateCast: aggregateCast, cast: cast, alias: alias)
    }

    private mutating func aggregate() throws(Mismatch) -> Aggregate {
        try either { p throws(Mismatch) in
            try p.word("sum")
            return .sum
        } or: { p throws(Mismatch) in
            try p.either { p throws(Mismatch) in
                try p.word("avg")
                return .avg
            } or: { p throws(Mismatch) in
                try p.either { p throws(Mismatch) in
                    try p.word("count")
                    return .count
                } or: { p throws(Mismatch) in
                    try p.either { p throws(Mismatch) in
                        try p.attempt { p throws(Mismatch) in try p.word("max") }
                        return .max
                    } or: { p throws(Mismatch) in
                        try p.attempt { p throws(Mismatch) in try p.word("min") }
                        return .min
                    }
                }
            }
        }
    }

    private mutating func cast() throws(Mismatch) -> String? {
        try optional { p throws(Mismatch) in
            try p.word("::")
            return try p.identifier()
        }
    }

    private mutating func endOfField() throws(Mismatch) {
        try either { p throws(Mismatch) in
            try p.attempt { p throws(Mismatch) in try p.lookAhead { p throws(Mismatch) in try p.word(")") } }
        } or: { p throws(Mismatch) in
            try p.either { p throws(Mismatch) in
                try p.attempt { p throws(Mismatch) in try p.lookAhead { p throws(Mismatch) in try p.word(",") } }
            } or: { p throws(Mismatch) in
                try p.end()
            }
        }
    }
}
