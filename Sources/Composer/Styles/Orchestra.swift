import Music

/// The instruments the composer knows: General MIDI presets with the range they sound well in and the words that ask for them.
struct Orchestra: Sendable {
    struct Entry: Sendable {
        let id: String
        let instrument: Instrument
        /// MIDI notes.
        let range: ClosedRange<Int>
        /// The roles a prompt's wish for it fills, the best first.
        let roles: [Score.Part.Role]
        let words: [String]
    }

    static func entry(_ id: String) -> Entry? { entries.first { $0.id == id } }

    static func entry(for instrument: Instrument) -> Entry? {
        entries.first { $0.instrument.bank == instrument.bank && $0.instrument.program == instrument.program }
    }

    private static func make(
        _ id: String, _ name: String, _ program: Int, _ range: ClosedRange<Int>, _ roles: [Score.Part.Role], _ words: [String] = []
    ) -> Entry {
        Entry(id: id, instrument: Instrument(name: name, program: program), range: range, roles: roles, words: words)
    }

    private static func kit(_ id: String, _ name: String, _ program: Int, _ words: [String]) -> Entry {
        Entry(id: id, instrument: Instrument(name: name, bank: 128, program: program), range: 0...127, roles: [.drums], words: words)
    }

    static let entries: [Entry] = [
        make("piano", "Grand Piano", 0, 24...100, [.chords, .lead], ["piano", "grand piano", "pianos", "klavier"]),
        make("bright-piano", "Bright Piano", 1, 24...100, [.chords, .lead], ["bright piano"]),
        make("honky-tonk", "Honky-tonk Piano", 3, 24...100, [.chords], ["honky tonk", "honky tonk piano", "saloon piano"]),
        make("rhodes", "Electric Piano", 4, 36...88, [.chords, .lead], ["rhodes", "electric piano", "e piano", "wurlitzer", "keys"]),
        make("dx-piano", "FM Electric Piano", 5, 36...96, [.chords, .arpeggio], ["fm piano", "dx7"]),
        make("harpsichord", "Harpsichord", 6, 36...88, [.chords, .arpeggio], ["harpsichord"]),
        make("clavinet", "Clavinet", 7, 36...84, [.chords], ["clavinet", "clav"]),
        make("celesta", "Celesta", 8, 60...100, [.arpeggio, .lead], ["celesta"]),
        make("glockenspiel", "Glockenspiel", 9, 72...108, [.arpeggio, .lead], ["glockenspiel", "bells"]),
        make("music-box", "Music Box", 10, 60...100, [.arpeggio, .lead], ["music box"]),
        make("vibraphone", "Vibraphone", 11, 53...89, [.lead, .chords], ["vibraphone", "vibes"]),
        make("marimba", "Marimba", 12, 45...96, [.arpeggio, .lead], ["marimba"]),
        make("xylophone", "Xylophone", 13, 65...108, [.arpeggio], ["xylophone"]),
        make("tubular-bells", "Tubular Bells", 14, 60...84, [.counter], ["tubular bells", "church bells"]),
        make("hammond", "Drawbar Organ", 16, 36...96, [.chords, .pad], ["organ", "hammond", "drawbar organ"]),
        make("rock-organ", "Rock Organ", 18, 36...96, [.chords, .pad], ["rock organ"]),
        make("church-organ", "Church Organ", 19, 36...96, [.pad], ["church organ", "pipe organ"]),
        make("accordion", "Accordion", 21, 53...89, [.chords, .lead], ["accordion"]),
        make("harmonica", "Harmonica", 22, 60...84, [.lead], ["harmonica", "mouth organ"]),
        make("nylon-guitar", "Nylon Guitar", 24, 40...84, [.chords, .lead], ["nylon guitar", "classical guitar", "spanish guitar"]),
        make("steel-guitar", "Steel Guitar", 25, 40...84, [.chords, .lead], ["acoustic guitar", "steel guitar", "guitar", "guitars"]),
        make("jazz-guitar", "Jazz Guitar", 26, 40...86, [.chords, .lead], ["jazz guitar"]),
        make("clean-guitar", "Clean Guitar", 27, 40...86, [.chords, .lead], ["electric guitar", "clean guitar"]),
        make("muted-guitar", "Muted Guitar", 28, 40...86, [.chords], ["muted guitar", "wah guitar", "funk guitar"]),
        make("overdriven-guitar", "Overdriven Guitar", 29, 40...86, [.lead, .chords], ["overdriven guitar", "lead guitar"]),
        make(
            "distorted-guitar", "Distorted Guitar", 30, 38...86, [.chords, .lead],
            ["distorted guitar", "heavy guitar", "distorted", "distortion"]),
        make("upright-bass", "Upright Bass", 32, 28...60, [.bass], ["upright bass", "double bass", "acoustic bass", "contrabass"]),
        make("finger-bass", "Fingered Bass", 33, 28...62, [.bass], ["bass guitar", "fingered bass", "electric bass"]),
        make("picked-bass", "Picked Bass", 34, 28...62, [.bass], ["picked bass"]),
        make("fretless-bass", "Fretless Bass", 35, 28...62, [.bass], ["fretless bass"]),
        make("slap-bass", "Slap Bass", 36, 28...62, [.bass], ["slap bass", "slapped bass", "slap"]),
        make("synth-bass", "Synth Bass", 38, 24...60, [.bass], ["synth bass", "bass synth", "acid bass", "reese bass", "303"]),
        make("warm-synth-bass", "Warm Synth Bass", 39, 24...60, [.bass], ["sub bass", "808 bass", "deep bass", "808s", "808"]),
        make("violin", "Violin", 40, 55...96, [.lead, .counter], ["violin", "solo violin", "fiddle", "geige"]),
        make("viola", "Viola", 41, 48...84, [.counter, .lead], ["viola"]),
        make("cello", "Cello", 42, 36...76, [.lead, .counter], ["cello", "solo cello", "violoncello"]),
        make("tremolo-strings", "Tremolo Strings", 44, 40...88, [.pad], ["tremolo strings"]),
        make("pizzicato", "Pizzicato Strings", 45, 40...88, [.arpeggio], ["pizzicato", "plucked strings"]),
        make("harp", "Harp", 46, 36...96, [.arpeggio], ["harp"]),
        make("timpani", "Timpani", 47, 36...55, [.effects], ["timpani"]),
        make("strings", "String Ensemble", 48, 40...91, [.pad, .counter], ["strings", "string section", "string ensemble", "orchestra"]),
        make("slow-strings", "Slow Strings", 49, 40...91, [.pad], ["slow strings", "lush strings"]),
        make("synth-strings", "Synth Strings", 50, 36...91, [.pad], ["synth strings", "string machine", "solina"]),
        make("choir", "Choir", 52, 48...79, [.pad], ["choir", "chorus of voices", "voices", "choral"]),
        make("voice-oohs", "Voice Oohs", 53, 48...79, [.pad], ["oohs", "vocal pad"]),
        make("orchestra-hit", "Orchestra Hit", 55, 36...84, [.effects], ["orchestra hit", "orchestra hits"]),
        make("trumpet", "Trumpet", 56, 55...82, [.lead, .counter], ["trumpet"]),
        make("trombone", "Trombone", 57, 40...72, [.counter, .lead], ["trombone"]),
        make("muted-trumpet", "Muted Trumpet", 59, 55...82, [.lead], ["muted trumpet"]),
        make("french-horn", "French Horns", 60, 41...77, [.counter, .lead], ["french horn", "french horns", "horn"]),
        make("brass", "Brass Section", 61, 40...84, [.counter, .chords], ["brass", "horns", "horn section", "brass section"]),
        make("synth-brass", "Synth Brass", 62, 36...84, [.chords, .lead], ["synth brass"]),
        make("soprano-sax", "Soprano Sax", 64, 58...86, [.lead], ["soprano sax"]),
        make("alto-sax", "Alto Sax", 65, 50...80, [.lead], ["sax", "saxophone", "alto sax"]),
        make("tenor-sax", "Tenor Sax", 66, 44...75, [.lead], ["tenor sax"]),
        make("oboe", "Oboe", 68, 58...89, [.lead, .counter], ["oboe"]),
        make("clarinet", "Clarinet", 71, 50...89, [.lead, .counter], ["clarinet"]),
        make("bassoon", "Bassoon", 70, 36...70, [.counter], ["bassoon"]),
        make("flute", "Flute", 73, 60...94, [.lead, .counter], ["flute", "flutes"]),
        make("pan-flute", "Pan Flute", 75, 60...94, [.lead], ["pan flute", "panpipes"]),
        make("whistle", "Whistle", 78, 67...96, [.lead], ["whistle", "whistling", "tin whistle"]),
        make("square-lead", "Square Lead", 80, 36...96, [.lead, .arpeggio], ["square lead", "square wave", "8 bit lead"]),
        make(
            "saw-lead", "Saw Lead", 81, 36...96, [.lead, .arpeggio],
            ["synth lead", "saw lead", "lead synth", "supersaw", "synth", "synths"]),
        make("calliope-lead", "Calliope Lead", 82, 48...96, [.lead], ["calliope"]),
        make("charang-lead", "Charang Lead", 84, 40...90, [.lead], ["charang"]),
        make("fifths-lead", "Fifths Lead", 86, 40...84, [.arpeggio], ["fifths lead"]),
        make("bass-lead", "Bass and Lead", 87, 30...84, [.bass, .lead], ["bass lead"]),
        make("new-age-pad", "New Age Pad", 88, 40...90, [.pad], ["new age pad", "bell pad"]),
        make("warm-pad", "Warm Pad", 89, 36...88, [.pad], ["warm pad", "pad", "pads", "synth pad", "analog pad"]),
        make("polysynth", "Polysynth", 90, 36...92, [.chords, .pad], ["polysynth", "synth chords", "stabs", "synth stabs"]),
        make("choir-pad", "Choir Pad", 91, 40...84, [.pad], ["choir pad", "vocal pads"]),
        make("bowed-pad", "Bowed Pad", 92, 40...88, [.pad], ["bowed pad", "glass pad"]),
        make("metallic-pad", "Metallic Pad", 93, 40...88, [.pad], ["metallic pad"]),
        make("halo-pad", "Halo Pad", 94, 40...88, [.pad], ["halo pad"]),
        make("sweep-pad", "Sweep Pad", 95, 40...88, [.pad], ["sweep pad", "sweeping pad"]),
        make("crystal", "Crystal", 98, 48...96, [.arpeggio], ["crystal", "crystal bells"]),
        make("atmosphere", "Atmosphere", 99, 40...88, [.pad, .arpeggio], ["atmosphere", "atmospheric pad"]),
        make("brightness", "Brightness", 100, 48...92, [.arpeggio], ["shimmer"]),
        make("echo-drops", "Echo Drops", 102, 48...92, [.arpeggio], ["echo drops"]),
        make("sitar", "Sitar", 104, 48...82, [.lead], ["sitar"]),
        make("banjo", "Banjo", 105, 48...86, [.arpeggio, .chords], ["banjo"]),
        make("koto", "Koto", 107, 48...88, [.arpeggio, .lead], ["koto"]),
        make("kalimba", "Kalimba", 108, 55...91, [.arpeggio], ["kalimba", "thumb piano"]),
        make("steel-drums", "Steel Drums", 114, 55...88, [.lead, .arpeggio], ["steel drums", "steel pan", "steelpan"]),
        make("taiko", "Taiko Drum", 116, 36...60, [.effects], ["taiko", "taiko drums"]),
        make("reverse-cymbal", "Reverse Cymbal", 119, 48...72, [.effects], ["risers", "reverse cymbal", "swells"]),
        kit("standard-kit", "Standard Kit", 0, ["acoustic drums", "live drums", "drum kit"]),
        kit("room-kit", "Room Kit", 8, ["room drums"]),
        kit("power-kit", "Power Kit", 16, ["power drums", "heavy drums", "big drums"]),
        kit("electronic-kit", "Electronic Kit", 24, ["electronic drums", "drum machine"]),
        kit("808-kit", "TR-808 Kit", 25, ["808 drums", "tr 808", "808 kit"]),
        kit("jazz-kit", "Jazz Kit", 32, ["jazz drums"]),
        kit("brush-kit", "Brush Kit", 40, ["brushes", "brushed drums", "brush drums"]),
        kit("orchestra-kit", "Orchestra Kit", 48, ["orchestral percussion", "orchestral drums"]),
    ]
}
