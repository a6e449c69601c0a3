import Composer
import Music
import Testing

private func problems(style text: String, instruments: String = "instrument piano\n  name Piano\n  program 0\n  roles chords, lead\n")
    -> [String]
{
    let book = StyleBook(
        instruments: [.init(name: "i.instruments", text: instruments)], styles: [.init(name: "s.style", text: text)])
    return book.problems.map(\.description)
}

/// A style that is complete, with one part more or less.
private func style(_ extra: String = "", parts: String = "") -> String {
    """
    style test
    name Test
    about A test.
    words test words
    tempo 100-120
    meters 4/4
    modes minor
    harmony minor
      verse i | iv
      chorus i | V
      bridge iv | i
      build iv | V
      ending i
    harmony major
      verse I | IV
      chorus I | V
      bridge IV | I
      build IV | V
      ending I
    form
      opening intro 4 40% Intro
      cycle verse 8 50% Verse
      cycle chorus 8 80% Chorus
      climax chorus 8 100% Chorus
      ending outro 4 50% Outro
    \((0..<6).map { "part p\($0)\n  plays pad\n  on piano" }.joined(separator: "\n"))
    \(parts)
    \(extra)
    """
}

@Suite struct `A style file` {
    @Test func `that is complete has no mistakes`() {
        #expect(problems(style: style()) == [])
    }

    @Test(arguments: [
        ("tempo fast", "“tempo” needs a range"), ("swing 8ths 90%", "swing is"), ("modes minor, blue", "“blue” is not known"),
        ("colour red", "“colour” is not known for a style"), ("lift 9 50%", "a lift is"), ("timing 90 ms", "“timing” needs a number"),
        ("vary diatonic, strange", "“strange” is not known"),
    ])
    func `names what it does not understand, with the line`(line: String, message: String) {
        let text = style(line)
        let found = problems(style: text)
        let number = text.split(separator: "\n", omittingEmptySubsequences: false).lastIndex { $0.hasPrefix(line) }.map { $0 + 1 } ?? 0
        #expect(found.count == 1 && found[0].hasPrefix("s.style:\(number): ") && found[0].contains(message), "\(found)")
    }

    @Test(arguments: [
        ("  plays drums\n  on piano", "there are none"), ("  plays bass\n  on piano\n  pattern R--", "has 3 characters"),
        ("  plays chords\n  on piano\n  pattern x-------q-------", "“q” means nothing"),
        ("  plays pad\n  on kazoo", "no instrument “kazoo”"),
        ("  plays football\n  on piano", "cannot be played"), ("  on piano", "does not say what it plays"),
        ("  plays pad\n  on piano\n  mix gain 99", "“gain” lies between"), ("  plays arpeggio round 1/8\n  on piano", "a shape and a step"),
    ])
    func `names mistakes in parts`(part: String, message: String) {
        let found = problems(style: style(parts: "part extra\n\(part)"))
        #expect(found.contains { $0.contains(message) }, "\(found)")
    }

    @Test func `may hold anything without harm`() {
        for text in [
            "", "\n\n", "   style", "style x\n\tname", "#", String(repeating: "part ", count: 1000), "style ☃", "form\n form\n  form",
        ] {
            #expect(!problems(style: text).isEmpty)
        }
    }

    @Test func `with mistakes is left out`() {
        let book = StyleBook(
            instruments: [.init(name: "i", text: "instrument piano\n  name Piano\n  program 0\n  roles pad\n")],
            styles: [.init(name: "a.style", text: style(parts: "part x\n  plays pad")), .init(name: "b.style", text: "style b\nname B")])
        #expect(book.styles.isEmpty && book.problems.count >= 2)
    }

    @Test func `must not claim words of another`() {
        let book = StyleBook(
            instruments: [.init(name: "i", text: "instrument piano\n  name Piano\n  program 0\n  roles pad\n")],
            styles: [
                .init(name: "a.style", text: style()), .init(name: "b.style", text: style().replacing("style test", with: "style other")),
            ])
        #expect(book.problems.contains { $0.message.contains("also asks for") })
    }
}

@Suite struct `An instrument file` {
    @Test func `describes synthesised sounds and kits that may build on others`() throws {
        let text = """
            instrument lead   # with a comment
              name Lead
              program 81
              range 40-90
              roles lead
              sound
                osc saw unison 3 spread 12
                filter ladder 800 Hz resonance 25% envelope 2 key 50% shape 2 ms 200 ms 30% 90 ms
                envelope 5 ms 200 ms 80% 120 ms
                lfo pitch 5 Hz depth 0.2 delay 300 ms
                mono
                glide 40 ms
            kit one
              name One
              program 24
              drum kick
                tone 50 Hz from 200 Hz in 30 ms decay 300 ms
              drum hat pan 0.2
                noise 8000-15000 Hz decay 40 ms
            kit two
              name Two
              program 25
              like one
              drum kick
                tone 60 Hz decay 200 ms
            """
        let book = StyleBook(instruments: [.init(name: "i", text: text)], styles: [])
        #expect(book.problems == [])
        let patch = try #require(book.orchestra.entries.first { $0.id == "lead" }?.instrument.patch)
        #expect(patch.oscillators.first?.unison == 3 && patch.filter?.cutoff == 800 && patch.filter?.shape.decay == 0.2)
        #expect(patch.isMono && patch.glide == 0.04 && patch.oscillations.first?.delay == 0.3)
        let kits = book.orchestra.entries.compactMap(\.instrument.kit)
        #expect(kits.map { $0.drums.count } == [2, 2])
        #expect(kits[1].drums.first { $0.key == 36 }?.layers.first?.pitch == 60)
    }

    @Test func `names mistakes`() {
        let found = StyleBook(
            instruments: [
                .init(name: "i", text: "instrument x\n  name X\n  roles lead\n  sound\n    osc banana\n    envelope 1 2\ntrumpet y\n")
            ],
            styles: []
        ).problems.map(\.description)
        #expect(found.contains("i:5: “banana” names no wave"))
        #expect(found.contains { $0.contains("an envelope is") } && found.contains { $0.contains("an instrument or a kit was expected") })
    }
}
