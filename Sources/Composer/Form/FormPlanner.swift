import Music

/// Fits a form to an exact number of bars.
struct FormPlanner {
    let form: Form
    let wishes: FormWishes
    /// −1…1: shifts every section's energy.
    let arousal: Double
    let random: SeededRandom
    /// Paces that are tried, relative to the style's usual one.
    var scales = [1, 0.5, 2, 0.25]

    /// How much the seed may prefer a layout over a better one, in the units of `Choice.cost`.
    private static let freedom = 1.6

    /// The form of a style that fits best, with a preference that the seed brings along.
    static func sections(
        of forms: [Form], bars: Int, wishes: FormWishes, arousal: Double, lyrics: String?, random: SeededRandom
    ) -> [SongPlan.Section] {
        let planners = forms.map { FormPlanner(form: $0, wishes: wishes, arousal: arousal, random: random) }
        var dice = random.fork("form")
        let order = planners.map { ($0, dice.unit() * 3) }
        if let lyrics, let first = order.min(by: { $0.1 < $1.1 })?.0, let sung = first.sections(bars: bars, lyrics: lyrics) { return sung }
        let best = order.compactMap { planner, preference in planner.best(bars: bars).map { (planner, $0, $0.cost + preference) } }
            .min { $0.2 < $1.2 }
        guard let (planner, layout, _) = best else {
            return planners.first?.miniature(max(1, bars)) ?? [
                SongPlan.Section(name: "Theme", kind: .chorus, bars: max(1, bars), energy: 0.8)
            ]
        }
        return planner.sections(layout, bars: bars)
    }

    /// What may follow a song: more of its cycle at the usual pace, and an ending; where there is no room for that, a last chorus.
    static func continuation(of forms: [Form], bars: Int, arousal: Double, random: SeededRandom) -> [SongPlan.Section] {
        var wishes = FormWishes()
        wishes.skipsIntro = true
        let planners = forms.map { FormPlanner(form: $0, wishes: wishes, arousal: arousal, random: random, scales: [1, 2]) }
        let best = planners.compactMap { planner in planner.best(bars: bars).map { (planner, $0) } }.min { $0.1.cost < $1.1.cost }
        if let (planner, layout) = best { return planner.sections(layout, bars: bars) }
        guard let form = forms.first, let theme = form.climax.last else {
            return [SongPlan.Section(name: "Chorus", kind: .chorus, bars: max(1, bars), energy: 0.9)]
        }
        let ending = bars >= 4 ? form.ending.last.map { Form.Step($0.kind, $0.name, min($0.bars, max(1, bars / 4)), $0.energy) } : nil
        let chorus = Form.Step(theme.kind, theme.name, max(1, bars - (ending?.bars ?? 0)), theme.energy)
        return planners[0].named([chorus] + (ending.map { [$0] } ?? []))
    }

    private func best(bars: Int) -> Layout? { bars < 8 ? nil : layouts(bars).min { $0.cost < $1.cost } }

    /// Sections whose bars add up to `bars`.
    private func sections(_ layout: Layout, bars: Int) -> [SongPlan.Section] {
        var steps = layout.steps
        spread(bars - steps.reduce(0) { $0 + $1.bars }, over: &steps)
        return named(steps)
    }

    private struct Layout {
        var steps: [Form.Step]
        var cost: Double
    }

    /// Which parts of the form are used, and at what pace.
    private struct Choice {
        var scale: Double
        var cycles: Int
        var hasContrast: Bool
        var hasClimax: Bool
        /// Halves opening and ending.
        var isBrief: Bool

        /// Two or three returns are a song; more are a loop, and fewer a sketch.
        var cost: Double {
            let surplus = Double(max(0, cycles - 2))
            let pace = scale == 1 ? 0 : scale == 0.5 ? 2.6 : scale == 2 ? 1.5 : 12
            return pace + surplus * surplus * 0.7 + (cycles == 1 ? 2 : cycles == 0 ? 10 : 0) + (hasContrast ? 0 : cycles >= 3 ? 2.8 : 1.4)
                + (hasClimax ? 0 : 1) + (isBrief ? 0.4 : 0)
                + (cycles < 2 && !hasContrast ? 1.5 : 0)
        }
    }

