import { ConnectionError, request, requestJSON } from '../lib/request.js';

// The server as the page speaks to it: signed, retried once with a fresh token, and reporting silence to the connection.

export class Api {
    #session;
    #connection;

    constructor({ session, connection }) {
        this.#session = session;
        this.#connection = connection;
    }

    /** What anybody may read: begins no session. */
    async open(path) {
        try {
            return await requestJSON(path);
        } catch (error) {
            if (error instanceof ConnectionError) this.#connection.lost();
            throw error;
        }
    }

    get(path, options = {}) {
        return this.#send(requestJSON, path, options);
    }

    post(path, body, options = {}) {
        return this.#send(requestJSON, path, { ...options, method: 'POST', body });
    }

    patch(path, body) {
        return this.#send(requestJSON, path, { method: 'PATCH', body });
    }

    delete(path) {
        return this.#send(request, path, { method: 'DELETE' });
    }

    /** The response itself, its body still arriving. */
    stream(path, options = {}) {
        return this.#send(request, path, options);
    }

    async #send(how, path, options) {
        try {
            const headers = await this.#session.headers();
            try {
                return await how(path, { ...options, headers });
            } catch (error) {
                if (error.status !== 401) throw error;
                const refused = headers.Authorization.slice('Bearer '.length);
                return await how(path, { ...options, headers: await this.#session.headers(refused) });
            }
        } catch (error) {
            if (error instanceof ConnectionError) this.#connection.lost();
            throw error;
        }
    }
}
