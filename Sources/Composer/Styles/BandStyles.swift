import Music

extension Style {
    static let pop = Style(
        id: "pop", name: "Pop",
        words: ["pop", "pop song", "electropop", "indie pop", "indie", "radio", "k pop", "teen pop", "anthem", "summer hit", "hit"],
        tempo: 96...124, modes: [.major, .minor], idiom: .pop, form: .songWithBuild,
        groove: Groove(
            fill: .toms,
            [
                Lane(Lane.kick, ["X.......X.......", "X.....x.X.......", "X......xX.x....."], from: 0.4, until: 0.75),
                Lane(Lane.kick, ["X...x...X...x...", "X.....x.X.x.....", "X..x..x.X..x...."], from: 0.75),
                Lane(Lane.snare, ["....X.......X...", "....X.......X..g"], from: 0.46),
                Lane(Lane.closedHat, ["x.x.x.x.x.x.x.x.", "x.xox.x.x.xox.x."], from: 0.42, until: 0.9, level: 0.7),
                Lane(Lane.ride, ["x.x.x.x.x.x.x.x."], from: 0.9, level: 0.66),
                Lane(Lane.clap, ["....x.......x..."], from: 0.8, level: 0.8),
            ]),
        voices: [
            Voice("drums", .drums, ["standard-kit", "power-kit"], .drums),
            Voice(
                "bass", .bass, ["finger-bass", "picked-bass", "synth-bass"],
                .bass(["R-------R-------", "R-----R-R-----r.", "R.r.R.r.R.r.R.5a"]), enters: 0.42, register: 28...47,
                mix: .usual(for: .bass).with(ducking: 0.15)),
            Voice(
                "piano", .chords, ["piano", "bright-piano"], .comping(["x-------x-------", "x---x---x---x---", "x--x--x-x--x--x-"]),
                register: 52...74),
            Voice(
                "guitar", .chords, ["steel-guitar", "clean-guitar"], .comping(["x---..x-x---..x-", "x-x-xxx-x-x-xxx-"], strum: true),
                enters: 0.5, register: 50...72, mix: .usual(for: .chords).with(gain: -5, pan: 0.4, highPass: 180)),
            Voice("pad", .pad, ["warm-pad", "synth-strings"], .pad(voices: 4), enters: 0.38, mix: .usual(for: .pad).with(gain: -8)),
            Voice(
                "arpeggio", .arpeggio, ["crystal", "saw-lead", "glockenspiel"], .arpeggio(.upDown, step: 2, octaves: 2), enters: 0.66,
                mix: .usual(for: .arpeggio).with(gain: -9)),
            Voice("lead", .lead, ["saw-lead", "flute", "calliope-lead"], .lead(density: 1.2), enters: 0.44, register: 62...82),
            Voice("harmony", .counter, ["voice-oohs", "synth-strings"], .harmony, enters: 0.9, register: 55...78),
            Voice("strings", .counter, ["strings"], .counter, enters: 0.8, absent: [.verse], register: 60...79),
            Voice(
                "percussion", .percussion, ["standard-kit"],
                .percussion([
                    Lane(Lane.tambourine, ["..x...x...x...x.", "x.x.x.x.x.x.x.x."], level: 0.6),
                    Lane(Lane.shaker, ["xoxoxoxoxoxoxoxo"], from: 0.85, level: 0.5),
                ]), enters: 0.72),
            Voice("swell", .effects, ["reverse-cymbal"], .transitions),
        ], looseness: 0.003)

