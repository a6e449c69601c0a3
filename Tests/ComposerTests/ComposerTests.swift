import Composer
import Core
import Foundation
import Music
import Testing

private let styleIDs = composer.book.styles.map(\.id)

/// A plan for a style by its own first name.
private func plan(_ id: String, seed: UInt64, duration: Seconds? = 120, _ more: String = "") throws -> SongPlan {
    let style = try #require(composer.book.styles.first { $0.id == id })
    return try composer.plan(CompositionRequest(prompt: "\(style.words[0]) \(more)", duration: duration, seed: seed))
}

private func json(_ value: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return try encoder.encode(value)
}

@Suite struct `Every style` {
    @Test func `is written without mistakes in its tables`() {
        #expect(composer.book.problems == [])
    }

    @Test(arguments: styleIDs)
    func `is found by its own name`(id: String) throws {
        #expect(try plan(id, seed: 1).style == id)
    }

    @Test(arguments: styleIDs, [UInt64(1), 2, 99])
    func `gives sorted notes within the song, and none struck while it still sounds`(id: String, seed: UInt64) throws {
        let score = composer.score(try plan(id, seed: seed))
        #expect(!score.parts.isEmpty && score.parts.count <= 16)
        for part in score.parts {
            #expect(!part.notes.isEmpty, "\(part.name)")
            var sounding = [Double](repeating: -1, count: 128)
            var last = (start: -1.0, pitch: UInt8(0))
            for note in part.notes {
                #expect((last.start, last.pitch) <= (note.start, note.pitch), "\(part.name) is not in order")
                last = (note.start, note.pitch)
                #expect(note.start >= 0 && note.length > 0 && note.start + note.length <= score.length + 1e-6, "\(part.name)")
                #expect((1...127).contains(note.velocity) && note.pitch < 128)
                #expect(sounding[Int(note.pitch)] <= note.start + 1e-6, "\(part.name) strikes \(note.pitch) twice at \(note.start)")
                sounding[Int(note.pitch)] = note.start + note.length
            }
        }
    }

    @Test(arguments: styleIDs)
    func `lasts exactly as long as asked, and ends on a chord that has time to ring`(id: String) throws {
        for duration in [10, 17.5, 61, 90, 120, 187.3, 300, 600] {
            let score = composer.score(try plan(id, seed: 5, duration: duration))
            #expect(score.duration == duration)
            let end = score.tempoMap.seconds(at: score.length)
            #expect(end < duration && end > duration * 0.75, "\(end) of \(duration)")
            let last = try #require(score.chords.last)
            #expect(score.tempoMap.seconds(at: last.start) <= duration - 0.5)
        }
    }

    @Test(arguments: styleIDs, [UInt64(3), 8])
    func `stays mostly in its key, and comes home`(id: String, seed: UInt64) throws {
        let score = composer.score(try plan(id, seed: seed))
        let pitched = score.parts.filter { !$0.instrument.isDrumKit && $0.role != .effects }
        let notes = pitched.flatMap(\.notes)
        // The last chorus of some songs lies higher, and so does what follows.
        func key(at beat: Beats) -> Key { score.sections.last { $0.start <= beat + 0.1 }?.key ?? score.key }
        let inside = notes.filter { key(at: $0.start).contains(PitchClass(of: $0.pitch)) }
        // Jazz and blues leave the scale on purpose, and phrygian music raises its third.
        let free: Set = ["jazz", "bossa-nova", "blues", "lo-fi", "deep-house", "soul", "disco", "gospel", "r-and-b", "flamenco", "funk"]
        let least = free.contains(id) ? 0.7 : 0.85
        #expect(Double(inside.count) / Double(notes.count) >= least, "\(Double(inside.count) / Double(notes.count)) in \(score.key)")
        #expect(try #require(score.chords.last).chord.root == key(at: score.length).tonic)
    }