    /// Every choice that fits into the bars.
    private func layouts(_ bars: Int) -> [Layout] {
        var layouts: [Layout] = []
        var dice = random.fork("layout")
        for scale in scales {
            for cycles in 0...20 {
                for switches in 0..<8 {
                    let choice = Choice(
                        scale: scale, cycles: cycles, hasContrast: switches & 1 == 0, hasClimax: switches & 2 == 0,
                        isBrief: switches & 4 != 0)
                    let whim = dice.unit() * FormPlanner.freedom
                    let endsHigh = form.cycle.last?.kind == form.climax.last?.kind && cycles >= 2
                    // Without its climax a song must end its last cycle on a high point of its own, and not on the contrast.
                    guard choice.hasClimax || endsHigh && !choice.hasContrast, !(choice.hasContrast && wishes.skipsContrast) else {
                        continue
                    }
                    let steps = steps(choice)
                    let total = steps.reduce(0) { $0 + $1.bars }
                    guard total <= bars else { continue }
                    let rest = Double(bars - total)
                    let isBroken = form.phrase > 4 && form.cycle.contains { Int(Double($0.bars) * scale) % form.phrase != 0 }
                    let cost = choice.cost + whim + rest * 0.12 + rest / Double(bars) * 10 + (isBroken ? 9 : 0)
                    layouts.append(Layout(steps: steps, cost: cost))
                }
            }
        }
        return layouts
    }

    private func steps(_ choice: Choice) -> [Form.Step] {
        var steps: [Form.Step] = []
        let edge = choice.isBrief ? choice.scale / 2 : choice.scale
        func append(_ added: [Form.Step], scale: Double, lift: Double = 0) {
            steps += added.map {
                Form.Step(
                    $0.kind, $0.name, max(1, Int((Double($0.bars) * scale).rounded())), lift == 0 ? $0.energy : min(0.97, $0.energy + lift))
            }
        }
        if !wishes.skipsIntro { append(form.opening, scale: wishes.longIntro ? edge * 2 : wishes.shortIntro ? edge / 2 : edge) }
        // Each return is a little fuller than the last.
        for cycle in 0..<choice.cycles { append(form.cycle, scale: choice.scale, lift: cycle == 0 ? 0 : 0.04) }
        if choice.cycles == 0, let first = form.cycle.first, first.kind != form.climax.first?.kind { append([first], scale: choice.scale) }
        if choice.hasContrast {
            append(form.contrast, scale: choice.scale)
            let hasSolo = (form.contrast + form.cycle).contains { $0.kind == .solo }
            if wishes.wantsSolo, !hasSolo { append([Form.Step(.solo, "Solo", 8, 0.84)], scale: choice.scale) }
        }
        if choice.hasClimax {
            let leads = steps.last?.kind
            if wishes.wantsBreak, leads != .breakdown, leads != .build {
                append([Form.Step(.breakdown, "Breakdown", 4, 0.38)], scale: choice.scale)
            }
            if wishes.wantsDrop, leads != .build { append([Form.Step(.build, "Build", 4, 0.68)], scale: choice.scale) }
            append(form.climax, scale: choice.scale)
        }
        append(form.ending, scale: wishes.longOutro ? edge * 2 : edge)
        return steps
    }

    /// What is left over goes by fours to the sections that bear it, and the odd bars to the ending.
    private func spread(_ rest: Int, over steps: inout [Form.Step]) {
        var rest = rest
        let order: [SectionKind] =
            form.phrase > 4 ? [.intro, .outro, .breakdown, .bridge] : [.bridge, .solo, .verse, .chorus, .intro, .breakdown, .outro]
        while rest >= 4 {
            let before = rest
            for kind in order {
                for index in steps.indices where steps[index].kind == kind && rest >= 4 {
                    let step = steps[index]
                    steps[index] = Form.Step(step.kind, step.name, step.bars + 4, step.energy)
                    rest -= 4
                    break
                }
            }
            if rest == before { break }
        }
        guard rest > 0, let last = steps.last else { return }
        steps[steps.count - 1] = Form.Step(last.kind, last.name, last.bars + rest, last.energy)
    }

    /// Too short for a form: a theme, with an opening and a rise where there is room.
    func miniature(_ bars: Int) -> [SongPlan.Section] {
        let theme = form.climax.first ?? Form.Step(.chorus, "Theme", bars, 0.9)
        let first = form.cycle.first ?? Form.Step(.verse, "Opening", bars, 0.55)
        switch bars {
        case 1: return named([Form.Step(theme.kind, theme.name, 1, 0.8)])
        case 2, 3: return named([Form.Step(first.kind, first.name, 1, 0.55), Form.Step(theme.kind, theme.name, bars - 1, 0.85)])
        default:
            let half = bars / 2
            return named([Form.Step(first.kind, first.name, half, 0.56), Form.Step(theme.kind, theme.name, bars - half, 0.86)])
        }
    }