    static let rock = Style(
        id: "rock", name: "Rock",
        words: [
            "rock", "rock and roll", "rock n roll", "hard rock", "indie rock", "alternative", "grunge", "punk", "punk rock", "stadium rock",
            "metal", "heavy metal", "garage rock", "emo",
        ],
        tempo: 108...148, modes: [.minor, .major, .mixolydian], idiom: .rock, form: .songWithSolo,
        groove: Groove(
            fill: .toms,
            [
                Lane(Lane.kick, ["X.......X.x.....", "X.....x.X.......", "X..x....X.x....."], from: 0.4, level: 1.05),
                Lane(Lane.snare, ["....X.......X...", "....X..g....X..."], from: 0.44, level: 1.05),
                Lane(Lane.closedHat, ["x.x.x.x.x.x.x.x."], from: 0.38, until: 0.72, level: 0.8),
                Lane(Lane.openHat, ["x.x.x.x.x.x.x.x.", "x...x...x...x..."], from: 0.72, until: 0.9, level: 0.62),
                Lane(Lane.ride, ["x.x.x.x.x.x.x.x."], from: 0.9, level: 0.8),
            ]),
        voices: [
            Voice("drums", .drums, ["power-kit", "room-kit"], .drums, mix: .usual(for: .drums).with(reverb: 0.12, drive: 0.2)),
            Voice(
                "bass", .bass, ["picked-bass", "finger-bass"], .bass(["R-------R-------", "R.r.R.r.R.r.R.r.", "R.R.R.R.R.R.R.5a"]),
                enters: 0.4, register: 28...45, mix: .usual(for: .bass).with(drive: 0.3)),
            Voice(
                "rhythm-guitar", .chords, ["distorted-guitar", "overdriven-guitar"],
                .comping(["x---------------", "x.x.x.x.x.x.x.x.", "X-xxx-x-X-xxx-x-"], voices: 3), enters: 0.5, register: 40...60,
                mix: .usual(for: .chords).with(gain: -4, pan: -0.6, reverb: 0.1, chorus: 0)),
            Voice(
                "second-guitar", .chords, ["overdriven-guitar", "distorted-guitar"],
                .comping(["x-------x-------", "x---x---x---x---"], voices: 3, strum: true), enters: 0.7, register: 45...64,
                mix: .usual(for: .chords).with(gain: -5, pan: 0.6, reverb: 0.1, chorus: 0)),
            Voice(
                "clean-guitar", .arpeggio, ["clean-guitar", "steel-guitar"], .arpeggio(.skip, step: 2, octaves: 1, gate: 1.6),
                register: 52...72, mix: .usual(for: .arpeggio).with(pan: 0.35, delay: 0.15)),
            Voice("organ", .pad, ["rock-organ", "hammond"], .pad(voices: 3), enters: 0.6, mix: .usual(for: .pad).with(gain: -10)),
            Voice(
                "lead", .lead, ["overdriven-guitar", "distorted-guitar"], .lead(density: 1.2), enters: 0.5, absent: [.intro, .outro],
                register: 57...79, mix: .usual(for: .lead).with(gain: -2)),
            Voice(
                "harmony", .counter, ["overdriven-guitar"], .harmony, enters: 0.92, register: 52...74,
                mix: .usual(for: .counter).with(gain: -6)),
        ], looseness: 0.004)

    static let funk = Style(
        id: "funk", name: "Funk", words: ["funk", "funk rock", "p funk", "funky groove", "groove", "jazz funk", "fusion"],
        tempo: 98...114, swing: .sixteenths(0.53), modes: [.dorian, .minor, .mixolydian], idiom: .funk, form: .jam,
        groove: Groove(
            fill: .snare,
            [
                Lane(Lane.kick, ["X..x......x..x..", "X.x.......xx....", "X..x..x...x....."], from: 0.38, level: 1.05),
                Lane(Lane.snare, ["....X..g.g..X..g", "....X..g.gg.X...", "....X.g..g..X..g"], from: 0.4),
                Lane(Lane.closedHat, ["xoxoxoxoxoxoxoxo", "x.xox.xxx.xox.xo"], from: 0.34, level: 0.72),
                Lane(Lane.openHat, ["......x.........", "..............x."], from: 0.6, level: 0.75),
                Lane(Lane.cowbell, ["x...x...x...x..."], from: 0.96, level: 0.5),
            ]),
        voices: [
            Voice("drums", .drums, ["standard-kit", "room-kit"], .drums),
            Voice(
                "bass", .bass, ["slap-bass", "finger-bass"], .bass(["R..r..8..R......", "R..r.8.r..R.5.8.", "R.rr.8.rR..5r.8a"]),
                enters: 0.34, register: 28...47, mix: .usual(for: .bass).with(gain: 1)),
            Voice(
                "guitar", .chords, ["muted-guitar", "clean-guitar"],
                .comping(["..x...x...x..x..", "x.oxo.xox.oxo.xo", "xoxxo.xoxoxxo.xX"], voices: 3), enters: 0.44, register: 58...76,
                mix: .usual(for: .chords).with(pan: 0.45, reverb: 0.08, highPass: 250)),
            Voice(
                "clavinet", .chords, ["clavinet", "rhodes"],
                .comping(["x..x......x.....", "x..x.x..x..x.x..", "x.xx.x.xx.xx.x.x"], voices: 3), enters: 0.5, register: 50...68,
                mix: .usual(for: .chords).with(gain: -4, pan: -0.4)),
            Voice("organ", .pad, ["hammond"], .pad(voices: 3), enters: 0.7, mix: .usual(for: .pad).with(gain: -10)),
            Voice("lead", .lead, ["alto-sax", "saw-lead", "tenor-sax"], .lead(density: 1.4), enters: 0.62, absent: [.intro]),
            Voice(
                "horns", .counter, ["brass"],
                .riff(["......X.x...........X.x.x-......", "X..x......X-....x..x..X.........", "..X.X-..........X...X-.x........"]),
                enters: 0.78, register: 55...74, mix: .usual(for: .counter).with(gain: -3)),
            Voice(
                "percussion", .percussion, ["standard-kit"],
                .percussion([
                    Lane(Lane.congaOpen, ["..x...xx..x...xx", "..xx..x...x.x.x."], level: 0.75),
                    Lane(Lane.congaMute, ["x...x...x...x..."], level: 0.5), Lane(Lane.tambourine, ["....x.......x..."], from: 0.75),
                ]), enters: 0.55),
        ], looseness: 0.004, ring: 2)

