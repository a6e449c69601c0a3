import Composer
import Core
import Foundation
import Music
import Testing

private func plan(_ prompt: String, seed: UInt64 = 1, duration: Seconds? = nil) throws -> SongPlan {
    try composer.plan(CompositionRequest(prompt: prompt, duration: duration, seed: seed))
}

/// The key whose profile correlates best with how long each pitch class sounds. Source: Krumhansl, 1990, table 2.1.
private func likeliestKey(_ weight: [Double]) -> Key {
    let major = [6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88]
    let minor = [6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17]
    func centred(_ values: [Double]) -> [Double] {
        let mean = values.reduce(0, +) / 12
        let shifted = values.map { $0 - mean }
        let norm = shifted.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return shifted.map { $0 / max(norm, 1e-9) }
    }
    let heard = centred(weight)
    var best = (score: -2.0, key: Key(PitchClass(0), .major))
    for tonic in 0..<12 {
        for (mode, profile) in [(Key.Mode.major, centred(major)), (.minor, centred(minor))] {
            let score = (0..<12).reduce(0.0) { $0 + heard[($1 + tonic) % 12] * profile[$1] }
            if score > best.score { best = (score, Key(PitchClass(tonic), mode)) }
        }
    }
    return best.key
}

/// How long and loud each pitch class sounds, its third and fifth partials included.
private func soundingTime(in score: Score) -> [Double] {
    var weight = [Double](repeating: 0, count: 12)
    for part in score.parts where !part.instrument.isDrumKit && part.role != .effects {
        let level = pow(10, part.mix.gainDecibels / 20)
        for note in part.notes {
            let time = min(note.length, 4) * Double(note.velocity) * level
            weight[Int(note.pitch) % 12] += time
            weight[(Int(note.pitch) + 7) % 12] += time * 0.25
            weight[(Int(note.pitch) + 4) % 12] += time * 0.08
        }
    }
    return weight
}

@Suite struct `A prompt` {
    @Test func `for dark techno gives dark techno`() throws {
        let made = try plan("dark techno, 130 bpm")
        #expect(made.style == "dark-techno" && made.bpm == 130 && made.key.isMinor && made.duration == 120)
        #expect(made.understood.map(\.words) == ["dark techno", "130 bpm"] && made.unrecognised.isEmpty)
    }

