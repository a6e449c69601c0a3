import Audio
import Core
import Foundation
import Testing

@Suite struct AudioFileTests {
    static let tags = AudioTags(
        title: "Nachtfahrt – 夜", artist: "The Ämps", prompt: "dark techno, 130 bpm [no vocals]", seed: 9_007_199_254_740_991,
        software: "Continuo 1.0")

    @Test(arguments: [AudioFormat.wav, .flac])
    func `a lossless file gives back every sample to 24 bits`(format: AudioFormat) throws {
        let folder = try ScratchFolder()
        let buffer = Signal.sine(hertz: 997, seconds: 1.3)
        try AudioFile.write(buffer, to: folder.file("a.\(format)"), format: format)
        let back = try AudioFile.read(folder.file("a.\(format)"))
        #expect(back.frameCount == buffer.frameCount)
        #expect(back.sampleRate == 44_100)
        let worst = zip(back.samples, buffer.samples).map { abs($0 - $1) }.max() ?? 1
        #expect(worst < 1.0 / 8_000_000)
    }

    @Test(arguments: AudioFormat.allCases)
    func `every format keeps the length and the level of a tone`(format: AudioFormat) throws {
        let folder = try ScratchFolder()
        let buffer = Signal.sine(hertz: 440, seconds: 2)
        try AudioFile.write(buffer, to: folder.file("a.x"), format: format)
        let info = try AudioFile.info(folder.file("a.x"))
        #expect(info.format == format)
        #expect(info.channelCount == 2)
        #expect(info.sampleRate == (format == .opus ? 48_000 : 44_100))
        #expect(abs(info.duration - 2) < 0.06)
        let back = try AudioFile.read(folder.file("a.x"))
        let loudness = try Loudness.measure(back)
        #expect(try abs(loudness.integrated - Loudness.measure(buffer).integrated) < 0.6)
    }

    @Test(arguments: AudioFormat.allCases)
    func `title, artist, prompt and seed are read back from inside the file`(format: AudioFormat) throws {
        let folder = try ScratchFolder()
        try AudioFile.write(Signal.sine(hertz: 440, seconds: 1), to: folder.file("a.x"), format: format, tags: Self.tags)
        let back = try AudioFile.info(folder.file("a.x")).tags
        #expect(back.title == Self.tags.title)
        #expect(back.artist == Self.tags.artist)
        #expect(back.prompt == Self.tags.prompt)
        #expect(back.seed == Self.tags.seed)
    }

    @Test(arguments: AudioFormat.allCases)
    func `a prompt of 2,000 characters fits into the tags`(format: AudioFormat) throws {
        let folder = try ScratchFolder()
        let prompt = String(repeating: "ä🎹 x", count: 500)
        try AudioFile.write(
            Signal.sine(hertz: 440, seconds: 1), to: folder.file("a.x"), format: format, tags: AudioTags(prompt: prompt, seed: 7))
        let back = try AudioFile.info(folder.file("a.x")).tags
        #expect(back.seed == 7)
        // WAV readers take some 2 kB; there a longer text ends early, at a whole character.
        #expect(format == .wav ? back.prompt.hasSuffix("…") && prompt.hasPrefix(back.prompt.dropLast()) : back.prompt == prompt)
        #expect(back.prompt.count > 1000)

        let plain = String(repeating: "deep ", count: 400)
        try AudioFile.write(
            Signal.sine(hertz: 440, seconds: 1), to: folder.file("b.x"), format: format,
            tags: AudioTags(prompt: plain, seed: 9_007_199_254_740_991))
        #expect(try AudioFile.info(folder.file("b.x")).tags.prompt == plain)
    }

    @Test func `a comment without a seed is a prompt, whatever brackets it has`() {
        for comment in ["", "plain", "[seed x]", "a [seed 3] b", "[seed ]", "]"] {
            let tags = AudioTags(title: "", artist: "", comment: comment, software: "")
            #expect(tags.prompt == comment)
            #expect(tags.seed == nil)
        }
        let odd = AudioTags(prompt: "x [seed 1]", seed: 2)
        let back = AudioTags(title: "", artist: "", comment: odd.comment, software: "")
        #expect(back.prompt == "x [seed 1]")
        #expect(back.seed == 2)
    }

