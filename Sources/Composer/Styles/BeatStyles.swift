import Music

extension Style {
    static let drumAndBass = Style(
        id: "drum-and-bass", name: "Drum and bass",
        words: ["drum and bass", "drum n bass", "drum & bass", "dnb", "d&b", "jungle", "liquid", "neurofunk", "breakcore", "breakbeat"],
        tempo: 170...176, modes: [.minor, .dorian], idiom: .trance, form: .club,
        groove: Groove(
            fill: .snare, rolls: true,
            [
                Lane(Lane.kick, ["X.........X.....", "X.....x...X.....", "X.........X..x.."], from: 0.44, level: 1.04),
                Lane(Lane.snare, ["....X.......X...", "....X..g.g..X..g", "....X..g....X.g."], from: 0.44),
                Lane(Lane.closedHat, ["x.x.x.x.x.x.x.x.", "x.xox.xox.xox.xo"], from: 0.4, level: 0.7),
                Lane(Lane.ride, ["x.x.x.x.x.x.x.x."], from: 0.86, level: 0.62),
                Lane(Lane.openHat, ["..............x.", "......x.......x."], from: 0.6, level: 0.7),
            ]),
        voices: [
            Voice("drums", .drums, ["power-kit", "electronic-kit"], .drums, mix: .usual(for: .drums).with(drive: 0.25)),
            Voice(
                "bass", .bass, ["synth-bass", "warm-synth-bass"], .bass(["R---------------", "R-----..R-..5-..", "R--.R-r.8-.R-.5a"]),
                enters: 0.5, absent: [.breakdown], register: 28...44,
                mix: .usual(for: .bass).with(lowPass: 1800, ducking: 0.35, drive: 0.35)),
            Voice(
                "chords", .chords, ["rhodes", "polysynth", "dx-piano"],
                .comping(["x---------------", "x-----x---------", "x--..x--..x--..."]), enters: 0.3,
                mix: .usual(for: .chords).with(reverb: 0.3, delay: 0.25)),
            Voice(
                "pad", .pad, ["halo-pad", "warm-pad", "atmosphere"], .pad(voices: 4),
                mix: .usual(for: .pad).with(reverb: 0.45, ducking: 0.25)),
            Voice(
                "arpeggio", .arpeggio, ["crystal", "saw-lead", "brightness"], .arpeggio(.scattered, step: 2, octaves: 2), enters: 0.6,
                mix: .usual(for: .arpeggio).with(delay: 0.35)),
            Voice(
                "lead", .lead, ["saw-lead", "square-lead", "calliope-lead"], .lead(density: 0.6), enters: 0.8,
                absent: [.verse, .intro, .outro, .build], mix: .usual(for: .lead).with(gain: -3, delay: 0.3)),
            Voice(
                "percussion", .percussion, ["electronic-kit"],
                .percussion([Lane(Lane.shaker, ["oxoxoxoxoxoxoxox"], level: 0.6), Lane(Lane.congaOpen, ["..o..o....o..o.."], from: 0.75)]),
                enters: 0.64),
            Voice("swell", .effects, ["reverse-cymbal"], .transitions),
        ], looseness: 0.001, ring: 2.5)

