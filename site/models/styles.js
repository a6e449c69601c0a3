// The styles of this server and their samples, which are made when somebody first asks and then kept.
// Emits `change`, with the id of the style that changed as detail, or null for the list.
// state: 'loading', 'ready' or 'failed'.

const kind = 'styles.sample';

export class Styles extends EventTarget {
    list = [];
    state = 'loading';
    #api;
    #jobs;
    #player;
    #asked = false;
    #making = new Map();
    #failures = new Map();
    #wanted = null;

    constructor({ api, jobs, player }) {
        super();
        this.#api = api;
        this.#jobs = jobs;
        this.#player = player;
        player.addEventListener('failed', () => this.#lost(player.song?.style));
    }

    /** Asks for the list, until it has come once. */
    async load() {
        if (this.#asked) return;
        this.#asked = true;
        try {
            this.list = (await this.#api.open('/styles')).styles;
            this.state = 'ready';
        } catch {
            this.#asked = false;
            this.state = 'failed';
        }
        this.#changed();
    }

    find(id) {
        return this.list.find((style) => style.id === id) ?? null;
    }

    /** The styles that have every word of `text` in their name, words or description. */
    matching(text) {
        const wanted = plain(text).split(' ').filter(Boolean);
        return this.list.filter(({ name, words, about }) => {
            const known = plain([name, ...words, about].join(' '));
            return wanted.every((word) => known.includes(word));
        });
    }

    /** {progress, message} while the sample is being made, else null. */
    making(id) {
        return this.#making.get(id) ?? null;
    }

    /** Why the last try failed, or null. */
    failure(id) {
        return this.#failures.get(id) ?? null;
    }

    /** Plays the sample, made first where it is missing; stops one that sounds or is being made. */
    async toggle(id) {
        if (this.#making.has(id)) return this.cancel(id);
        this.#wanted = id;
        if (this.find(id).sample) return this.#player.toggle(track(this.find(id)));
        const before = this.#player.song;
        await this.#make(id);
        // Whoever has meanwhile asked for something else wants to hear that.
        if (this.find(id).sample && this.#wanted === id && this.#player.song === before) await this.#player.play(track(this.find(id)));
    }

    async cancel(id) {
        const making = this.#making.get(id);
        if (!making) return;
        making.isCancelled = true;
        if (!making.job) return;
        await this.#jobs.cancel(making.job).catch((error) => {
            // It ended on its own just now.
            if (error.status !== 409) throw error;
        });
    }

    // Private

    async #make(id) {
        const making = { progress: 0, message: '', job: null, isCancelled: false };
        this.#making.set(id, making);
        this.#failures.delete(id);
        this.#changed(id);
        try {
            const { sample, job_id } = await this.#api.post(`/styles/${encodeURIComponent(id)}/sample`);
            this.find(id).sample = sample ?? (await this.#made(id, job_id, making));
        } catch (error) {
            this.#failures.set(id, error);
        } finally {
            this.#making.delete(id);
            this.#changed(id);
        }
    }

    async #made(id, job, making) {
        making.job = job;
        const ending = this.#jobs.watch(job, kind, ({ progress, message }) => {
            Object.assign(making, { progress: progress ?? 0, message: message ?? '' });
            this.#changed(id);
        });
        if (making.isCancelled) await this.cancel(id);
        const { status, result, error } = (await ending) ?? {};
        if (status === 'completed') return result.sample;
        if (status === 'cancelled') return null;
        throw new Error([error?.message ?? 'The sample could not be made.', error?.hint].filter(Boolean).join(' '));
    }

    // A sample goes when its style becomes another: the next press has it made anew.
    #lost(id) {
        const style = this.find(id);
        if (!style) return;
        style.sample = null;
        this.#player.stop();
        this.#changed(id);
    }

    #changed(id = null) {
        this.dispatchEvent(new CustomEvent('change', { detail: id }));
    }
}

/** A style's sample as the player and the covers know songs. */
export function track({ id, name, sample }) {
    return {
        id: `style-${id}`, style: id, seed: id, title: `${name} — style sample`, source: sample?.url, duration: sample?.duration ?? 0,
        plan: { style: id, styleName: name },
    };
}

/** Small letters without accents or hyphens, so that "sambá" and "hip hop" are found too. */
function plain(text) {
    return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replace(/[-\s]+/g, ' ');
}
