import Audio
import Core
import Foundation
import Music
import Synthesis
import Testing

private func patch(
    _ wave: SynthPatch.Oscillator.Wave, unison: Int = 1, filter: SynthPatch.Filter? = nil, isMono: Bool = false, glide: Double = 0
)
    -> SynthPatch
{
    SynthPatch(
        oscillators: [.init(wave: wave, unison: unison)], filter: filter,
        amplitude: .init(attack: 0.005, decay: 0.1, sustain: 1, release: 0.05), isMono: isMono, glide: glide)
}

private func part(_ patch: SynthPatch, _ notes: [Score.Note], automation: [Automation]? = nil, role: Score.Part.Role = .lead) -> Score.Part
{
    Score.Part(
        name: "Synth", role: role, instrument: Instrument(name: "Synth", program: 80, patch: patch), mix: PartMix(reverb: 0), notes: notes,
        automation: automation)
}

private func mix(_ parts: [Score.Part], bars: Int = 2) throws -> PCMBuffer {
    try makeRenderer().renderMix(TestScore.score(parts, bars: bars))
}

/// The strongest frequency between two seconds, to about 0.3 Hz.
private func pitch(of audio: PCMBuffer, from: Double, to: Double) -> Double {
    let slice = audio.slice(Int(from * 44_100)..<Int(to * 44_100)).mono()
    let transform = FourierTransform(size: 32_768)
    var scratch = transform.makeScratch()
    var power = [Float](repeating: 0, count: 32_768 / 2 + 1)
    let window = (0..<32_768).map { Float(0.5 - 0.5 * cos(2 * Double.pi * Double($0) / 32_768)) }
    let padded = slice + [Float](repeating: 0, count: max(0, 32_768 - slice.count))
    padded.withUnsafeBufferPointer { transform.power(of: $0, at: 0, window: window, into: &power, scratch: &scratch) }
    let best = power.indices.dropFirst(20).dropLast().max { power[$0] < power[$1] } ?? 0
    let (a, b, c) = (log(Double(power[best - 1]) + 1e-20), log(Double(power[best]) + 1e-20), log(Double(power[best + 1]) + 1e-20))
    return (Double(best) + 0.5 * (a - c) / (a - 2 * b + c)) * 44_100 / 32_768
}

@Suite struct `A synthesised note` {
    @Test(arguments: [SynthPatch.Oscillator.Wave.saw, .square, .triangle, .sine, .fm], [57, 69, 81] as [UInt8])
    func `has its pitch`(wave: SynthPatch.Oscillator.Wave, key: UInt8) throws {
        let audio = try mix([part(patch(wave), [TestScore.note(0, 3, key)])])
        let expected = 440 * pow(2, (Double(key) - 69) / 12)
        #expect(abs(pitch(of: audio, from: 0.2, to: 1.2) / expected - 1) < 0.002, "\(pitch(of: audio, from: 0.2, to: 1.2))")
    }

    @Test(arguments: [SynthPatch.Oscillator.Wave.saw, .square, .triangle])
    func `has no frequencies that were folded back`(wave: SynthPatch.Oscillator.Wave) throws {
        // A high note: 2093 Hz, whose harmonics beyond 22 kHz must be missing. Between the harmonics there must be nothing.
        let audio = try mix([part(patch(wave), [TestScore.note(0, 4, 96)])]).slice(22_050..<(22_050 + 32_768)).mono()
        let transform = FourierTransform(size: 32_768)
        var scratch = transform.makeScratch()
        var power = [Float](repeating: 0, count: 32_768 / 2 + 1)
        let window = (0..<32_768).map { Float(pow(sin(Double.pi * Double($0) / 32_768), 4)) }
        audio.withUnsafeBufferPointer { transform.power(of: $0, at: 0, window: window, into: &power, scratch: &scratch) }
        let base = 440 * pow(2, 27.0 / 12)
        let loudest = power.max() ?? 1
        for (bin, value) in power.enumerated() where bin > 100 {
            let harmonic = Double(bin) * 44_100 / 32_768 / base
            guard abs(harmonic - harmonic.rounded()) > 0.06 else { continue }
            #expect(10 * log10(Double(value / loudest) + 1e-20) < -55, "at \(Double(bin) * 44_100 / 32_768) Hz")
        }
    }

