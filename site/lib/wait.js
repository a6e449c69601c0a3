// Waiting that can be called off.

/** Resolves after `milliseconds`, or as soon as `signal` aborts. Never rejects: ask the signal what happened. */
export function pause(milliseconds, signal) {
    return new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const done = () => {
            clearTimeout(timer);
            signal?.removeEventListener('abort', done);
            resolve();
        };
        const timer = setTimeout(done, milliseconds);
        signal?.addEventListener('abort', done);
    });
}

/** Resolves at the next `type` event of `target`, or as soon as `signal` aborts. */
export function next(target, type, signal) {
    return new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const done = () => {
            target.removeEventListener(type, done);
            signal?.removeEventListener('abort', done);
            resolve();
        };
        target.addEventListener(type, done);
        signal?.addEventListener('abort', done);
    });
}

/** The wait before try number `attempt` (from 0): doubling from `first` up to `last` milliseconds. */
export function backoff(attempt, first = 500, last = 8000) {
    return Math.min(last, first * 2 ** attempt);
}
