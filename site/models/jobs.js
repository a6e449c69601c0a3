import { ConnectionError } from '../lib/request.js';
import { events } from '../lib/sse.js';
import { backoff, next, pause } from '../lib/wait.js';

// Long work under way, songs in the making first of all. Each unfinished job is followed live; emits `change`, and `completed` / `failed`
// with the job as detail.

const place = 'continuo.dismissed';
const song = 'generate';
// A browser opens six connections to one server: leave most of them to everything else.
const streams = 2;
const finished = new Set(['completed', 'failed', 'cancelled']);

export class Jobs extends EventTarget {
    #api;
    #connection;
    #storage;
    #byID = new Map();
    #followed = new Map();
    #streaming = 0;

    constructor({ api, connection, storage }) {
        super();
        this.#api = api;
        this.#connection = connection;
        this.#storage = storage;
    }

    /** The songs there are to show, newest first: jobs under way, and failures nobody has dismissed. */
    get list() {
        const dismissed = this.#dismissed();
        return [...this.#byID.values()]
            .filter((job) => job.kind === song && (!finished.has(job.status) || (job.status === 'failed' && !dismissed.includes(job.job_id))))
            .sort((one, other) => Date.parse(other.created_at) - Date.parse(one.created_at));
    }

    /** Asks for songs: a job each. */
    async create(request) {
        const { job_id, job_ids = [job_id] } = await this.#api.post('/generate', request);
        for (const id of job_ids) this.#accepted(id, song, request);
    }

    /** Follows a job of another kind, telling `look` each step; resolves to it once it has ended, to null where it is lost to sight. */
    watch(id, kind, look) {
        this.#accepted(id, kind);
        return new Promise((resolve) => {
            const see = () => {
                const job = this.#byID.get(id) ?? null;
                if (job && !finished.has(job.status)) return look(job);
                this.removeEventListener('change', see);
                resolve(job);
            };
            this.addEventListener('change', see);
            see();
        });
    }

    async refresh() {
        const { jobs } = await this.#api.get(`/jobs?kind=${song}&limit=20`);
        for (const job of jobs) this.#update(job);
        this.#changed();
    }

    async cancel(id) {
        await this.#api.delete(`/jobs/${encodeURIComponent(id)}`);
        const job = this.#byID.get(id);
        if (job && !finished.has(job.status)) this.#update({ ...job, status: 'cancelled' });
        this.#changed();
    }

    async retry(id) {
        const answer = await this.#api.post(`/jobs/${encodeURIComponent(id)}/retry`);
        const again = answer?.job_id ?? id;
        const job = this.#byID.get(id);
        if (again !== id) this.dismiss(id);
        this.#byID.delete(again);
        this.#accepted(again, job?.kind ?? song, job?.request);
    }

    dismiss(id) {
        this.#storage.setItem(place, JSON.stringify([id, ...this.#dismissed()].slice(0, 100)));
        this.#changed();
    }

    /** Forgets everything: another person is here. */
    clear() {
        for (const life of this.#followed.values()) life.abort();
        this.#followed.clear();
        this.#byID.clear();
        this.#changed();
    }

    // Following

    #accepted(id, kind, request) {
        this.#update({
            job_id: id, kind, status: 'queued', progress: 0, message: '', position: null,
            created_at: new Date().toISOString(), request,
        });
        this.#changed();
    }

    #update(job) {
        const before = this.#byID.get(job.job_id);
        const told = Object.fromEntries(Object.entries(job).filter(([, value]) => value !== undefined));
        const after = { ...before, ...told };
        this.#byID.set(job.job_id, after);
        if (!finished.has(after.status)) return this.#follow(job.job_id);
        this.#followed.get(job.job_id)?.abort();
        this.#followed.delete(job.job_id);
        if (before && !finished.has(before.status) && after.status !== 'cancelled') {
            this.dispatchEvent(new CustomEvent(after.status, { detail: after }));
        }
    }

    async #follow(id) {
        if (this.#followed.has(id)) return;
        const life = new AbortController();
        this.#followed.set(id, life);
        for (let misses = 0; !life.signal.aborted; ) {
            try {
                if (this.#streaming < streams && misses < 3) {
                    misses = (await this.#stream(id, life.signal)) ? 0 : misses + 1;
                } else {
                    await pause(1500, life.signal);
                }
                if (life.signal.aborted) return;
                // The stream ended early, or there is none: ask.
                this.#update(await this.#api.get(`/jobs/${encodeURIComponent(id)}`, { signal: life.signal }));
                this.#changed();
            } catch (error) {
                if (life.signal.aborted) return;
                misses += 1;
                if (error instanceof ConnectionError) await next(this.#connection, 'restored', life.signal);
                if (error.status === 404) return this.#forget(id);
            }
            if (misses > 0) await pause(backoff(misses), life.signal);
        }
    }

    /** Follows the job's events until they end; answers whether any came. */
    async #stream(id, signal) {
        let arrived = false;
        this.#streaming += 1;
        try {
            const response = await this.#api.stream(`/jobs/${encodeURIComponent(id)}/events`, { signal });
            for await (const text of events(response.body)) {
                arrived = true;
                this.#update(JSON.parse(text));
                this.#changed();
                if (signal.aborted) break;
            }
        } catch (error) {
            // A server that goes away in mid-stream ends it with an error; the question that follows finds out.
            if (!signal.aborted && (error.status || error instanceof ConnectionError)) throw error;
        } finally {
            this.#streaming -= 1;
        }
        return arrived;
    }

    #forget(id) {
        this.#followed.get(id)?.abort();
        this.#followed.delete(id);
        this.#byID.delete(id);
        this.#changed();
    }

    #dismissed() {
        try {
            return JSON.parse(this.#storage.getItem(place)) ?? [];
        } catch {
            return [];
        }
    }

    #changed() {
        this.dispatchEvent(new Event('change'));
    }
}
