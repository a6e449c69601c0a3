import Music

/// Swells that lead into a stronger section, and a low hit where it begins.
struct TransitionPlayer {
    let canvas: Canvas
    let voice: Voice
    let instrument: Instrument

    /// General MIDI's reverse cymbal reaches its height 1.4 seconds after it is struck at middle C; synthesised risers swell as they are told.
    private var swell: Beats? {
        if let attack = instrument.patch?.amplitude.attack { return attack > 0.5 ? attack * canvas.bpm / 60 : nil }
        return instrument.program == 119 ? 1.4 * canvas.bpm / 60 : nil
    }

    func play() -> [Score.Note] {
        var notes = Notes()
        for passage in canvas.passages.dropFirst() where !voice.absent.contains(passage.kind) {
            let before = canvas.energy(passage.start - 1)
            let after = canvas.energy(passage.start)
            let beat = canvas.beat(bar: passage.start)
            guard after >= 0.45, after > before + 0.04 || passage.kind == .chorus else { continue }
            if let swell {
                notes.add(max(0, beat - swell), min(swell, beat), 60, 84 + 24 * after)
            } else {
                let tonic = voice.register.lowest(canvas.chord(bar: passage.start).root)
                notes.add(beat, canvas.barLength, tonic, 92 + 24 * after)
            }
        }
        return notes.all
    }
}