    @Test(arguments: 1...8)
    func `for a sad ballad in D minor stays in D minor`(seed: Int) throws {
        let made = try plan("sad piano ballad in D minor", seed: UInt64(seed))
        #expect(made.style == "piano-ballad" && made.key == Key("D minor") && made.mood.valence < 0)
        let score = composer.score(made)
        let (first, last) = (try #require(score.chords.first), try #require(score.chords.last))
        #expect(first.chord.description.hasPrefix("Dm") && last.chord.description.hasPrefix("Dm"))
        #expect(likeliestKey(soundingTime(in: score)) == Key("D minor"))
    }

    @Test func `with slap bass gets slap bass`() throws {
        let made = try plan("upbeat funk with slap bass, 90 seconds")
        #expect(made.style == "funk" && made.duration == 90 && made.mood.arousal > 0.4)
        #expect(made.parts.contains { $0.role == .bass && $0.instrument.program == 36 && $0.isFeatured })
    }

    @Test(arguments: [
        ("calm piano piece", "classical-piano"), ("folk rock", "rock"), ("atmospheric drum and bass", "drum-and-bass"),
        ("lo-fi beats to study to", "lo-fi"),
        ("hip-hop", "boom-bap"), ("R&B", "r-and-b"), ("8-bit boss fight", "video-game"), ("8-bit melody", "chiptune"),
        ("80's retro", "synthwave"),
        ("Bossa Nova", "bossa-nova"),
        ("drum'n'bass", "drum-and-bass"), ("epic trance", "trance"), ("solo violin", "film-score"), ("a song with banjo", "bluegrass"),
        ("deep house", "deep-house"),
        ("very angry distorted guitars", "rock"), ("ambient techno", "techno"), ("smooth jazz", "jazz"), ("Walzer", "waltz"),
        ("acoustic guitar", "folk"),
    ])
    func `names its style in many ways`(prompt: String, style: String) throws {
        #expect(try plan(prompt).style == style)
    }

    @Test(arguments: [
        ("pop 90 seconds", 90.0), ("pop, 2 minutes", 120), ("2.5 minutes of pop", 150), ("pop 1:30", 90), ("a three minute pop song", 180),
        ("pop 45sec", 45),
        ("pop 1 minute 30 seconds", 90), ("pop 3 seconds", 10), ("pop 99 minutes", 600), ("90s hip hop", 120),
    ])
    func `may say how long`(prompt: String, seconds: Double) throws {
        #expect(try plan(prompt).duration == seconds)
    }

    @Test func `gives way to the request's own values`() throws {
        let made = try composer.plan(
            CompositionRequest(
                prompt: "jazz waltz 90 bpm in C minor, 2 minutes", title: "Named", duration: 33, seed: 1, bpm: 101, key: Key("A major"),
                meter: .common))
        #expect(made.duration == 33 && made.bpm == 101 && made.key == Key("A major") && made.meter == .common && made.title == "Named")
    }

    @Test(arguments: [
        ("house at 124 bpm", 124.0), ("124bpm house", 124), ("house, tempo 124", 124), ("house 5 bpm", 30), ("house 999 bpm", 300),
        ("house 92.5 BPM", 92.5),
    ])
    func `may say how fast`(prompt: String, bpm: Double) throws {
        #expect(try plan(prompt).bpm == bpm)
    }

    @Test func `is slower or faster by its words`() throws {
        let usual = try plan("rock").bpm
        #expect(try plan("slow rock").bpm < usual && plan("very fast rock").bpm > usual)
    }

    @Test(arguments: [
        ("rock in F# minor", "F# minor"), ("rock in Am", "A minor"), ("rock, key of Bb major", "Bb major"), ("rock d dorian", "D dorian"),
        ("Rock in E flat major", "Eb major"), ("rock in d-moll", "D minor"),
    ])
    func `may name a key`(prompt: String, key: String) throws {
        #expect(try plan(prompt).key.description == key)
    }

    @Test func `that names a key is heard in that key in nearly every style`() throws {
        var heard = 0
        var asked = 0
        for style in composer.book.styles {
            for (seed, name) in [(UInt64(1), "C major"), (2, "C minor"), (3, "F# minor"), (4, "Bb major")] {
                let made = try plan("\(style.words[0]) in \(name)", seed: seed, duration: 90)
                asked += 1
                if likeliestKey(soundingTime(in: composer.score(made))) == made.key { heard += 1 }
            }
        }
        #expect(Double(heard) >= 0.85 * Double(asked), "\(heard) of \(asked)")
    }

    @Test func `that wants a minor key does not mean A minor`() throws {
        let keys = try (1...6).map { try plan("rock in a minor key", seed: UInt64($0)).key }
        #expect(keys.allSatisfy { $0.mode == .minor } && Set(keys).count > 1)
    }

    @Test(arguments: [("jazz in 3/4", "3/4"), ("6/8 folk", "6/8"), ("waltz", "3/4"), ("rock in 7/8", "7/8"), ("rock 24/7", "4/4")])
    func `may name a meter`(prompt: String, meter: String) throws {
        #expect(try plan(prompt).meter.description == meter)
    }

    @Test(arguments: [
        ("pop without drums", Score.Part.Role.drums), ("no bass, just pop", .bass), ("pop ohne Schlagzeug", .drums),
        ("house without percussion", .drums),
    ])
    func `may rule players out`(prompt: String, role: Score.Part.Role) throws {
        #expect(!(try plan(prompt).parts.contains { $0.role == role }))
    }

    @Test func `rules out what is joined by or, and keeps a tune`() throws {
        let calm = try plan("ambient without drums or bass").parts
        #expect(!calm.contains { $0.role == .drums || $0.role == .percussion || $0.role == .bass })
        let pop = try plan("pop, no drums or guitars").parts
        #expect(!pop.contains { $0.instrument.isDrumKit || (24...31).contains($0.instrument.program) && $0.instrument.patch == nil })
        for seed in UInt64(1)...8 {
            let jazz = try plan("jazz, no sax", seed: seed).parts
            #expect(jazz.contains { $0.role == .lead } && !jazz.contains { (64...67).contains($0.instrument.program) })
        }
        #expect(try plan("I just want some drums and bass, techno").parts.contains { $0.role == .pad || $0.role == .chords })
    }

    @Test func `may want some players only`() throws {
        let strings = try plan("film score, only strings").parts
        #expect(!strings.isEmpty && strings.allSatisfy { (40...51).contains($0.instrument.program) && !$0.instrument.isDrumKit })
        #expect(try plan("just piano, sad").parts.allSatisfy { (0...7).contains($0.instrument.program) })
        #expect(try plan("rock with nothing but drums").parts.allSatisfy { $0.instrument.isDrumKit })
    }

    @Test func `rules out guitars of every kind`() throws {
        for seed in 1...5 {
            #expect(
                !(try plan("rock with no guitar", seed: UInt64(seed)).parts.contains {
                    (24...31).contains($0.instrument.program) && !$0.instrument.isDrumKit
                }))
        }
    }

    @Test func `that rules out everyone still leaves someone`() throws {
        let made = try plan("pop no drums no bass no guitar no piano no synths no strings no pads no lead no brass no flute no voice")
        #expect(!made.parts.isEmpty && !composer.score(made).parts.isEmpty)
    }

