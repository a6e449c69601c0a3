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

    var opening: [Step] = []
    var cycle: [Step] = []
    var contrast: [Step] = []
    var climax: [Step] = []
    var ending: [Step] = []
    /// Bars that the cycle's sections come in: twelve in the blues.
    var phrase = 4
}

/// What a prompt says about the form.
struct FormWishes: Sendable, Hashable {
    var skipsIntro = false
    var longIntro = false
    var shortIntro = false
    var longOutro = false
    var skipsContrast = false
    var wantsSolo = false
    var wantsDrop = false
    var wantsBreak = false
    var skipsDrums = false
    var fadesOut = false
    var lifts = false
}
