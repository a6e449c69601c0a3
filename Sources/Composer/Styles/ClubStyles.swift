import Music

extension Style {
    private static func fourOnFloor(from: Double = 0.42) -> Lane { Lane(Lane.kick, ["X...X...X...X..."], from: from, level: 1.06) }
    private static let pump = PartMix.usual(for: .pad).with(ducking: 0.55)

    static let darkTechno = Style(
        id: "dark-techno", name: "Dark techno",
        words: ["dark techno", "industrial techno", "hard techno", "peak time techno", "berlin techno", "warehouse techno"],
        tempo: 126...138, modes: [.minor, .phrygian], idiom: .dark, form: .club,
        groove: Groove(
            fill: .electronic, rolls: true,
            [
                fourOnFloor(),
                Lane(Lane.clap, ["....x.......x...", "....x.......x..g"], from: 0.62, level: 0.9),
                Lane(Lane.closedHat, ["x.xxx.xxx.xxx.xx", "xxoxxxoxxxoxxxox"], from: 0.55, level: 0.66),
                Lane(Lane.openHat, ["..x...x...x...x."], from: 0.46, level: 0.8),
                Lane(Lane.ride, ["x.x.x.x.x.x.x.x."], from: 0.9, level: 0.6),
                Lane(Lane.rim, ["...x..x....x..x.", "..x..x....x..x.."], from: 0.58, level: 0.55),
                Lane(Lane.lowTom, ["..............o.", "......o...o....."], from: 0.64, level: 0.7),
            ]),
        voices: [
            Voice("drums", .drums, ["electronic-kit"], .drums, mix: .usual(for: .drums).with(drive: 0.3)),
            Voice(
                "bass", .bass, ["synth-bass", "warm-synth-bass"], .bass(["..R...R...R...R.", ".rRr.rRr.rRr.rRr", ".rRr.rR8.rRr.r5r"]),
                enters: 0.44, absent: [.breakdown],
                register: 28...44, mix: .usual(for: .bass).with(lowPass: 900, ducking: 0.75, drive: 0.35)),
            Voice(
                "stab", .chords, ["polysynth", "synth-brass"], .riff(["...x..x.....x...", "x.....x...x.....", "..x..x..x....x.."]),
                enters: 0.56,
                register: 52...70,
                mix: .usual(for: .chords).with(gain: -4, reverb: 0.3, delay: 0.4, lowPass: 3200, ducking: 0.4, drive: 0.2)),
            Voice(
                "sequence", .arpeggio, ["saw-lead", "square-lead"], .riff(["x.xx.x.xx.xx.x.x", "xx.xx.xx.xx.x.xx", "x..xx..xx..xx.x."]),
                enters: 0.6, absent: [.breakdown],
                register: 40...58, mix: .usual(for: .arpeggio).with(gain: -7, delay: 0.25, lowPass: 2400, ducking: 0.5, drive: 0.3)),
            Voice(
                "pad", .pad, ["sweep-pad", "metallic-pad", "choir-pad"], .pad(voices: 3), enters: 0, register: 45...67,
                mix: pump.with(gain: -8, lowPass: 3500)),
            Voice(
                "lead", .lead, ["saw-lead", "charang-lead"], .lead(density: 0.6), enters: 0.86, absent: [.verse, .intro, .outro, .build],
                register: 58...76,
                mix: .usual(for: .lead).with(gain: -4, reverb: 0.3, delay: 0.35, lowPass: 5000, ducking: 0.3)),
            Voice(
                "percussion", .percussion, ["electronic-kit"],
                .percussion([
                    Lane(Lane.shaker, ["xoxoxoxoxoxoxoxo"], level: 0.6), Lane(Lane.congaLow, ["...o..o....o...."], from: 0.7, level: 0.7),
                ]), enters: 0.64),
            Voice("swell", .effects, ["reverse-cymbal"], .transitions),
        ], looseness: 0.0008, ring: 2.5)

