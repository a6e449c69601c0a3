// Cover art: a pure function of what the song is. Key gives the hue, mode the light, style the drawing, seed the hand.

const tonics = ['C', 'G', 'D', 'A', 'E', 'B', 'F#', 'C#', 'G#', 'D#', 'A#', 'F'];
const flats = { Db: 'C#', Eb: 'D#', Gb: 'F#', Ab: 'G#', Bb: 'A#', Cb: 'B', Fb: 'E', 'E#': 'F', 'B#': 'C' };

const drawings = [
    [/techno|house|trance|electro|minimal/, rings],
    [/ambient|dream|film|cinematic|drone|score/, horizon],
    [/jazz|bossa|soul|blues|r&b|swing/, petals],
    [/rock|metal|punk|drum and bass|dnb|dub/, shards],
    [/synth|disco|chip|pop|funk/, sunset],
    [/lo-?fi|hip|trap|boom|reggae/, blocks],
    [/ballad|classical|piano|waltz|folk|acoustic/, staves],
];

/** The cover of a song as SVG text, 120 units square. The same song has the same cover everywhere. */
export function cover({ seed, key, style, title }) {
    const random = generator(`${seed ?? ''}|${key ?? ''}|${style ?? ''}|${seed === undefined ? title : ''}`);
    const palette = colours(key, random);
    const wanted = String(style ?? '').toLowerCase();
    const draw = drawings.find(([pattern]) => pattern.test(wanted))?.[1] ?? drawings[Math.floor(random() * drawings.length)][1];
    return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 120"><defs>`
        + `<linearGradient id="g" x1="0" y1="0" x2="${(0.3 + random() * 0.5).toFixed(2)}" y2="1">`
        + `<stop offset="0" stop-color="${palette.top}"/><stop offset="1" stop-color="${palette.bottom}"/></linearGradient></defs>`
        + `<rect width="120" height="120" fill="url(#g)"/>${draw(random, palette)}</svg>`;
}

export function coverURL(song) {
    return `data:image/svg+xml,${encodeURIComponent(cover({ ...song, style: song.plan?.styleName ?? song.plan?.style }))}`;
}

