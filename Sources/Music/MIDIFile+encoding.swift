import Core

extension MIDIFile {
    /// The file's bytes.
    public func data() -> [UInt8] {
        var bytes = Array("MThd".utf8) + MIDIFile.big(6, count: 4) + MIDIFile.big(1, count: 2)
        bytes += MIDIFile.big(tracks.count, count: 2) + MIDIFile.big(MIDIFile.ticksPerQuarter, count: 2)
        for track in tracks {
            var body: [UInt8] = []
            var now = 0
            for event in track {
                body += MIDIFile.variable(event.tick - now) + MIDIFile.bytes(of: event.message)
                now = event.tick
            }
            bytes += Array("MTrk".utf8) + MIDIFile.big(body.count, count: 4) + body
        }
        return bytes
    }

    private static func bytes(of message: Event.Message) -> [UInt8] {
        switch message {
        case .text(let kind, let text):
            let utf8 = Array(text.utf8.prefix(1000))
            return [0xff, kind] + variable(utf8.count) + utf8
        case .tempo(let microseconds): return [0xff, 0x51, 3] + big(min(0xff_ffff, max(1, microseconds)), count: 3)
        case .meter(let meter):
            let power = UInt8(max(0, meter.unit.trailingZeroBitCount))
            return [0xff, 0x58, 4, UInt8(min(255, max(1, meter.beats))), power, 24, 8]
        case .key(let sharps, let isMinor): return [0xff, 0x59, 2, UInt8(bitPattern: Int8(min(7, max(-7, sharps)))), isMinor ? 1 : 0]
        case .control(let channel, let number, let value): return [0xb0 | channel, number, value]
        case .program(let channel, let program): return [0xc0 | channel, program]
        case .noteOn(let channel, let pitch, let velocity): return [0x90 | channel, pitch, velocity]
        case .noteOff(let channel, let pitch): return [0x80 | channel, pitch, 0]
        case .end: return [0xff, 0x2f, 0]
        }
    }

    private static func big(_ value: Int, count: Int) -> [UInt8] {
        (0..<count).reversed().map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }

    private static func variable(_ value: Int) -> [UInt8] {
        var rest = max(0, value)
        var bytes = [UInt8(rest & 0x7f)]
        rest >>= 7
        while rest > 0 {
            bytes.append(UInt8(rest & 0x7f) | 0x80)
            rest >>= 7
        }
        return bytes.reversed()
    }

    /// Reads a file as `data()` writes it: type 1, 480 ticks, no running status. Unknown meta events are skipped.
    ///
    /// Throws `midi_unreadable`.
    public init(data: [UInt8]) throws {
        var reader = Reader(bytes: data[...])
        try reader.expect("MThd")
        guard try reader.number(4) == 6, try reader.number(2) == 1 else { throw Reader.failure("Only type 1 is read.") }
        let count = try reader.number(2)
        guard try reader.number(2) == MIDIFile.ticksPerQuarter else { throw Reader.failure("Only 480 ticks to the quarter note are read.") }
        tracks = []
        for _ in 0..<count {
            try reader.expect("MTrk")
            let length = try reader.number(4)
            var track = Reader(bytes: try reader.take(length))
            var events: [Event] = []
            var now = 0
            while !track.bytes.isEmpty {
                now += try track.variable()
                if let message = try track.message() { events.append(Event(tick: now, message: message)) }
            }
            tracks.append(events)
        }
    }

    private struct Reader {
        var bytes: ArraySlice<UInt8>

        static func failure(_ detail: String) -> Failure {
            Failure(.invalid, "midi_unreadable", "This is not a MIDI file that can be read.", hint: detail)
        }

        mutating func take(_ count: Int) throws -> ArraySlice<UInt8> {
            guard count >= 0, bytes.count >= count else { throw Reader.failure("It ends too early.") }
            let head = bytes.prefix(count)
            bytes = bytes.dropFirst(count)
            return head
        }

        mutating func expect(_ tag: String) throws {
            guard try take(4).elementsEqual(tag.utf8) else { throw Reader.failure("The chunk “\(tag)” is missing.") }
        }

        mutating func number(_ count: Int) throws -> Int { try take(count).reduce(0) { $0 << 8 | Int($1) } }

        mutating func byte() throws -> UInt8 { UInt8(try number(1)) }

        mutating func variable() throws -> Int {
            var value = 0
            for _ in 0..<4 {
                let next = try byte()
                value = value << 7 | Int(next & 0x7f)
                if next < 0x80 { return value }
            }
            throw Reader.failure("A length is too long.")
        }

        mutating func message() throws -> Event.Message? {
            let status = try byte()
            let channel = status & 0x0f
            switch status & 0xf0 {
            case 0x80:
                let pitch = try byte()
                _ = try byte()
                return .noteOff(channel: channel, pitch: pitch)
            case 0x90: return .noteOn(channel: channel, pitch: try byte(), velocity: try byte())
            case 0xb0: return .control(channel: channel, number: try byte(), value: try byte())
            case 0xc0: return .program(channel: channel, try byte())
            case 0xf0 where status == 0xff: return try meta()
            default: throw Reader.failure("A status byte is unknown.")
            }
        }

        private mutating func meta() throws -> Event.Message? {
            let kind = try byte()
            let length = try variable()
            let body = Array(try take(length))
            switch (kind, body.count) {
            case (0x01...0x07, _): return .text(kind: kind, String(decoding: body, as: UTF8.self))
            case (0x2f, _): return .end
            case (0x51, 3): return .tempo(microsecondsPerQuarter: body.reduce(0) { $0 << 8 | Int($1) })
            case (0x58, 4...): return .meter(Meter(Int(body[0]), 1 << Int(min(6, body[1]))))
            case (0x59, 2): return .key(sharps: Int(Int8(bitPattern: body[0])), isMinor: body[1] == 1)
            default: return nil
            }
        }
    }
}
