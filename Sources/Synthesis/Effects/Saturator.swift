/// Soft clipping that adds odd harmonics and keeps the level of an average signal.
struct Saturator {
    private let pre: Float
    private let post: Float

    /// amount: 0 (nothing) … 1 (heavy). reference: amplitude that comes out as it went in.
    init(amount: Double, reference: Float = 0.2) {
        pre = Float(1 + 9 * min(max(amount, 0), 1))
        post = reference / Saturator.curve(reference * pre)
    }

    /// A rational approximation of tanh, exact to 2% and flat from ±3 on.
    private static func curve(_ input: Float) -> Float {
        let x = min(max(input, -3), 3)
        return x * (27 + x * x) / (27 + 9 * x * x)
    }

    func process(_ buffer: StereoBuffer, frames: Int) {
        let (pre, post) = (pre, post)
        for side in [buffer.left, buffer.right] {
            for frame in 0..<frames { side[frame] = Saturator.curve(side[frame] * pre) * post }
        }
    }
}
