import Audio
import Foundation
import Testing

@Suite struct PeaksTests {
    @Test func `a peak stands in the stretch where it sounds`() throws {
        var buffer = PCMBuffer(silentFrames: 10_000)
        buffer.samples[2 * 5000] = -0.75
        buffer.samples[2 * 9999 + 1] = 0.5
        let peaks = Peaks(of: buffer, count: 100)
        #expect(peaks.peaks.count == 100)
        #expect(peaks.peaks[50] == 0.75)
        #expect(peaks.peaks[99] == 0.5)
        #expect(peaks.peaks.filter { $0 > 0 }.count == 2)
    }

    @Test(arguments: [1, 7, 1000, 12_345])
    func `a file gives the same peaks as the audio in memory`(count: Int) throws {
        let folder = try ScratchFolder()
        let buffer = Signal.clicks(bpm: 113, seconds: 5)
        try AudioFile.write(buffer, to: folder.file("a.wav"), format: .wav)
        let (streamed, whole) = (try Peaks(of: folder.file("a.wav"), count: count), Peaks(of: buffer, count: count))
        #expect(streamed.peaks.count == count)
        for (left, right) in zip(streamed.peaks, whole.peaks) { #expect(abs(left - right) < 2e-4) }
        #expect(streamed.duration == 5)
    }

    @Test func `empty and very short audio have no more peaks than frames`() {
        #expect(Peaks(of: PCMBuffer(silentFrames: 0)).peaks.isEmpty)
        #expect(Peaks(of: PCMBuffer(silentFrames: 3), count: 10).peaks.count == 3)
        #expect(Peaks(of: PCMBuffer(silentFrames: 10), count: 0).peaks.count == 1)
    }

    @Test func `the JSON has the documented names`() throws {
        let data = try JSONEncoder().encode(Peaks(of: Signal.sine(hertz: 100, seconds: 0.1), count: 4))
        let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(Set(object.keys) == ["version", "duration", "sample_rate", "peaks"])
        #expect(try JSONDecoder().decode(Peaks.self, from: data).version == 1)
    }
}
