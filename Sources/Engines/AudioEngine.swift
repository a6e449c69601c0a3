import Composer
import Core
import Foundation
import Music

/// What a song can be made by. Engines are loaded on first use and unloaded when idle.
public protocol AudioEngine: Sendable {
    var descriptor: EngineDescriptor { get }
    /// Whether anything heavy is in memory.
    var isLoaded: Bool { get async }
    /// Makes the engine ready. Called before `generate`; does nothing when it is ready.
    func load() async throws
    /// Gives memory back.
    func unload() async
    /// Whether the engine could work now: a missing file or a server that does not answer is a `Failure` here.
    func check() async throws
    /// Makes a song and writes it to `file` as WAV. Stops within a second of its task being cancelled.
    ///
    /// progress: 0…1 and what is being done, in a few words.
    func generate(_ request: EngineRequest, into file: URL, progress: @escaping @Sendable (Double, String) -> Void) async throws
        -> EngineSong
}

/// What an engine is and can do, as `GET /engines` shows it.
public struct EngineDescriptor: Codable, Sendable, Hashable {
    public enum Task: String, Codable, Sendable, CaseIterable {
        case text2music, similar, extend, repaint, remix
    }

    public var name: String
    public var version: String
    public var summary: String
    public var tasks: [Task]
    /// Seconds.
    public var minimumDuration: Seconds
    public var maximumDuration: Seconds
    public var sampleRate: Int

    enum CodingKeys: String, CodingKey {
        case name, version, summary, tasks
        case minimumDuration = "minimum_duration"
        case maximumDuration = "maximum_duration"
        case sampleRate = "sample_rate"
    }

    public init(
        name: String, version: String, summary: String, tasks: [Task], minimumDuration: Seconds, maximumDuration: Seconds, sampleRate: Int
    ) {
        self.name = name
        self.version = version
        self.summary = summary
        self.tasks = tasks
        self.minimumDuration = minimumDuration
        self.maximumDuration = maximumDuration
        self.sampleRate = sampleRate
    }
}

/// A song to make, checked and with its seed chosen.
public struct EngineRequest: Sendable, Hashable {
    public var prompt: String
    public var lyrics: String?
    public var title: String?
    public var task: EngineDescriptor.Task
    /// Seconds; nil leaves it to the prompt.
    public var duration: Seconds?
    public var seed: UInt64
    public var bpm: Double?
    public var key: String?
    public var timeSignature: String?
    public var instrumental: Bool
    /// Of `repaint`, in seconds.
    public var repaintStart: Double?
    public var repaintEnd: Double?
    /// Of `extend`, in seconds.
    public var extendBefore: Double?
    public var extendAfter: Double?
    /// The song that `similar`, `extend`, `repaint` and `remix` work on.
    public var source: SourceSong?
    /// An artist whose habits the song follows.
    public var fingerprint: ArtistFingerprint?

    public init(
        prompt: String, lyrics: String? = nil, title: String? = nil, task: EngineDescriptor.Task = .text2music, duration: Seconds? = nil,
        seed: UInt64, bpm: Double? = nil, key: String? = nil, timeSignature: String? = nil, instrumental: Bool = true,
        repaintStart: Double? = nil, repaintEnd: Double? = nil, extendBefore: Double? = nil, extendAfter: Double? = nil,
        source: SourceSong? = nil, fingerprint: ArtistFingerprint? = nil
    ) {
        self.repaintStart = repaintStart
        self.repaintEnd = repaintEnd
        self.extendBefore = extendBefore
        self.extendAfter = extendAfter
        self.source = source
        self.fingerprint = fingerprint
        self.prompt = prompt
        self.lyrics = lyrics
        self.title = title
        self.task = task
        self.duration = duration
        self.seed = seed
        self.bpm = bpm
        self.key = key
        self.timeSignature = timeSignature
        self.instrumental = instrumental
    }
}

/// A song to work on, as files on this machine.
public struct SourceSong: Sendable, Hashable {
    public var audio: URL
    /// What the built-in composer keeps with its songs; nil for recordings and for songs of other engines.
    public var composition: URL?

    public init(audio: URL, composition: URL? = nil) {
        self.audio = audio
        self.composition = composition
    }
}

/// What an engine made, besides the sound.
public struct EngineSong: Sendable {
    public var title: String
    public var duration: Seconds
    public var sampleRate: Int
    public var bpm: Double?
    public var key: String?
    public var timeSignature: String?
    /// How the prompt was understood, as JSON; for the song's page.
    public var plan: String?
    /// The composition, from engines that compose: MIDI, stems and score come from it.
    public var score: Score?
    /// What the engine needs to go on working on the song, in a form of its own.
    public var composition: Data?

    public init(
        title: String, duration: Seconds, sampleRate: Int, bpm: Double?, key: String?, timeSignature: String?, plan: String?, score: Score?,
        composition: Data? = nil
    ) {
        self.composition = composition
        self.title = title
        self.duration = duration
        self.sampleRate = sampleRate
        self.bpm = bpm
        self.key = key
        self.timeSignature = timeSignature
        self.plan = plan
        self.score = score
    }
}
