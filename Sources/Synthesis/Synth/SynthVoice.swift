import Foundation
import Music

/// One sounding note of a patch.
struct SynthVoice {
    /// Frames between two settings of envelopes and filter, about 0.7 ms.
    static let controlFrames = 32
    static let blockFrames = Sampler.grid

    private let patch: SynthPatch
    private let sampleRate: Double
    private let beatsPerSecond: Double
    private var amplitude: SynthEnvelope
    private var sweep: SynthEnvelope
    private var filter: SynthFilter?
    private var oscillators: [OscillatorState]
    private var lastGain: Float = 0
    private var lastCutoff: Float = -1
    /// Semitones, sliding towards the note.
    private var pitch: Double
    private var age = 0.0
    private var strength = 1.0
    private(set) var key: UInt8
    private(set) var isHeld = true
    private(set) var startFrame: Int

    private struct OscillatorState {
        var phases: [UInt32]
        var modulators: [UInt32]
        /// Of `fm`, at the end of the last block: a new stroke must not jump to its own.
        var depth: Float?
        var noise: UInt32
    }

    init(_ patch: SynthPatch, key: UInt8, velocity: UInt8, startFrame: Int, tempo: Double, sampleRate: Double) {
        self.patch = patch
        self.sampleRate = sampleRate
        self.key = key
        self.startFrame = startFrame
        beatsPerSecond = tempo / 60
        let seconds = Double(SynthVoice.controlFrames) / sampleRate
        amplitude = SynthEnvelope(patch.amplitude, seconds: seconds)
        sweep = SynthEnvelope(patch.filter?.shape ?? patch.amplitude, seconds: seconds)
        filter = patch.filter.map { SynthFilter($0.kind, resonance: $0.resonance) }
        pitch = Double(key)
        // Phases that differ by note and time, but are the same on each run.
        var seed = UInt32(truncatingIfNeeded: startFrame &* 2_654_435_761) ^ (UInt32(key) &* 40_503) | 1
        func draw() -> UInt32 {
            seed ^= seed << 13
            seed ^= seed >> 17
            seed ^= seed << 5
            return seed
        }
        oscillators = patch.oscillators.map { oscillator in
            let isFree = oscillator.unison > 1
            return OscillatorState(
                phases: (0..<oscillator.unison).map { _ in isFree ? draw() : 0 },
                modulators: (0..<oscillator.unison).map { _ in 0 }, depth: nil, noise: draw() | 1)
        }
        strike(velocity)
    }

    private mutating func strike(_ velocity: UInt8) {
        strength = Double(velocity) / 127
        age = 0
        amplitude.start()
        sweep.start()
    }

    /// Another note on a mono sound. slides: whether the pitch glides there.
    mutating func move(to key: UInt8, velocity: UInt8, slides: Bool, retriggers: Bool, startFrame: Int) {
        self.key = key
        self.startFrame = startFrame
        isHeld = true
        if !slides { pitch = Double(key) }
        if retriggers { strike(velocity) }
    }

    mutating func release() {
        isHeld = false
        amplitude.release()
        sweep.release()
    }

    var isOver: Bool { amplitude.isIdle }

    // MARK: Rendering

    /// Adds one block to `output`. scratch: working memory of a block.
    mutating func render(into output: StereoBuffer, offset: Int, scratch: StereoBuffer) {
        let frames = SynthVoice.blockFrames
        let seconds = Double(frames) / sampleRate
        age += seconds
        let bend = oscillation(.pitch)
        if patch.glide > 0.001 {
            pitch += (Double(key) - pitch) * (1 - exp(-4.6 * seconds / patch.glide))
        } else {
            pitch = Double(key)
        }
        scratch.clear(frames)
        let widthShift = oscillation(.width)
        for index in patch.oscillators.indices {
            render(patch.oscillators[index], &oscillators[index], note: pitch + bend, widthShift: widthShift, into: scratch, frames: frames)
        }
        let cutoffShift = oscillation(.cutoff)
        let tremble = 1 - min(1, max(0, 0.5 * oscillation(.level) + 0.5 * depth(.level)))
        var done = 0
        while done < frames {
            let count = SynthVoice.controlFrames
            let open = sweep.next()
            if filter != nil, let shape = patch.filter {
                let octaves =
                    shape.envelope * open + cutoffShift + (pitch - 60) / 12 * shape.key + shape.velocity * (strength - 0.65)
                let g = SynthFilter.gain(shape.cutoff * exp2(octaves), sampleRate: sampleRate)
                let from = lastCutoff < 0 ? g : lastCutoff
                filter?.process(scratch.left + done, scratch.right + done, frames: count, g: from, step: (g - from) / Float(count))
                lastCutoff = g
            }
            let gain = Float(amplitude.next() * pow(strength, 1.3) * tremble * 0.5)
            let step = (gain - lastGain) / Float(count)
            var level = lastGain
            let (left, right) = (output.left + offset + done, output.right + offset + done)
            let (dryLeft, dryRight) = (scratch.left + done, scratch.right + done)
            for frame in 0..<count {
                level += step
                left[frame] += dryLeft[frame] * level
                right[frame] += dryRight[frame] * level
            }
            lastGain = gain
            done += count
        }
        filter?.settle()
    }

