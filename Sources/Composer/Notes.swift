import Music

/// Collects the notes of one part.
struct Notes: Sendable {
    private(set) var all: [Score.Note] = []

    /// pitch: folded by octaves into 0…127. velocity: rounded into 1…127.
    mutating func add(_ start: Beats, _ length: Beats, _ pitch: Int, _ velocity: Double) {
        var pitch = pitch
        while pitch > 127 { pitch -= 12 }
        while pitch < 0 { pitch += 12 }
        let rounded = UInt8(min(127, max(1, velocity.rounded())))
        all.append(Score.Note(start: start, length: length, pitch: UInt8(pitch), velocity: rounded))
    }

    mutating func append(_ notes: [Score.Note]) { all += notes }
}

extension ClosedRange<Int> {
    /// The note moved by octaves into the range, or as near to it as octaves allow.
    func folding(_ pitch: Int) -> Int {
        var pitch = pitch
        while pitch < lowerBound { pitch += 12 }
        while pitch > upperBound { pitch -= 12 }
        return pitch < lowerBound && lowerBound - pitch > pitch + 12 - upperBound ? pitch + 12 : pitch
    }

    /// The lowest note of that pitch class in the range (or just above its lower end).
    func lowest(_ tone: PitchClass) -> Int { lowerBound + tone.interval(above: PitchClass(lowerBound)) }
}