    private func named(_ steps: [Form.Step]) -> [SongPlan.Section] {
        steps.enumerated().map { index, step in
            let same = steps.filter { $0.name == step.name }.count
            let number = steps[...index].filter { $0.name == step.name }.count
            let energy = min(1, max(0.1, step.energy + 0.08 * arousal))
            return SongPlan.Section(
                name: same > 1 ? "\(step.name) \(number)" : step.name, kind: step.kind, bars: step.bars,
                energy: (energy * 1000).rounded() / 1000)
        }
    }

    // MARK: Lyrics

    /// Sections in the order of the lyrics' tags, their lengths in proportion to the lines under them. Nil without such tags.
    func sections(bars: Int, lyrics: String) -> [SongPlan.Section]? {
        var steps: [Form.Step] = []
        var lines = 0
        func close() {
            guard let last = steps.popLast() else { return }
            let counted = lines > 0 ? (lines * 2 + 3) / 4 * 4 : last.bars
            steps.append(Form.Step(last.kind, last.name, min(32, max(4, counted)), last.energy))
            lines = 0
        }
        for line in lyrics.split(whereSeparator: \.isNewline) {
            let text = line.drop { $0 == " " || $0 == "\t" }
            if text.first == "[", let end = text.firstIndex(of: "]") {
                let tag = text[text.index(after: text.startIndex)..<end].lowercased()
                guard let step = FormPlanner.step(forTag: tag) else { continue }
                close()
                steps.append(step)
            } else if !text.isEmpty, !steps.isEmpty {
                lines += 1
            }
        }
        close()
        guard !steps.isEmpty else { return nil }
        if steps.first?.kind != .intro, !wishes.skipsIntro, bars >= steps.count * 4 + 8 {
            steps.insert(Form.Step(.intro, "Intro", 4, 0.4), at: 0)
        }
        if steps.last?.kind != .outro, bars >= steps.count * 4 + 4 { steps.append(Form.Step(.outro, "Outro", 4, 0.5)) }
        steps = Array(steps.prefix(bars))
        return named(FormPlanner.fitted(steps, to: bars))
    }

    /// Section lengths in proportion to what they are, in fours where there is room, exactly `bars` in all.
    private static func fitted(_ steps: [Form.Step], to bars: Int) -> [Form.Step] {
        let weight = Double(steps.reduce(0) { $0 + $1.bars })
        let unit = bars >= steps.count * 8 ? 4 : bars >= steps.count * 4 ? 2 : 1
        var lengths = steps.map { step in
            max(unit, Int(Double(step.bars) / weight * Double(bars) / Double(unit)) * unit)
        }
        while lengths.reduce(0, +) > bars, let longest = lengths.indices.max(by: { lengths[$0] < lengths[$1] }) {
            lengths[longest] -= min(unit, max(1, lengths[longest] - 1))
        }
        var index = 0
        while lengths.reduce(0, +) + unit <= bars {
            lengths[index % lengths.count] += unit
            index += 1
        }
        lengths[lengths.count - 1] += bars - lengths.reduce(0, +)
        return zip(steps, lengths).map { Form.Step($0.kind, $0.name, $1, $0.energy) }
    }

    static func step(forTag tag: String) -> Form.Step? {
        let tags: [(String, Form.Step)] = [
            ("pre", Form.Step(.build, "Pre-chorus", 4, 0.66)), ("build", Form.Step(.build, "Build", 4, 0.66)),
            ("post", Form.Step(.chorus, "Post-chorus", 4, 0.84)), ("verse", Form.Step(.verse, "Verse", 8, 0.54)),
            ("chorus", Form.Step(.chorus, "Chorus", 8, 0.88)), ("hook", Form.Step(.chorus, "Hook", 8, 0.88)),
            ("refrain", Form.Step(.chorus, "Refrain", 8, 0.86)), ("drop", Form.Step(.chorus, "Drop", 8, 0.96)),
            ("bridge", Form.Step(.bridge, "Bridge", 8, 0.6)), ("middle", Form.Step(.bridge, "Middle eight", 8, 0.6)),
            ("break", Form.Step(.breakdown, "Break", 4, 0.4)), ("interlude", Form.Step(.breakdown, "Interlude", 4, 0.45)),
            ("solo", Form.Step(.solo, "Solo", 8, 0.86)), ("instrumental", Form.Step(.solo, "Instrumental", 8, 0.75)),
            ("intro", Form.Step(.intro, "Intro", 4, 0.42)), ("outro", Form.Step(.outro, "Outro", 4, 0.5)),
            ("coda", Form.Step(.outro, "Coda", 4, 0.5)), ("end", Form.Step(.outro, "Ending", 4, 0.5)),
        ]
        return tags.first { tag.contains($0.0) }?.1
    }
}
