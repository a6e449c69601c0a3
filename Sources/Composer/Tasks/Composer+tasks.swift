import Core
import Music

extension Composer {
    /// A song from a request: plan and score.
    public func compose(_ request: CompositionRequest) throws -> Composition {
        let plan = try plan(request)
        return Composition(plan: plan, score: score(plan))
    }

    // MARK: Similar

    /// The same plan with new material: style, tempo, key, band and form stay, chords, tune and rhythms are others.
    ///
    /// Tempo, key, meter, length and lyrics of the request win; the form is laid out anew where they ask for that.
    public func similar(to parent: Composition, _ request: CompositionRequest) throws -> Composition {
        var plan = parent.plan
        plan.seed = request.seed
        plan.title =
            titled(request) ?? book.style(plan.style).map { style in
                Titles.make(mood: plan.mood, style: style, random: SeededRandom(seed: request.seed).fork("similar"))
            } ?? plan.title
        plan.material = nil
        plan.bpm = request.bpm ?? plan.bpm
        plan.key = request.key ?? plan.key
        plan.meter = request.meter ?? plan.meter
        plan.lyrics = request.lyrics ?? plan.lyrics
        plan.duration = request.duration ?? plan.duration
        let isOfOldLength = plan.duration == parent.plan.duration && plan.bpm == parent.plan.bpm && plan.meter == parent.plan.meter
        if !isOfOldLength || request.lyrics != nil, let style = book.style(plan.style) {
            plan.sections = FormPlanner.sections(
                of: style.forms, bars: wholeBars(in: plan.duration, plan: plan, style: style), wishes: FormWishes(),
                arousal: plan.mood.arousal, lyrics: plan.lyrics, random: SeededRandom(seed: request.seed).fork("plan"))
        }
        return Composition(plan: plan, score: score(plan))
    }

    // MARK: Remix

    /// The same tune, chords and form in the style that the prompt asks for.
    ///
    /// The tempo is the parent's where the style bears it, else one of the style; the key is the request's or the parent's.
    public func remix(_ parent: Composition, _ request: CompositionRequest) throws -> Composition {
        var fresh = request
        fresh.duration = nil
        fresh.meter = parent.plan.meter
        // Another tonic moves the song; its chords and tune stay in their mode.
        let tonic = (request.key ?? PromptReader.read(request.prompt, book: book).key ?? parent.plan.key).tonic
        fresh.key = Key(tonic, parent.plan.key.mode)
        var plan = try plan(fresh)
        guard let style = book.style(plan.style) else { return parent }
        let asked = request.bpm ?? PromptReader.read(request.prompt, book: book).bpm
        plan.bpm = asked ?? Composer.tempo(near: parent.plan.bpm, in: style) ?? plan.bpm
        plan.sections = parent.plan.sections
        plan.harmony = parent.plan.harmony
        plan.title = titled(request) ?? "\(parent.plan.title) (\(style.name) remix)"
        let shift = plan.key.tonic.interval(above: parent.plan.key.tonic)
        let swing = Swing(amount: parent.plan.swing, pair: book.style(parent.plan.style)?.swing.pair ?? 1)
        plan.material = parent.score.material(transposedBy: shift > 6 ? shift - 12 : shift, swing: swing)
        let beats = Double(plan.sections.reduce(0) { $0 + $1.bars }) * plan.meter.bar
        func length() -> Seconds { ((beats * 60 / plan.bpm + style.ring) * 10).rounded() / 10 }
        // A style half as fast may count the same music twice as fast.
        while length() > Composer.durations.upperBound, plan.bpm * 2 <= Composer.tempos.upperBound { plan.bpm *= 2 }
        guard length() <= Composer.durations.upperBound else {
            throw Failure(
                .unprocessable, "remix_too_long", "At this tempo the remix would last more than 600 seconds.",
                hint: "Ask for a faster tempo, such as \(NumberPhrase.text((beats / 9).rounded(.up))) bpm.")
        }
        plan.duration = length()
        var result = Composition(plan: plan, score: score(plan))
        result.score.syllables = result.score.aligning(parent.score.syllables, swing: swing)
        return result
    }

    /// The tempo itself, or its half or double, where the style's range (and a tenth on either side) has room for it.
    private static func tempo(near bpm: Double, in style: Style) -> Double? {
        let range = (style.tempo.lowerBound * 0.9)...(style.tempo.upperBound * 1.1)
        return [bpm, bpm * 2, bpm / 2].first { range.contains($0) }
    }

    // MARK: Repaint