    static let trap = Style(
        id: "trap", name: "Trap", words: ["trap", "trap beat", "drill", "phonk", "dubstep", "bass music", "808 trap", "cloud rap"],
        tempo: 134...148, modes: [.minor, .harmonicMinor, .phrygian], idiom: .hipHop, form: .beat,
        groove: Groove(
            fill: .hats,
            [
                Lane(Lane.kick, ["X.........x.....", "X.....x...x.....", "X..x......x....."], from: 0.42, level: 1.05),
                Lane(Lane.clap, ["........X......."], from: 0.4),
                Lane(Lane.snare, ["........x......."], from: 0.7, level: 0.8),
                Lane(Lane.closedHat, ["x.x.x.x.x.x.x.r.x.x.x.x.x.t.x.rr", "x.x.r.x.x.x.x.x.x.x.x.rrx.x.t.x."], from: 0.45, level: 0.72),
                Lane(Lane.openHat, ["..............x.", "......x........."], from: 0.66, level: 0.7),
                Lane(Lane.rim, ["...o..o......o.."], from: 0.72, level: 0.7),
            ]),
        voices: [
            Voice("drums", .drums, ["808-kit"], .drums, mix: .usual(for: .drums).with(drive: 0.2)),
            Voice(
                "bass", .bass, ["warm-synth-bass"], .bass(["R---------------", "R---------R-----", "R-----r---R---8-"]), enters: 0.44,
                register: 28...42,
                mix: .usual(for: .bass).with(gain: 1, ducking: 0.2, drive: 0.45)),
            Voice(
                "bells", .arpeggio, ["music-box", "celesta", "kalimba"], .riff(["x..x..x.x..x..x.", "x...x..x..x.x..."]), register: 64...82,
                mix: .usual(for: .arpeggio).with(gain: -4, reverb: 0.35, delay: 0.3)),
            Voice(
                "keys", .chords, ["piano", "rhodes"], .comping(["x---------------", "x-------x-------"]), enters: 0.36, register: 52...70,
                mix: .usual(for: .chords).with(reverb: 0.3, lowPass: 5000)),
            Voice(
                "pad", .pad, ["choir", "synth-strings", "choir-pad"], .pad(voices: 3), enters: 0.3, mix: .usual(for: .pad).with(gain: -7)),
            Voice(
                "lead", .lead, ["flute", "saw-lead", "square-lead"], .lead(density: 0.8), enters: 0.62, absent: [.verse, .intro],
                mix: .usual(for: .lead).with(reverb: 0.3, delay: 0.25)),
            Voice("strings", .counter, ["strings", "tremolo-strings"], .counter, enters: 0.78),
            Voice("hit", .effects, ["reverse-cymbal"], .transitions),
        ], looseness: 0.0015, ring: 2.5)

    static let boomBap = Style(
        id: "boom-bap", name: "Boom bap",
        words: ["boom bap", "hip hop", "hiphop", "rap", "old school hip hop", "rap beat", "90s hip hop", "east coast"],
        tempo: 86...96, swing: .sixteenths(0.58), modes: [.minor, .dorian], idiom: .hipHop, form: .beat,
        groove: Groove(
            fill: .snare, crashes: false,
            [
                Lane(Lane.kick, ["X.....x...x.....", "X.x.......xx....", "X..x...x..x....."], from: 0.4, level: 1.05),
                Lane(Lane.snare, ["....X.......X...", "....X..g.g..X..g", "....X..g....X..."], from: 0.4),
                Lane(Lane.closedHat, ["x.x.x.x.x.x.x.x.", "x.xox.x.x.x.xox."], from: 0.34, level: 0.75),
                Lane(Lane.openHat, ["..............x.", "......x........."], from: 0.68, level: 0.7),
            ]),
        voices: [
            Voice("drums", .drums, ["room-kit", "standard-kit"], .drums, mix: .usual(for: .drums).with(lowPass: 9000, drive: 0.25)),
            Voice(
                "bass", .bass, ["upright-bass", "finger-bass"], .bass(["R-----..R-......", "R---..r-..R-5-.a", "R-.r..8-..R-.7-a"]),
                enters: 0.4, register: 28...46, mix: .usual(for: .bass).with(lowPass: 2500)),
            Voice(
                "keys", .chords, ["rhodes", "piano", "vibraphone"], .comping(["x---------------", "x-----x-----x---", "x--x--x---x--x--"]),
                mix: .usual(for: .chords).with(reverb: 0.15, lowPass: 4500)),
            Voice(
                "sample", .arpeggio, ["pizzicato", "nylon-guitar", "harp"], .riff(["x..x..x...x..x..", "..x..x..x...x..."]), enters: 0.5,
                register: 55...74, mix: .usual(for: .arpeggio).with(lowPass: 5000)),
            Voice(
                "strings", .pad, ["strings", "slow-strings"], .pad(voices: 3), enters: 0.56,
                mix: .usual(for: .pad).with(gain: -8, lowPass: 5000)),
            Voice("lead", .lead, ["muted-trumpet", "alto-sax", "flute"], .lead(density: 0.8), enters: 0.7, absent: [.verse, .intro]),
            Voice("horns", .counter, ["brass"], .riff(["X-..........x-..", "......X-........"]), enters: 0.82, register: 52...70),
            Voice(
                "percussion", .percussion, ["standard-kit"], .percussion([Lane(Lane.shaker, ["x.o.x.o.x.o.x.o."], level: 0.55)]),
                enters: 0.62),
        ], looseness: 0.007)

