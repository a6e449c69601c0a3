import { clock } from '../../lib/format.js';
import { html } from '../../lib/html.js';
import { studio } from '../../models/studio.js';

// What can be made of a song: for each work the dialog's words, its fields, and the request that its values become.
// `problems` names what is wrong with a request before the server has to: {field: message}.

const longest = 600;

/** A request for a song made from `song`. */
export function workOn(song, task, fields = {}) {
    return { task, parent_id: song.id, prompt: song.prompt || song.title, lyrics: song.lyrics || undefined, ...fields };
}

export const works = {
    variations: {
        title: (song) => `Variations of “${song.title}”`,
        lead: 'Style, tempo, key, band and form stay; chords, tune and rhythms are others each time.',
        action: 'Make them',
        fields: () => html`
            <fieldset class="choices"><legend>How many</legend>${[2, 3, 4, 5, 6, 7, 8].map((count) => html`<label class="chip">
                <input class="hidden" type="radio" name="count" value="${count}"${count === 3 ? html` checked autofocus` : ''}>${count}</label>`)}</fieldset>`,
        request: (song, { number }) => workOn(song, 'similar', { count: number('count') }),
    },
    extend: {
        title: (song) => `Extend “${song.title}”`,
        lead: 'More of the same song before or after, in whole bars. Its ending moves to the new end.',
        action: 'Extend',
        fields: (song) => html`<div class="work-pair">
            ${seconds('extend_before', 'Seconds before', 0)}${seconds('extend_after', 'Seconds after', Math.min(30, room(song)), true)}</div>
            <p class="field-hint">It lasts ${clock(song.duration)} now and can grow to 10 minutes.</p>`,
        request: (song, { number }) => workOn(song, 'extend', { extend_before: number('extend_before') ?? 0, extend_after: number('extend_after') ?? 0 }),
        problems: ({ extend_before: before, extend_after: after }, song) => {
            if (before + after <= 0) return { extend_after: 'Say how many seconds to add, before or after.' };
            if (before + after > room(song)) return { extend_after: `There is room for ${room(song)} seconds more.` };
            return {};
        },
    },
    repaint: {
        title: (song) => `Repaint a part of “${song.title}”`,
        lead: 'New music over the same chords, in the part that is marked. The rest stays as it is.',
        action: 'Repaint',
        wide: true,
        fields: (song) => html`<range-waveform></range-waveform>
            <div class="work-pair">${seconds('repaint_start', 'From second', part(song).from)}${seconds('repaint_end', 'To second', part(song).to)}</div>
            ${words('What should happen there', 'Only strings, quiet', 'Empty, it is another take of the same.')}`,
        request: (song, { number, text }) => workOn(song, 'repaint', {
            repaint_start: number('repaint_start'), repaint_end: number('repaint_end'), ...(text('prompt') ? { prompt: text('prompt') } : {}),
        }),
        problems: ({ repaint_start: from, repaint_end: to }, song) => {
            if (from === undefined) return { repaint_start: 'Where does the part begin?' };
            if (to === undefined || to > song.duration) return { repaint_end: `The song ends at ${tenths(song.duration)} seconds.` };
            if (to - from < 0.5) return { repaint_end: 'The part needs half a second at least.' };
            return {};
        },
        setUp: (song, form) => {
            const waveform = form.querySelector('range-waveform');
            const { repaint_start: from, repaint_end: to } = form.elements;
            waveform.setUp(song, part(song));
            waveform.addEventListener('range', ({ detail }) => { [from.value, to.value] = [detail.from, detail.to]; });
            for (const field of [from, to]) field.addEventListener('input', () => waveform.mark({ from: Number(from.value), to: Number(to.value) }));
        },
    },
    remix: {
        title: (song) => `Remix “${song.title}”`,
        lead: 'The same tune, chords and form in another style.',
        action: 'Remix',
        fields: () => html`${words('Style or description', 'house, bright and fast', 'A style alone is enough.', true)}
            <datalist id="work-styles"></datalist>`,
        request: (song, { text }) => workOn(song, 'remix', { prompt: text('prompt') }),
        problems: ({ prompt }) => (prompt ? {} : { prompt: 'Name a style, or describe one.' }),
        setUp: async (song, form) => {
            await studio.styles.load();
            const list = form.querySelector('datalist');
            list.append(...studio.styles.list.map(({ name, words: [word] }) => new Option(name, word)));
        },
    },
};

// Fields

function seconds(name, label, value, first = false) {
    return html`<div class="field"><label for="work-${name}">${label}</label>
        <input id="work-${name}" name="${name}" type="number" inputmode="decimal" min="0" step="any" value="${value}"${first ? html` autofocus` : ''}>
        <p class="field-error" role="alert" data-error-for="${name}"></p></div>`;
}

function words(label, example, hint, offersStyles = false) {
    return html`<div class="field"><label for="work-prompt">${label}</label>
        <input id="work-prompt" name="prompt" maxlength="2000" autocomplete="off" placeholder="${example}" autofocus${offersStyles ? html` list="work-styles"` : ''}>
        <p class="field-error" role="alert" data-error-for="prompt"></p>
        <p class="field-hint">${hint}</p></div>`;
}

// Lengths in seconds

function room({ duration }) {
    return Math.max(0, Math.floor(longest - duration));
}

/** The section that sounds just now, else the middle third. */
function part(song) {
    const { player } = studio;
    const at = player.isCurrent(song) ? player.position : -1;
    const section = song.plan?.sections?.find(({ start, length }) => at >= start && at < start + length);
    const [from, to] = section ? [section.start, section.start + section.length] : [song.duration / 3, (song.duration * 2) / 3];
    return { from: tenths(from), to: tenths(Math.min(to, song.duration)) };
}

// Down, so that the end of a song is never past it.
function tenths(value) {
    return Math.floor(value * 10) / 10;
}
