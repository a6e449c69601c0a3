import Music

/// What the words of a prompt can mean.
enum Meaning: Sendable {
    case style(String, weight: Double)
    case instrument(String)
    case family(Family)
    case mood(valence: Double, arousal: Double, space: Double)
    /// A factor on the style's usual tempo.
    case pace(Double)
    case mode(Key.Mode)
    case meter(Meter)
    case form(FormWord)
    case era(Int)
    case effect(Effect)
    /// Half or double the pulse of the drums at the same tempo.
    case pulse(Double)
    case vocals
    case negation
    /// What follows plays, and nobody else.
    case only
    /// Carries no meaning of its own.
    case filler
}

enum FormWord: String, Sendable {
    case intro = "an intro"
    case longIntro = "a long intro"
    case shortIntro = "a short intro"
    case longOutro = "a long ending"
    case solo = "a solo"
    case bridge = "a bridge"
    case drop = "a build and a drop"
    case breakdown = "a breakdown"
    case fade = "a fade at the end"
    case lift = "a key change before the last chorus"
}

enum Effect: String, Sendable {
    case tape = "tape"
    case vinyl = "vinyl"
    case loFi = "the sound of an old sampler"
    case echo = "echo"
    case dry = "a dry room"
    case wet = "a large room"
}

/// Groups of players that a prompt can ask for or rule out.
enum Family: String, Sendable {
    case drums, bass, guitars, keys, synths, strings, brass, saxes, woodwinds, pads, lead

    func contains(_ part: SongPlan.Part) -> Bool {
        let program = part.instrument.program
        let isMelodic = !part.instrument.isDrumKit
        return switch self {
        case .drums: part.role == .drums || part.role == .percussion || !isMelodic
        case .bass: part.role == .bass
        case .guitars: isMelodic && (24...31).contains(program)
        case .keys: isMelodic && (0...7).contains(program)
        case .synths: isMelodic && ([38, 39, 50, 51, 54, 62, 63].contains(program) || (80...103).contains(program))
        case .strings: isMelodic && (40...51).contains(program) && program != 47
        case .brass: isMelodic && (56...63).contains(program)
        case .saxes: isMelodic && (64...67).contains(program)
        case .woodwinds: isMelodic && (64...79).contains(program)
        case .pads: part.role == .pad
        case .lead: part.role == .lead || part.role == .counter
        }
    }
}

/// The table of everything the composer understands, by phrase.
struct Vocabulary: Sendable {
    /// The longest phrase, in words.
    static let longest = 4

    private let meanings: [String: Meaning]

    subscript(phrase: String) -> Meaning? { meanings[phrase] }

    /// problems: gains what two styles or instruments both claim.
    init(styles: [Style], orchestra: Orchestra, problems: inout [DataProblem]) {
        var table: [String: Meaning] = [:]
        for word in Vocabulary.fillers { table[word] = .filler }
        for (words, valence, arousal, space) in Moods.table {
            for word in words.split(separator: ",") {
                table[Vocabulary.trimmed(word)] = .mood(valence: valence, arousal: arousal, space: space)
            }
        }
        for (words, meaning) in Vocabulary.others {
            for word in words.split(separator: ",") { table[Vocabulary.trimmed(word)] = meaning }
        }
        var owners: [String: String] = [:]
        for entry in orchestra.entries {
            for word in entry.words {
                if let owner = owners[word] {
                    problems.append(DataProblem(file: entry.id, line: 0, message: "“\(word)” also asks for \(owner)"))
                }
                owners[word] = entry.id
                table[word] = .instrument(entry.id)
                if !word.hasSuffix("s"), owners[word + "s"] == nil { table[word + "s"] = .instrument(entry.id) }
            }
        }
        owners = [:]
        for style in styles {
            for (index, word) in style.words.enumerated() {
                if let owner = owners[word] {
                    problems.append(DataProblem(file: style.id + ".style", line: 0, message: "“\(word)” also asks for \(owner)"))
                }
                owners[word] = style.id
                let isWeak = Vocabulary.weak.contains(word)
                let length = Double(word.split(separator: " ").count)
                table[word] = .style(style.id, weight: isWeak ? 0.5 : 2 + 0.5 * length - 0.01 * Double(index))
            }
        }
        for (word, style) in Vocabulary.flavours where table[word] == nil { table[word] = .style(style, weight: 0.8) }
        meanings = table
    }

    private static func trimmed(_ text: Substring) -> String {
        String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }

    /// Words of a style's list that more often colour another style than name their own.
    private static let weak: Set<String> = [
        "acoustic", "epic", "club", "groove", "retro", "80s", "eighties", "cinematic", "atmospheric", "hit", "radio", "score", "movie",
        "western", "island", "cafe", "noir", "euphoric", "festival", "indie", "alternative", "classical", "dub", "swing", "adventure",
        "fantasy", "hero", "battle", "orchestral", "arcade", "pixel", "smoky", "rave", "space music", "lounge", "breakbeat", "liquid",
        "electro", "anthem", "wedding", "sleep", "relaxation", "garage", "cyberpunk", "downtempo", "shuffle", "gospel", "fusion", "ballad",
    ]

