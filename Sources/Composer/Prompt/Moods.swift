/// Words for mood, with where they lie between sad and happy, calm and driven, close and wide.
enum Moods {
    /// Words, valence, arousal, space; each −1…1.
    static let table: [(String, Double, Double, Double)] = [
        (
            "sad, sadness, sorrowful, mournful, grief, tearful, traurig, triste, tristesse, heartbroken, heartbreak, breakup, crying", -0.8,
            -0.4, 0.1
        ),
        ("melancholic, melancholy, melancholisch, wistful, longing, lonely, lonesome, bittersweet, melancolico, regret", -0.55, -0.35, 0.2),
        ("nostalgic, nostalgia, sentimental, memories, yearning", -0.15, -0.25, 0.2),
        ("dark, dunkel, duester, sombre, somber, gloomy, oscuro, bleak, brooding, gothic, midnight, night", -0.6, 0, 0.2),
        ("sinister, evil, menacing, ominous, scary, horror, creepy, haunted, haunting, eerie, spooky, halloween", -0.8, 0.1, 0.45),
        ("tense, tension, suspense, suspenseful, anxious, nervous, thriller", -0.5, 0.4, 0.1),
        ("aggressive, angry, brutal, furious, rage, violent, savage, agressiv", -0.5, 0.9, -0.3),
        ("heavy, hard, pounding, relentless, driving, industrial", -0.3, 0.75, -0.2),
        ("intense, powerful, dramatic, stormy, strong, thunderous", -0.15, 0.7, 0.15),
        ("energetic, energy, high energy, energisch, pumping, hyper, explosive, workout, gym, running, sport", 0.3, 0.85, -0.1),
        ("upbeat, lively, bouncy, peppy, spirited, perky, party", 0.65, 0.6, -0.1),
        ("happy, joyful, joyous, cheerful, froehlich, alegre, feliz, gluecklich, joyeux, merry, glad, sunny, birthday", 0.85, 0.45, -0.05),
        ("fun, playful, silly, quirky, comic, funny, whimsical, cute, kids, children", 0.65, 0.4, -0.15),
        (
            "uplifting, hopeful, inspiring, inspirational, motivational, triumphant, victorious, heroic, optimistic, positive, corporate",
            0.7, 0.4, 0.2
        ),
        ("majestic, grand, noble, glorious, massive, monumental, huge", 0.35, 0.5, 0.4),
        ("romantic, love, tender, loving, intimate, sensual, sexy, warm, affectionate, amor, amour, liebe", 0.3, -0.25, 0.05),
        (
            "calm, calming, peaceful, relaxing, relaxed, ruhig, tranquil, tranquilo, serene, quiet, soothing, gentle, soft, calme, entspannt",
            0.25, -0.75, 0.25
        ),
        ("chill, chilled, laid back, mellow, smooth, easy, lazy, cozy, cosy, sunday", 0.2, -0.5, 0.1),
        (
            "dreamy, dreamlike, ethereal, floating, hypnotic, surreal, hazy, dream, traeumerisch, celestial, cosmic, space, spacey, stars",
            0.15, -0.45, 0.7
        ),
        ("mysterious, mystical, enigmatic, secret, magic, magical, enchanted, misty, fog", -0.25, -0.2, 0.5),
        ("minimal, minimalist, minimalistic, sparse, simple, stripped", 0, -0.4, -0.1),
        ("spacious, wide, reverb, echoing, vast, cavernous, open", 0, -0.15, 0.8),
        ("dry, close, raw, gritty, dirty, rough", -0.1, 0.3, -0.6),
        ("bright, shiny, sparkling, glittering, light, morning, spring, summer", 0.5, 0.2, 0.1),
        ("cold, winter, icy, frozen, rainy, rain, autumn, grey, gray", -0.35, -0.3, 0.35),
        ("wild, crazy, chaotic, mad, feverish", 0, 0.8, -0.1), ("cool, slick, stylish, confident, swagger, sassy", 0.2, 0.15, -0.1),
        ("danceable, dancing, dance, dancefloor, tanzen, bailar", 0.35, 0.5, 0),
        ("ocean, sea, beach, sunset, waves, forest, nature", 0.3, -0.3, 0.4),
        ("city, urban, street, neon, driving at night, highway, road trip, drive", 0, 0.2, 0.1),
        ("sacred, spiritual, holy, prayer", 0.15, -0.4, 0.6),
    ]
}
