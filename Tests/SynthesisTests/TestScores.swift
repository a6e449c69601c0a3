import Core
import Foundation
import Music
import Synthesis

/// Small scores, written by hand.
enum TestScore {
    typealias Note = Score.Note

    static func score(_ parts: [Score.Part], bars: Int = 4, bpm: Double = 120, tail: Double = 2) -> Score {
        let length = Double(bars) * 4
        return Score(
            title: "Test", tempoMap: TempoMap(bpm: bpm), meter: .common, key: Key(PitchClass(9), .minor), sections: [], chords: [],
            parts: parts, length: length, duration: length * 60 / bpm + tail)
    }

    static func part(
        _ role: Score.Part.Role, program: Int, bank: Int = 0, mix: PartMix = PartMix(), name: String? = nil, _ notes: [Note]
    ) -> Score.Part {
        Score.Part(
            name: name ?? role.rawValue, role: role, instrument: Instrument(name: role.rawValue, bank: bank, program: program), mix: mix,
            notes: notes)
    }

    static func note(_ start: Double, _ length: Double, _ pitch: UInt8, _ velocity: UInt8 = 90) -> Note {
        Note(start: start, length: length, pitch: pitch, velocity: velocity)
    }

    static func drums(bars: Int) -> Score.Part {
        let notes = (0..<(bars * 16)).flatMap { step -> [Note] in
            let start = Double(step) * 0.25
            var notes = [note(start, 0.1, step % 8 == 6 ? 46 : 42, UInt8(70 + 15 * (step % 2)))]
            if step % 4 == 0 { notes.append(note(start, 0.2, 36, 112)) }
            if step % 8 == 4 { notes.append(note(start, 0.2, 38, 105)) }
            return notes
        }
        return part(.drums, program: 25, bank: 128, mix: PartMix(reverb: 0.08), notes)
    }

    /// Four on the floor with bass, chords, pad and lead: every effect is in use.
    static func dance(bars: Int = 4) -> Score {
        let roots: [UInt8] = [45, 41, 48, 43]
        var (bass, chords, pad, lead): ([Note], [Note], [Note], [Note]) = ([], [], [], [])
        for bar in 0..<bars {
            let (start, root) = (Double(bar) * 4, roots[bar % 4])
            for step in 0..<8 { bass.append(note(start + Double(step) * 0.5, 0.4, root - 12, 100)) }
            for interval: UInt8 in [12, bar % 4 == 0 ? 15 : 16, 19] {
                pad.append(note(start, 4, root + interval, 70))
                for beat in 0..<4 { chords.append(note(start + Double(beat) + 0.5, 0.4, root + interval, 85)) }
            }
            for (beat, interval): (Int, UInt8) in [(0, 24), (1, 27), (2, 31), (3, 26)] {
                lead.append(note(start + Double(beat), 0.9, root + interval, 95))
            }
        }
        return score(
            [
                drums(bars: bars),
                part(.bass, program: 38, mix: PartMix(reverb: 0, ducking: 0.7, drive: 0.2), bass),
                part(.chords, program: 5, mix: PartMix(pan: -0.3, reverb: 0.2, chorus: 0.3), chords),
                part(.pad, program: 89, mix: PartMix(reverb: 0.5, ducking: 0.5), pad),
                part(.lead, program: 80, mix: PartMix(pan: 0.2, reverb: 0.25, delay: 0.3), lead),
            ], bars: bars, bpm: 124)
    }

    /// Slow, sparse, quiet: the hard case for a loudness target.
    static func sparsePiano() -> Score {
        let notes = (0..<6).flatMap { bar -> [Note] in
            let (start, low) = (Double(bar) * 4, 50 + UInt8(bar % 3) * 2)
            return [note(start, 2, low, 45), note(start + 1.5, 0.3, 69, 38)]
        }
        return score([part(.lead, program: 0, mix: PartMix(reverb: 0.3), notes)], bars: 6, bpm: 60, tail: 3)
    }

    static func ambient() -> Score {
        let voices: [UInt8] = [57, 60, 64, 71]
        let notes = (0..<4).flatMap { bar -> [Note] in voices.map { voice in note(Double(bar) * 4, 4, voice, 60) } }
        return score([part(.pad, program: 89, mix: PartMix(reverb: 0.8), notes)], bars: 4, bpm: 60, tail: 4)
    }

    static func strings() -> Score {
        let voices: [UInt8] = [43, 55, 62, 67]
        let notes = (0..<8).flatMap { half -> [Note] in
            let (shift, velocity) = (UInt8(half % 2) * 2, UInt8(60 + half * 5))
            return voices.map { voice in note(Double(half) * 2, 2, voice + shift, velocity) }
        }
        return score([part(.chords, program: 48, notes), part(.percussion, program: 47, [note(0, 1, 40, 120)])], bars: 4, bpm: 90)
    }

    static let all: [(name: String, score: Score)] = [
        ("dance", dance()), ("sparse piano", sparsePiano()), ("ambient", ambient()), ("strings", strings()),
        ("drums only", score([drums(bars: 4)])),
    ]
}

func makeRenderer() throws -> Renderer {
    Renderer(soundFont: try Renderer.findSoundFont())
}
