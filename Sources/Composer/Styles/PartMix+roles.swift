import Music

extension PartMix {
    /// Where a player of this role sits in a mix before its style says otherwise.
    static func usual(for role: Score.Part.Role) -> PartMix {
        switch role {
        case .drums: PartMix(gainDecibels: 0, reverb: 0.07)
        case .percussion: PartMix(gainDecibels: -6, pan: 0.3, reverb: 0.12, highPassHertz: 150)
        case .bass: PartMix(gainDecibels: 0, reverb: 0.02, highPassHertz: 28)
        case .chords: PartMix(gainDecibels: -3, pan: -0.18, reverb: 0.15, chorus: 0.1, highPassHertz: 110)
        case .pad: PartMix(gainDecibels: -6, reverb: 0.35, chorus: 0.3, highPassHertz: 160)
        case .arpeggio: PartMix(gainDecibels: -6, pan: 0.28, reverb: 0.2, delay: 0.2, highPassHertz: 200)
        case .lead: PartMix(gainDecibels: -1, reverb: 0.2, delay: 0.12, highPassHertz: 140)
        case .counter: PartMix(gainDecibels: -5, pan: -0.3, reverb: 0.25, delay: 0.08, highPassHertz: 160)
        case .effects: PartMix(gainDecibels: -8, reverb: 0.4, delay: 0.1, highPassHertz: 120)
        }
    }

    /// A copy with some values replaced.
    func with(
        gain: Double? = nil, pan: Double? = nil, reverb: Double? = nil, delay: Double? = nil, chorus: Double? = nil,
        highPass: Double? = nil, lowPass: Double? = nil, ducking: Double? = nil, drive: Double? = nil
    ) -> PartMix {
        var mix = self
        if let gain { mix.gainDecibels = gain }
        if let pan { mix.pan = pan }
        if let reverb { mix.reverb = reverb }
        if let delay { mix.delay = delay }
        if let chorus { mix.chorus = chorus }
        if let highPass { mix.highPassHertz = highPass }
        if let lowPass { mix.lowPassHertz = lowPass }
        if let ducking { mix.ducking = ducking }
        if let drive { mix.drive = drive }
        return mix
    }
}
