import Music

/// What moves in a part's mix: filters that open with the song's energy, and notes thrown into the echo.
struct Automator {
    let canvas: Canvas

    func curves(for voice: Voice, mix: PartMix) -> [Automation] {
        [filter(of: voice), echo(of: voice, mix: mix)].compactMap { $0 }
    }

    /// The low-pass follows the energy of the sections, stepping where they meet; builds sweep it from closed to open.
    private func filter(of voice: Voice) -> Automation? {
        guard let range = voice.opens else { return nil }
        func hertz(_ fullness: Double) -> Double {
            let ratio = range.upperBound / range.lowerBound
            return range.lowerBound * PortableMath.power(ratio, min(1, max(0, fullness)))
        }
        var points: [Automation.Point] = []
        for passage in canvas.passages {
            let (first, last) = (passage.start, passage.bars.upperBound - 1)
            var (from, to) = (canvas.fullness(first), canvas.fullness(last))
            switch passage.kind {
            case .build: (from, to) = (min(from, 0.25), 0.95)
            case .intro where passage.section.bars >= 8: from = max(0, from - 0.25)
            case .outro: to = max(0, to - 0.2)
            default: break
            }
            points.append(.init(beat: canvas.beat(bar: first), value: hertz(from)))
            points.append(.init(beat: canvas.beat(bar: last + 1) - 0.05, value: hertz(to)))
        }
        return points.isEmpty ? nil : Automation(.lowPass, points)
    }

    /// The echo opens for the last beat of some phrases and closes at the next barline.
    private func echo(of voice: Voice, mix: PartMix) -> Automation? {
        guard voice.throwing > 0 else { return nil }
        var dice = canvas.random.fork("throws.\(voice.id)")
        var points: [Automation.Point] = [.init(beat: 0, value: mix.delay)]
        let beat = Double(canvas.grid.beatSteps) * Grid.step
        for bar in 0..<canvas.bars {
            let offset = bar - canvas.passage(bar).start
            guard offset % 2 == 1, dice.chance(voice.throwing), canvas.plays(voice, bar: bar) else { continue }
            let end = canvas.beat(bar: bar + 1)
            points.append(.init(beat: end - beat - 0.05, value: mix.delay))
            points.append(.init(beat: end - beat, value: 0.85))
            points.append(.init(beat: end - 0.05, value: 0.85))
            points.append(.init(beat: end, value: mix.delay))
        }
        return points.count > 1 ? Automation(.delay, points) : nil
    }
}
