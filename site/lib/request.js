// One HTTP exchange, with failures as two kinds: the server said no (RequestError), or nobody answered (ConnectionError).

export class ConnectionError extends Error {
    constructor(cause) {
        super('The server cannot be reached.', { cause });
        this.name = 'ConnectionError';
    }
}

/** `fields` is a list of {name, message}, empty unless the request itself was at fault. */
export class RequestError extends Error {
    constructor(status, { code, message, hint, fields }) {
        super(message);
        this.name = 'RequestError';
        this.status = status;
        this.code = code;
        this.hint = hint ?? '';
        this.fields = fields ?? [];
    }
}

/** Sends `body` as JSON; answers the Response when it is a success. */
export async function request(url, { method = 'GET', headers = {}, body, signal } = {}) {
    let response;
    try {
        response = await fetch(url, {
            method,
            headers: body === undefined ? headers : { ...headers, 'Content-Type': 'application/json' },
            body: body === undefined ? undefined : JSON.stringify(body),
            signal,
        });
    } catch (error) {
        if (error.name === 'AbortError') throw error;
        throw new ConnectionError(error);
    }
    // A proxy in front answers for a server that is away.
    if ([502, 503, 504].includes(response.status)) throw new ConnectionError(await failure(response));
    if (!response.ok) throw await failure(response);
    return response;
}

export async function requestJSON(url, options) {
    const response = await request(url, options);
    try {
        return response.status === 204 ? null : await response.json();
    } catch (error) {
        if (error.name === 'AbortError') throw error;
        throw new ConnectionError(error);
    }
}

// The product answers {"error":{code,message,hint,fields}}, its Supabase paths {code,error_code,msg} or {error,error_description}.
async function failure(response) {
    const answer = await response.json().catch(() => ({}));
    const told = typeof answer.error === 'object' && answer.error !== null ? answer.error : answer;
    return new RequestError(response.status, {
        code: told.error_code ?? told.code ?? (typeof answer.error === 'string' ? answer.error : 'unknown'),
        message: told.message ?? told.msg ?? answer.error_description ?? `The server answered ${response.status}.`,
        hint: told.hint,
        fields: Array.isArray(told.fields) ? told.fields : [],
    });
}
