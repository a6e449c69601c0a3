import Music

extension Style {
    static let all: [Style] = [
        ambient, blues, boomBap, bossaNova, chiptune, classicalPiano, darkTechno, deepHouse, disco, drumAndBass, filmScore, folk, funk,
        house, jazz, latin, loFi, pianoBallad, pop, reggae, rock, soul, synthwave, techno, trance, trap, waltz,
    ]

    static func named(_ id: String) -> Style? { all.first { $0.id == id } }

    /// Voices that any song can gain when a prompt wishes for an instrument its style has no place for.
    static let extras: [Voice] = [
        Voice("extra-lead", .lead, [], .lead(density: 1), enters: 0.45, absent: [.intro]),
        Voice("extra-counter", .counter, [], .counter, enters: 0.5),
        Voice("extra-chords", .chords, [], .comping(["x---------------", "x-----x-x-------", "x--x--x-x--x--x-"]), enters: 0.34),
        Voice("extra-pad", .pad, [], .pad(voices: 4), enters: 0.3),
        Voice("extra-arpeggio", .arpeggio, [], .arpeggio(.upDown, step: 2, octaves: 2, gate: 1), enters: 0.4),
        Voice("extra-bass", .bass, [], .bass(["R-------R-------", "R---r---R---5---", "R-r.R-r.R-r.5-.a"]), enters: 0.36),
        Voice("extra-effects", .effects, [], .transitions, register: 38...60),
        Voice("extra-drums", .drums, [], .drums, enters: 0.35),
    ]

    /// For styles that have no drums of their own.
    static let plainGroove = Groove(
        fill: .toms,
        [
            Lane(Lane.kick, ["X.......X.......", "X.....x.X......."], from: 0.35),
            Lane(Lane.snare, ["....X.......X..."], from: 0.4),
            Lane(Lane.closedHat, ["x.x.x.x.x.x.x.x."], from: 0.35, level: 0.65),
        ])

    func voice(_ id: String) -> Voice? { voices.first { $0.id == id } ?? Style.extras.first { $0.id == id } }
}
