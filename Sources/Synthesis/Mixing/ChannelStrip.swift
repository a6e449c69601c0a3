import Audio
import Foundation
import Music

/// The signal path of one strip: gain, filters, tone, saturation, compression, mono bass, ducking, then pan and sends.
struct ChannelStrip {
    private let gain: Float
    private var filters: [Biquad]
    private var swept: SweptFilter?
    private let saturator: Saturator?
    private var compressor: StripCompressor?
    private var monoBass: MonoBass?
    private let duckDepth: Float
    private let panLeft: Float
    private let panRight: Float
    private let reverb: Send
    private let delay: Send
    private let chorus: Float
    private let width: Float
    private let tremolo: Tremolo?
    private let level: AutomationCurve?
    private var idle = true

    /// A send level, fixed or moving.
    private struct Send {
        let usual: Float
        let curve: AutomationCurve?
        let scale: Float

        /// The level at the start of each of these frames' steps is held: sends move at beats, not within them.
        func value(at frame: Int) -> Float { curve.map { Float(min(1, max(0, $0.value(at: frame)))) * scale } ?? usual }
        var isNeeded: Bool { usual > 0 || curve != nil }
    }

    /// Frames between two values of a moving send.
    private static let sendStep = 256

    /// gain: amplitude that brings the strip to its target loudness. hasBass: whether another part owns the low end.
    init(_ strip: Strip, gain naturalGain: Double, hasBass: Bool, tempo: Double, sampleRate: Double) {
        let mix = strip.mix
        gain = Float(naturalGain * Units.gain(decibels: min(max(mix.gainDecibels, -90), 24)))
        filters = ChannelStrip.filters(strip, hasBass: hasBass, sampleRate: sampleRate)
        func curve(_ parameter: Automation.Parameter) -> AutomationCurve? { strip.automation.first { $0.parameter == parameter } }
        swept = strip.kind == .kick ? nil : curve(.lowPass).map { SweptFilter($0, sampleRate: sampleRate) }
        level = curve(.gain)
        let drive = min(max(mix.drive, 0) + (strip.kind == .kick ? 0.12 : 0), 1)
        saturator = drive > 0 ? Saturator(amount: drive) : nil
        compressor = StripCompressor(strip, sampleRate: sampleRate)
        let isLow = strip.kind != .voice || strip.role == .bass || strip.role == .drums
        monoBass = isLow ? MonoBass(sampleRate: sampleRate) : nil
        duckDepth = strip.kind == .kick ? 0 : Float(0.85 * min(max(mix.ducking, 0), 1))
        let angle = (min(max(mix.pan, -1), 1) + 1) * Double.pi / 4
        // Equal power, with the centre at 0 dB.
        panLeft = Float(cos(angle) * 2.0.squareRoot())
        panRight = Float(sin(angle) * 2.0.squareRoot())
        let dryness: Float = strip.kind == .kick ? 0.15 : 1
        reverb = Send(usual: Float(min(max(mix.reverb, 0), 1)) * dryness, curve: curve(.reverb), scale: dryness)
        delay = Send(usual: Float(min(max(mix.delay, 0), 1)) * dryness, curve: curve(.delay), scale: dryness)
        chorus = Float(min(max(mix.chorus, 0), 1)) * dryness
        width = Float(min(max(mix.width, 0), 1))
        tremolo = mix.tremolo > 0 ? Tremolo(depth: min(1, mix.tremolo), tempo: tempo, sampleRate: sampleRate) : nil
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
        case (_, .lead):
            filters.append(.peak(2800, decibels: 1.5, q: 0.8, sampleRate: sampleRate))
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
        case (_, .effects): 32
        case (_, .chords), (_, .pad): hasBass ? 110 : 32
        case (_, .arpeggio), (_, .lead), (_, .counter): hasBass ? 120 : 32
        }
    }

    /// Takes the dry signal in `buffer`, shapes it in place and adds it to the bus. duck: how far the kick pushes down, 0…1 per frame.
    mutating func process(_ buffer: StereoBuffer, into bus: Bus, duck: UnsafePointer<Float>, start: Int, frames: Int) {
        let silent = !buffer.isLouder(than: 1e-7, frames: frames)
        // One silent block lets the filters ring out; the rest of a pause costs nothing.
        if silent, idle { return }
        idle = silent
        let gain = gain * Float(Units.gain(decibels: level?.value(at: start) ?? 0))
        for frame in 0..<frames { buffer.left[frame] *= gain }
        for frame in 0..<frames { buffer.right[frame] *= gain }
        for index in filters.indices { filters[index].process(buffer, frames: frames) }
        swept?.process(buffer, start: start, frames: frames)
        saturator?.process(buffer, frames: frames)
        compressor?.process(buffer, frames: frames)
        monoBass?.process(buffer, frames: frames)
        if width < 1 { narrow(buffer, frames: frames) }
        tremolo?.process(buffer, start: start, frames: frames)
        if duckDepth > 0 {
            for side in [buffer.left, buffer.right] {
                for frame in 0..<frames { side[frame] *= 1 - duckDepth * duck[frame] }
            }
        }
        bus.dry.add(buffer, left: panLeft, right: panRight, frames: frames)
        send(buffer, reverb, to: bus.reverb, start: start, frames: frames)
        send(buffer, delay, to: bus.delay, start: start, frames: frames)
        if chorus > 0 { bus.chorus.add(buffer, left: chorus * panLeft, right: chorus * panRight, frames: frames) }
    }

    private func send(_ buffer: StereoBuffer, _ send: Send, to target: StereoBuffer, start: Int, frames: Int) {
        guard send.isNeeded else { return }
        guard send.curve != nil else {
            target.add(buffer, left: send.usual * panLeft, right: send.usual * panRight, frames: frames)
            return
        }
        for offset in stride(from: 0, to: frames, by: ChannelStrip.sendStep) {
            let end = min(frames, offset + ChannelStrip.sendStep)
            let (from, to) = (send.value(at: start + offset), send.value(at: start + end))
            let step = (to - from) / Float(end - offset)
            var level = from
            for frame in offset..<end {
                target.left[frame] += buffer.left[frame] * level * panLeft
                target.right[frame] += buffer.right[frame] * level * panRight
                level += step
            }
        }
    }

    private func narrow(_ buffer: StereoBuffer, frames: Int) {
        for frame in 0..<frames {
            let middle = 0.5 * (buffer.left[frame] + buffer.right[frame])
            let side = 0.5 * (buffer.left[frame] - buffer.right[frame]) * width
            buffer.left[frame] = middle + side
            buffer.right[frame] = middle - side
        }
    }
}

