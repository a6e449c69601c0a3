import CFluidSynth
import Core
import Foundation
import Music

/// A FluidSynth instance without effects: one dry stereo output per channel, rendered offline.
///
/// Only the samples of the presets in use are loaded. The handle stays inside one render.
final class Sampler {
    /// FluidSynth's inner block: notes start and end on multiples of it, and every call renders a multiple of it.
    static let grid = 64
    static let maxChannels = 64
    /// Voices per sampler; a stereo note takes two. Beyond it, released and quiet ones are dropped first.
    private static let polyphony = 96

    private let settings: OpaquePointer
    private let synth: OpaquePointer
    private let channelCount: Int
    private let sampleRate: Double
    private var planes: [UnsafeMutablePointer<Float>?]
    private var voices = [OpaquePointer?](repeating: nil, count: polyphony)
    /// Frames rendered so far.
    private var position = 0
    /// Notes whose release ends early, by FluidSynth's number for their voices, and when.
    private var cuts: [(frame: Int, voice: UInt32)] = []

    /// Timecents added to every melodic release. General MIDI releases are long because they stand in for a room; here there is one.
    private static let releaseShift: Float = -600
    /// The share of a release in which it falls by 62 dB, of the 96 that it takes in all.
    private static let audibleShare = 0.65
    /// Frames of release that are not worth cutting.
    private static let shortestCut = 4410

    /// One channel per instrument. Throws `soundfont_unreadable`, `synthesizer_unavailable`.
    init(soundFont: URL, instruments: [Instrument], sampleRate: Int) throws {
        Sampler.silenceLog
        self.sampleRate = Double(sampleRate)
        channelCount = max(1, min(instruments.count, Sampler.maxChannels))
        guard let settings = new_fluid_settings() else { throw Sampler.unavailable }
        let numbers: [(String, Int)] = [
            ("synth.audio-channels", channelCount), ("synth.audio-groups", channelCount),
            ("synth.midi-channels", (channelCount + 15) / 16 * 16), ("synth.reverb.active", 0), ("synth.chorus.active", 0),
            ("synth.cpu-cores", 1), ("synth.polyphony", Sampler.polyphony), ("synth.dynamic-sample-loading", 1), ("synth.lock-memory", 0),
            ("synth.threadsafe-api", 0),
        ]
        for (name, value) in numbers { fluid_settings_setint(settings, name, Int32(value)) }
        fluid_settings_setnum(settings, "synth.sample-rate", Double(sampleRate))
        fluid_settings_setnum(settings, "synth.gain", 0.5)
        // Whatever has to go when voices run out, it must not be heard: what sounds loudest stays.
        fluid_settings_setnum(settings, "synth.overflow.volume", 4000)
        guard let synth = new_fluid_synth(settings) else {
            delete_fluid_settings(settings)
            throw Sampler.unavailable
        }
        self.settings = settings
        self.synth = synth
        planes = [UnsafeMutablePointer<Float>?](repeating: nil, count: channelCount * 2)
        let font = fluid_synth_sfload(synth, soundFont.path, 0)
        guard font >= 0 else {
            throw Failure(
                .unavailable, "soundfont_unreadable", "The SoundFont \(soundFont.lastPathComponent) cannot be loaded.",
                hint: "Install one with: sudo apt-get install fluid-soundfont-gm, or set CONTINUO_SOUNDFONT to another .sf2 file.")
        }
        for (channel, instrument) in instruments.prefix(channelCount).enumerated() {
            choose(instrument, channel: Int32(channel), font: font)
        }
    }

    deinit {
        delete_fluid_synth(synth)
        delete_fluid_settings(settings)
    }

    private static let unavailable = Failure(.unexpected, "synthesizer_unavailable", "FluidSynth could not be started.")

    /// FluidSynth prints to standard error by default, for example about presets that a SoundFont lacks.
    private static let silenceLog: Void = {
        for level in [FLUID_PANIC, FLUID_ERR, FLUID_WARN, FLUID_INFO, FLUID_DBG] {
            fluid_set_log_function(Int32(level.rawValue), nil, nil)
        }
    }()