    static let techno = Style(
        id: "techno", name: "Techno",
        words: [
            "techno", "detroit techno", "melodic techno", "acid techno", "rave", "edm", "dance music", "electronic dance", "club",
            "electro",
        ],
        tempo: 122...134, modes: [.minor, .dorian], idiom: .club, form: .club,
        groove: Groove(
            fill: .electronic, rolls: true,
            [
                fourOnFloor(),
                Lane(Lane.clap, ["....x.......x..."], from: 0.6),
                Lane(Lane.closedHat, ["x.x.x.x.x.x.x.x.", "x.xox.xox.xox.xo"], from: 0.5, level: 0.68),
                Lane(Lane.openHat, ["..x...x...x...x."], from: 0.55, level: 0.82),
                Lane(Lane.ride, ["..x...x...x...x."], from: 0.92, level: 0.7),
                Lane(Lane.rim, ["...o..o..o....o."], from: 0.65, level: 0.6),
            ]),
        voices: [
            Voice("drums", .drums, ["electronic-kit", "808-kit"], .drums, mix: .usual(for: .drums).with(drive: 0.2)),
            Voice(
                "bass", .bass, ["synth-bass", "warm-synth-bass"], .bass(["..R...R...R...R.", "..R..r8...R..r8.", ".rR.rR8.rR.rR85."]),
                enters: 0.46, absent: [.breakdown],
                register: 28...45, mix: .usual(for: .bass).with(lowPass: 1400, ducking: 0.7, drive: 0.2)),
            Voice(
                "chords", .chords, ["polysynth", "dx-piano"], .comping(["..x.....x.......", "..x..x....x..x..", "..x..x..x.x..x.."]),
                enters: 0.55,
                register: 52...72, mix: .usual(for: .chords).with(delay: 0.35, lowPass: 6000, ducking: 0.5)),
            Voice(
                "arpeggio", .arpeggio, ["saw-lead", "square-lead", "crystal"], .arpeggio(.skip, step: 1, octaves: 1, gate: 0.6),
                enters: 0.62,
                register: 58...76, mix: .usual(for: .arpeggio).with(delay: 0.3, lowPass: 5500, ducking: 0.5)),
            Voice("pad", .pad, ["sweep-pad", "warm-pad"], .pad(voices: 4), mix: pump),
            Voice(
                "lead", .lead, ["saw-lead", "square-lead"], .lead(density: 0.8), enters: 0.85, absent: [.verse, .intro, .outro, .build],
                register: 62...80,
                mix: .usual(for: .lead).with(gain: -3, delay: 0.3, ducking: 0.25)),
            Voice(
                "percussion", .percussion, ["electronic-kit"],
                .percussion([
                    Lane(Lane.shaker, ["xoxoxoxoxoxoxoxo"], level: 0.6), Lane(Lane.congaOpen, ["..o..o....o..x.."], from: 0.7),
                ]), enters: 0.66),
            Voice("swell", .effects, ["reverse-cymbal"], .transitions),
        ], looseness: 0.0008)

    static let house = Style(
        id: "house", name: "House",
        words: ["house", "house music", "chicago house", "piano house", "french house", "tech house", "garage", "uk garage"],
        tempo: 120...127, swing: .sixteenths(0.54), modes: [.minor, .dorian, .major], idiom: .club, form: .club,
        groove: Groove(
            fill: .electronic, rolls: true,
            [
                fourOnFloor(from: 0.44),
                Lane(Lane.clap, ["....x.......x..."], from: 0.52),
                Lane(Lane.openHat, ["..x...x...x...x."], from: 0.5, level: 0.85),
                Lane(Lane.closedHat, ["xo.oxo.oxo.oxo.o", "x..ox..ox..ox..o"], from: 0.6, level: 0.62),
                Lane(Lane.snare, [".......g......g.", "...............g"], from: 0.7),
                Lane(Lane.rim, ["..........o..o.."], from: 0.66, level: 0.7),
            ]),
        voices: [
            Voice("drums", .drums, ["electronic-kit", "808-kit"], .drums, mix: .usual(for: .drums).with(drive: 0.15)),
            Voice(
                "bass", .bass, ["synth-bass", "finger-bass"], .bass(["..R...R...R...R.", "R..r..8...R..r8.", "R..R..8..rR.5.8a"]),
                enters: 0.5, absent: [.breakdown],
                register: 28...46, mix: .usual(for: .bass).with(ducking: 0.55)),
            Voice(
                "piano", .chords, ["bright-piano", "piano", "rhodes"],
                .comping(["x-----x-----x---", "x..x..x...x..x..", "x..x..x..xX..x.."]), enters: 0.34,
                register: 52...74, mix: .usual(for: .chords).with(reverb: 0.18, ducking: 0.3)),
            Voice(
                "organ", .arpeggio, ["hammond", "polysynth"], .riff(["..x..x....x..x..", "x.....x..x......"]), enters: 0.68,
                register: 55...72,
                mix: .usual(for: .arpeggio).with(gain: -7, ducking: 0.3)),
            Voice("pad", .pad, ["synth-strings", "warm-pad"], .pad(voices: 4), mix: pump),
            Voice(
                "lead", .lead, ["saw-lead", "vibraphone", "flute"], .lead(density: 0.9), enters: 0.8,
                absent: [.verse, .intro, .outro, .build], register: 62...81,
                mix: .usual(for: .lead).with(delay: 0.25, ducking: 0.2)),
            Voice(
                "percussion", .percussion, ["electronic-kit"],
                .percussion([
                    Lane(Lane.shaker, ["xoxoxoxoxoxoxoxo"], level: 0.6), Lane(Lane.congaOpen, ["...x..x....x..x."], from: 0.72),
                    Lane(Lane.tambourine, ["....x.......x..."], from: 0.8),
                ]),
                enters: 0.6),
            Voice("swell", .effects, ["reverse-cymbal"], .transitions),
        ], looseness: 0.0015)