    static let soul = Style(
        id: "soul", name: "Soul and R&B",
        words: ["soul", "r&b", "rnb", "r and b", "neo soul", "motown", "gospel", "rhythm and blues", "slow jam"],
        tempo: 72...98, swing: .sixteenths(0.56), modes: [.major, .minor, .dorian], idiom: .soul, form: .songWithBuild,
        groove: Groove(
            fill: .snare, crashes: false,
            [
                Lane(Lane.kick, ["X......x..x.....", "X..x......x.....", "X.......x.x....."], from: 0.38),
                Lane(Lane.snare, ["....X.......X...", "....X..g....X.g."], from: 0.42, level: 0.95),
                Lane(Lane.closedHat, ["x.xox.x.x.xox.xo", "x.x.x.x.x.x.x.x."], from: 0.36, level: 0.68),
                Lane(Lane.rim, ["..........o....o"], from: 0.7, level: 0.7),
                Lane(Lane.openHat, ["..............o."], from: 0.75),
            ]),
        voices: [
            Voice("drums", .drums, ["standard-kit", "room-kit"], .drums),
            Voice(
                "bass", .bass, ["finger-bass", "fretless-bass"], .bass(["R-----..R-------", "R--r..8-..R-5-.a", "R-.r.8-.R-r.5-7a"]),
                enters: 0.4, register: 28...47),
            Voice(
                "keys", .chords, ["rhodes", "dx-piano"],
                .comping(["x---------------", "x-----x---x-----", "x--x--x---x--x--"], strum: true), register: 50...74,
                mix: .usual(for: .chords).with(gain: -1, chorus: 0.3)),
            Voice(
                "guitar", .chords, ["clean-guitar", "jazz-guitar"], .comping(["....x.......x...", "..x.x...x.x.x..."], voices: 3),
                enters: 0.52, register: 58...76, mix: .usual(for: .chords).with(gain: -6, pan: 0.4)),
            Voice("organ", .pad, ["hammond", "voice-oohs"], .pad(voices: 4), enters: 0.5, mix: .usual(for: .pad).with(gain: -9)),
            Voice("lead", .lead, ["alto-sax", "muted-trumpet", "flute"], .lead(density: 1.1), enters: 0.48, absent: [.intro]),
            Voice("harmony", .counter, ["voice-oohs"], .harmony, enters: 0.88, register: 55...76),
            Voice("strings", .counter, ["strings", "brass"], .counter, enters: 0.74, register: 58...77),
            Voice(
                "percussion", .percussion, ["standard-kit"],
                .percussion([Lane(Lane.shaker, ["x.oxx.oxx.oxx.ox"], level: 0.5), Lane(Lane.congaOpen, ["......x..x......"], from: 0.75)]),
                enters: 0.6),
        ], looseness: 0.006, ring: 3)