    /// A preset that the SoundFont lacks is replaced by the nearest thing: the standard kit, the same program of bank 0, the piano.
    private func choose(_ instrument: Instrument, channel: Int32, font: Int32) {
        let kind = instrument.isDrumKit ? CHANNEL_TYPE_DRUM : CHANNEL_TYPE_MELODIC
        fluid_synth_set_channel_type(synth, channel, Int32(kind.rawValue))
        let bank = Int32(min(max(instrument.bank, 0), 16_383))
        let program = Int32(min(max(instrument.program, 0), 127))
        let drumChoices: [(bank: Int32, program: Int32)] = [(bank, program), (128, 0)]
        let choices: [(bank: Int32, program: Int32)] = [(bank, program), (0, program), (0, 0)]
        for choice in instrument.isDrumKit ? drumChoices : choices
        where fluid_synth_program_select(synth, channel, font, choice.bank, choice.program) == FLUID_OK { break }
        guard !instrument.isDrumKit else { return }
        fluid_synth_set_gen(synth, channel, Int32(GEN_VOLENVRELEASE.rawValue), Sampler.releaseShift)
    }

    /// key: 0…127. velocity: 1…127.
    func noteOn(channel: Int, key: UInt8, velocity: UInt8) {
        fluid_synth_noteon(synth, Int32(channel), Int32(min(key, 127)), Int32(min(max(velocity, 1), 127)))
    }

    /// Lets a key go. Its release is cut where nobody hears it any more: a good part of the time would go into such tails.
    func noteOff(channel: Int, key: UInt8) {
        let key = Int32(min(key, 127))
        let sounding = activeVoices().filter { voice in
            fluid_voice_get_channel(voice) == Int32(channel) && fluid_voice_get_actual_key(voice) == key && fluid_voice_is_on(voice) != 0
        }
        let release = sounding.map { fluid_voice_gen_get($0, Int32(GEN_VOLENVRELEASE.rawValue)) }.max() ?? -12_000
        let frames = Int(pow(2, Double(min(release + Sampler.releaseShift, 5000)) / 1200) * Sampler.audibleShare * sampleRate)
        // The voices of one note share a number.
        if let voice = sounding.first, frames > Sampler.shortestCut { cuts.append((position + frames, fluid_voice_get_id(voice))) }
        fluid_synth_noteoff(synth, Int32(channel), key)
    }

    private func activeVoices() -> ArraySlice<OpaquePointer?> {
        voices.withUnsafeMutableBufferPointer { list in
            // The list is ended by a null pointer when it is not full.
            list.update(repeating: nil)
            fluid_synth_get_voicelist(synth, list.baseAddress, Int32(list.count), -1)
        }
        return voices.prefix { $0 != nil }
    }

    /// Ends the releases whose time has come, over FluidSynth's shortest release of 15 ms.
    private func cutReleases() {
        guard cuts.contains(where: { $0.frame <= position }) else { return }
        let due = Set(cuts.filter { $0.frame <= position }.map(\.voice))
        cuts.removeAll { $0.frame <= position }
        for voice in activeVoices() where due.contains(fluid_voice_get_id(voice)) {
            fluid_voice_gen_set(voice, Int32(GEN_VOLENVRELEASE.rawValue), -12_000)
            fluid_voice_update_param(voice, Int32(GEN_VOLENVRELEASE.rawValue))
        }
    }

    /// Ends everything that sounds, at once.
    func silence() {
        cuts = []
        fluid_synth_all_sounds_off(synth, -1)
    }

    /// Renders into each channel's buffer from `offset` on. frames: a multiple of `grid`. The buffers must be zero there: FluidSynth adds.
    func render(into outputs: [StereoBuffer], offset: Int, frames: Int) {
        cutReleases()
        position += frames
        for (channel, output) in outputs.prefix(channelCount).enumerated() {
            planes[2 * channel] = output.left + offset
            planes[2 * channel + 1] = output.right + offset
        }
        planes.withUnsafeMutableBufferPointer { planes in
            _ = fluid_synth_process(synth, Int32(frames), 0, nil, Int32(planes.count), planes.baseAddress)
        }
    }
}