    /// New material between two moments over the same chords; the rest stays note for note.
    ///
    /// A style named in the prompt takes over within the range; players that the prompt rules out rest there.
    /// Throws `repaint_out_of_range`.
    public func repaint(_ parent: Composition, from: Seconds, to: Seconds, _ request: CompositionRequest) throws -> Composition {
        guard from >= 0, to - from >= 0.5, to <= parent.score.duration + 0.01 else {
            throw Failure(
                .invalid, "repaint_out_of_range", "The range to repaint must be half a second at least and lie within the song.",
                hint: "This song lasts \(NumberPhrase.text(parent.score.duration)) seconds.")
        }
        let reading = PromptReader.read(request.prompt, book: book)
        var plan = parent.plan
        plan.seed = request.seed
        plan.material = SongPlan.Material(chords: parent.score.chords)
        var fresh = request
        (fresh.bpm, fresh.key, fresh.meter, fresh.duration) = (plan.bpm, plan.key, plan.meter, plan.duration)
        let other = try self.plan(fresh)
        if !reading.styles.isEmpty, other.style != plan.style {
            (plan.style, plan.parts, plan.swing) = (other.style, other.parts, other.swing)
        } else if reading.namesPlayers, let style = book.style(plan.style) {
            // The parent's own seed chooses the others, so that they stay who they are.
            plan.parts =
                BandPlanner(
                    style: style, flavour: nil, reading: reading, orchestra: book.orchestra,
                    random: SeededRandom(seed: parent.plan.seed).fork("plan")
                ).parts()
        }
        let map = parent.score.tempoMap
        let range = map.beat(at: from)..<map.beat(at: to)
        var result = parent
        result.score = parent.score.repainted(with: score(plan), in: range)
        result.plan.title = titled(request) ?? Composer.marked(parent.plan.title, "repainted")
        result.score.title = result.plan.title
        return result
    }

    // MARK: Extend

    /// A longer song: more of it before or after, from the same motifs and chords, in whole bars.
    ///
    /// What follows begins where the parent's ending began; what goes before leads into its first bar. Throws `extension_out_of_range`.
    public func extend(_ parent: Composition, before: Seconds, after: Seconds, _ request: CompositionRequest) throws -> Composition {
        let barSeconds = parent.plan.meter.bar * 60 / parent.plan.bpm
        guard before >= 0, after >= 0, before + after >= barSeconds, parent.score.duration + before + after <= Composer.durations.upperBound
        else {
            throw Failure(
                .invalid, "extension_out_of_range", "A song can grow by a bar at least, and to 600 seconds at most.",
                hint: "This song lasts \(NumberPhrase.text(parent.score.duration)) seconds; a bar takes \(NumberPhrase.text(barSeconds)).")
        }
        let grown = ((before / barSeconds).rounded() + (after / barSeconds).rounded()) * barSeconds
        guard parent.score.duration + grown <= Composer.durations.upperBound + 0.5 else {
            throw Failure(
                .invalid, "extension_out_of_range", "In whole bars, the song would last more than 600 seconds.",
                hint: "A bar takes \(NumberPhrase.text(barSeconds)) seconds here: ask for one less.")
        }
        var result = parent
        if after > 0 { result = appended(to: result, seconds: after) }
        if before > 0 { result = prepended(to: result, seconds: before) }
        result.plan.title = titled(request) ?? Composer.marked(parent.plan.title, "extended")
        result.score.title = result.plan.title
        return result
    }

    private func appended(to parent: Composition, seconds: Seconds) -> Composition {
        var plan = parent.plan
        let style = book.style(plan.style) ?? Style(id: "none")
        let barSeconds = plan.meter.bar * 60 / plan.bpm
        // The ending gives way; without one, the song goes on after its last bar.
        var kept = plan.sections
        var ending: SongPlan.Section?
        if kept.count > 1, kept.last?.kind == .outro { ending = kept.removeLast() }
        let seam = Double(kept.reduce(0) { $0 + $1.bars }) * plan.meter.bar
        let bars = max(1, Int((seconds / barSeconds).rounded())) + (ending?.bars ?? 0)
        var added = FormPlanner.continuation(
            of: style.forms, bars: bars, arousal: plan.mood.arousal, random: SeededRandom(seed: plan.seed).fork("extend"))
        for index in added.indices { added[index].lift = kept.last?.lift ?? 0 }
        plan.sections = Composer.numbered(kept + added)
        plan.duration += Double(bars - (ending?.bars ?? 0)) * barSeconds
        if let material = plan.material {
            plan.material = Composer.continued(material, from: parent.plan, over: plan.sections, since: kept.count)
        }
        return Composition(plan: plan, score: named(parent.score.spliced(with: score(unsung(plan)), at: seam), plan))
    }