    private func depth(_ target: SynthPatch.Oscillation.Target) -> Double {
        patch.oscillations.reduce(0) { $0 + ($1.target == target ? $1.depth : 0) }
    }

    /// The sum of what moves a target, in its own unit.
    private func oscillation(_ target: SynthPatch.Oscillation.Target) -> Double {
        var sum = 0.0
        for lfo in patch.oscillations where lfo.target == target {
            // Synced ones keep to the song's beat, free ones start with the note.
            let time = lfo.isSynced ? Double(startFrame) / sampleRate + age : age
            let phase = time * lfo.rate * (lfo.isSynced ? beatsPerSecond : 1)
            let position = phase - phase.rounded(.down)
            let wave =
                switch lfo.shape {
                case .sine: sin(2 * Double.pi * position)
                case .triangle: position < 0.5 ? 4 * position - 1 : 3 - 4 * position
                case .square: position < 0.5 ? 1.0 : -1.0
                case .saw: 1 - 2 * position
                }
            let onset = lfo.delay > 0 ? min(1, age / lfo.delay) : 1
            sum += wave * lfo.depth * onset * onset
        }
        return sum
    }

    private func render(
        _ oscillator: SynthPatch.Oscillator, _ state: inout OscillatorState, note: Double, widthShift: Double, into buffer: StereoBuffer,
        frames: Int
    ) {
        let count = oscillator.unison
        let level = Float(oscillator.level / Double(count).squareRoot())
        if oscillator.wave == .noise {
            for frame in 0..<frames {
                state.noise ^= state.noise << 13
                state.noise ^= state.noise >> 17
                state.noise ^= state.noise << 5
                let value = Float(Int32(bitPattern: state.noise)) * (1 / 2_147_483_648) * level
                buffer.left[frame] += value
                buffer.right[frame] += value
            }
            return
        }
        for copy in 0..<count {
            let place = count > 1 ? 2 * Double(copy) / Double(count - 1) - 1 : 0
            let semitones = note + oscillator.semitones + place * oscillator.spread / 100
            let hertz = 440 * exp2((semitones - 69) / 12)
            guard hertz < 0.45 * sampleRate else { continue }
            // Neighbours go to opposite sides, so that the sum stays in the middle.
            let pan = count > 1 ? (copy % 2 == 0 ? place.magnitude : -place.magnitude) * 0.8 : 0
            let (left, right) = (level * Float(1 - max(0, pan)), level * Float(1 + min(0, pan)))
            let step = Wavetables.increment(hertz, sampleRate: sampleRate)
            var phase = state.phases[copy]
            switch oscillator.wave {
            case .saw, .triangle, .sine:
                let table =
                    oscillator.wave == .sine
                    ? Wavetables.shared.sine
                    : (oscillator.wave == .saw ? Wavetables.shared.saw : Wavetables.shared.triangle)[Wavetables.index(for: hertz)]
                table.withUnsafeBufferPointer { table in
                    guard let base = table.baseAddress else { return }
                    for frame in 0..<frames {
                        let value = Wavetables.read(base, phase)
                        buffer.left[frame] += value * left
                        buffer.right[frame] += value * right
                        phase &+= step
                    }
                }
            case .square:
                let duty = UInt32(min(0.95, max(0.05, oscillator.width + widthShift)) * 4_294_967_295)
                Wavetables.shared.saw[Wavetables.index(for: hertz)].withUnsafeBufferPointer { table in
                    guard let base = table.baseAddress else { return }
                    for frame in 0..<frames {
                        let value = Wavetables.read(base, phase) - Wavetables.read(base, phase &+ duty)
                        buffer.left[frame] += value * left
                        buffer.right[frame] += value * right
                        phase &+= step
                    }
                }
            case .fm:
                let index = oscillator.index * exp(-age * 3 / oscillator.decay) * (0.6 + 0.6 * strength)
                let target = Float(index / (2 * Double.pi) * 4_294_967_296 / 2)
                let modulatorStep = Wavetables.increment(hertz * oscillator.ratio, sampleRate: sampleRate)
                var modulator = state.modulators[copy]
                var depth = state.depth ?? target
                let slope = (target - depth) / Float(frames)
                Wavetables.shared.sine.withUnsafeBufferPointer { table in
                    guard let base = table.baseAddress else { return }
                    for frame in 0..<frames {
                        let bend = Wavetables.read(base, modulator) * depth
                        let shifted = phase &+ UInt32(bitPattern: Int32(truncatingIfNeeded: Int64(bend) * 2))
                        let value = Wavetables.read(base, shifted)
                        buffer.left[frame] += value * left
                        buffer.right[frame] += value * right
                        phase &+= step
                        modulator &+= modulatorStep
                        depth += slope
                    }
                }
                state.modulators[copy] = modulator
                if copy == count - 1 { state.depth = target }
            case .noise: break
            }
            state.phases[copy] = phase
        }
    }
}
