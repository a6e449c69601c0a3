import Music

extension Style {
    static let pianoBallad = Style(
        id: "piano-ballad", name: "Piano ballad",
        words: ["piano ballad", "ballad", "love song", "power ballad", "torch song", "slow song", "lullaby", "wedding"],
        tempo: 62...78, modes: [.major, .minor], idiom: .ballad, form: .song,
        groove: Groove(
            fill: .toms,
            [
                Lane(Lane.kick, ["x.......x.......", "x.......x.o....."], from: 0.72, level: 0.95),
                Lane(Lane.snare, ["....x.......x..."], from: 0.74, level: 0.9),
                Lane(Lane.rim, ["....o.......o..."], from: 0.62, until: 0.74, level: 0.8),
                Lane(Lane.closedHat, ["x.o.x.o.x.o.x.o."], from: 0.66, until: 0.9, level: 0.55),
                Lane(Lane.ride, ["x.x.x.x.x.x.x.x."], from: 0.9, level: 0.55),
            ]),
        voices: [
            Voice(
                "piano", .chords, ["piano"],
                .comping(["B...1...3...2...", "B.1.2.3.B.3.2.1.", "C.1.x.3.C.2.x.3."], voices: 4, pedal: true), register: 52...71,
                mix: .usual(for: .chords).with(gain: 1, pan: -0.05, reverb: 0.25, chorus: 0, highPass: 40)),
            Voice(
                "melody", .lead, ["piano"], .lead(density: 1.15), enters: 0.34, absent: [.intro], register: 65...86,
                mix: .usual(for: .lead).with(gain: 0, pan: 0.08, reverb: 0.28, delay: 0)),
            Voice(
                "bass", .bass, ["finger-bass", "upright-bass"], .bass(["R---------------", "R-------R-------", "R-----r-R---5-.."]),
                enters: 0.58, register: 28...46, mix: .usual(for: .bass).with(gain: -2)),
            Voice(
                "strings", .pad, ["slow-strings", "strings"], .pad(voices: 4), enters: 0.5, absent: [.intro], register: 52...76,
                mix: .usual(for: .pad).with(gain: -6, reverb: 0.4)),
            Voice(
                "cello", .counter, ["cello", "french-horn"], .counter, enters: 0.56, register: 45...64,
                mix: .usual(for: .counter).with(gain: -4, reverb: 0.35)),
            Voice(
                "drums", .drums, ["brush-kit", "standard-kit"], .drums, enters: 0.6, mix: .usual(for: .drums).with(gain: -4, reverb: 0.15)),
            Voice(
                "violins", .counter, ["strings", "violin"], .harmony, enters: 0.86, register: 60...82,
                mix: .usual(for: .counter).with(gain: -7, pan: 0.25, reverb: 0.4)),
            Voice(
                "guitar", .arpeggio, ["nylon-guitar", "steel-guitar"], .arpeggio(.upDown, step: 2, octaves: 1, gate: 1.5), enters: 0.72,
                mix: .usual(for: .arpeggio).with(gain: -9, delay: 0)),
        ], looseness: 0.009, ring: 4)

    static let classicalPiano = Style(
        id: "classical-piano", name: "Classical piano",
        words: [
            "classical", "classical piano", "solo piano", "piano sonata", "sonata", "nocturne", "etude", "prelude", "romantic piano",
            "baroque", "chamber music", "minuet", "neoclassical",
        ],
        tempo: 76...108, modes: [.major, .minor], idiom: .classical, form: .sonatina, groove: nil,
        voices: [
            Voice(
                "left-hand", .chords, ["piano"], .comping(["B.2.1.2.B.2.1.2.", "B1324132B1324132", "B-x.x.x.B-x.x.x."], voices: 3),
                register: 50...67, mix: .usual(for: .chords).with(gain: -1, pan: -0.12, reverb: 0.25, chorus: 0, highPass: 0)),
            Voice(
                "right-hand", .lead, ["piano"], .lead(density: 1.3), register: 67...88,
                mix: .usual(for: .lead).with(gain: 1, pan: 0.1, reverb: 0.25, delay: 0)),
            Voice(
                "inner-voice", .counter, ["piano"], .harmony, enters: 0.62, register: 60...79,
                mix: .usual(for: .counter).with(gain: -3, pan: 0.05, reverb: 0.25, delay: 0)),
            Voice(
                "cello", .bass, ["cello"], .bass(["R---------------", "R-------5-------"]), enters: 0.7, register: 36...55,
                mix: .usual(for: .bass).with(gain: -5, reverb: 0.3)),
            Voice("strings", .pad, ["slow-strings"], .pad(voices: 4), enters: 0.8, mix: .usual(for: .pad).with(gain: -9, reverb: 0.4)),
            Voice(
                "violin", .counter, ["violin"], .counter, enters: 0.76, register: 62...81,
                mix: .usual(for: .counter).with(gain: -6, reverb: 0.35)),
        ], looseness: 0.01, ring: 3.5)