/// A slow swell from side to side, in time with the song.
struct Tremolo {
    private let depth: Float
    private let rate: Double
    private static let step = 64

    init(depth: Double, tempo: Double, sampleRate: Double) {
        self.depth = Float(depth)
        // One turn in a beat, or as near to five in a second as halving and doubling that comes.
        var hertz = tempo / 60
        while hertz < 3 { hertz *= 2 }
        rate = hertz / sampleRate
    }

    func process(_ buffer: StereoBuffer, start: Int, frames: Int) {
        func swell(_ frame: Int) -> Float { Float(sin(2 * Double.pi * Double(frame) * rate)) }
        for offset in stride(from: 0, to: frames, by: Tremolo.step) {
            let end = min(frames, offset + Tremolo.step)
            let (from, to) = (swell(start + offset), swell(start + end))
            let step = (to - from) / Float(end - offset)
            var wave = from
            for frame in offset..<end {
                buffer.left[frame] *= 1 - depth * (0.35 + 0.35 * wave)
                buffer.right[frame] *= 1 - depth * (0.35 - 0.35 * wave)
                wave += step
            }
        }
    }
}

/// Evens out one strip: more for basses and voices in front than for what lies behind.
struct StripCompressor {
    private static let step = 32
    private let threshold: Double
    private let slope: Double
    private let attack: Double
    private let release: Double
    private var power = 0.0
    private var gain: Float = 1

    /// Nil for strips that are better left as they are.
    init?(_ strip: Strip, sampleRate: Double) {
        // Thresholds are relative to the loudness that every strip is brought to.
        let ratio: Double
        switch (strip.kind, strip.role) {
        case (.kick, _): return nil
        case (.kit, _): ratio = 2
        case (_, .bass): ratio = 3
        case (_, .lead): ratio = 2
        case (_, .chords): ratio = 1.6
        default: return nil
        }
        slope = 1 - 1 / ratio
        threshold = strip.targetLoudness + min(max(strip.mix.gainDecibels, -90), 24) + 3
        let rate = sampleRate / Double(StripCompressor.step)
        attack = 1 - exp(-1 / (0.008 * rate))
        release = 1 - exp(-1 / (0.12 * rate))
    }

    mutating func process(_ buffer: StereoBuffer, frames: Int) {
        for start in stride(from: 0, to: frames, by: StripCompressor.step) {
            let end = min(frames, start + StripCompressor.step)
            var sum: Float = 0
            for frame in start..<end { sum += buffer.left[frame] * buffer.left[frame] + buffer.right[frame] * buffer.right[frame] }
            let mean = Double(sum) / Double(2 * (end - start))
            power += (mean > power ? attack : release) * (mean - power)
            let over = 10 * log10(power + 1e-12) - threshold
            let reduction = over <= -3 ? 0 : over >= 3 ? over : (over + 3) * (over + 3) / 12
            let target = Float(Units.gain(decibels: -reduction * slope))
            let change = (target - gain) / Float(end - start)
            for frame in start..<end {
                gain += change
                buffer.left[frame] *= gain
                buffer.right[frame] *= gain
            }
            gain = target
        }
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
