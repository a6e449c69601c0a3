/// A random number generator whose numbers are the same on every run, build and machine.
///
/// xoshiro256** with its state filled by SplitMix64 from the seed. `fork` gives independent named streams, so that asking one
/// stream for more numbers leaves every other stream as it was.
/// Source: Blackman and Vigna, "Scrambled Linear Pseudorandom Number Generators", 2021; Steele, Lea and Flood, OOPSLA 2014 (SplitMix).
public struct SeededRandom: RandomNumberGenerator, Sendable, Hashable {
    private let seed: UInt64
    private var s0: UInt64
    private var s1: UInt64
    private var s2: UInt64
    private var s3: UInt64

    public init(seed: UInt64) {
        self.seed = seed
        var mixer = seed
        s0 = SeededRandom.splitMix(&mixer)
        s1 = SeededRandom.splitMix(&mixer)
        s2 = SeededRandom.splitMix(&mixer)
        s3 = SeededRandom.splitMix(&mixer)
    }

    /// The stream of that name under this seed. It depends on the seed and the name alone, not on what was drawn before.
    public func fork(_ name: String) -> SeededRandom {
        // FNV-1a over the UTF-8 bytes: Swift's own Hasher is seeded per process.
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        var mixer = seed ^ hash
        return SeededRandom(seed: SeededRandom.splitMix(&mixer))
    }

    public mutating func next() -> UInt64 {
        let result = SeededRandom.rotate(s1 &* 5, 7) &* 9
        let shifted = s1 << 17
        s2 ^= s0
        s3 ^= s1
        s1 ^= s2
        s0 ^= s3
        s2 ^= shifted
        s3 = SeededRandom.rotate(s3, 45)
        return result
    }

    /// 0 ..< 1, from the top 53 bits.
    public mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// low ..< high.
    public mutating func between(_ low: Double, _ high: Double) -> Double { low + (high - low) * unit() }

    /// True with the given probability, 0…1.
    public mutating func chance(_ probability: Double) -> Bool { unit() < probability }

    /// 0 ..< count. count: at least 1.
    public mutating func index(_ count: Int) -> Int { min(Int(unit() * Double(count)), count - 1) }

    /// One of the choices, which must not be empty.
    public mutating func pick<Element>(_ choices: [Element]) -> Element { choices[index(choices.count)] }

    /// An index with probability in proportion to its weight; 0 when every weight is 0.
    public mutating func weighted(_ weights: [Double]) -> Int {
        var rest = unit() * weights.reduce(0, +)
        for (index, weight) in weights.enumerated() {
            rest -= weight
            if rest < 0 { return index }
        }
        return max(0, weights.lastIndex { $0 > 0 } ?? 0)
    }

    /// Roughly normal around 0 with standard deviation 1, never beyond ±3: the mean of twelve uniforms.
    public mutating func bell() -> Double {
        var sum = -6.0
        for _ in 0..<12 { sum += unit() }
        return min(3, max(-3, sum))
    }

    private static func splitMix(_ state: inout UInt64) -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    private static func rotate(_ value: UInt64, _ count: UInt64) -> UInt64 { (value << count) | (value >> (64 - count)) }
}