    @Test func `glides from key to key where the sound is mono`() throws {
        let notes = [TestScore.note(0, 2, 60), TestScore.note(2, 2, 72)]
        let audio = try mix([part(patch(.sine, isMono: true, glide: 0.3), notes)])
        let straight = try mix([part(patch(.sine, isMono: true), notes)])
        #expect(abs(pitch(of: straight, from: 1.02, to: 1.1) / 523.25 - 1) < 0.03)
        #expect(pitch(of: audio, from: 1.02, to: 1.1) < 480)
        #expect(abs(pitch(of: audio, from: 1.6, to: 1.95) / 523.25 - 1) < 0.01)
    }

    @Test func `is darker through its filter, and opens with its automation`() throws {
        let filter = SynthPatch.Filter(kind: .ladder, cutoff: 300, key: 0, velocity: 0)
        let notes = (0..<8).map { TestScore.note(Double($0), 0.9, 48) }
        let (open, closed) = (try mix([part(patch(.saw), notes)]), try mix([part(patch(.saw, filter: filter), notes)]))
        func highs(_ audio: PCMBuffer) -> Double {
            SpectralBalance(of: audio).decibels(at: 4000) - SpectralBalance(of: audio).decibels(at: 125)
        }
        #expect(highs(open) - highs(closed) > 25)
        let sweep = Automation(.lowPass, [.init(beat: 0, value: 200), .init(beat: 8, value: 12_000)])
        let swept = try mix([part(patch(.saw), notes, automation: [sweep])])
        let half = swept.frameCount / 2
        #expect(highs(swept.slice(half..<swept.frameCount)) - highs(swept.slice(0..<half)) > 10)
    }

    @Test func `of many at once does not run out of voices or bounds`() throws {
        let notes = (0..<200).map { TestScore.note(Double($0) / 50, 4, UInt8(30 + $0 % 60), 127) }
        let audio = try makeRenderer().render(TestScore.score([part(patch(.saw, unison: 7), notes)], bars: 3))
        #expect(audio.samples.allSatisfy { $0.isFinite && abs($0) <= 1 })
    }
}

@Suite struct `A synthesised drum` {
    private func kit(_ drums: [SynthKit.Drum]) -> Instrument { Instrument(name: "Kit", bank: 128, program: 0, kit: SynthKit(drums: drums)) }

    private func audio(_ instrument: Instrument, _ notes: [Score.Note], key: Key = Key(PitchClass(0), .major)) throws -> PCMBuffer {
        var score = TestScore.score([Score.Part(name: "Drums", role: .drums, instrument: instrument, mix: PartMix(reverb: 0), notes: notes)]
        )
        score.key = key
        return try makeRenderer().renderMix(score)
    }

    @Test(arguments: [(0, 49.0), (9, 55.0), (5, 65.41), (7, 49.0)])
    func `that is low is tuned to the tonic or the fifth`(tonic: Int, hertz: Double) throws {
        let kick = SynthKit.Drum(key: 36, layers: [.init(kind: .tone, pitch: 55, start: 55, decay: 1.5)])
        let heard = try pitch(of: audio(kit([kick]), [TestScore.note(0, 1, 36)], key: Key(PitchClass(tonic), .minor)), from: 0.1, to: 0.8)
        #expect(abs(heard / hertz - 1) < 0.02 || abs(heard / hertz - 0.5) < 0.02, "\(heard)")
    }

    @Test func `that closes silences the one that rings`() throws {
        let hats = kit([
            .init(key: 46, layers: [.init(kind: .noise, pitch: 5000, start: 12_000, decay: 3)]),
            .init(key: 42, layers: [.init(kind: .noise, pitch: 5000, start: 12_000, decay: 0.03)]),
        ])
        func level(_ notes: [Score.Note]) throws -> Float { try audio(hats, notes).slice(30_000..<40_000).peak }
        let ringing = try level([TestScore.note(0, 1, 46)])
        #expect(try level([TestScore.note(0, 1, 46), TestScore.note(1, 0.1, 42)]) < ringing / 20)
    }