    @Test(arguments: [
        ("violin", 40), ("saxophone", 65), ("harp", 46), ("choir", 52), ("church organ", 19), ("kalimba", 108), ("trumpet", 56),
    ])
    func `has the instrument it asks for, playing`(words: String, program: Int) throws {
        for style in ["techno", "rock", "ambient", "jazz"] {
            let score = composer.score(try plan("\(style) with \(words)"))
            #expect(
                score.parts.contains { $0.instrument.program == program && !$0.instrument.isDrumKit && $0.notes.count >= 4 }, "\(style)")
        }
    }

    @Test func `of dark words is minor, of happy words major`() throws {
        for seed in UInt64(1)...5 {
            #expect(try plan("sad pop", seed: seed).key.isMinor && !plan("happy pop", seed: seed).key.isMinor)
        }
    }

    @Test func `tells what it did not understand`() throws {
        #expect(try plan("zorbing techno for blorks").unrecognised == ["zorbing", "blorks"])
    }

    @Test(arguments: [
        "", " ", "🎻🎸🥁", "\u{0}\u{7f}\u{202e}", "....", "no", "without", "in", "a", "A", "a minor", "1", "0 bpm", "-5 bpm", "1e999 bpm",
        "3/0", "999999999999999999999 seconds",
        "грустная песня о зиме", "悲しいピアノ", "أغنية", "bpm bpm bpm", "no no no drums", "4/4 3/4 5/4", "½ minute", "٣ minutes", "²", "1:99",
        ":", "#", "C#", "in H",
        "é́́́́́́", "\n\n\t", "key of", "in Cbbbbbbbbbbbb minor", "no style at all please", "&&&&", "'s", "s 's 's",
    ])
    func `of any odd kind becomes a song`(prompt: String) throws {
        let score = composer.score(try plan(prompt))
        #expect(score.duration >= 10 && !score.parts.isEmpty)
    }

    @Test func `of two thousand random characters becomes a song`() throws {
        var random = SeededRandom(seed: 5)
        let alphabet = Array("abcdefgh #/.:'&0123456789 minorkeyinbpm♯é漢🎹\n-")
        for _ in 0..<40 {
            let prompt = String((0..<2000).map { _ in random.pick(alphabet) })
            #expect(!composer.score(try plan(prompt, duration: 30)).parts.isEmpty)
        }
    }

    @Test(arguments: [
        (9.9, nil as Double?, "duration_out_of_range"), (601, nil, "duration_out_of_range"), (60, 29, "tempo_out_of_range"),
        (.nan, nil, "duration_out_of_range"),
    ])
    func `with values out of range is refused by name`(duration: Double, bpm: Double?, code: String) throws {
        let failure = #expect(throws: Failure.self) {
            try composer.plan(CompositionRequest(prompt: "pop", duration: duration, seed: 1, bpm: bpm))
        }
        #expect(failure?.code == code)
    }

    @Test func `whose first bar would outlast the song is refused`() throws {
        let failure = #expect(throws: Failure.self) {
            try composer.plan(CompositionRequest(prompt: "pop", duration: 10, seed: 1, bpm: 30, meter: Meter(6, 4)))
        }
        #expect(failure?.code == "bar_too_long")
    }
}

@Suite struct `Lyrics` {
    private static let lyrics = """
        [Intro]
        [Verse 1]
        one line
        two lines
        three lines
        four lines
        [Pre-Chorus]
        here it comes
        [Chorus]
        sing it
        sing it again
        [Verse 2]
        more of it
        and more
        [Chorus]
        sing it
        [Bridge]
        elsewhere
        [Solo]
        [Chorus]
        sing it
        [Outro]
        """

    @Test(arguments: [30.0, 75, 120, 200, 600])
    func `give the form the order of their tags`(duration: Double) throws {
        let made = try composer.plan(CompositionRequest(prompt: "pop", lyrics: Self.lyrics, duration: duration, seed: 1))
        let kinds: [SectionKind] = [.intro, .verse, .build, .chorus, .verse, .chorus, .bridge, .solo, .chorus, .outro]
        #expect(made.sections.map(\.kind) == kinds)
        #expect(composer.score(made).duration == duration)
    }

    @Test func `without tags leave the form to the style`() throws {
        let plain = try composer.plan(CompositionRequest(prompt: "pop", seed: 1))
        let sung = try composer.plan(CompositionRequest(prompt: "pop", lyrics: "just\nwords\n[not a known tag]", seed: 1))
        #expect(plain.sections == sung.sections)
    }

    @Test func `with more sections than bars still fit`() throws {
        let many = String(repeating: "[verse]\n[chorus]\n", count: 100)
        let made = try composer.plan(CompositionRequest(prompt: "pop", lyrics: many, duration: 10, seed: 1))
        #expect(composer.score(made).duration == 10)
    }
}
