import Foundation
import Music

/// The sum of some strips: their dry signal and what they send to the effects.
final class Bus {
    let dry = StereoBuffer(capacity: Mixer.blockFrames)
    let reverb = StereoBuffer(capacity: Mixer.blockFrames)
    let delay = StereoBuffer(capacity: Mixer.blockFrames)
    let chorus = StereoBuffer(capacity: Mixer.blockFrames)

    func clear(_ frames: Int) {
        for buffer in [dry, reverb, delay, chorus] { buffer.clear(frames) }
    }

    func add(_ other: Bus, frames: Int) {
        dry.add(other.dry, frames: frames)
        reverb.add(other.reverb, frames: frames)
        delay.add(other.delay, frames: frames)
        chorus.add(other.chorus, frames: frames)
    }
}

/// The send effects of one bus. All of them are linear: the effects of a sum are the sum of the effects.
struct EffectsRack {
    private var reverb: Reverb
    private var delay: StereoDelay
    private var chorus: Chorus
    private var chorusUse = Use(tailFrames: 4096)
    private var delayUse: Use
    private var reverbUse: Use

    /// Whether an effect has anything to do: from its first input until its tail has died away.
    private struct Use {
        let tailFrames: Int
        private var silentFrames = Int.max

        init(tailFrames: Int) { self.tailFrames = tailFrames }

        mutating func isNeeded(for input: StereoBuffer, frames: Int) -> Bool {
            if input.isLouder(than: 1e-7, frames: frames) {
                silentFrames = 0
                return true
            }
            guard silentFrames < tailFrames else { return false }
            silentFrames += frames
            return true
        }
    }

    /// Room and echoes follow the song's tempo: slow songs get a longer room.
    init(mix: SongMix, tempo: Double, sampleRate: Double) {
        let bpm = min(max(tempo, 40), 240)
        let room = min(max(mix.room ?? min(max(3.2 - bpm / 75, 1.2), 2.6), 0.2), 8)
        reverb = Reverb(seconds: room, brightness: mix.brightness, sampleRate: sampleRate, blockFrames: Mixer.blockFrames)
        // Short enough to be heard as an echo, long enough not to be a slap.
        var echo = min(max(mix.echo, 0.5), 16) * 15 / bpm
        while echo > 1.2 { echo /= 2 }
        let feedback = min(max(mix.feedback, 0), 0.85)
        delay = StereoDelay(seconds: echo, feedback: Float(feedback), sampleRate: sampleRate)
        chorus = Chorus(sampleRate: sampleRate)
        // Until 120 dB below the input.
        delayUse = Use(tailFrames: Int(echo * (1 + 6 / -log10(max(feedback, 0.1))) * sampleRate))
        reverbUse = Use(tailFrames: Int(room * 2 * sampleRate))
    }

    /// Adds the returns to the bus's dry signal. The echoes go through the room as well.
    mutating func process(_ bus: Bus, frames: Int) {
        if chorusUse.isNeeded(for: bus.chorus, frames: frames) {
            chorus.process(bus.chorus, into: bus.dry, frames: frames)
        } else {
            chorus.skip(frames: frames)
        }
        // From here on the chorus buffer holds the echoes.
        bus.chorus.clear(frames)
        if delayUse.isNeeded(for: bus.delay, frames: frames) {
            delay.process(bus.delay, into: bus.chorus, frames: frames)
            bus.dry.add(bus.chorus, left: 0.8, right: 0.8, frames: frames)
            bus.reverb.add(bus.chorus, left: 0.25, right: 0.25, frames: frames)
        }
        if reverbUse.isNeeded(for: bus.reverb, frames: frames) { reverb.process(bus.reverb, into: bus.dry, frames: frames) }
    }
}