    @Test(arguments: styleIDs)
    func `has sections of different energy that fill the song without gaps`(id: String) throws {
        let score = composer.score(try plan(id, seed: 4, duration: 180))
        let energies = score.sections.map(\.energy)
        let (low, high) = (try #require(energies.min()), try #require(energies.max()))
        #expect(score.sections.count >= 5 && high - low >= 0.3)
        var position = 0.0
        for section in score.sections {
            #expect(abs(section.start - position) < 1e-9)
            position += section.length
        }
        #expect(abs(position - score.length) < 1e-9)
    }

    @Test(arguments: styleIDs, [UInt64(11), 12])
    func `brings the same tune back`(id: String, seed: UInt64) throws {
        let made = try plan(id, seed: seed, duration: 240)
        let score = composer.score(made)
        let lead = try #require(score.parts.first { $0.role == .lead })
        // Pairs of returning sections of one length: the same pitches in the same order but for the last two bars.
        let kind: SectionKind = made.sections.filter { $0.kind == .chorus }.count > 1 ? .chorus : .verse
        let returning = zip(made.sections, score.sections).filter { $0.0.kind == kind }.map(\.1)
        let shortest = try #require(returning.map(\.length).min()) - 2 * score.meter.bar
        let tunes = returning.prefix(2).map { section in
            lead.notes.filter { $0.start >= section.start - 0.05 && $0.start < section.start + shortest - 0.05 }.map(\.pitch)
        }
        try #require(tunes.count == 2)
        if kind == .chorus {
            #expect(tunes[0] == tunes[1] && !tunes[0].isEmpty)
        } else {
            #expect(Set(tunes[0]).intersection(tunes[1]).count >= 3)
        }
    }

    @Test(arguments: styleIDs)
    func `sounds fuller at its height than at its beginning`(id: String) throws {
        let made = try plan(id, seed: 6, duration: 180)
        let score = composer.score(made)
        func density(_ section: Score.Section) -> Double {
            let force = score.parts.flatMap(\.notes).filter { $0.start >= section.start && $0.start < section.start + section.length }
            return force.reduce(0) { $0 + Double($1.velocity) } / section.length
        }
        func players(_ section: Score.Section) -> Int {
            score.parts.filter { $0.notes.contains { $0.start >= section.start && $0.start < section.start + section.length } }.count
        }
        let height = try #require(score.sections.max { $0.energy < $1.energy })
        #expect(density(height) > density(score.sections[0]) * 1.3)
        #expect((4...12).contains(players(height)), "\(players(height)) players")
        #expect(players(height) >= players(score.sections[0]))
    }

    @Test(arguments: styleIDs)
    func `is never silent for a whole bar`(id: String) throws {
        let score = composer.score(try plan(id, seed: 21, duration: 150))
        let notes = score.parts.flatMap(\.notes)
        let bars = Int((try #require(score.chords.last).start / score.meter.bar).rounded())
        for bar in 0..<bars {
            let (from, to) = (Double(bar) * score.meter.bar, Double(bar + 1) * score.meter.bar)
            #expect(notes.contains { $0.start < to && $0.start + $0.length > from }, "bar \(bar) is empty")
        }
    }

    @Test(arguments: styleIDs)
    func `keeps melodic parts within their instruments`(id: String) throws {
        let score = composer.score(try plan(id, seed: 31))
        for part in score.parts where part.role == .lead || part.role == .counter || part.role == .bass {
            let pitches = part.notes.map { Int($0.pitch) }
            let (low, high) = (try #require(pitches.min()), try #require(pitches.max()))
            #expect(low >= 24 && high <= 100 && high - low <= 36, "\(part.name): \(low)…\(high)")
        }
    }
}

@Suite struct `The same request` {
    @Test(arguments: styleIDs)
    func `gives the same bytes, and another seed another song`(id: String) throws {
        let first = composer.score(try plan(id, seed: 7, duration: 60))
        #expect(try json(first) == json(composer.score(try plan(id, seed: 7, duration: 60))))
        #expect(MIDIFile(first).data() == MIDIFile(composer.score(try plan(id, seed: 7, duration: 60))).data())
        #expect(first.parts.map(\.notes) != composer.score(try plan(id, seed: 8, duration: 60)).parts.map(\.notes))
    }

    @Test func `gives the same song through its plan's JSON`() throws {
        let made = try plan("funk", seed: 3)
        let copy = try JSONDecoder().decode(SongPlan.self, from: json(made))
        #expect(copy == made)
        #expect(composer.score(copy) == composer.score(made))
    }

    @Test func `gives a score that survives JSON unchanged`() throws {
        let score = composer.score(try plan("jazz", seed: 9))
        #expect(try JSONDecoder().decode(Score.self, from: json(score)) == score)
    }

    @Test func `keeps every other part when one instrument is ruled out`() throws {
        let full = composer.score(try plan("pop", seed: 5))
        let less = composer.score(try plan("pop", seed: 5, "without drums"))
        #expect(full.parts.contains { $0.role == .drums } && !less.parts.contains { $0.role == .drums || $0.role == .percussion })
        for part in less.parts { #expect(full.parts.contains(part), "\(part.name)") }
    }
}

@Suite struct `A score` {
    @Test func `is written from any plan, however broken`() throws {
        var broken = try plan("house", seed: 1)
        broken.style = "no such style"
        broken.harmony = "none"
        broken.bpm = .nan
        broken.duration = -.infinity
        broken.swing = 7
        broken.meter = Meter(0, 4)
        broken.sections = [.init(name: "", kind: .build, bars: -3, energy: .nan), .init(name: "x", kind: .solo, bars: 1, energy: 9)]
        broken.parts = [.init(voice: "nobody", name: "?", role: .lead, instrument: .init(name: "?", bank: 9, program: 900))]
        let score = composer.score(broken)
        #expect(score.duration > 0 && score.parts.isEmpty)
        broken.sections = []
        broken.parts = try plan("house", seed: 1).parts
        #expect(composer.score(broken).length > 0)
    }

    @Test(
        arguments: ["3/4", "6/8", "5/4", "7/8", "12/8", "2/4", "9/8", "7/16", "3/2"], ["rock", "jazz", "house", "piano ballad", "waltz"])
    func `fits any meter`(meter: String, style: String) throws {
        let wanted = try #require(Meter(meter))
        let score = composer.score(try composer.plan(CompositionRequest(prompt: style, duration: 45, seed: 2, meter: wanted)))
        #expect(score.meter == wanted && score.duration == 45)
        for section in score.sections.dropLast() {
            let bars = section.length / wanted.bar
            #expect(abs(bars - bars.rounded()) < 1e-9)
        }
    }

    @Test func `keeps the tempo that was asked for`() throws {
        for bpm in [30, 61.5, 128, 300] {
            let score = composer.score(try composer.plan(CompositionRequest(prompt: "rock", duration: 60, seed: 2, bpm: bpm)))
            #expect(score.tempoMap.changes.allSatisfy { abs($0.bpm / bpm - 1) < 0.005 })
        }
    }

    @Test func `locks its kick to every beat of a techno drop`() throws {
        let score = composer.score(try composer.plan(CompositionRequest(prompt: "dark techno, 130 bpm", duration: 120, seed: 7)))
        let drop = try #require(score.sections.first { $0.kind == "chorus" })
        let drums = try #require(score.parts.first { $0.role == .drums })
        // Where a fill ends a phrase it may take over.
        for beat in 0..<Int(drop.length) where beat % 16 < 12 {
            let at = drop.start + Double(beat)
            #expect(drums.notes.contains { $0.pitch == 36 && abs($0.start - at) < 0.02 }, "no kick on beat \(beat)")
        }
    }
}
