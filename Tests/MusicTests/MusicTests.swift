import Core
import Music
import Testing

@Suite struct `Names of keys and chords` {
    @Test(arguments: [
        ("F# minor", "F# minor"), ("d dorian", "D dorian"), ("Bb", "Bb major"), ("E flat major", "Eb major"), ("Am", "A minor"),
        ("C#min", "C# minor"), ("g harmonic minor", "G harmonic minor"), ("A♭ maj", "Ab major"), ("f-sharp-minor", "F# minor"),
        ("d-moll", "D minor"), ("D# minor", "Eb minor"), ("CM", "C major"),
    ])
    func `a key is read from the usual ways of writing it`(text: String, name: String) {
        #expect(Key(text)?.description == name)
    }

    @Test(arguments: ["", " ", "H minor", "minor", "D purple", "D minor minor", "#", "4/4"])
    func `what is no key is refused`(text: String) {
        #expect(Key(text) == nil)
    }

    @Test func `every key reads its own name`() {
        for tonic in 0..<12 {
            for mode in Key.Mode.allCases {
                let key = Key(PitchClass(tonic), mode)
                #expect(Key(key.description) == key)
            }
        }
    }

    @Test(arguments: [("C major", 0), ("G major", 1), ("F major", -1), ("D minor", -1), ("F# minor", 3), ("Eb minor", -6), ("D dorian", 0)])
    func `key signatures are those of the circle of fifths`(name: String, sharps: Int) throws {
        #expect(try #require(Key(name)).signature == sharps)
    }

    @Test func `scale degrees climb through octaves`() throws {
        let key = try #require(Key("D minor"))
        #expect([0, 1, 6, 7, -1, -7].map { key.pitch(degree: $0, above: 60) } == [62, 64, 72, 74, 60, 50])
    }

    @Test(arguments: [
        (Chord(PitchClass(6), .minor, [.seventh]), "F#m7"),
        (Chord(PitchClass(10), .major, [.majorSeventh, .ninth], bass: PitchClass(2)), "Bbmaj9/D"),
        (Chord(PitchClass(0), .diminished, [.seventh]), "Cm7b5"), (Chord(PitchClass(7), .suspendedFourth, [.seventh]), "G7sus4"),
        (Chord(PitchClass(9), .major, [.sixth, .ninth]), "A6/9"), (Chord(PitchClass(4), .power), "E5"),
        (Chord(PitchClass(2), .major, [.ninth]), "Dadd9"),
        (Chord(PitchClass(7), .major, [.seventh, .flatNinth]), "G7b9"),
    ])
    func `chords are named as in a lead sheet`(chord: Chord, name: String) {
        #expect(chord.description == name)
    }

    @Test func `a bass that is the root is not written`() {
        #expect(Chord(PitchClass(0), .major, bass: PitchClass(0)) == Chord(PitchClass(0), .major))
    }
}

@Suite struct `Repeatable randomness` {
    @Test func `the generator gives the published sequence`() {
        // xoshiro256** from the state that SplitMix64 makes of 0, computed independently.
        var random = SeededRandom(seed: 0)
        let first = [random.next(), random.next(), random.next()]
        #expect(first == [0x99ec_5f36_cb75_f2b4, 0xbf6e_1f78_4956_452a, 0x1a5f_849d_4933_e6e0])
    }

    @Test func `a fork depends on seed and name alone`() {
        let one = SeededRandom(seed: 7)
        var drained = one
        for _ in 0..<100 { _ = drained.next() }
        var a = one.fork("drums")
        var b = drained.fork("drums")
        var c = one.fork("bass")
        let value = a.next()
        #expect(value == b.next())
        #expect(value != c.next())
    }

    @Test func `numbers stay within their bounds`() {
        var random = SeededRandom(seed: 3)
        for _ in 0..<2000 {
            #expect((0..<1).contains(random.unit()))
            #expect((0..<7).contains(random.index(7)))
            #expect(abs(random.bell()) <= 3)
            #expect(random.weighted([0, 1, 0]) == 1)
        }
        #expect(random.weighted([0, 0]) == 0)
    }
}