    static let loFi = Style(
        id: "lo-fi", name: "Lo-fi hip-hop",
        words: [
            "lo fi hip hop", "lofi hip hop", "lo fi", "lofi", "chillhop", "study beats", "study music", "chill beats", "chill hop",
            "trip hop", "downtempo",
        ],
        tempo: 72...86, swing: .sixteenths(0.6), modes: [.minor, .major, .dorian], idiom: .loFi, form: .beat,
        groove: Groove(
            fill: .none, crashes: false,
            [
                Lane(Lane.kick, ["X.....x...x.....", "X.......x.x.....", "X..x......x....."], from: 0.4),
                Lane(Lane.snare, ["....x.......x...", "....x..g....x..."], from: 0.4, level: 0.9),
                Lane(Lane.rim, [".......o......o."], from: 0.66, level: 0.8),
                Lane(Lane.closedHat, ["x.o.x.o.x.o.x.o.", "x.oox.o.x.o.x.oo"], from: 0.36, level: 0.62),
            ]),
        voices: [
            Voice("drums", .drums, ["room-kit", "jazz-kit"], .drums, mix: .usual(for: .drums).with(gain: -2, lowPass: 6500, drive: 0.3)),
            Voice(
                "bass", .bass, ["upright-bass", "warm-synth-bass", "fretless-bass"],
                .bass(["R-------R-------", "R-----..R---5-..", "R---..r-8-..5-.a"]), enters: 0.38, register: 28...46,
                mix: .usual(for: .bass).with(lowPass: 1500)),
            Voice(
                "keys", .chords, ["rhodes", "piano"], .comping(["x---------------", "x---------x-----", "x--x------x--x--"], strum: true),
                register: 50...74,
                mix: .usual(for: .chords).with(gain: -1, pan: -0.1, reverb: 0.22, chorus: 0.35, lowPass: 4200)),
            Voice(
                "guitar", .arpeggio, ["nylon-guitar", "jazz-guitar", "kalimba"], .arpeggio(.skip, step: 2, octaves: 1, gate: 1.4),
                enters: 0.5, register: 55...74, mix: .usual(for: .arpeggio).with(lowPass: 5000)),
            Voice(
                "pad", .pad, ["warm-pad", "voice-oohs"], .pad(voices: 3), enters: 0.5, mix: .usual(for: .pad).with(gain: -10, lowPass: 3500)
            ),
            Voice(
                "lead", .lead, ["vibraphone", "flute", "muted-trumpet", "rhodes"], .lead(density: 0.7), enters: 0.66, absent: [.intro],
                register: 62...81, mix: .usual(for: .lead).with(gain: -3, reverb: 0.3, delay: 0.2, lowPass: 5500)),
            Voice(
                "percussion", .percussion, ["jazz-kit"], .percussion([Lane(Lane.shaker, ["x.o.x.o.x.o.x.o."], level: 0.5)]), enters: 0.7,
                mix: .usual(for: .percussion).with(lowPass: 7000)),
        ], looseness: 0.009, ring: 3.5)