    static let deepHouse = Style(
        id: "deep-house", name: "Deep house",
        words: ["deep house", "lounge house", "chill house", "organic house", "progressive house", "lounge"],
        tempo: 116...123, swing: .sixteenths(0.55), modes: [.minor, .dorian], idiom: .loFi, form: .club,
        groove: Groove(
            fill: .electronic, crashes: false,
            [
                fourOnFloor(from: 0.44),
                Lane(Lane.rim, ["....x.......x...", "....x..o....x..o"], from: 0.5),
                Lane(Lane.openHat, ["..x...x...x...x."], from: 0.56, level: 0.66),
                Lane(Lane.closedHat, ["x.ooxoo.x.ooxoo."], from: 0.62, level: 0.6),
                Lane(Lane.clap, ["....x.......x..."], from: 0.74, level: 0.7),
            ]),
        voices: [
            Voice("drums", .drums, ["808-kit", "electronic-kit"], .drums),
            Voice(
                "bass", .bass, ["warm-synth-bass", "fretless-bass"], .bass(["R-----..R---....", "R-..r.8---..R-..", "R-.r..8-..R-5-.a"]),
                enters: 0.44, absent: [.breakdown],
                register: 28...46, mix: .usual(for: .bass).with(ducking: 0.5)),
            Voice(
                "keys", .chords, ["rhodes", "dx-piano"], .comping(["x---------------", "x--x------x-----", "x--x--x---x--x--"]),
                register: 52...74,
                mix: .usual(for: .chords).with(reverb: 0.25, delay: 0.15, chorus: 0.3, ducking: 0.3)),
            Voice(
                "arpeggio", .arpeggio, ["kalimba", "marimba", "crystal"], .arpeggio(.scattered, step: 1, octaves: 2), enters: 0.66,
                mix: .usual(for: .arpeggio).with(gain: -8, delay: 0.35)),
            Voice("pad", .pad, ["warm-pad", "halo-pad"], .pad(voices: 4), mix: pump.with(gain: -7)),
            Voice(
                "lead", .lead, ["flute", "vibraphone", "calliope-lead"], .lead(density: 0.6), enters: 0.7,
                absent: [.verse, .intro, .outro, .build],
                mix: .usual(for: .lead).with(gain: -3, reverb: 0.3, delay: 0.3)),
            Voice(
                "percussion", .percussion, ["808-kit"],
                .percussion([
                    Lane(Lane.shaker, ["xoxoxoxoxoxoxoxo"], level: 0.55),
                    Lane(Lane.congaOpen, ["......x..x....x."], from: 0.64, level: 0.8),
                ]), enters: 0.56),
        ], looseness: 0.002, ring: 3)