@Suite struct `MIDI files` {
    private static func score() throws -> Score {
        let instrument = Instrument(name: "Piano", program: 0)
        let notes = [
            Score.Note(start: 0, length: 1, pitch: 60, velocity: 90), Score.Note(start: 1, length: 1, pitch: 60, velocity: 80),
            Score.Note(start: 2.5, length: 0.25, pitch: 127, velocity: 127),
        ]
        let drums = [Score.Note(start: 0, length: 0.1, pitch: 36, velocity: 100)]
        return Score(
            title: "Étude № 1", tempoMap: TempoMap(changes: [.init(start: 0, bpm: 130), .init(start: 4, bpm: 65)]), meter: Meter(6, 8),
            key: try #require(Key("Eb major")),
            sections: [.init(name: "Intro", start: 0, length: 3, energy: 0.4), .init(name: "Verse", start: 3, length: 3, energy: 0.6)],
            chords: [],
            parts: [
                .init(name: "Piano", role: .chords, instrument: instrument, mix: PartMix(pan: -1), notes: notes),
                .init(
                    name: "Drums", role: .drums, instrument: Instrument(name: "Kit", bank: 128, program: 25), mix: PartMix(), notes: drums),
            ], length: 6, duration: 5)
    }

    @Test func `a file reads back as it was written`() throws {
        let file = MIDIFile(try Self.score())
        #expect(try MIDIFile(data: file.data()) == file)
    }

    @Test func `tempo, meter, key and sections are on the first track`() throws {
        let events = MIDIFile(try Self.score()).tracks[0]
        #expect(events.contains(.init(tick: 0, message: .tempo(microsecondsPerQuarter: 461_538))))
        #expect(events.contains(.init(tick: 1920, message: .tempo(microsecondsPerQuarter: 923_077))))
        #expect(events.contains(.init(tick: 0, message: .meter(Meter(6, 8)))))
        #expect(events.contains(.init(tick: 0, message: .key(sharps: -3, isMinor: false))))
        #expect(events.contains(.init(tick: 1440, message: .text(kind: 0x06, "Verse"))))
    }

    @Test func `drums play on channel ten and keep their kit`() throws {
        let drums = MIDIFile(try Self.score()).tracks[2]
        #expect(drums.contains(.init(tick: 0, message: .program(channel: 9, 25))))
        #expect(drums.contains(.init(tick: 0, message: .noteOn(channel: 9, pitch: 36, velocity: 100))))
    }

    @Test func `a repeated note ends before it is struck again`() throws {
        let events = MIDIFile(try Self.score()).tracks[1]
        let off = try #require(events.firstIndex(of: .init(tick: 480, message: .noteOff(channel: 0, pitch: 60))))
        let on = try #require(events.firstIndex(of: .init(tick: 480, message: .noteOn(channel: 0, pitch: 60, velocity: 80))))
        #expect(off < on)
    }

    @Test func `a cut file is refused at every length`() throws {
        let data = MIDIFile(try Self.score()).data()
        for length in 0..<data.count {
            #expect(throws: Failure.self) { try MIDIFile(data: Array(data.prefix(length))) }
        }
    }
}

@Suite struct `Musical time` {
    @Test func `beats and seconds convert both ways across a change of tempo`() {
        let map = TempoMap(changes: [.init(start: 0, bpm: 120), .init(start: 8, bpm: 60)])
        #expect(map.seconds(at: 8) == 4)
        #expect(map.seconds(at: 10) == 6)
        #expect(map.beat(at: 6) == 10)
        #expect(map.beat(at: 2) == 4)
    }

    @Test(arguments: [("4/4", 4.0), ("6/8", 3.0), ("7/16", 1.75), ("3/2", 6.0)])
    func `a bar is as long as its signature says`(text: String, beats: Double) throws {
        #expect(try #require(Meter(text)).bar == beats)
    }

    @Test(arguments: ["", "4", "4/3", "0/4", "33/4", "4/4/4", "a/b"])
    func `a false signature is refused`(text: String) {
        #expect(Meter(text) == nil)
    }
}
