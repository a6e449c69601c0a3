import { request, requestJSON } from '../lib/request.js';
import { Api } from './api.js';
import { Connection } from './connection.js';
import { Jobs } from './jobs.js';
import { Player } from './player.js';
import { Session } from './session.js';
import { Songs } from './songs.js';
import { Styles } from './styles.js';
import { Theme } from './theme.js';
import { Toasts } from './toasts.js';

// The models of this page and how they hear of each other: all wiring on one screen. Elements import `studio`.

const storage = localStorage;
let known = null;

/** The server's /config.json, asked until it answers once. */
async function config() {
    known ??= requestJSON('/config.json').catch((error) => {
        known = null;
        throw error;
    });
    return known;
}

const toasts = new Toasts();
const connection = new Connection(() => request('/healthz', { signal: AbortSignal.timeout(4000) }).then(() => true, () => false));
const session = new Session({ config, storage, locks: navigator.locks });
const api = new Api({ session, connection });
const jobs = new Jobs({ api, connection, storage });
const songs = new Songs({ api });
const player = new Player({ audio: document.querySelector('#player-audio'), songs, storage });
const styles = new Styles({ api, jobs, player });
const theme = new Theme({ root: document.documentElement, storage, media: matchMedia('(prefers-color-scheme: dark)') });

export const studio = { api, config, connection, jobs, player, session, songs, styles, theme, toasts };

/** Loads what belongs to the person who is here. */
export async function refresh() {
    if (!session.user) return songs.none();
    await Promise.all([songs.refresh(), jobs.refresh()]).catch((error) => toasts.fail(error));
}

let person = session.user?.id ?? null;
session.addEventListener('change', () => {
    const now = session.user?.id ?? null;
    if (now === person) return;
    const before = person;
    person = now;
    // The very first session belongs to whoever is already typing: nothing of theirs is to be cleared.
    if (before === null) return;
    player.stop();
    jobs.clear();
    songs.none();
    refresh();
});
session.addEventListener('ended', () => toasts.show('Your session on this server has ended.', { tone: 'bad' }));

connection.addEventListener('restored', () => {
    toasts.show('Connected again.', { tone: 'good' });
    refresh();
    if (styles.state === 'failed') styles.load();
});

jobs.addEventListener('completed', async ({ detail: job }) => {
    const id = job.result?.song_id;
    if (!id) return;
    try {
        const song = await songs.load(id);
        songs.dispatchEvent(new CustomEvent('arrived', { detail: song }));
        const quiet = player.playing || !(await player.play(song));
        toasts.show(`“${song.title}” is ready.`, {
            tone: 'good',
            action: quiet ? { label: 'Play', run: () => player.play(song) } : null,
        });
    } catch (error) {
        toasts.fail(error);
    }
});
player.addEventListener('failed', ({ detail }) => toasts.fail(detail));