    private static let flavours: [(String, String)] = [
        ("jazzy", "jazz"), ("funky", "funk"), ("bluesy", "blues"), ("folky", "folk"), ("soulful", "soul"), ("poppy", "pop"),
        ("catchy", "pop"),
        ("rocky", "rock"), ("groovy", "funk"), ("ambience", "ambient"), ("orchestra piece", "film-score"), ("elektronisch", "techno"),
        ("electronic", "techno"), ("klassik", "classical-piano"), ("klassisch", "classical-piano"), ("filmmusik", "film-score"),
        ("musique classique", "classical-piano"), ("vals", "waltz"), ("volkslied", "folk"), ("beat tape", "boom-bap"),
        ("lo fi chill", "lo-fi"),
    ]

    private static let others: [(String, Meaning)] = [
        ("no, without, minus, sans, ohne, sin, senza, sem, w/o, not, kein, keine, zonder", .negation),
        ("only, just, nothing but, solely, nur, solamente, seulement", .only),
        ("drums, drum, percussion, drumbeat, beat, beats, schlagzeug, bateria, batterie, tambores, kick", .family(.drums)),
        ("bass, bassline, bass line, bajo, basse, basso", .family(.bass)),
        ("synthesizers, synthesizer, synthesiser, electronics, analog synths", .family(.synths)),
        ("gitarre, guitarra, guitare, chitarra, gitarren, guitar riff, guitar riffs", .instrument("steel-guitar")),
        ("geige, violon, violino, violines", .instrument("violin")), ("floete, flauta, flauto", .instrument("flute")),
        ("trompete, trompeta, trompette", .instrument("trumpet")), ("cuerdas, cordes, streicher, archi, violins", .instrument("strings")),
        ("orgel, orgue, organo", .instrument("hammond")), ("pianoforte, klavier", .instrument("piano")),
        ("woodwinds, woodwind", .family(.woodwinds)), ("melody, lead, melodic", .family(.lead)),
        ("vocals, vocal, singing, lyrics, sung, singer, voice, instrumental, instrumentals, gesang", .vocals),
        ("very slow, really slow, sehr langsam, muy lento, grave", .pace(0.78)),
        ("slow, slowly, langsam, lento, lent, adagio, largo, lente", .pace(0.88)),
        ("mid tempo, midtempo, moderate, medium tempo, andante, moderato", .pace(1)),
        ("fast, uptempo, up tempo, quick, schnell, rapido, rapide, allegro, speedy, veloce", .pace(1.12)),
        ("very fast, really fast, presto, frantic", .pace(1.22)),
        ("minor, minor key, moll, mineur, menor", .mode(.minor)), ("major, major key, dur, majeur, mayor", .mode(.major)),
        ("dorian", .mode(.dorian)), ("phrygian", .mode(.phrygian)), ("lydian", .mode(.lydian)), ("mixolydian", .mode(.mixolydian)),
        ("waltz time, three four, triple meter", .meter(Meter(3, 4))), ("six eight, compound meter", .meter(Meter(6, 8))),
        ("odd meter, five four", .meter(Meter(5, 4))), ("seven eight", .meter(Meter(7, 8))),
        ("long intro, slow intro, extended intro", .form(.longIntro)), ("short intro, quick intro", .form(.shortIntro)),
        ("intro, introduction", .form(.intro)), ("long outro, long ending, extended outro", .form(.longOutro)),
        ("solo, solos, guitar solo, sax solo, piano solo", .form(.solo)), ("bridge, middle eight", .form(.bridge)),
        ("drop, drops, big drop, build up, buildup, build ups, buildups", .form(.drop)),
        ("breakdown, breakdowns, break, breaks", .form(.breakdown)), ("fade out, fadeout, fades out, fading out, fade", .form(.fade)),
        ("key change, modulation, truck driver, key changes", .form(.lift)),
        ("half time, halftime, half tempo", .pulse(0.5)), ("double time, doubletime", .pulse(2)),
        ("20s, twenties, 1920s, 30s, thirties, 1930s", .era(1930)), ("40s, forties, 1940s, 50s, fifties, 1950s", .era(1955)),
        ("60s, sixties, 1960s", .era(1965)), ("70s, seventies, 1970s", .era(1975)), ("80s, eighties, 1980s", .era(1985)),
        ("90s, nineties, 1990s", .era(1995)), ("2000s, noughties, y2k", .era(2005)), ("2010s, modern, contemporary", .era(2015)),
        ("tape, cassette, tape hiss, tape saturation, analog, analogue", .effect(.tape)),
        ("vinyl, vinyl crackle, crackle, dusty, record player, gramophone", .effect(.vinyl)),
        ("bitcrushed, crushed, old sampler", .effect(.loFi)), ("echo, echoes, delay", .effect(.echo)),
        ("no reverb, dry room", .effect(.dry)), ("cathedral, big room, large hall, hall reverb", .effect(.wet)),
    ]

    private static let fillers: [String] = """
        a an the and or nor ni but with in of for to on at by from into that this it its is are be as like feel feeling vibe vibes mood style
        styled type kind song songs music track tracks tune piece composition loop make me my i we you please want create generate write
        some something very really quite bit little lot more less featuring feat ft about made sound sounds sounding background theme
        themed inspired influenced influences key bpm tempo second seconds minute minutes min sec long short version based around full
        und oder mit ein eine einen der die das fuer im lied musik stueck ein bisschen sehr y o con un una el la los las de del para
        musica cancion muy et ou avec le les des du pour une musique chanson tres il lo gli per canzone molto e um uma com musica
        any over under through then which has have where when while there their my your our s t
        """.split(whereSeparator: { $0 == " " || $0.isNewline }).map { String($0) }
}
