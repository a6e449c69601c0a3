import Composer
import Core
import Music
import Testing

private func song(_ prompt: String = "pop, 120 bpm", duration: Seconds = 60, seed: UInt64 = 9) throws -> Composition {
    try composer.compose(CompositionRequest(prompt: prompt, duration: duration, seed: seed))
}

private func wish(_ prompt: String = "more", seed: UInt64 = 77, duration: Seconds? = nil) -> CompositionRequest {
    CompositionRequest(prompt: prompt, duration: duration, seed: seed)
}

private func starts(_ part: Score.Part, in range: Range<Beats>, shift: Beats = 0) -> [[Double]] {
    part.notes.filter { range.contains($0.start) }.map { [(($0.start + shift) * 1000).rounded(), Double($0.pitch)] }
}

@Suite struct `A song that is extended` {
    @Test(arguments: ["pop, 120 bpm", "house", "jazz", "waltz", "ambient"])
    func `goes on after the bar where its ending began, and keeps every note before`(prompt: String) throws {
        let parent = try song(prompt)
        let longer = try composer.extend(parent, before: 0, after: 30, wish())
        let bar = parent.plan.meter.bar
        #expect(abs(longer.score.duration - 90) <= bar * 60 / parent.plan.bpm)
        let seam = parent.score.sections.last { $0.kind == "outro" }?.start ?? parent.score.chords.last?.start ?? 0
        for part in parent.score.parts {
            let same = try #require(longer.score.parts.first { $0.name == part.name && $0.role == part.role })
            #expect(starts(part, in: 0..<(seam - 0.1)) == starts(same, in: 0..<(seam - 0.1)), "\(part.name)")
        }
        #expect(longer.score.parts.contains { $0.notes.contains { $0.start > seam + 8 } })
        checkForm(longer.score)
    }

    @Test func `may begin earlier`() throws {
        let parent = try song()
        let longer = try composer.extend(parent, before: 16, after: 0, wish())
        #expect(abs(longer.score.duration - 76) < 0.01)
        for part in parent.score.parts {
            let same = try #require(longer.score.parts.first { $0.name == part.name && $0.role == part.role })
            #expect(starts(part, in: 0..<1000, shift: 32) == starts(same, in: 31.9..<1000), "\(part.name)")
        }
        #expect(longer.score.parts.contains { $0.notes.contains { $0.start < 30 } })
        checkForm(longer.score)
    }

    @Test func `can be extended again and again`() throws {
        var made = try song(duration: 20)
        for _ in 0..<5 { made = try composer.extend(made, before: 8, after: 16, wish()) }
        #expect(made.score.duration > 120)
        checkForm(made.score)
        #expect(made.score.parts.allSatisfy { part in part.notes.allSatisfy { $0.start + $0.length <= made.score.length + 1e-6 } })
    }

    @Test(arguments: ["soul", "rock", "blues", "march", "house"])
    func `gets sections of the usual length`(style: String) throws {
        let parent = try song(style, duration: 90)
        let longer = try composer.extend(parent, before: 0, after: 45, wish())
        let added = longer.plan.sections.dropFirst(parent.plan.sections.count - 1).filter {
            $0.bars < 4 && $0.kind != .outro && $0.kind != .intro
        }
        #expect(added.count <= 1, "\(longer.plan.sections.map { "\($0.name) \($0.bars)" })")
    }

    @Test func `keeps the words it has, once`() throws {
        let lyrics = "[verse]\nMorning on the water\n[chorus]\nSail away, sail away\n"
        let parent = try composer.compose(CompositionRequest(prompt: "folk", lyrics: lyrics, duration: 40, seed: 2))
        let longer = try composer.extend(parent, before: 10, after: 20, wish())
        #expect(longer.score.syllables?.map(\.text) == parent.score.syllables?.map(\.text))
    }

