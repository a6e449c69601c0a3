import { backoff, pause } from '../lib/wait.js';

// Whether the server answers. Emits `change`; `restored` once it answers again.
// state: 'online', 'offline' (this device has no network) or 'away' (the network is there, the server is not).

export class Connection extends EventTarget {
    state = 'online';
    #ping;
    #probing = false;
    #nudge = new AbortController();

    /** `ping` answers whether the server does. */
    constructor(ping) {
        super();
        this.#ping = ping;
    }

    /** Told by whoever could not reach the server. */
    lost() {
        if (this.#probing) return;
        this.#probe();
    }

    /** Told by the browser that the network is back, or by a person who wants to know now. */
    tryNow() {
        this.#nudge.abort();
    }

    /** Asks once; a silent server counts as lost. */
    async check() {
        if (!this.#probing && !(await this.#ping())) this.lost();
    }

    async #probe() {
        this.#probing = true;
        for (let attempt = 0; ; attempt += 1) {
            this.#become(navigator.onLine ? 'away' : 'offline');
            this.#nudge = new AbortController();
            await pause(backoff(attempt, 700, 6000), this.#nudge.signal);
            if (await this.#ping()) break;
        }
        this.#probing = false;
        this.#become('online');
        this.dispatchEvent(new Event('restored'));
    }

    #become(state) {
        if (this.state === state) return;
        this.state = state;
        this.dispatchEvent(new Event('change'));
    }
}
