import Music

/// Names songs that nobody named.
enum Titles {
    static func make(mood: SongPlan.Mood, style: Style, random: SeededRandom) -> String {
        var dice = random.fork("title")
        let adjectives = mood.valence < -0.2 ? dark : mood.valence > 0.25 ? bright : neutral
        // Machines keep exact time; calm music is slow or without drums.
        let nouns = style.looseness <= 0.0016 ? machine : style.groove == nil || style.tempo.lowerBound < 80 ? quiet : human
        let adjective = dice.pick(adjectives)
        let noun = dice.pick(nouns)
        switch dice.index(4) {
        case 0: return "\(noun) in \(dice.pick(places))"
        case 1: return "\(adjective) \(noun)"
        case 2: return "The \(adjective) \(noun)"
        default: return "\(adjective) \(dice.pick(nouns))"
        }
    }

    private static let dark = [
        "Last", "Hollow", "Broken", "Black", "Silent", "Sunken", "Cold", "Fading", "Restless", "Ashen", "Distant", "Nameless", "Heavy",
        "Lost",
    ]
    private static let bright = [
        "Golden", "First", "Open", "Bright", "Early", "Electric", "Easy", "Sweet", "Radiant", "Wild", "New", "Rising", "Endless", "Lucky",
    ]
    private static let neutral = [
        "Blue", "Slow", "Paper", "Glass", "Northern", "Hidden", "Quiet", "Second", "Velvet", "Passing", "Salt", "Silver", "Inner", "Long",
    ]
    private static let machine = [
        "Circuit", "Signal", "Voltage", "Engine", "Corridor", "Pulse", "Reactor", "Static", "Grid", "Orbit", "Terminal", "Current",
        "Machine", "Vector",
    ]
    private static let quiet = [
        "Garden", "Letter", "Snowfall", "Window", "Tide", "Harbour", "Lantern", "Cathedral", "Shoreline", "Memory", "Meadow", "Candle",
        "Horizon", "River",
    ]
    private static let human = [
        "Street", "Avenue", "Summer", "Promise", "Kitchen", "Sunday", "Mile", "Ticket", "Dancer", "Neighbour", "Stranger", "Highway",
        "Weekend", "Mirror",
    ]
    private static let places = [
        "the Rain", "Blue", "Motion", "Winter", "the Dark", "Neon", "August", "Slow Motion", "the Distance", "Amber", "Lisbon", "Orbit",
        "the Attic", "Gold",
    ]
}