    @Test func `must grow, and not beyond ten minutes`() throws {
        let parent = try song()
        #expect(throws: Failure.self) { try composer.extend(parent, before: 0, after: 0.2, wish()) }
        #expect(throws: Failure.self) { try composer.extend(parent, before: 300, after: 300, wish()) }
    }

    private func checkForm(_ score: Score) {
        var position = 0.0
        for section in score.sections {
            #expect(abs(section.start - position) < 1e-6, "\(section.name)")
            position += section.length
        }
        #expect(Set(score.sections.map(\.name)).count == score.sections.count)
        position = 0
        for chord in score.chords {
            #expect(abs(chord.start - position) < 1e-6)
            position += chord.length
        }
    }
}

@Suite struct `A song that is repainted` {
    @Test func `changes between two moments only, over the same chords`() throws {
        let parent = try song()
        let painted = try composer.repaint(parent, from: 20, to: 30, wish())
        let range = parent.score.tempoMap.beat(at: 20)..<parent.score.tempoMap.beat(at: 30)
        #expect(painted.score.chords == parent.score.chords && painted.score.duration == parent.score.duration)
        for part in parent.score.parts {
            let same = try #require(painted.score.parts.first { $0.name == part.name })
            #expect(starts(part, in: 0..<(range.lowerBound - 0.2)) == starts(same, in: 0..<(range.lowerBound - 0.2)))
            #expect(starts(part, in: (range.upperBound + 0.2)..<1000) == starts(same, in: (range.upperBound + 0.2)..<1000))
        }
        #expect(zip(parent.score.parts, painted.score.parts).contains { $0.notes != $1.notes })
    }

    @Test func `by its own prompt is another take of the same band`() throws {
        let parent = try song("house")
        let painted = try composer.repaint(parent, from: 20, to: 30, wish("house"))
        #expect(Set(painted.score.parts.map(\.name)) == Set(parent.score.parts.map(\.name)))
    }

    @Test func `can rest a player or take another style there`() throws {
        let parent = try song()
        let drums = { (score: Score) in
            score.parts.filter { $0.instrument.isDrumKit }.flatMap(\.notes).filter { (42..<58).contains($0.start) }.count
        }
        #expect(drums(parent.score) > 0)
        #expect(drums(try composer.repaint(parent, from: 20, to: 30, wish("no drums")).score) == 0)
        let jazz = try composer.repaint(parent, from: 20, to: 30, wish("jazz")).score
        #expect(jazz.parts.contains { part in !parent.score.parts.contains { $0.name == part.name } })
    }
}

@Suite struct `A remix` {
    @Test(arguments: ["jazz", "dark techno", "waltz", "metal", "string quartet"])
    func `keeps chords, form and tune`(style: String) throws {
        let parent = try song()
        let remix = try composer.remix(parent, wish(style))
        #expect(remix.plan.sections == parent.plan.sections && remix.plan.key == parent.plan.key && remix.plan.meter == parent.plan.meter)
        #expect(remix.plan.style != parent.plan.style)
        let chords = { (score: Score) in score.chords.dropLast().map { "\($0.chord) \($0.start)" } }
        #expect(chords(remix.score).prefix(20) == chords(parent.score).prefix(20))
        let tune = { (score: Score) in score.parts.first { $0.role == .lead }?.notes.map { $0.pitch % 12 } ?? [] }
        #expect(tune(parent.score).prefix(30) == tune(remix.score).prefix(30))
    }

    @Test func `of ornamented and swung tunes is written plainly`() throws {
        for (from, to) in [("celtic reel", "house"), ("jazz", "blues"), ("baroque", "techno")] {
            let remix = try composer.remix(try song(from), wish(to))
            let lead = try #require(remix.score.parts.first { $0.role == .lead })
            let together = zip(lead.notes, lead.notes.dropFirst()).filter { $1.start - $0.start < 0.05 }
            #expect(together.isEmpty, "\(from) to \(to): \(together.count)")
        }
    }