    static let filmScore = Style(
        id: "film-score", name: "Film score",
        words: [
            "film score", "film music", "cinematic", "soundtrack", "epic", "orchestral", "orchestral music", "trailer", "movie", "score",
            "adventure", "fantasy", "hero", "battle", "symphonic", "symphony",
        ],
        tempo: 78...112, modes: [.minor, .major, .dorian], idiom: .film, form: .scene,
        groove: Groove(
            fill: .none, crashes: true,
            [
                Lane(Lane.kick, ["X.......x.......", "X.....x.X......."], from: 0.66),
                Lane(Lane.lowTom, ["X..x..x.X..x..x.", "x..x..x.x.x.x.x."], from: 0.62, level: 0.9),
                Lane(Lane.floorTom, ["X.......X.......", "X.....x.X.....x."], from: 0.56),
                Lane(Lane.snare, ["....o..ro...o.rr", "x..xx..xx..xx.rr"], from: 0.9, level: 0.7),
            ]),
        voices: [
            Voice(
                "strings", .pad, ["strings", "slow-strings"], .pad(voices: 5), register: 48...76,
                mix: .usual(for: .pad).with(gain: -2, reverb: 0.4, chorus: 0.1)),
            Voice(
                "ostinato", .arpeggio, ["pizzicato", "strings", "harp"], .arpeggio(.skip, step: 2, octaves: 1, gate: 0.6), enters: 0.44,
                register: 52...71, mix: .usual(for: .arpeggio).with(gain: -4, reverb: 0.3, delay: 0)),
            Voice(
                "basses", .bass, ["cello", "upright-bass"], .bass(["R---------------", "R-------R-------", "R-R-R-R-R-R-R-R-"]),
                enters: 0.4, register: 31...48, mix: .usual(for: .bass).with(reverb: 0.25)),
            Voice(
                "horns", .counter, ["french-horn", "trombone"], .counter, enters: 0.6, register: 48...67,
                mix: .usual(for: .counter).with(gain: -2, reverb: 0.4)),
            Voice(
                "lead", .lead, ["violin", "oboe", "french-horn", "flute"], .lead(density: 0.8), enters: 0.42, absent: [.intro],
                register: 60...81, mix: .usual(for: .lead).with(reverb: 0.4)),
            Voice(
                "harmony", .counter, ["strings", "trumpet"], .harmony, enters: 0.84, register: 58...79,
                mix: .usual(for: .counter).with(reverb: 0.4)),
            Voice(
                "choir", .pad, ["choir"], .pad(voices: 4), enters: 0.82, register: 55...74,
                mix: .usual(for: .pad).with(gain: -5, reverb: 0.45)),
            Voice(
                "brass", .chords, ["brass"], .comping(["x---------------", "X---x-x-X-------"]), enters: 0.92, register: 48...69,
                mix: .usual(for: .chords).with(gain: -4, reverb: 0.3)),
            Voice(
                "drums", .drums, ["orchestra-kit", "power-kit"], .drums, enters: 0.55, mix: .usual(for: .drums).with(gain: -1, reverb: 0.3)),
            Voice(
                "harp", .arpeggio, ["harp", "celesta"], .arpeggio(.up, step: 2, octaves: 2, gate: 2), enters: 0,
                absent: [.chorus, .build, .solo], mix: .usual(for: .arpeggio).with(gain: -6, reverb: 0.4)),
            Voice(
                "impact", .effects, ["taiko", "timpani"], .transitions, register: 38...52,
                mix: .usual(for: .effects).with(gain: -3, highPass: 30)),
            Voice("swell", .effects, ["reverse-cymbal"], .transitions),
        ], looseness: 0.008, ring: 4)

