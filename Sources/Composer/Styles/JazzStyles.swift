import Music

extension Style {
    private static let rideLanes = [
        Lane(Lane.ride, ["x...x.x.x...x.x.", "x...x.x.x.x.x.x."], from: 0.3, level: 0.8),
        Lane(Lane.pedalHat, ["....x.......x..."], from: 0.3, level: 0.75),
        Lane(Lane.kick, ["o.......o.......", "o.......o.....?."], from: 0.4, level: 0.6),
        Lane(Lane.snare, ["......?.......?.", "..?.......?...?.", "......g..g....?."], from: 0.52, level: 0.7),
    ]

    static let jazz = Style(
        id: "jazz", name: "Jazz",
        words: [
            "jazz", "swing", "bebop", "cool jazz", "jazz trio", "big band", "smooth jazz", "jazz quartet", "jazz club", "noir", "smoky",
        ],
        tempo: 112...168, swing: .eighths(0.64), modes: [.major, .minor], idiom: .jazz, form: .heads,
        groove: Groove(fill: .brushes, crashes: false, rideLanes),
        voices: [
            Voice("drums", .drums, ["jazz-kit", "brush-kit"], .drums, mix: .usual(for: .drums).with(gain: -3)),
            Voice("bass", .bass, ["upright-bass"], .walkingBass, enters: 0.3, register: 30...52),
            Voice(
                "piano", .chords, ["piano"],
                .comping(["x-----..........", "..x...x-........x-....x.........", "x..x......x-......x-..x...x-...."], voices: 4),
                register: 52...72, mix: .usual(for: .chords).with(gain: -4, pan: -0.25)),
            Voice(
                "guitar", .chords, ["jazz-guitar"], .comping(["x-..x-..x-..x-.."], voices: 3), enters: 0.62, register: 50...67,
                mix: .usual(for: .chords).with(gain: -9, pan: 0.4)),
            Voice(
                "lead", .lead, ["tenor-sax", "alto-sax", "trumpet", "vibraphone"], .lead(density: 1.5), enters: 0.5, absent: [.intro],
                register: 57...78),
            Voice(
                "counter", .counter, ["muted-trumpet", "trombone", "clarinet"], .counter, enters: 0.7, absent: [.solo], register: 52...72,
                mix: .usual(for: .counter).with(gain: -6)),
            Voice("pad", .pad, ["slow-strings"], .pad(voices: 3), enters: 0.76, absent: [.intro], mix: .usual(for: .pad).with(gain: -13)),
        ], looseness: 0.007, ring: 2.5)

    static let bossaNova = Style(
        id: "bossa-nova", name: "Bossa nova", words: ["bossa nova", "bossa", "samba", "brazilian", "cafe", "latin jazz"],
        tempo: 116...138, modes: [.major, .minor], idiom: .bossa, form: .heads,
        groove: Groove(
            fill: .brushes, crashes: false,
            [
                Lane(Lane.kick, ["x.....ox.......o", "x.....x.x.....x."], from: 0.36, level: 0.75),
                Lane(Lane.rim, ["x.....x.....x.......x.....x.....", "x.....x.....x...x.....x...x....."], from: 0.4, level: 0.9),
                Lane(Lane.closedHat, ["x.x.x.x.x.x.x.x."], from: 0.36, level: 0.55),
                Lane(Lane.pedalHat, ["....x.......x..."], from: 0.5, level: 0.6),
            ]),
        voices: [
            Voice("drums", .drums, ["brush-kit", "jazz-kit"], .drums, mix: .usual(for: .drums).with(gain: -4)),
            Voice(
                "bass", .bass, ["upright-bass", "fretless-bass"], .bass(["R-----5-5-----..", "R-----5-5-----R-", "R-----r-5-----5a"]),
                enters: 0.34, register: 28...48),
            Voice(
                "guitar", .chords, ["nylon-guitar"], .comping(["x---..x---..x---", "x.x...x...x.x...x...x.x...x...x."], voices: 4),
                register: 52...70, mix: .usual(for: .chords).with(gain: 0, pan: -0.2)),
            Voice(
                "keys", .chords, ["rhodes", "piano"], .comping(["x---------------", "......x-........"]), enters: 0.5, register: 55...74,
                mix: .usual(for: .chords).with(gain: -7, pan: 0.3)),
            Voice("pad", .pad, ["slow-strings", "voice-oohs"], .pad(voices: 4), enters: 0.62, mix: .usual(for: .pad).with(gain: -11)),
            Voice("lead", .lead, ["flute", "tenor-sax", "vibraphone"], .lead(density: 1), enters: 0.5, absent: [.intro]),
            Voice("counter", .counter, ["clarinet", "cello", "french-horn"], .counter, enters: 0.7, absent: [.solo], register: 52...70),
            Voice(
                "percussion", .percussion, ["standard-kit"],
                .percussion([
                    Lane(Lane.shaker, ["xoxoxoxoxoxoxoxo"], level: 0.5), Lane(Lane.triangle, ["....o.......o..."], from: 0.7, level: 0.5),
                ]), enters: 0.5),
        ], looseness: 0.006, ring: 3)

    static let blues = Style(
        id: "blues", name: "Blues",
        words: ["blues", "delta blues", "blues rock", "slow blues", "chicago blues", "rockabilly", "boogie woogie", "shuffle"],
        tempo: 84...118, swing: .eighths(0.65), modes: [.major, .minor], idiom: .blues, form: .blues,
        groove: Groove(
            fill: .snare,
            [
                Lane(Lane.kick, ["X.......X.......", "X.......X.x.....", "X.....x.X......."], from: 0.36),
                Lane(Lane.snare, ["....X.......X...", "....X.....g.X..."], from: 0.4),
                Lane(Lane.closedHat, ["x.x.x.x.x.x.x.x."], from: 0.34, until: 0.8, level: 0.72),
                Lane(Lane.ride, ["x.x.x.x.x.x.x.x."], from: 0.8, level: 0.75),
            ]),
        voices: [
            Voice("drums", .drums, ["room-kit", "standard-kit"], .drums),
            Voice(
                "bass", .bass, ["finger-bass", "upright-bass"], .bass(["R---5---R---5---", "R-R-3-3-5-5-3-3-", "R-r.3-r.5-r.7-5-"]),
                enters: 0.36, register: 28...47),
            Voice(
                "guitar", .chords, ["clean-guitar", "overdriven-guitar"], .comping(["x-----..x-----..", "x-x.x-x.x-x.x-x."], voices: 3),
                enters: 0.36, register: 45...64, mix: .usual(for: .chords).with(gain: -4, pan: -0.4)),
            Voice(
                "piano", .chords, ["honky-tonk", "piano"], .comping(["..x---....x-....", "..x.x.x-..x.x.x-"]), enters: 0.5,
                register: 57...76, mix: .usual(for: .chords).with(gain: -5, pan: 0.35)),
            Voice("organ", .pad, ["hammond"], .pad(voices: 3), mix: .usual(for: .pad).with(gain: -9)),
            Voice(
                "lead", .lead, ["overdriven-guitar", "harmonica", "tenor-sax"], .lead(density: 1.3), enters: 0.44, absent: [.intro],
                register: 57...77),
            Voice(
                "horns", .counter, ["brass", "tenor-sax"], .riff(["......x.X-............x.x.X-....", "X-....x-................x.X-...."]),
                enters: 0.78, register: 52...70),
            Voice(
                "percussion", .percussion, ["standard-kit"], .percussion([Lane(Lane.tambourine, ["....x.......x..."], level: 0.6)]),
                enters: 0.8),
        ], looseness: 0.007)
}