    @Test func `goes on with its own chords and tune when it is extended`() throws {
        let remix = try composer.remix(try song("pop, 120 bpm", duration: 90), wish("metal"))
        let longer = try composer.extend(remix, before: 0, after: 40, wish())
        func chords(_ section: Score.Section) -> [String] {
            longer.score.chords.filter { $0.start >= section.start - 0.01 && $0.start < section.start + 8 }.map { "\($0.chord)" }
        }
        let choruses = longer.score.sections.filter { $0.kind == "chorus" && $0.length >= 8 }
        #expect(choruses.count >= 2 && choruses.allSatisfy { chords($0).first == chords(choruses[0]).first })
    }

    @Test func `never lasts longer than ten minutes`() throws {
        let parent = try song("house, 174 bpm", duration: 300)
        #expect(try composer.remix(parent, wish("ambient, 60 bpm")).score.duration <= 600)
        #expect(throws: Failure.self) { try composer.remix(try song("house, 290 bpm", duration: 600), wish("drone, 31 bpm")) }
    }

    @Test func `moves to another key with all it has`() throws {
        let parent = try song("pop in C major, 120 bpm")
        let remix = try composer.remix(parent, CompositionRequest(prompt: "house", seed: 1, key: Key(PitchClass(2), .major)))
        let roots = { (score: Score) in score.chords.dropLast().prefix(12).map(\.chord.root) }
        #expect(roots(remix.score) == roots(parent.score).map { $0 + 2 })
    }
}

@Suite struct `A recording that is followed` {
    private let reference = Reference(
        bpm: 97.4, key: Key(PitchClass(9), .minor),
        chords: [Chord(PitchClass(9), .minor), Chord(PitchClass(5), .major), Chord(PitchClass(0), .major), Chord(PitchClass(7), .major)],
        energies: (0..<24).map { $0 < 4 ? -40 : (8..<16).contains($0) ? -12 : -20 }, brightness: 3600, duration: 60)

    @Test func `gives tempo, key, chords, length and brightness`() throws {
        let made = try composer.similar(to: reference, wish("synthwave"))
        #expect(made.plan.bpm == 97.4 && made.plan.key == reference.key && made.score.duration == 60)
        let bars = made.score.chords.filter { $0.start < 16 }
        #expect(bars.map(\.chord.root) == reference.chords.map(\.root))
        #expect(made.plan.mix.tilt > (try composer.plan(wish("synthwave")).mix.tilt) + 1)
    }

    @Test func `gives its rise and fall`() throws {
        let sections = try composer.similar(to: reference, wish("pop")).plan.sections
        #expect(sections.first?.kind == .intro)
        let loudest = try #require(sections.max { $0.energy < $1.energy })
        let start = sections.prefix { $0 != loudest }.reduce(0) { $0 + $1.bars }
        #expect(loudest.kind == .chorus && (4...16).contains(start))
    }
}

@Suite struct `An artist's fingerprint` {
    private func plan(_ prompt: String, _ fingerprint: ArtistFingerprint, seed: UInt64 = 1) throws -> SongPlan {
        try composer.plan(CompositionRequest(prompt: prompt, seed: seed, fingerprint: fingerprint))
    }

    @Test func `decides what the prompt leaves open`() throws {
        let fingerprint = ArtistFingerprint(
            tempos: [118, 121], keys: ["F# minor", "8A"], genres: ["deep house"], palettes: ["Rhodes", "909"],
            habits: ["long intros", "vinyl"])
        let made = try plan("something for the night", fingerprint)
        #expect(made.style == "deep-house" && (117...122).contains(made.bpm) && made.key == Key("F# minor"))
        #expect(made.mix.vinyl > 0.4)
    }

    @Test func `gives way to the prompt`() throws {
        let fingerprint = ArtistFingerprint(tempos: [118], keys: ["F# minor"], genres: ["deep house"])
        let made = try plan("jazz in C major, 140 bpm", fingerprint)
        #expect(made.style == "jazz" && made.bpm == 140 && made.key == Key("C major"))
    }
}
