import { requestJSON } from '../lib/request.js';

// Who is here. A session begins on first need (anonymous), is kept in `storage`, and is renewed before it ends;
// tabs share it, and a lock lets one of them renew at a time. Emits `change` when the person changes.

const place = 'continuo.session';
const margin = 60_000;

export class Session extends EventTarget {
    #config;
    #storage;
    #locks;

    /** `config` is a promise of the server's /config.json. */
    constructor({ config, storage, locks }) {
        super();
        this.#config = config;
        this.#storage = storage;
        this.#locks = locks;
    }

    /** {id, email?, is_anonymous} or null while nobody has needed a session. */
    get user() {
        return this.#stored()?.user ?? null;
    }

    /** A token that holds for a while yet. `refused` is one that the server has just turned down. */
    async token(refused = null) {
        const usable = (session) => session && session.access_token !== refused && session.ends_at - margin > Date.now();
        const session = this.#stored();
        if (usable(session)) return session.access_token;
        return this.#locks.request('continuo-session', async () => {
            // Another tab may have renewed it while this one waited.
            const current = this.#stored();
            if (usable(current)) return current.access_token;
            return (await this.#renewed(current)).access_token;
        });
    }

    async headers(refused = null) {
        const token = await this.token(refused);
        return { apikey: (await this.#config()).anon_key, Authorization: `Bearer ${token}` };
    }

    /** Gives the anonymous person a name, keeping everything they made. */
    async keep(email, password) {
        const user = await this.#auth('user', { email, password }, { method: 'PUT', token: await this.token() });
        const session = this.#stored();
        if (session) this.#store({ ...session, user: { ...session.user, ...user } });
        // The old token still says "anonymous" inside.
        await this.token(this.#stored()?.access_token).catch(() => {});
    }

    async signUp(email, password) {
        const answer = await this.#auth('signup', { email, password });
        if (!answer.access_token) return false;
        this.#store(answer);
        return true;
    }

    async signIn(email, password) {
        this.#store(await this.#auth('token?grant_type=password', { email, password }));
    }

    async signOut() {
        const session = this.#stored();
        this.#storage.removeItem(place);
        this.#changed();
        if (session) await this.#auth('logout', undefined, { token: session.access_token }).catch(() => {});
    }

    /** Told that another tab has changed the stored session. */
    changedElsewhere(key) {
        if (key === place) this.#changed();
    }

    async #renewed(session) {
        if (session) {
            try {
                const renewed = await this.#auth('token?grant_type=refresh_token', { refresh_token: session.refresh_token });
                this.#store(renewed, { quiet: renewed.user?.id === session.user?.id && renewed.user?.email === session.user?.email });
                return renewed;
            } catch (error) {
                if (!error.status || error.status >= 500 || error.status === 429) throw error;
                // The server no longer knows this session: what follows is a new person.
                this.#storage.removeItem(place);
                this.dispatchEvent(new Event('ended'));
            }
        }
        const fresh = await this.#auth('signup', {});
        this.#store(fresh);
        return fresh;
    }

    async #auth(path, body, { method = 'POST', token = null } = {}) {
        const apikey = (await this.#config()).anon_key;
        const headers = token ? { apikey, Authorization: `Bearer ${token}` } : { apikey };
        return requestJSON(`/auth/v1/${path}`, { method, headers, body });
    }

    #stored() {
        try {
            return JSON.parse(this.#storage.getItem(place));
        } catch {
            return null;
        }
    }

    #store(session, { quiet = false } = {}) {
        // The server's clock may differ from this one: count from now.
        const ends = session.ends_at && !session.expires_in ? session.ends_at : Date.now() + (session.expires_in ?? 3600) * 1000;
        this.#storage.setItem(place, JSON.stringify({ ...session, expires_in: undefined, ends_at: ends }));
        if (!quiet) this.#changed();
    }

    #changed() {
        this.dispatchEvent(new Event('change'));
    }
}