    static let synthwave = Style(
        id: "synthwave", name: "Synthwave",
        words: [
            "synthwave", "synth wave", "retrowave", "outrun", "80s", "eighties", "vaporwave", "synth pop", "synthpop", "new wave", "retro",
            "darkwave", "cyberpunk",
        ],
        tempo: 84...118, modes: [.minor, .major], idiom: .synth, form: .songWithBuild,
        groove: Groove(
            fill: .toms,
            [
                Lane(Lane.kick, ["X...x...X...x...", "X.......X.x.....", "X.....x.X......."], from: 0.42, level: 1.05),
                Lane(Lane.electricSnare, ["....X.......X..."], from: 0.46, level: 1.05),
                Lane(Lane.closedHat, ["x.x.x.x.x.x.x.x.", "xoxoxoxoxoxoxoxo"], from: 0.48, level: 0.64),
                Lane(Lane.openHat, ["..............x.", "..x...x...x...x."], from: 0.78, level: 0.66),
                Lane(Lane.clap, ["....x.......x..."], from: 0.86, level: 0.8),
            ]),
        voices: [
            Voice("drums", .drums, ["power-kit", "electronic-kit"], .drums, mix: .usual(for: .drums).with(reverb: 0.16)),
            Voice(
                "bass", .bass, ["synth-bass"], .bass(["R.r.R.r.R.r.R.r.", "RrrrRrrrRrrrRrrr", "R.8rR.8rR.8rR.85"]), enters: 0.4,
                register: 28...45, mix: .usual(for: .bass).with(lowPass: 2200, ducking: 0.4, drive: 0.15)),
            Voice(
                "arpeggio", .arpeggio, ["square-lead", "saw-lead", "crystal"], .arpeggio(.upDown, step: 1, octaves: 2, gate: 0.6),
                enters: 0.34, mix: .usual(for: .arpeggio).with(delay: 0.35, lowPass: 6500, ducking: 0.2)),
            Voice(
                "chords", .chords, ["polysynth", "synth-brass"], .comping(["x---------------", "x-----x---------", "x-----x-----x---"]),
                enters: 0.55, mix: .usual(for: .chords).with(chorus: 0.5, ducking: 0.25)),
            Voice(
                "pad", .pad, ["synth-strings", "warm-pad", "sweep-pad"], .pad(voices: 4),
                mix: .usual(for: .pad).with(reverb: 0.4, ducking: 0.25)),
            Voice(
                "lead", .lead, ["saw-lead", "square-lead", "synth-brass"], .lead(density: 1), enters: 0.5, absent: [.intro, .outro],
                register: 62...82, mix: .usual(for: .lead).with(reverb: 0.3, delay: 0.35)),
            Voice("counter", .counter, ["bowed-pad", "choir-pad"], .counter, enters: 0.8),
            Voice("swell", .effects, ["reverse-cymbal"], .transitions),
        ], looseness: 0.001, ring: 3)

    static let chiptune = Style(
        id: "chiptune", name: "Chiptune",
        words: ["chiptune", "chip tune", "8 bit", "8bit", "video game", "videogame", "game music", "nintendo", "arcade", "pixel"],
        tempo: 124...156, modes: [.major, .minor], idiom: .synth, form: .song,
        groove: Groove(
            fill: .snare, crashes: false,
            [
                Lane(Lane.kick, ["X...x...X...x...", "X..x..x.X..x..x."], from: 0.36),
                Lane(Lane.electricSnare, ["....X.......X...", "....X.......X.x."], from: 0.4),
                Lane(Lane.closedHat, ["x.x.x.x.x.x.x.x.", "xoxxxoxxxoxxxoxx"], from: 0.34, level: 0.7),
            ]),
        voices: [
            Voice("drums", .drums, ["808-kit", "electronic-kit"], .drums, mix: .usual(for: .drums).with(lowPass: 9000)),
            Voice(
                "bass", .bass, ["square-lead", "bass-lead"], .bass(["R...8...R...8...", "R.8.R.8.R.8.R.8.", "R.8.5.8.R.8.5.8a"]),
                register: 33...52, mix: .usual(for: .bass).with(gain: -3)),
            Voice(
                "arpeggio", .arpeggio, ["square-lead"], .arpeggio(.up, step: 1, octaves: 1, gate: 0.85), enters: 0.44, register: 60...76,
                mix: .usual(for: .arpeggio).with(gain: -8)),
            Voice(
                "chords", .chords, ["calliope-lead", "polysynth"], .comping(["x...x...x...x...", "..x...x...x...x."], voices: 3),
                enters: 0.6, mix: .usual(for: .chords).with(gain: -8)),
            Voice("pad", .pad, ["calliope-lead"], .pad(voices: 3), enters: 0.84, mix: .usual(for: .pad).with(gain: -11)),
            Voice(
                "lead", .lead, ["square-lead"], .lead(density: 1.6), enters: 0.38, register: 65...88,
                mix: .usual(for: .lead).with(pan: 0.1, delay: 0.2)),
            Voice(
                "harmony", .counter, ["square-lead"], .harmony, enters: 0.78, absent: [.verse], register: 58...82,
                mix: .usual(for: .counter).with(gain: -7)),
        ], looseness: 0, ring: 1.5)
}
