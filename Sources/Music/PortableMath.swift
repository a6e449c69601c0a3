/// Powers and logarithms by series: the same on every platform, unlike the C library's, so that the same seed gives the same score.
public enum PortableMath {
    private static let ln2 = 0.6931471805599453

    /// e to a power, −700…700, by repeated squaring of a series.
    public static func exp(_ exponent: Double) -> Double {
        let x = min(700, max(-700, exponent)) / 1024
        var (sum, term) = (1.0, 1.0)
        for n in 1...12 {
            term *= x / Double(n)
            sum += term
        }
        for _ in 0..<10 { sum *= sum }
        return sum
    }

    /// The binary logarithm of a positive number; 0 for others.
    public static func log2(_ value: Double) -> Double {
        guard value > 0, value.isFinite else { return 0 }
        var (mantissa, twos) = (value, 0.0)
        while mantissa > 1 { (mantissa, twos) = (mantissa / 2, twos + 1) }
        while mantissa < 0.5 { (mantissa, twos) = (mantissa * 2, twos - 1) }
        // The area hyperbolic tangent.
        let x = (mantissa - 1) / (mantissa + 1)
        var (sum, term) = (0.0, x)
        for n in stride(from: 1, through: 31, by: 2) {
            sum += 2 * term / Double(n)
            term *= x * x
        }
        return twos + sum / ln2
    }

    /// A positive base to a power.
    public static func power(_ base: Double, _ exponent: Double) -> Double { exp(exponent * log2(base) * ln2) }
}