    private func prepended(to parent: Composition, seconds: Seconds) -> Composition {
        var plan = parent.plan
        let barSeconds = plan.meter.bar * 60 / plan.bpm
        let bars = max(1, Int((seconds / barSeconds).rounded()))
        let first = plan.sections.first?.energy ?? 0.5
        // An opening, and a verse where there is room for one.
        let opening = bars >= 12 ? 4 : bars
        var added = [SongPlan.Section(name: "Prelude", kind: .intro, bars: opening, energy: max(0.3, first - 0.08))]
        if bars > opening { added.append(SongPlan.Section(name: "Verse", kind: .verse, bars: bars - opening, energy: max(0.4, first))) }
        plan.sections = Composer.numbered(added + plan.sections)
        let beats = Double(bars) * plan.meter.bar
        plan.duration += Double(bars) * barSeconds
        plan.material = plan.material.map { material in
            SongPlan.Material(chords: material.chords.map { Score.ChordSpan(chord: $0.chord, start: $0.start + beats, length: $0.length) })
        }
        let opened = score(unsung(plan))
        var shifted = parent.score.shifted(by: beats)
        shifted.duration = plan.duration
        return Composition(plan: plan, score: named(opened.spliced(with: shifted, at: beats), plan))
    }

    /// What a song took over from another one goes on: each new section has the chords and the tune of the last one of its kind.
    private static func continued(
        _ material: SongPlan.Material, from parent: SongPlan, over sections: [SongPlan.Section], since first: Int
    ) -> SongPlan.Material {
        var starts: [Beats] = [0]
        for section in sections { starts.append((starts.last ?? 0) + Double(section.bars) * parent.meter.bar) }
        let seam = starts[min(first, sections.count)]
        var result = SongPlan.Material(
            chords: material.chords.filter { $0.start < seam }, tune: material.tune?.filter { $0.start < seam })
        for index in first..<max(first, sections.count) {
            let model =
                sections[..<first].lastIndex { $0.kind == sections[index].kind } ?? sections[..<first].lastIndex { $0.kind == .chorus } ?? 0
            guard first > 0 else { continue }
            let (from, to) = (starts[model], starts[model + 1])
            // As often as it fits.
            for shift in stride(from: starts[index] - from, to: starts[index + 1] - from, by: max(1, to - from)) {
                let end = starts[index + 1]
                result.chords += material.chords.filter { $0.start >= from && $0.start < to && $0.start + shift < end }.map {
                    Score.ChordSpan(chord: $0.chord, start: $0.start + shift, length: min($0.length, end - $0.start - shift))
                }
                result.tune? += (material.tune ?? []).filter { $0.start >= from && $0.start < to && $0.start + shift < end }.map { note in
                    var note = note
                    note.start += shift
                    return note
                }
            }
        }
        return result
    }

    /// For new sections around a song that has its words already.
    private func unsung(_ plan: SongPlan) -> SongPlan {
        var plan = plan
        plan.lyrics = nil
        return plan
    }

    // MARK: Help

    /// The score with the sections' names as they are numbered now.
    private func named(_ score: Score, _ plan: SongPlan) -> Score {
        guard score.sections.count == plan.sections.count else { return score }
        var score = score
        for (index, section) in plan.sections.enumerated() { score.sections[index].name = section.name }
        return score
    }

    private func titled(_ request: CompositionRequest) -> String? { request.title.flatMap { $0.isEmpty ? nil : $0 } }

    /// "Title (extended)", once.
    private static func marked(_ title: String, _ mark: String) -> String { title.hasSuffix("(\(mark))") ? title : "\(title) (\(mark))" }

    func wholeBars(in duration: Seconds, plan: SongPlan, style: Style) -> Int {
        let ring = min(style.ring, max(1, duration * 0.12))
        return max(1, Int(((duration - ring) / (plan.meter.bar * 60 / plan.bpm) + 1e-9).rounded(.down)))
    }

    /// Names without numbers, then with them where they repeat.
    static func numbered(_ sections: [SongPlan.Section]) -> [SongPlan.Section] {
        func plain(_ name: String) -> String { name.replacing(/\ \d+$/, with: "") }
        let names = sections.map { plain($0.name) }
        return sections.enumerated().map { index, section in
            var section = section
            let same = names.filter { $0 == names[index] }.count
            section.name = same > 1 ? "\(names[index]) \(names[...index].filter { $0 == names[index] }.count)" : names[index]
            return section
        }
    }
}
