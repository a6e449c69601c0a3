/// How a part sits in the mix.
public struct PartMix: Codable, Sendable, Hashable {
    /// −60…+12, relative to the part's natural level.
    public var gainDecibels: Double
    /// −1 (left) … +1 (right).
    public var pan: Double
    /// Send levels, 0…1.
    public var reverb: Double
    public var delay: Double
    public var chorus: Double
    /// Corner of the high-pass in hertz; 0 switches it off.
    public var highPassHertz: Double
    /// Corner of the low-pass in hertz; 0 switches it off.
    public var lowPassHertz: Double
    /// 0…1: how strongly the kick ducks this part.
    public var ducking: Double
    /// 0…1: saturation.
    public var drive: Double
    /// 0…1: depth of a slow swell in level, between the sides.
    public var tremolo: Double
    /// 0 (mono) … 1 (as wide as it is).
    public var width: Double
    /// 0…1: how much of the sampled kit is layered under a synthetic one.
    public var sampledKit: Double

    public init(
        gainDecibels: Double = 0, pan: Double = 0, reverb: Double = 0.1, delay: Double = 0, chorus: Double = 0,
        highPassHertz: Double = 0, lowPassHertz: Double = 0, ducking: Double = 0, drive: Double = 0, tremolo: Double = 0, width: Double = 1,
        sampledKit: Double = 0
    ) {
        self.gainDecibels = gainDecibels
        self.pan = pan
        self.reverb = reverb
        self.delay = delay
        self.chorus = chorus
        self.highPassHertz = highPassHertz
        self.lowPassHertz = lowPassHertz
        self.ducking = ducking
        self.drive = drive
        self.tremolo = tremolo
        self.width = width
        self.sampledKit = sampledKit
    }

    /// Scores of earlier versions lack the later fields.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        func value(_ key: CodingKeys, _ usual: Double) throws -> Double { try values.decodeIfPresent(Double.self, forKey: key) ?? usual }
        self.init(
            gainDecibels: try value(.gainDecibels, 0), pan: try value(.pan, 0), reverb: try value(.reverb, 0.1),
            delay: try value(.delay, 0), chorus: try value(.chorus, 0), highPassHertz: try value(.highPassHertz, 0),
            lowPassHertz: try value(.lowPassHertz, 0), ducking: try value(.ducking, 0), drive: try value(.drive, 0),
            tremolo: try value(.tremolo, 0), width: try value(.width, 1), sampledKit: try value(.sampledKit, 0))
    }
}

/// A setting of a part that moves through the song, in straight lines from point to point (for frequencies: in octaves).
public struct Automation: Codable, Sendable, Hashable {
    public enum Parameter: String, Codable, Sendable, CaseIterable {
        /// Hertz.
        case lowPass
        /// 0…1.
        case delay, reverb
        /// Decibels, added to the part's gain.
        case gain
    }

    public struct Point: Codable, Sendable, Hashable {
        public var beat: Beats
        public var value: Double

        public init(beat: Beats, value: Double) {
            self.beat = beat
            self.value = value
        }
    }

    public var parameter: Parameter
    /// In order of beats. Before the first and after the last the value stays.
    public var points: [Point]

    public init(_ parameter: Parameter, _ points: [Point]) {
        self.parameter = parameter
        self.points = points
    }
}

/// What the whole song passes through: room, echo, and the character of the master.
public struct SongMix: Codable, Sendable, Hashable {
    /// Reverberation time in seconds; nil follows the tempo.
    public var room: Seconds?
    /// 0…1: how slowly the highs of the room die.
    public var brightness: Double
    /// Sixteenths.
    public var echo: Double
    /// 0…0.9.
    public var feedback: Double
    /// 0…1 each: saturation and wow, crackle and a narrow band, the sound of an old sampler.
    public var tape: Double
    public var vinyl: Double
    public var loFi: Double
    /// 0…1.
    public var width: Double
    /// Decibels, −4 (dark) … +4 (bright).
    public var tilt: Double
    /// 0…1: strength of the bus compressor.
    public var glue: Double
    /// The usual loudness range of the style in LU.
    public var range: Double

    public init(
        room: Seconds? = nil, brightness: Double = 0.45, echo: Double = 3, feedback: Double = 0.42, tape: Double = 0, vinyl: Double = 0,
        loFi: Double = 0, width: Double = 1, tilt: Double = 0, glue: Double = 0.5, range: Double = 7
    ) {
        self.room = room
        self.brightness = brightness
        self.echo = echo
        self.feedback = feedback
        self.tape = tape
        self.vinyl = vinyl
        self.loFi = loFi
        self.width = width
        self.tilt = tilt
        self.glue = glue
        self.range = range
    }
}