    @Test func `is softer and duller when struck softly`() throws {
        let snare = kit([.init(key: 38, layers: [.init(kind: .noise, pitch: 500, start: 12_000, decay: 0.2)])])
        func balance(_ velocity: UInt8) throws -> Double {
            let sound = SpectralBalance(of: try audio(snare, (0..<8).map { TestScore.note(Double($0), 0.2, 38, velocity) }))
            return sound.decibels(at: 8000) - sound.decibels(at: 1000)
        }
        #expect(try balance(120) > balance(30) + 3)
    }

    @Test func `that a kit lacks is played by its nearest kin`() throws {
        let hat = kit([.init(key: 42, layers: [.init(kind: .noise, pitch: 5000, start: 12_000, decay: 0.05)])])
        #expect(try audio(hat, [TestScore.note(0, 1, 54)]).peak > 0.01)
    }
}

@Suite struct `The character of a song` {
    private func render(_ change: (inout SongMix) -> Void) throws -> PCMBuffer {
        var score = TestScore.dance(bars: 4)
        var mix = SongMix()
        change(&mix)
        score.mix = mix
        return try makeRenderer().render(score)
    }

    @Test func `may be dark, bright, narrow or an old sampler's, always as loud as promised`() throws {
        let plain = try render { _ in }
        func highs(_ audio: PCMBuffer) -> Double {
            SpectralBalance(of: audio).decibels(at: 8000) - SpectralBalance(of: audio).decibels(at: 250)
        }
        func sides(_ audio: PCMBuffer) -> Double {
            zip(audio.channel(0), audio.channel(1)).reduce(0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
        }
        let made = [
            try render { $0.tilt = -4 }, try render { $0.tilt = 4 }, try render { $0.width = 0 }, try render { $0.loFi = 0.8 },
            try render { $0.vinyl = 0.8 }, try render { $0.tape = 1 },
        ]
        for audio in made {
            let loudness = try Loudness.measure(audio)
            #expect(abs(loudness.integrated + 14) <= 0.5 && loudness.truePeak <= -1)
            #expect(abs(audio.samples.last ?? 1) < 1e-4)
        }
        #expect(highs(made[0]) < highs(plain) - 2 && highs(made[1]) > highs(plain) + 2)
        #expect(sides(made[2]) < sides(plain) / 100)
        #expect(highs(made[3]) < highs(plain) - 3)
    }

    @Test func `crackles on vinyl where the music rests`() throws {
        var score = TestScore.dance(bars: 4)
        for index in score.parts.indices { score.parts[index].notes.removeAll { $0.start >= 4 && $0.start < 12 } }
        func level(_ vinyl: Double) throws -> Float {
            score.mix = SongMix(vinyl: vinyl)
            let audio = try makeRenderer().render(score)
            return audio.slice(audio.frameCount / 2..<(audio.frameCount / 2 + 22_050)).peak
        }
        #expect(try level(0.8) > level(0) * 2)
    }

    @Test func `is brighter and louder where there is more energy`() throws {
        var score = TestScore.score([part(patch(.saw), (0..<32).map { TestScore.note(Double($0), 0.9, 60) })], bars: 8)
        score.sections = [
            .init(name: "A", start: 0, length: 16, energy: 0.4), .init(name: "B", start: 16, length: 16, energy: 1),
        ]
        let audio = try makeRenderer().renderMix(score)
        let half = audio.frameCount / 2
        func tone(_ audio: PCMBuffer) -> Double {
            SpectralBalance(of: audio).decibels(at: 8000) - SpectralBalance(of: audio).decibels(at: 250)
        }
        #expect(tone(audio.slice(half..<audio.frameCount)) - tone(audio.slice(0..<half)) > 2)
    }
}
