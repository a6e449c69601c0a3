import Foundation

/// One cycle of each wave, without harmonics that would fold back: a table for every half octave.
///
/// Made once, by adding harmonics from the highest table (few) down to the lowest (many).
struct Wavetables: Sendable {
    static let length = 2048
    /// Bits of a 32-bit phase that say where within a sample one is.
    static let fractionBits = 21
    private static let tablesPerOctave = 2
    private static let lowest = 16.0
    private static let count = 20

    let saw: [[Float]]
    let triangle: [[Float]]
    let sine: [Float]

    static let shared = Wavetables(sampleRate: Double(Renderer.sampleRate))

    private init(sampleRate: Double) {
        let length = Wavetables.length
        let plain = (0..<length).map { sin(2 * Double.pi * Double($0) / Double(length)) }
        func harmonics(table: Int) -> Int {
            let highest = Wavetables.lowest * pow(2, Double(table + 1) / Double(Wavetables.tablesPerOctave))
            return max(1, min(length / 2 - 1, Int(0.46 * sampleRate / highest)))
        }
        func build(_ amplitude: (Int) -> Double) -> [[Float]] {
            var sum = [Double](repeating: 0, count: length)
            var done = 0
            var tables: [[Float]] = []
            for table in (0..<Wavetables.count).reversed() {
                let wanted = harmonics(table: table)
                while done < wanted {
                    done += 1
                    let gain = amplitude(done)
                    if gain != 0 { for index in 0..<length { sum[index] += gain * plain[index * done & (length - 1)] } }
                }
                // One more sample, so that interpolation needs no wrap.
                tables.append((sum + [sum[0]]).map { Float($0) })
            }
            return tables.reversed()
        }
        saw = build { -2 / Double.pi / Double($0) }
        triangle = build { $0 % 2 == 0 ? 0 : ($0 % 4 == 1 ? 1 : -1) * 8 / (Double.pi * Double.pi) / Double($0 * $0) }
        sine = (plain + [plain[0]]).map { Float($0) }
    }

    /// The table for a frequency in hertz.
    static func index(for hertz: Double) -> Int {
        guard hertz > lowest else { return 0 }
        return min(count - 1, Int(log2(hertz / lowest) * Double(tablesPerOctave)))
    }

    /// Phase per frame for a frequency.
    static func increment(_ hertz: Double, sampleRate: Double) -> UInt32 {
        UInt32(min(max(hertz / sampleRate, 0), 0.499) * 4_294_967_296)
    }

    @inline(__always)
    static func read(_ table: UnsafePointer<Float>, _ phase: UInt32) -> Float {
        let index = Int(phase >> UInt32(fractionBits))
        let fraction = Float(phase & (1 << UInt32(fractionBits) - 1)) * (1 / Float(1 << fractionBits))
        let near = table[index]
        return near + (table[index + 1] - near) * fraction
    }
}