    @Test(arguments: AudioFormat.allCases)
    func `converting keeps tags and sound`(format: AudioFormat) throws {
        let folder = try ScratchFolder()
        try AudioFile.write(Signal.sine(hertz: 440, seconds: 2), to: folder.file("a.wav"), format: .wav, tags: Self.tags)
        try AudioFile.convert(from: folder.file("a.wav"), to: folder.file("b.x"), format: format)
        let info = try AudioFile.info(folder.file("b.x"))
        #expect(info.format == format)
        #expect(info.tags.seed == Self.tags.seed)
        #expect(abs(info.duration - 2) < 0.06)
        #expect(abs(try AudioFile.read(folder.file("b.x")).peak - 0.5) < 0.05)
        try AudioFile.convert(from: folder.file("b.x"), to: folder.file("c.wav"), format: .wav, tags: AudioTags(title: "New"))
        #expect(try AudioFile.info(folder.file("c.wav")).tags.title == "New")
    }

    @Test func `writing the same audio twice gives the same bytes`() throws {
        let folder = try ScratchFolder()
        let buffer = Signal.sine(hertz: 440, seconds: 1)
        for format in [AudioFormat.wav, .flac] {
            try AudioFile.write(buffer, to: folder.file("a"), format: format, tags: Self.tags)
            try AudioFile.write(buffer, to: folder.file("b"), format: format, tags: Self.tags)
            #expect(try Data(contentsOf: folder.file("a")) == Data(contentsOf: folder.file("b")))
        }
    }

    @Test func `samples beyond full scale are clipped, not wrapped`() throws {
        let folder = try ScratchFolder()
        let loud = PCMBuffer(samples: [2, -2, 1.5, -1.5], channelCount: 2, sampleRate: 44_100)
        try AudioFile.write(loud, to: folder.file("a.wav"), format: .wav)
        let back = try AudioFile.read(folder.file("a.wav")).samples
        #expect(back[0] > 0.999)
        #expect(back[1] < -0.999)
        #expect(back[2] > 0.999)
    }

    @Test func `a cancelled conversion leaves nothing behind`() throws {
        struct Stopped: Error {}
        let folder = try ScratchFolder()
        try AudioFile.write(Signal.sine(hertz: 440, seconds: 2), to: folder.file("a.wav"), format: .wav)
        var blocks = 0
        #expect(throws: Stopped.self) {
            try AudioFile.convert(from: folder.file("a.wav"), to: folder.file("b.flac"), format: .flac) {
                blocks += 1
                if blocks == 4 { throw Stopped() }
            }
        }
        #expect(try folder.names == ["a.wav"])
    }

    @Test func `a write into a missing folder fails with a code and creates nothing`() throws {
        let folder = try ScratchFolder()
        let target = folder.file("missing").appending(path: "a.wav")
        let failure = #expect(throws: Failure.self) {
            try AudioFile.write(Signal.sine(hertz: 440, seconds: 0.1), to: target, format: .wav)
        }
        #expect(failure?.code == "audio_unwritable")
        #expect(try folder.names.isEmpty)
    }

    @Test func `what is not audio is refused with a code`() throws {
        let folder = try ScratchFolder()
        try Data("not audio at all".utf8).write(to: folder.file("a.wav"))
        try Data().write(to: folder.file("empty.wav"))
        for name in ["a.wav", "empty.wav"] {
            let failure = #expect(throws: Failure.self) { try AudioFile.read(folder.file(name)) }
            #expect(failure?.code == "audio_unreadable")
        }
        let missing = #expect(throws: Failure.self) { try AudioFile.info(folder.file("none.wav")) }
        #expect(missing?.code == "audio_not_found")
    }

    @Test func `a truncated file is read as far as it goes or refused, never trapped on`() throws {
        let folder = try ScratchFolder()
        for format in AudioFormat.allCases {
            try AudioFile.write(Signal.sine(hertz: 440, seconds: 1), to: folder.file("a.x"), format: format)
            let whole = try Data(contentsOf: folder.file("a.x"))
            for part in [0.1, 0.5, 0.9] {
                try whole.prefix(Int(Double(whole.count) * part)).write(to: folder.file("cut.x"))
                do {
                    #expect(try AudioFile.read(folder.file("cut.x")).frameCount <= 49_000)
                } catch let failure as Failure {
                    #expect(failure.code == "audio_unreadable")
                }
            }
        }
    }

    @Test func `a format is found by the ending of a file name`() {
        #expect(AudioFormat(fileName: "a.b/Song.FLAC") == .flac)
        #expect(AudioFormat(fileName: "song.ogg") == nil)
        #expect(AudioFormat(fileName: "wav") == nil)
        #expect(Set(AudioFormat.allCases.map(\.mimeType)).count == AudioFormat.allCases.count)
    }
}