    static let reggae = Style(
        id: "reggae", name: "Reggae",
        words: ["reggae", "dub", "ska", "dancehall", "roots reggae", "rocksteady", "reggaeton", "afrobeat", "island"],
        tempo: 70...84, swing: .sixteenths(0.55), modes: [.major, .minor], idiom: .reggae, form: .jam,
        groove: Groove(
            fill: .toms,
            [
                Lane(Lane.kick, ["........X......."], from: 0.36, until: 0.8, level: 1.05),
                Lane(Lane.kick, ["X...x...X...x..."], from: 0.8),
                Lane(Lane.rim, ["........X.......", "........X.....o."], from: 0.36, until: 0.8),
                Lane(Lane.snare, ["........X.......", "........X......g"], from: 0.8),
                Lane(Lane.closedHat, ["x.x.x.x.x.x.x.x.", "x.xxx.xxx.xxx.xx"], from: 0.4, level: 0.66),
                Lane(Lane.openHat, ["..............x."], from: 0.62, level: 0.7),
            ]),
        voices: [
            Voice("drums", .drums, ["room-kit", "standard-kit"], .drums, mix: .usual(for: .drums).with(reverb: 0.15)),
            Voice(
                "bass", .bass, ["finger-bass", "warm-synth-bass"], .bass(["R---..R-3---....", "R-.r3-..R-r.5-3-", "..R-R-3-R-.r5-.a"]),
                enters: 0.36, register: 28...45, mix: .usual(for: .bass).with(gain: 2, lowPass: 1200)),
            Voice(
                "skank", .chords, ["clean-guitar", "muted-guitar"], .comping(["....x.......x...", "....X.......X..."], voices: 3),
                register: 57...74, mix: .usual(for: .chords).with(pan: 0.35, reverb: 0.2, delay: 0.25)),
            Voice(
                "organ", .chords, ["hammond", "rock-organ"], .comping(["..x...x...x...x.", "..x.x.x...x.x.x."], voices: 3), enters: 0.44,
                register: 52...70, mix: .usual(for: .chords).with(gain: -6, pan: -0.35)),
            Voice(
                "piano", .chords, ["piano", "bright-piano"], .comping(["....x.......x..."]), enters: 0.55, register: 55...72,
                mix: .usual(for: .chords).with(gain: -7)),
            Voice(
                "lead", .lead, ["tenor-sax", "harmonica", "trombone"], .lead(density: 1.1), enters: 0.5, absent: [.intro],
                register: 55...75, mix: .usual(for: .lead).with(delay: 0.3)),
            Voice(
                "horns", .counter, ["brass"], .riff(["X...X-..........x.x.X-..........", "......x.X-............x.X-......"]), enters: 0.8,
                register: 55...72, mix: .usual(for: .counter).with(delay: 0.2)),
            Voice(
                "percussion", .percussion, ["standard-kit"],
                .percussion([
                    Lane(Lane.bongoHigh, ["..o...x...o.x..."], level: 0.7), Lane(Lane.bongoLow, ["......o.......x."], level: 0.7),
                    Lane(Lane.cabasa, ["x.o.x.o.x.o.x.o."], from: 0.7, level: 0.5),
                ]), enters: 0.55),
        ], looseness: 0.006)