    static let ambient = Style(
        id: "ambient", name: "Ambient",
        words: [
            "ambient", "drone", "meditation", "sleep", "soundscape", "new age", "atmospheric", "space music", "chillout", "chill out",
            "spa", "yoga", "underwater", "deep space", "relaxation",
        ],
        tempo: 60...76, modes: [.major, .minor, .lydian, .dorian], idiom: .ambient, form: .drift, groove: nil,
        voices: [
            Voice(
                "pad", .pad, ["warm-pad", "sweep-pad", "bowed-pad"], .pad(voices: 4), register: 48...72,
                mix: .usual(for: .pad).with(gain: -1, reverb: 0.6)),
            Voice(
                "air", .pad, ["halo-pad", "new-age-pad", "choir-pad"], .pad(voices: 3), enters: 0.42, register: 62...84,
                mix: .usual(for: .pad).with(gain: -7, pan: 0.2, reverb: 0.65, delay: 0.2)),
            Voice(
                "bass", .bass, ["warm-synth-bass", "fretless-bass"], .bass(["R---------------"]), enters: 0.34, register: 28...45,
                mix: .usual(for: .bass).with(gain: -3, reverb: 0.2, lowPass: 500)),
            Voice(
                "sparkle", .arpeggio, ["crystal", "celesta", "kalimba"], .arpeggio(.scattered, step: 4, octaves: 2, gate: 1.5),
                enters: 0.44, register: 64...86, mix: .usual(for: .arpeggio).with(gain: -6, reverb: 0.55, delay: 0.5)),
            Voice(
                "piano", .chords, ["piano", "rhodes"], .comping(["1.......3.......", "1.....3.....2..."], voices: 4, pedal: true),
                enters: 0.5, register: 57...76, mix: .usual(for: .chords).with(gain: -4, reverb: 0.55, delay: 0.3)),
            Voice(
                "lead", .lead, ["flute", "voice-oohs", "calliope-lead"], .lead(density: 0.35), enters: 0.6, absent: [.intro, .outro],
                register: 62...81, mix: .usual(for: .lead).with(gain: -4, reverb: 0.6, delay: 0.4)),
            Voice(
                "strings", .counter, ["slow-strings", "cello"], .counter, enters: 0.64, register: 52...72,
                mix: .usual(for: .counter).with(gain: -5, reverb: 0.6)),
            Voice(
                "percussion", .percussion, ["brush-kit"],
                .percussion([
                    Lane(Lane.shaker, ["o.......o......."], level: 0.5),
                    Lane(Lane.triangle, ["........o......................."], level: 0.5),
                ]), enters: 0.7, mix: .usual(for: .percussion).with(gain: -12, reverb: 0.5)),
        ], looseness: 0.015, ring: 6)

    static let waltz = Style(
        id: "waltz", name: "Waltz", words: ["waltz", "viennese waltz", "walzer", "valse", "ballroom", "carousel", "musette"],
        tempo: 132...174, meter: Meter(3, 4), modes: [.major, .minor], idiom: .classical, form: .sonatina,
        groove: Groove(
            fill: .none, crashes: false,
            [
                Lane(Lane.kick, ["x..............."], from: 0.5, level: 0.8),
                Lane(Lane.snare, ["....o...o......."], from: 0.62, level: 0.6),
                Lane(Lane.triangle, ["x..............."], from: 0.78, level: 0.6),
            ]),
        voices: [
            Voice(
                "strings", .chords, ["strings", "piano"], .comping(["....x-..x-......"], voices: 3), register: 52...70,
                mix: .usual(for: .chords).with(reverb: 0.28)),
            Voice(
                "bass", .bass, ["upright-bass", "cello"], .bass(["R---............", "R---....5-......", "R---....5-......"]),
                register: 30...50, mix: .usual(for: .bass).with(reverb: 0.15)),
            Voice(
                "lead", .lead, ["violin", "accordion", "clarinet", "flute"], .lead(density: 0.95), enters: 0.36, register: 64...84,
                mix: .usual(for: .lead).with(reverb: 0.28, delay: 0)),
            Voice("pad", .pad, ["slow-strings", "strings"], .pad(voices: 4), enters: 0.6, mix: .usual(for: .pad).with(gain: -9)),
            Voice(
                "harp", .arpeggio, ["harp", "celesta"], .arpeggio(.upDown, step: 2, octaves: 2, gate: 1.4), enters: 0.56,
                mix: .usual(for: .arpeggio).with(gain: -7, delay: 0)),
            Voice("counter", .counter, ["cello", "french-horn"], .counter, enters: 0.6, register: 48...67),
            Voice("harmony", .counter, ["flute", "violin"], .harmony, enters: 0.84, register: 60...82),
            Voice(
                "drums", .drums, ["orchestra-kit", "brush-kit"], .drums, enters: 0.5, mix: .usual(for: .drums).with(gain: -6, reverb: 0.2)),
        ], looseness: 0.008, ring: 2.5)
}
