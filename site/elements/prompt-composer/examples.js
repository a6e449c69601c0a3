// Prompts to begin with: each shows another thing that is understood (style, tempo, key, meter, length, instruments, mood).

export const examples = [
    'dark techno, 130 bpm',
    'sad piano ballad in D minor',
    'upbeat funk with slap bass, 90 seconds',
    'dreamy synthwave drive at night',
    'lo-fi hip-hop for a rainy afternoon',
    'slow waltz for strings in G minor',
    'bossa nova, nylon guitar, warm',
    'drum and bass, 174 bpm, aggressive',
    'folk song in 6/8, hopeful',
    'ambient, no drums, three minutes',
    'jazz trio, late night, swing',
    'chiptune, fast, playful',
];