    static let folk = Style(
        id: "folk", name: "Folk",
        words: [
            "folk", "acoustic", "singer songwriter", "country", "americana", "bluegrass", "celtic", "irish", "campfire", "indie folk",
            "irish folk", "cowboy", "western",
        ],
        tempo: 88...116, modes: [.major, .minor, .dorian], idiom: .folk, form: .song,
        groove: Groove(
            fill: .none, crashes: false,
            [
                Lane(Lane.kick, ["x.......x.......", "x.....o.x......."], from: 0.55, level: 0.9),
                Lane(Lane.snare, ["....o.......o...", "..o.x.o...o.x.oo"], from: 0.62, level: 0.8),
                Lane(Lane.tambourine, ["....x.......x...", "..o.x.o...o.x.o."], from: 0.72, level: 0.7),
            ]),
        voices: [
            Voice(
                "guitar", .chords, ["steel-guitar", "nylon-guitar"],
                .comping(["B.1.2.3.B.1.2.3.", "B.x.B.x-B.x.B.x-", "B-x-B-xxB-x-B-xx"], strum: true), register: 52...70,
                mix: .usual(for: .chords).with(gain: 0, pan: -0.15)),
            Voice("drums", .drums, ["brush-kit", "standard-kit"], .drums, mix: .usual(for: .drums).with(gain: -4)),
            Voice(
                "bass", .bass, ["upright-bass", "finger-bass"], .bass(["R-------5-------", "R---r-..5---..r.", "R---5---R---5--a"]),
                enters: 0.46, register: 28...47, mix: .usual(for: .bass).with(gain: -1)),
            Voice(
                "banjo", .arpeggio, ["banjo", "nylon-guitar", "harp"], .arpeggio(.skip, step: 2, octaves: 1, gate: 1.2), enters: 0.56,
                mix: .usual(for: .arpeggio).with(pan: 0.4, delay: 0)),
            Voice(
                "accordion", .pad, ["accordion", "slow-strings"], .pad(voices: 3), enters: 0.6,
                mix: .usual(for: .pad).with(gain: -9, chorus: 0)),
            Voice("lead", .lead, ["violin", "flute", "harmonica", "whistle"], .lead(density: 1.2), enters: 0.42, absent: [.intro]),
            Voice("counter", .counter, ["cello", "viola"], .counter, enters: 0.66, register: 48...67),
            Voice("harmony", .counter, ["violin", "clarinet"], .harmony, enters: 0.9, register: 55...79),
        ], looseness: 0.008, ring: 3)

    static let latin = Style(
        id: "latin", name: "Latin",
        words: ["latin", "salsa", "mambo", "cumbia", "son cubano", "rumba", "cha cha", "tango", "flamenco", "mariachi", "merengue"],
        tempo: 92...112, modes: [.minor, .major, .harmonicMinor], idiom: .latin, form: .jam,
        groove: Groove(
            fill: .toms, crashes: true,
            [
                Lane(Lane.kick, ["X.....x.X.....x.", "X..x..x.X..x..x."], from: 0.42),
                Lane(Lane.rim, ["x..x..x...x.x..."], from: 0.4),
                Lane(Lane.cowbell, ["X.x.X.xxX.x.X.xx"], from: 0.7, level: 0.55),
                Lane(Lane.snare, ["......g.....x...", "............x.g."], from: 0.6, level: 0.8),
                Lane(Lane.closedHat, ["x.x.x.x.x.x.x.x."], from: 0.5, level: 0.6),
            ]),
        voices: [
            Voice("drums", .drums, ["standard-kit"], .drums),
            Voice(
                "bass", .bass, ["upright-bass", "finger-bass"], .bass(["R-----5-----8-..", "R-----5-....8-.a", "R--r..5-..r.8-.a"]),
                enters: 0.4, register: 28...47),
            Voice(
                "piano", .chords, ["bright-piano", "piano"],
                .comping(["x---..x-..x-....", "X.x..x.x.x.x..x.", "X.xx.xx.xx.xx.x."], voices: 4), register: 57...77),
            Voice(
                "guitar", .chords, ["nylon-guitar"], .comping(["x--x--x-..x-x-..", "x-xxx-x-x-xxx-x-"], strum: true), enters: 0.48,
                register: 50...70, mix: .usual(for: .chords).with(gain: -5, pan: 0.4)),
            Voice("strings", .pad, ["strings"], .pad(voices: 3), enters: 0.72, mix: .usual(for: .pad).with(gain: -10)),
            Voice("lead", .lead, ["trumpet", "flute", "violin"], .lead(density: 1.3), enters: 0.52, absent: [.intro]),
            Voice(
                "horns", .counter, ["brass", "trombone"], .riff(["x..x..X-....x..x", "......x.x-..X-.."]), enters: 0.8, register: 52...72),
            Voice(
                "percussion", .percussion, ["standard-kit"],
                .percussion([
                    Lane(Lane.congaMute, ["x.o.x...x.o.x..."], level: 0.7), Lane(Lane.congaOpen, ["......xx......xx"], level: 0.85),
                    Lane(Lane.maracas, ["xoxoxoxoxoxoxoxo"], from: 0.6, level: 0.5),
                    Lane(Lane.claves, ["x..x..x...x.x..."], from: 0.65, level: 0.7), Lane(Lane.timbale, ["..............xx"], from: 0.85),
                ])),
        ], looseness: 0.005)
}
