import Foundation

/// Conversions between the units of audio; the only place where they are written down.
public enum Units {
    /// Amplitude of a level: 0 dB is 1, −6.02 dB is one half.
    public static func gain(decibels: Double) -> Double {
        pow(10, decibels / 20)
    }

    /// Level of an amplitude ≥ 0; `-infinity` for 0.
    public static func decibels(gain: Double) -> Double {
        gain > 0 ? 20 * log10(gain) : -.infinity
    }

    /// The frame nearest to a time ≥ 0.
    public static func frames(seconds: Double, sampleRate: Int) -> Int {
        Int((seconds * Double(sampleRate)).rounded())
    }

    /// The time at which a frame begins.
    public static func seconds(frames: Int, sampleRate: Int) -> Double {
        Double(frames) / Double(sampleRate)
    }

    /// Frequency of a MIDI note number in equal temperament, A4 (69) = 440 Hz.
    public static func hertz(midiNote: Double) -> Double {
        440 * pow(2, (midiNote - 69) / 12)
    }

    /// MIDI note number, with fraction, of a frequency > 0.
    public static func midiNote(hertz: Double) -> Double {
        69 + 12 * log2(hertz / 440)
    }
}