    static let trance = Style(
        id: "trance", name: "Trance",
        words: ["trance", "uplifting trance", "psytrance", "goa", "euphoric", "progressive trance", "eurodance", "festival"],
        tempo: 132...140, modes: [.minor, .major], idiom: .trance, form: .club,
        groove: Groove(
            fill: .electronic, rolls: true,
            [
                fourOnFloor(),
                Lane(Lane.clap, ["....x.......x..."], from: 0.58),
                Lane(Lane.openHat, ["..x...x...x...x."], from: 0.5, level: 0.9),
                Lane(Lane.closedHat, ["xoxoxoxoxoxoxoxo"], from: 0.6, level: 0.6),
                Lane(Lane.ride, ["..x...x...x...x."], from: 0.9, level: 0.65),
            ]),
        voices: [
            Voice("drums", .drums, ["electronic-kit"], .drums),
            Voice(
                "bass", .bass, ["synth-bass", "warm-synth-bass"], .bass(["..R...R...R...R.", ".rRr.rRr.rRr.rRr"]), enters: 0.5,
                absent: [.breakdown], register: 28...44,
                mix: .usual(for: .bass).with(ducking: 0.8)),
            Voice(
                "pluck", .arpeggio, ["saw-lead", "square-lead"], .arpeggio(.upDown, step: 1, octaves: 2, gate: 0.55), enters: 0.45,
                register: 57...72,
                mix: .usual(for: .arpeggio).with(delay: 0.35, lowPass: 7000, ducking: 0.45)),
            Voice(
                "supersaw", .chords, ["saw-lead", "polysynth"], .comping(["x---------------", "x-.x-.x-.x-.x-x-"]), enters: 0.7,
                absent: [.verse], register: 55...76,
                mix: .usual(for: .chords).with(gain: -5, pan: 0, reverb: 0.25, chorus: 0.5, ducking: 0.6)),
            Voice("pad", .pad, ["synth-strings", "halo-pad", "choir-pad"], .pad(voices: 4), mix: pump.with(gain: -5, reverb: 0.45)),
            Voice(
                "lead", .lead, ["saw-lead", "square-lead"], .lead(density: 1.1), enters: 0.34, absent: [.verse, .intro, .outro, .build],
                register: 65...84,
                mix: .usual(for: .lead).with(gain: -2, reverb: 0.3, delay: 0.35)),
            Voice("counter", .counter, ["choir", "bowed-pad"], .counter, enters: 0.85, mix: .usual(for: .counter).with(ducking: 0.3)),
            Voice("swell", .effects, ["reverse-cymbal"], .transitions),
            Voice("impact", .effects, ["taiko"], .transitions, enters: 0, register: 36...52, mix: .usual(for: .effects).with(highPass: 40)),
        ], looseness: 0.0006, ring: 3)

    static let disco = Style(
        id: "disco", name: "Disco", words: ["disco", "nu disco", "studio 54", "boogie"],
        tempo: 112...122, modes: [.minor, .major, .dorian], idiom: .soul, form: .songWithBuild,
        groove: Groove(
            fill: .toms,
            [
                fourOnFloor(from: 0.36),
                Lane(Lane.snare, ["....X.......X...", "....X.......X..g"], from: 0.45),
                Lane(Lane.openHat, ["..x...x...x...x."], from: 0.5, level: 0.8),
                Lane(Lane.closedHat, ["x..xx..xx..xx..x", "x...x...x...x..."], from: 0.4, level: 0.7),
                Lane(Lane.clap, ["....x.......x..."], from: 0.82, level: 0.7),
            ]),
        voices: [
            Voice("drums", .drums, ["standard-kit"], .drums),
            Voice(
                "bass", .bass, ["finger-bass", "picked-bass"], .bass(["R.8.R.8.R.8.R.8.", "R.8.R.8.R.8.5.8a", "R.88R.8.R.885.8a"]),
                enters: 0.38, register: 28...47),
            Voice(
                "guitar", .chords, ["muted-guitar", "clean-guitar"],
                .comping(["..x...x...x...x.", "x.xx.xx.x.xx.xx.", "xoxx.xxox.xx.xxo"], voices: 3), enters: 0.48, register: 57...76,
                mix: .usual(for: .chords).with(pan: 0.4, highPass: 250)),
            Voice(
                "keys", .chords, ["rhodes", "clavinet"], .comping(["x-------x-------", "x--x--x---x--x--"]), enters: 0.3,
                mix: .usual(for: .chords).with(pan: -0.35)),
            Voice(
                "strings", .pad, ["strings", "synth-strings"], .pad(voices: 4), enters: 0.5, register: 58...82,
                mix: .usual(for: .pad).with(gain: -5)),
            Voice("lead", .lead, ["saw-lead", "alto-sax", "flute"], .lead(density: 1.1), enters: 0.45, absent: [.intro, .outro]),
            Voice(
                "brass", .counter, ["brass"], .riff(["......X.x.......", "x..x......X.....", "X-..X-..........x-..x-..X-......"]),
                enters: 0.78, register: 55...74),
            Voice(
                "percussion", .percussion, ["standard-kit"],
                .percussion([
                    Lane(Lane.congaOpen, ["..x..xx...x..xx.", "x..x..x...xx..x."], level: 0.75),
                    Lane(Lane.tambourine, ["x.x.x.x.x.x.x.x."], from: 0.75, level: 0.6),
                    Lane(Lane.cowbell, ["x...x...x...x..."], from: 0.92, level: 0.5),
                ]), enters: 0.55),
        ], looseness: 0.003)
}
