import { request } from '../lib/request.js';

// The person's songs, newest first. Emits `change`; `removed` with the song as detail.
// state: 'loading', 'ready' or 'failed'.

const page = 50;

export class Songs extends EventTarget {
    list = [];
    state = 'loading';
    hasMore = false;
    #api;
    #peaks = new Map();

    constructor({ api }) {
        super();
        this.#api = api;
    }

    find(id) {
        return this.list.find((song) => song.id === id) ?? null;
    }

    async refresh() {
        try {
            const { songs } = await this.#api.get(`/songs?limit=${page}`);
            this.list = songs;
            this.hasMore = songs.length === page;
            this.state = 'ready';
        } catch (error) {
            if (this.state === 'loading') this.state = 'failed';
            throw error;
        } finally {
            this.#changed();
        }
    }

    async more() {
        const last = this.list.at(-1);
        if (!last) return;
        const { songs } = await this.#api.get(`/songs?limit=${page}&before=${encodeURIComponent(last.created_at)}`);
        const known = new Set(this.list.map((song) => song.id));
        this.list = [...this.list, ...songs.filter((song) => !known.has(song.id))];
        this.hasMore = songs.length === page;
        this.#changed();
    }

    /** Nobody has a session yet, so there is nothing to ask for. */
    none() {
        this.list = [];
        this.hasMore = false;
        this.state = 'ready';
        this.#peaks.clear();
        this.#changed();
    }

    /** One song as the server has it now, with fresh links. */
    async load(id) {
        const answer = await this.#api.get(`/songs/${encodeURIComponent(id)}`);
        const song = answer.song ?? answer;
        const known = this.find(id);
        this.list = known ? this.list.map((each) => (each.id === id ? song : each)) : [song, ...this.list].sort(newestFirst);
        this.#changed();
        return song;
    }

    async change(id, fields) {
        const answer = await this.#api.patch(`/songs/${encodeURIComponent(id)}`, fields);
        const song = { ...this.find(id), ...fields, ...(answer?.song ?? answer) };
        this.list = this.list.map((each) => (each.id === id ? song : each));
        this.#changed();
        return song;
    }

    async remove(id) {
        await this.#api.delete(`/songs/${encodeURIComponent(id)}`);
        const song = this.find(id);
        this.list = this.list.filter((each) => each.id !== id);
        this.#peaks.delete(id);
        if (song) this.dispatchEvent(new CustomEvent('removed', { detail: song }));
        this.#changed();
    }

    /** Waveform peaks, 0 to 1, evenly spread over the song. */
    peaks(id) {
        if (!this.#peaks.has(id)) {
            const asked = this.#fetchPeaks(id).catch((error) => {
                this.#peaks.delete(id);
                throw error;
            });
            this.#peaks.set(id, asked);
        }
        return this.#peaks.get(id);
    }

    /** A link that still holds, with `parameters` added. */
    async link(id, kind, parameters = {}) {
        const { links } = this.find(id) ?? (await this.load(id));
        const url = new URL(links[kind], location.origin);
        for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
        return url.href;
    }

    async #fetchPeaks(id) {
        try {
            return (await (await request(await this.link(id, 'peaks'))).json()).peaks;
        } catch (error) {
            if (error.status !== 401 && error.status !== 403) throw error;
            await this.load(id);
            return (await (await request(await this.link(id, 'peaks'))).json()).peaks;
        }
    }

    #changed() {
        this.dispatchEvent(new Event('change'));
    }
}

function newestFirst(one, other) {
    return Date.parse(other.created_at) - Date.parse(one.created_at);
}
