import Audio
import Foundation
import Music

/// The signal path of one strip: gain, filters, tone, saturation, mono bass, ducking, then pan and sends.
struct ChannelStrip {
    private let gain: Float
    private var filters: [Biquad]
    private let saturator: Saturator?
    private var monoBass: MonoBass?
    private let duckDepth: Float
    private let panLeft: Float
    private let panRight: Float
    private let reverb: Float
    private let delay: Float
    private let chorus: Float
    private var idle = true

    /// gain: amplitude that brings the strip to its target loudness. hasBass: whether another part owns the low end.
    init(_ strip: Strip, gain naturalGain: Double, hasBass: Bool, sampleRate: Double) {
        let mix = strip.mix
        gain = Float(naturalGain * Units.gain(decibels: min(max(mix.gainDecibels, -90), 24)))
        filters = ChannelStrip.filters(strip, hasBass: hasBass, sampleRate: sampleRate)
        let drive = min(max(mix.drive, 0) + (strip.kind == .kick ? 0.12 : 0), 1)
        saturator = drive > 0 ? Saturator(amount: drive) : nil
        let isLow = strip.kind != .voice || strip.role == .bass || strip.role == .drums
        monoBass = isLow ? MonoBass(sampleRate: sampleRate) : nil
        duckDepth = strip.kind == .kick ? 0 : Float(0.85 * min(max(mix.ducking, 0), 1))
        let angle = (min(max(mix.pan, -1), 1) + 1) * Double.pi / 4
        // Equal power, with the centre at 0 dB.
        panLeft = Float(cos(angle) * 2.0.squareRoot())
        panRight = Float(sin(angle) * 2.0.squareRoot())
        let dryness = strip.kind == .kick ? 0.15 : 1
        reverb = Float(min(max(mix.reverb, 0), 1) * dryness)
        delay = Float(min(max(mix.delay, 0), 1) * dryness)
        chorus = Float(min(max(mix.chorus, 0), 1) * dryness)
    }

    private static func filters(_ strip: Strip, hasBass: Bool, sampleRate: Double) -> [Biquad] {
        let mix = strip.mix
        let floor = floor(of: strip, hasBass: hasBass)
        var filters = [Biquad.highPass(max(floor, min(mix.highPassHertz, 8000)), sampleRate: sampleRate)]
        if mix.lowPassHertz > 0 { filters.append(.lowPass(max(mix.lowPassHertz, 80), sampleRate: sampleRate)) }
        switch (strip.kind, strip.role) {
        case (.kick, _):
            filters.append(.lowShelf(85, decibels: 4, sampleRate: sampleRate))
            filters.append(.peak(340, decibels: -4, q: 1, sampleRate: sampleRate))
            filters.append(.peak(3600, decibels: 3, q: 0.9, sampleRate: sampleRate))
        case (_, .bass):
            filters.append(.peak(280, decibels: -2, q: 0.8, sampleRate: sampleRate))
        case (_, .pad), (_, .chords):
            if hasBass { filters.append(.peak(300, decibels: -2.5, q: 0.7, sampleRate: sampleRate)) }
        default: break
        }
        return filters
    }

    /// What lies below is mud when a bass plays, and body when the part plays alone.
    private static func floor(of strip: Strip, hasBass: Bool) -> Double {
        switch (strip.kind, strip.role) {
        case (.kick, _): 28
        case (.kit, _): 60
        case (_, .bass): 30
        case (_, .drums), (_, .percussion): 60
        case (_, .effects): 90
        case (_, .chords), (_, .pad): hasBass ? 110 : 32
        case (_, .arpeggio), (_, .lead), (_, .counter): hasBass ? 120 : 32
        }
    }

    /// Takes the dry signal in `buffer`, shapes it in place and adds it to the bus. duck: how far the kick pushes down, 0…1 per frame.
    mutating func process(_ buffer: StereoBuffer, into bus: Bus, duck: UnsafePointer<Float>, frames: Int) {
        let silent = !buffer.isLouder(than: 1e-7, frames: frames)
        // One silent block lets the filters ring out; the rest of a pause costs nothing.
        if silent, idle { return }
        idle = silent
        for frame in 0..<frames { buffer.left[frame] *= gain }
        for frame in 0..<frames { buffer.right[frame] *= gain }
        for index in filters.indices { filters[index].process(buffer, frames: frames) }
        saturator?.process(buffer, frames: frames)
        monoBass?.process(buffer, frames: frames)
        if duckDepth > 0 {
            for side in [buffer.left, buffer.right] {
                for frame in 0..<frames { side[frame] *= 1 - duckDepth * duck[frame] }
            }
        }
        bus.dry.add(buffer, left: panLeft, right: panRight, frames: frames)
        if reverb > 0 { bus.reverb.add(buffer, left: reverb * panLeft, right: reverb * panRight, frames: frames) }
        if delay > 0 { bus.delay.add(buffer, left: delay * panLeft, right: delay * panRight, frames: frames) }
        if chorus > 0 { bus.chorus.add(buffer, left: chorus * panLeft, right: chorus * panRight, frames: frames) }
    }
}

/// Takes the difference between the sides out of the lows, so that the bass stands in the middle on any speaker.
struct MonoBass {
    private var highPass: Biquad
    private let difference = StereoBuffer(capacity: Mixer.blockFrames)

    init(sampleRate: Double) {
        highPass = .highPass(130, sampleRate: sampleRate)
    }

    mutating func process(_ buffer: StereoBuffer, frames: Int) {
        for frame in 0..<frames {
            difference.left[frame] = 0.5 * (buffer.left[frame] - buffer.right[frame])
            buffer.left[frame] = 0.5 * (buffer.left[frame] + buffer.right[frame])
        }
        for frame in 0..<frames { difference.right[frame] = difference.left[frame] }
        highPass.process(difference, frames: frames)
        for frame in 0..<frames {
            let (middle, side) = (buffer.left[frame], difference.left[frame])
            buffer.left[frame] = middle + side
            buffer.right[frame] = middle - side
        }
    }
}