/** The hue of a key in degrees: neighbours on the circle of fifths are neighbours in colour. A song without a key has none. */
export function hue(key) {
    const [, letter, sign] = /^\s*([A-Ga-g])([#b♯♭]?)/.exec(key ?? '') ?? [];
    if (!letter) return null;
    const name = letter.toUpperCase() + sign.replace('♯', '#').replace('♭', 'b');
    return (tonics.indexOf(flats[name] ?? name) * 30 + 35) % 360;
}

// Drawings

function rings(random, { ink, spark }) {
    const x = 30 + random() * 60;
    const y = 30 + random() * 60;
    const gap = 6 + random() * 7;
    const count = 5 + Math.floor(random() * 6);
    return range(count, (index) => {
        const radius = 8 + index * gap;
        const dash = random() < 0.4 ? ` stroke-dasharray="${n(radius * (1 + random() * 3))} ${n(radius * random() * 2)}"` : '';
        return `<circle cx="${n(x)}" cy="${n(y)}" r="${n(radius)}" fill="none" stroke="${ink}" stroke-width="${n(0.8 + random() * 3)}"`
            + ` opacity="${n(0.9 - index * 0.07)}"${dash}/>`;
    }) + `<circle cx="${n(x)}" cy="${n(y)}" r="5" fill="${spark}"/>`;
}

function horizon(random, { ink, spark }) {
    const sun = `<circle cx="${n(25 + random() * 70)}" cy="${n(28 + random() * 22)}" r="${n(9 + random() * 10)}" fill="${spark}" opacity=".9"/>`;
    return sun + range(5, (layer) => {
        const base = 52 + layer * 14;
        const swing = 4 + random() * 10;
        const shift = random() * 60;
        return `<path d="M-60 120V${n(base)}${range(6, (step) => ` q15 ${n(step % 2 ? swing : -swing)} 30 0`)}V120Z"`
            + ` transform="translate(${n(shift)} 0)" fill="${ink}" opacity="${n(0.14 + layer * 0.1)}"/>`;
    });
}

function petals(random, { ink, spark }) {
    const count = 5 + Math.floor(random() * 6);
    const long = 30 + random() * 22;
    const wide = 9 + random() * 12;
    const turn = random() * 90;
    return range(count, (index) =>
        `<ellipse cx="60" cy="${n(60 - long / 2)}" rx="${n(wide)}" ry="${n(long / 1.6)}" fill="${index % 2 ? ink : spark}" opacity=".42"`
        + ` transform="rotate(${n(turn + (index * 360) / count)} 60 60)"/>`) + `<circle cx="60" cy="60" r="${n(3 + random() * 5)}" fill="${ink}"/>`;
}

function shards(random, { ink, spark }) {
    const x = 25 + random() * 70;
    const y = 20 + random() * 40;
    return range(9, (index) => {
        const angle = (index / 9) * Math.PI * 2 + random() * 0.5;
        const reach = 40 + random() * 80;
        const open = 0.08 + random() * 0.24;
        const at = (turn, length) => `${n(x + Math.cos(turn) * length)} ${n(y + Math.sin(turn) * length)}`;
        return `<path d="M${n(x)} ${n(y)}L${at(angle, reach)} ${at(angle + open, reach * (0.7 + random() * 0.3))}Z"`
            + ` fill="${index % 3 ? ink : spark}" opacity="${n(0.3 + random() * 0.6)}"/>`;
    });
}

function sunset(random, { ink, spark }) {
    const middle = 50 + random() * 14;
    const radius = 26 + random() * 12;
    const gaps = range(5, (index) =>
        `<rect x="0" y="${n(middle + 2 + index * 7)}" width="120" height="${n(1.4 + index * 0.9)}" fill="black"/>`);
    const rays = range(9, (index) => `<path d="M60 ${n(middle + 14)}L${n(-90 + index * 37.5)} 120" stroke="${ink}" stroke-width=".8" opacity=".5"/>`);
    return `<mask id="m"><rect width="120" height="120" fill="white"/>${gaps}</mask>`
        + `<circle cx="60" cy="${n(middle)}" r="${n(radius)}" fill="${spark}" mask="url(#m)"/>${rays}`
        + range(5, (index) => `<path d="M0 ${n(middle + 22 + index * index * 2.6)}H120" stroke="${ink}" stroke-width=".8" opacity=".6"/>`);
}

function blocks(random, { ink, spark }) {
    const size = 120 / 6;
    return range(36, (index) => {
        if (random() < 0.42) return '';
        const x = (index % 6) * size;
        const y = Math.floor(index / 6) * size;
        const round = random() < 0.5 ? size / 2 : 2;
        return `<rect x="${n(x + 1.5)}" y="${n(y + 1.5)}" width="${size - 3}" height="${size - 3}" rx="${round}"`
            + ` fill="${random() < 0.16 ? spark : ink}" opacity="${n(0.2 + random() * 0.7)}"/>`;
    });
}

function staves(random, { ink, spark }) {
    const bend = 8 + random() * 22;
    const curve = (y) => `M-4 ${n(y)}C30 ${n(y - bend)} 80 ${n(y + bend)} 124 ${n(y)}`;
    const lines = range(5, (line) => `<path d="${curve(38 + line * 11)}" fill="none" stroke="${ink}" stroke-width="1" opacity=".75"/>`);
    const notes = range(6 + Math.floor(random() * 4), () => {
        const x = 12 + random() * 96;
        const y = 38 + Math.floor(random() * 9) * 5.5 - Math.sin((x / 120) * Math.PI * 2) * bend * 0.28;
        const stem = random() < 0.7 ? `<path d="M${n(x + 4)} ${n(y)}v-20" stroke="${ink}" stroke-width="1.3"/>` : '';
        return `${stem}<ellipse cx="${n(x)}" cy="${n(y)}" rx="4.6" ry="3.4" transform="rotate(-20 ${n(x)} ${n(y)})" fill="${random() < 0.3 ? spark : ink}"/>`;
    });
    return lines + notes;
}

// Private

function colours(key, random) {
    const base = hue(key) ?? Math.floor(random() * 360);
    const minor = /min|dorian|phrygian|locrian|aeolian|\dm\b/i.test(key ?? '');
    const spread = 25 + random() * 50;
    const oklch = (light, chroma, turn) => `oklch(${light} ${chroma} ${Math.round((base + turn + 360) % 360)})`;
    return minor
        ? { top: oklch(0.4, 0.11, 0), bottom: oklch(0.22, 0.07, spread), ink: oklch(0.88, 0.06, -20), spark: oklch(0.76, 0.16, 180 - spread) }
        : { top: oklch(0.83, 0.12, 0), bottom: oklch(0.62, 0.15, -spread), ink: oklch(0.97, 0.03, 20), spark: oklch(0.4, 0.14, 200) };
}

// FNV-1a spreads the text over 32 bits, a xorshift register (Marsaglia 2003, triple 13-17-5) walks on from there.
function generator(text) {
    let state = 2166136261;
    for (const character of text) state = Math.imul(state ^ character.codePointAt(0), 16777619);
    state ||= 1;
    const step = () => {
        state ^= state << 13;
        state ^= state >>> 17;
        state ^= state << 5;
        return (state >>> 0) / 2 ** 32;
    };
    for (let warm = 0; warm < 8; warm += 1) step();
    return step;
}

function range(count, make) {
    return Array.from({ length: count }, (_, index) => make(index)).join('');
}

function n(value) {
    return Number(value.toFixed(1));
}
