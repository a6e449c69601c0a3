import Audio
import Foundation

/// Signals and scratch folders for the tests of this target.
enum Signal {
    /// Stereo sine at equal level on both sides. amplitude: 0…1.
    static func sine(hertz: Double, seconds: Double, amplitude: Double = 0.5, sampleRate: Int = 44_100) -> PCMBuffer {
        let frames = Int(seconds * Double(sampleRate))
        let samples = (0..<frames).flatMap { frame -> [Float] in
            let value = Float(amplitude * sin(2 * Double.pi * hertz * Double(frame) / Double(sampleRate)))
            return [value, value]
        }
        return PCMBuffer(samples: samples, channelCount: 2, sampleRate: sampleRate)
    }

    /// A short burst at every beat, every fourth one stronger.
    static func clicks(bpm: Double, seconds: Double, sampleRate: Int = 44_100) -> PCMBuffer {
        var samples = [Float](repeating: 0, count: 2 * Int(seconds * Double(sampleRate)))
        var beat = 0
        while true {
            let start = Int(Double(beat) * 60 / bpm * Double(sampleRate))
            guard 2 * (start + 2000) < samples.count else { break }
            for frame in 0..<2000 {
                let decay = exp(-Double(frame) / 300) * (beat % 4 == 0 ? 0.9 : 0.6)
                let value = Float(decay * sin(2 * Double.pi * 900 * Double(frame) / Double(sampleRate)))
                samples[2 * (start + frame)] = value
                samples[2 * (start + frame) + 1] = value
            }
            beat += 1
        }
        return PCMBuffer(samples: samples, channelCount: 2, sampleRate: sampleRate)
    }

    /// Chords of four harmonics per tone, one a second. chords: MIDI notes.
    static func chords(_ chords: [[Int]], sampleRate: Int = 44_100) -> PCMBuffer {
        var samples: [Float] = []
        for chord in chords {
            for frame in 0..<sampleRate {
                var value = 0.0
                for note in chord {
                    let step = 2 * Double.pi * Units.hertz(midiNote: Double(note)) / Double(sampleRate)
                    for harmonic in 1...4 { value += sin(step * Double(frame * harmonic)) / Double(harmonic * harmonic) * 0.1 }
                }
                samples += [Float(value), Float(value)]
            }
        }
        return PCMBuffer(samples: samples, channelCount: 2, sampleRate: sampleRate)
    }
}

/// A folder that goes away with the test.
final class ScratchFolder {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "audio-tests-\(UUID().uuidString)", directoryHint: .isDirectory)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func file(_ name: String) -> URL { url.appending(path: name, directoryHint: .notDirectory) }

    var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: url.path).sorted() }
    }
}
