import Music

extension Composer {
    /// What is wrong with the tables, in words; empty in a sound build. For tests: the tables are text that the compiler cannot check.
    package static var defects: [String] {
        var defects: [String] = []
        func check(_ isSound: Bool, _ defect: @autoclosure () -> String) { if !isSound { defects.append(defect()) } }

        for idiom in Idiom.all {
            for table in [idiom.major, idiom.minor] {
                let all = table.verse + table.chorus + table.bridge + table.build + [table.ending] + (table.cadence.map { [$0] } ?? [])
                for text in all { check(Progression.isWellFormed(text), "\(idiom.id): “\(text)” is no progression") }
            }
        }
        for style in Style.all {
            check(style.voices.contains { $0.enters <= 0.45 && $0.absent.isEmpty }, "\(style.id): nobody always plays")
            check((6...14).contains(style.voices.count), "\(style.id): \(style.voices.count) voices")
            check(Set(style.voices.map(\.id)).count == style.voices.count, "\(style.id): two voices with one name")
            for lane in style.groove?.lanes ?? [] { for text in lane.patterns { read(text, "xXog?rt", "\(style.id) groove", &defects) } }
            for voice in style.voices + Style.extras {
                let place = "\(style.id) \(voice.id)"
                for id in voice.instruments { check(Orchestra.entry(id) != nil, "\(place): no instrument \(id)") }
                switch voice.player {
                case .percussion(let lanes): for lane in lanes { for text in lane.patterns { read(text, "xXog?rt", place, &defects) } }
                case .bass(let patterns): for text in patterns { read(text, "Rr8537a", place, &defects) }
                case .comping(let patterns, _, _, _): for text in patterns { read(text, "xXoBC123456", place, &defects) }
                case .riff(let patterns): for text in patterns { read(text, "xX", place, &defects) }
                case .drums, .walkingBass, .pad, .arpeggio, .lead, .counter, .harmony, .transitions: break
                }
            }
        }
        return defects
    }

    private static func read(_ pattern: String, _ symbols: String, _ place: String, _ defects: inout [String]) {
        let isSound = pattern.count % 16 == 0 && !pattern.isEmpty && pattern.allSatisfy { $0 == "." || $0 == "-" || symbols.contains($0) }
        if !isSound { defects.append("\(place): “\(pattern)” is no pattern") }
    }
}
