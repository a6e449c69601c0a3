/// The shape of a song: an opening, a cycle that returns, a contrast, a last high point and an ending.
struct Form: Sendable {
    struct Step: Sendable {
        let kind: SectionKind
        let name: String
        /// At the style's usual pace.
        let bars: Int
        /// 0…1.
        let energy: Double

        init(_ kind: SectionKind, _ name: String, _ bars: Int, _ energy: Double) {
            self.kind = kind
            self.name = name
            self.bars = bars
            self.energy = energy
        }
    }

    let opening: [Step]
    let cycle: [Step]
    let contrast: [Step]
    let climax: [Step]
    let ending: [Step]
    /// Bars that the cycle's sections come in: twelve in the blues.
    var phrase = 4

    static let song = Form(
        opening: [Step(.intro, "Intro", 4, 0.4)], cycle: [Step(.verse, "Verse", 8, 0.52), Step(.chorus, "Chorus", 8, 0.8)],
        contrast: [Step(.bridge, "Bridge", 8, 0.58)], climax: [Step(.chorus, "Chorus", 8, 0.95)], ending: [Step(.outro, "Outro", 4, 0.5)])

    static let songWithBuild = Form(
        opening: [Step(.intro, "Intro", 4, 0.42)],
        cycle: [Step(.verse, "Verse", 8, 0.5), Step(.build, "Pre-chorus", 4, 0.66), Step(.chorus, "Chorus", 8, 0.84)],
        contrast: [Step(.bridge, "Bridge", 8, 0.5)], climax: [Step(.chorus, "Chorus", 8, 1)], ending: [Step(.outro, "Outro", 4, 0.55)])

    static let songWithSolo = Form(
        opening: [Step(.intro, "Intro", 4, 0.55)], cycle: [Step(.verse, "Verse", 8, 0.58), Step(.chorus, "Chorus", 8, 0.84)],
        contrast: [Step(.bridge, "Bridge", 4, 0.55), Step(.solo, "Solo", 8, 0.86)], climax: [Step(.chorus, "Chorus", 8, 1)],
        ending: [Step(.outro, "Outro", 4, 0.6)])

    static let club = Form(
        opening: [Step(.intro, "Intro", 16, 0.62)],
        cycle: [
            Step(.verse, "Groove", 16, 0.66), Step(.breakdown, "Break", 8, 0.36), Step(.build, "Build", 8, 0.66),
            Step(.chorus, "Drop", 16, 0.95),
        ], contrast: [Step(.bridge, "Interlude", 8, 0.5)], climax: [Step(.chorus, "Last drop", 16, 1)],
        ending: [Step(.outro, "Outro", 16, 0.74)])

    static let beat = Form(
        opening: [Step(.intro, "Intro", 4, 0.38)], cycle: [Step(.verse, "Verse", 16, 0.62), Step(.chorus, "Hook", 8, 0.84)],
        contrast: [Step(.breakdown, "Break", 4, 0.36)], climax: [Step(.chorus, "Hook", 8, 0.95)], ending: [Step(.outro, "Outro", 4, 0.45)])

    static let jam = Form(
        opening: [Step(.intro, "Intro", 4, 0.5)], cycle: [Step(.verse, "Groove", 8, 0.64), Step(.chorus, "Hook", 8, 0.88)],
        contrast: [Step(.breakdown, "Breakdown", 4, 0.42), Step(.solo, "Solo", 8, 0.86)], climax: [Step(.chorus, "Hook", 8, 1)],
        ending: [Step(.outro, "Outro", 4, 0.6)])

    static let heads = Form(
        opening: [Step(.intro, "Intro", 4, 0.45)], cycle: [Step(.chorus, "Head", 16, 0.66), Step(.solo, "Solo", 16, 0.82)],
        contrast: [Step(.bridge, "Bridge", 8, 0.55)], climax: [Step(.chorus, "Head", 16, 0.74)], ending: [Step(.outro, "Tag", 4, 0.45)])

    static let blues = Form(
        opening: [Step(.intro, "Intro", 4, 0.45)], cycle: [Step(.verse, "Verse", 12, 0.62), Step(.solo, "Solo", 12, 0.84)],
        contrast: [Step(.breakdown, "Breakdown", 12, 0.46)], climax: [Step(.verse, "Last verse", 12, 0.92)],
        ending: [Step(.outro, "Turnaround", 4, 0.6)], phrase: 12)

    static let sonatina = Form(
        opening: [], cycle: [Step(.verse, "Theme", 8, 0.46), Step(.chorus, "Second theme", 8, 0.68)],
        contrast: [Step(.bridge, "Development", 8, 0.86)],
        climax: [Step(.verse, "Reprise", 8, 0.58), Step(.chorus, "Second theme", 8, 0.92)],
        ending: [Step(.outro, "Coda", 4, 0.42)])

    static let scene = Form(
        opening: [Step(.intro, "Opening", 8, 0.34)], cycle: [Step(.verse, "Theme", 8, 0.5), Step(.chorus, "Main theme", 8, 0.78)],
        contrast: [Step(.breakdown, "Stillness", 4, 0.3), Step(.build, "Rise", 8, 0.76)], climax: [Step(.chorus, "Climax", 8, 1)],
        ending: [Step(.outro, "Epilogue", 4, 0.34)])

    static let drift = Form(
        opening: [Step(.intro, "Emergence", 8, 0.4)], cycle: [Step(.verse, "Drift", 8, 0.5), Step(.chorus, "Bloom", 8, 0.72)],
        contrast: [Step(.breakdown, "Hollow", 4, 0.34)], climax: [Step(.chorus, "Full bloom", 8, 0.86)],
        ending: [Step(.outro, "Dissolve", 8, 0.46)])
}

/// What a prompt says about the form.
struct FormWishes: Sendable, Hashable {
    var skipsIntro = false
    var longIntro = false
    var skipsContrast = false
    var wantsSolo = false
}
